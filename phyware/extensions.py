"""Entry points, listed without importing any of them.

Layer: framework, over stevedore; loads one plugin when it is asked for.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from stevedore import extension

from phyware.blame import CORE_DISTRIBUTION, described
from phyware.errors import GenericError
from phyware.text import clean


class Installed:
    """The entry points of all that is installed, read when this is made.

    Reading costs one file for each distribution, so an application does it once.
    """

    def __init__(self) -> None:
        # By group: whoever asks for the hooks of each command asks 10,000 times.
        self._groups: dict[str, list[importlib.metadata.EntryPoint]] = {}
        for ep in _each(_read()):
            self._groups.setdefault(ep.group, []).append(ep)

    def of(self, group: str) -> list[importlib.metadata.EntryPoint]:
        """Return the entry points of ``group``, but for parts of ours that were left out."""
        found = self._groups.get(group, [])
        return [ep for ep, own in zip(found, own_flags(found), strict=True)
                if not own or _is_installed(ep)]

    def groups(self, prefix: str) -> list[str]:
        """Return the names of the groups that begin with ``prefix``, sorted."""
        return sorted(name for name in self._groups if name.startswith(prefix))


class LazyExtensionManager(extension.ExtensionManager[Any]):
    """A stevedore manager that imports nothing and never reads a stale cache.

    Stock stevedore imports every plugin of a namespace on construction and
    takes the list from a cache that can be 128 s old (cliff-traps 16, 19, 20).

    :param installed: where the entry points are taken from; read now if None
    """

    def __init__(self, namespace: str, installed: Installed | None = None) -> None:
        self._installed = installed or Installed()
        super().__init__(namespace)

    def list_entry_points(self) -> list[importlib.metadata.EntryPoint]:
        """Return the namespace's entry points as the metadata on disk has them."""
        return self._installed.of(self.namespace)

    def _load_one_plugin(
        self, ep: importlib.metadata.EntryPoint, *args: Any, **kwargs: Any
    ) -> extension.Extension[Any]:
        return extension.Extension(ep.name, ep, _Unloaded, None)


class _Unloaded:
    """Stands where stevedore keeps the plugin that is not imported yet."""


def entry_points_of(
    group: str, installed: Installed | None = None
) -> list[importlib.metadata.EntryPoint]:
    """Return the entry points of ``group``, none of them imported.

    A distribution whose metadata cannot be read is left out.
    """
    return [found.entry_point for found in LazyExtensionManager(group, installed)]


def distribution_of(entry_point: importlib.metadata.EntryPoint) -> str:
    """Return the name of the distribution that declares ``entry_point``, fit to show.

    It is ``unknown`` where the metadata does not say, as after half an uninstall.
    """
    try:
        name = None if entry_point.dist is None else entry_point.dist.name
    except (KeyError, TypeError, ValueError, AttributeError, OSError):
        name = None
    return clean(name) if name else 'unknown'


def own_flags(entry_points: Iterable[importlib.metadata.EntryPoint]) -> list[bool]:
    """Tell for each entry point whether phyware's own distribution declares it.

    Few names of distributions are read, each from a file: with 10,000 plugins
    that is what discovery would spend its time on.
    """
    flags: list[bool] = []
    known: dict[int, bool] = {}
    for ep in entry_points:
        own = ep.value.startswith(CORE_DISTRIBUTION)
        if own:
            key = id(ep.dist)
            if key not in known:
                known[key] = distribution_of(ep) == CORE_DISTRIBUTION
            own = known[key]
        flags.append(own)
    return flags


def load_entry_point(entry_point: importlib.metadata.EntryPoint) -> Any:
    """Import what ``entry_point`` names.

    A plugin may raise anything or call ``sys.exit`` while it is imported; that
    becomes one error which names it (cliff-traps 15 and 17, security case 82).

    :raises GenericError: the import failed, whatever way it chose
    """
    owner = distribution_of(entry_point)
    try:
        return entry_point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise GenericError(
            f'the plugin package {owner} cannot be loaded: {described(error)}',
            f'Upgrade or uninstall {owner}',
        ) from error


def _each(found: Any) -> Iterable[importlib.metadata.EntryPoint]:
    """Return the entry points in what ``_read`` gave; past the warnings of Python 3.11's dict."""
    return itertools.chain.from_iterable(dict.values(found)) if isinstance(found, dict) else found


def _read() -> Any:
    """Return all entry points, in an object whose class depends on Python's version."""
    try:
        return importlib.metadata.entry_points()
    except (KeyError, TypeError, ValueError, AttributeError, OSError):
        return importlib.metadata.EntryPoints(_read_one_by_one())


def _read_one_by_one() -> Iterator[importlib.metadata.EntryPoint]:
    """Yield what ``importlib.metadata`` gives, but for the distributions it fails on."""
    seen = set()
    for dist in importlib.metadata.distributions():
        try:
            name, found = dist.name, list(dist.entry_points)
        except (KeyError, TypeError, ValueError, AttributeError, OSError):
            continue
        if name is None or name not in seen:
            seen.add(name)
            yield from found


def _is_installed(ep: importlib.metadata.EntryPoint) -> bool:
    """Tell whether the package of an entry point of ours is there, or was left out."""
    return importlib.util.find_spec(ep.module.partition('.')[0]) is not None
