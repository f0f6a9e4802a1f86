"""Entry points, listed without importing any of them.

Layer: framework, over stevedore; loads one plugin when it is asked for.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from typing import Any

from stevedore import extension

from phyware.errors import GenericError
from phyware.text import clean

CORE_DISTRIBUTION = 'phyware'


class LazyExtensionManager(extension.ExtensionManager[Any]):
    """A stevedore manager that imports nothing and never reads a stale cache.

    Stock stevedore imports every plugin of a namespace on construction and
    takes the list from a cache that can be 128 s old (cliff-traps 16, 19, 20).
    """

    def list_entry_points(self) -> list[importlib.metadata.EntryPoint]:
        """Return the namespace's entry points as the metadata on disk has them."""
        found = importlib.metadata.entry_points(group=self.namespace)
        return [ep for ep in found if not _own_but_absent(ep)]

    def _load_one_plugin(
        self, ep: importlib.metadata.EntryPoint, *args: Any, **kwargs: Any
    ) -> extension.Extension[Any]:
        return extension.Extension(ep.name, ep, _Unloaded, None)


class _Unloaded:
    """Stands where stevedore keeps the plugin that is not imported yet."""


def distribution_of(entry_point: importlib.metadata.EntryPoint) -> str:
    """Return the name of the distribution that declares ``entry_point``."""
    dist = entry_point.dist
    return 'unknown' if dist is None else dist.name


def load_entry_point(entry_point: importlib.metadata.EntryPoint) -> Any:
    """Import what ``entry_point`` names.

    A plugin may raise anything or call ``sys.exit`` while it is imported; that
    becomes one error which names it (cliff-traps 15 and 17).

    :raises GenericError: the import failed, whatever way it chose
    """
    try:
        return entry_point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise GenericError(
            f'the plugin package {clean(distribution_of(entry_point))} cannot be loaded: '
            f'{type(error).__name__}: {clean(error)}',
            f'Upgrade or uninstall {clean(distribution_of(entry_point))}',
        ) from error


def _own_but_absent(ep: importlib.metadata.EntryPoint) -> bool:
    """Tell whether our own metadata names a package that was left out."""
    if distribution_of(ep) != CORE_DISTRIBUTION:
        return False
    return importlib.util.find_spec(ep.module.partition('.')[0]) is None
