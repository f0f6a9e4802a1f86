"""Entry points, listed without importing any of them.

Layer: framework, over stevedore; loads one plugin when it is asked for.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from collections.abc import Sequence
from itertools import compress, count, repeat
from operator import itemgetter
from typing import Any

from stevedore import extension

from phyware.blame import CORE_DISTRIBUTION, PackageFailed, described, own_advice
from phyware.entryfiles import FAULTS, Entry, EntryFiles, top_level
from phyware.text import clean

_UNKNOWN = 'unknown'


class Installed:
    """The entry points of all that is installed, read when this is made.

    Reading costs one file for each distribution, so an application does it once.

    :param files: what they are taken from; read now if None
    """

    def __init__(self, files: EntryFiles | None = None) -> None:
        self.files = files or EntryFiles()
        self._made: dict[str, list[importlib.metadata.EntryPoint]] = {}
        self._found: dict[str, tuple[list[Entry], list[bool]]] = {}

    def of(self, group: str) -> list[importlib.metadata.EntryPoint]:
        """Return the entry points of ``group``, but for parts of ours that were left out."""
        # Whoever asks for the hooks of each command asks 10,000 times.
        if group not in self._made:
            self._made[group] = [entry.made() for entry in self.entries(group)]
        return self._made[group]

    def entries(self, group: str) -> Sequence[Entry]:
        """Return what ``of`` makes entry points of, for groups that may have 10,000."""
        return self._read(group)[0]

    def own_flags(self, group: str) -> Sequence[bool]:
        """Return of each of ``entries`` whether phyware's own distribution declares it."""
        return self._read(group)[1]

    def _read(self, group: str) -> tuple[list[Entry], list[bool]]:
        if group not in self._found:
            entries = self.files.of(group)
            flags = own_flags(entries)
            for number in reversed([*compress(count(), flags)]):
                if not _is_installed(entries[number]):
                    del entries[number], flags[number]
            self._found[group] = entries, flags
        return self._found[group]

    def groups(self, prefix: str) -> list[str]:
        """Return the names of the groups that begin with ``prefix``, sorted."""
        return sorted(name for name in self.files.groups if name.startswith(prefix))


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


def distribution_of(entry_point: importlib.metadata.EntryPoint | Entry) -> str:
    """Return the name of the distribution that declares ``entry_point``, fit to show.

    It is ``unknown`` where the metadata does not say, as after half an uninstall.
    """
    return name_of(entry_point.dist)


def name_of(dist: importlib.metadata.Distribution | None) -> str:
    """Return the name of a distribution as ``distribution_of`` does."""
    try:
        name = None if dist is None else dist.name
    except FAULTS:
        name = None
    return clean(name) if name else _UNKNOWN


def is_own(entry: Entry | importlib.metadata.EntryPoint) -> bool:
    """Tell whether phyware's own distribution declares ``entry``."""
    return entry.value.startswith(CORE_DISTRIBUTION) and distribution_of(entry) == CORE_DISTRIBUTION


def own_flags(entries: Sequence[Entry]) -> list[bool]:
    """Return ``is_own`` of each.

    Few names of distributions are read, each from a file: with 10,000 plugins
    that is what discovery would spend its time on.
    """
    flags = [*map(str.startswith, map(itemgetter(1), entries), repeat(CORE_DISTRIBUTION))]
    known: dict[object, bool] = {}
    for number in [*compress(count(), flags)]:
        entry = entries[number]
        if entry.where not in known:
            known[entry.where] = is_own(entry)
        flags[number] = known[entry.where]
    return flags


def load_entry_point(entry_point: importlib.metadata.EntryPoint | Entry) -> Any:
    """Import what ``entry_point`` names.

    A plugin may raise anything or call ``sys.exit`` while it is imported; that
    becomes one error which names it (cliff-traps 15 and 17, security case 82).

    :raises PackageFailed: the import failed, whatever way it chose
    """
    owner = distribution_of(entry_point)
    if not is_reference(entry_point.value):
        # importlib.metadata fails with an error that names neither.
        value = clean(entry_point.value)
        raise PackageFailed(
            owner, f'the plugin package {owner} cannot be loaded: {value} is no MODULE:NAME'
        )
    try:
        return entry_point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PackageFailed(
            owner,
            f'the plugin package {owner} cannot be loaded: {described(error)}',
            own_advice(error, owner, top_level(entry_point.value)),
        ) from error


def is_reference(value: str) -> bool:
    """Tell whether the value of an entry point is of the form ``module:attribute``."""
    return importlib.metadata.EntryPoint.pattern.match(value) is not None


def _is_installed(entry: Entry) -> bool:
    """Tell whether the package of an entry point of ours is there, or was left out."""
    module = re.match(r'[\w.]+', entry.value)
    return module is None or importlib.util.find_spec(module[0].partition('.')[0]) is not None
