"""The distributions that add something to phyware, from their metadata alone.

Layer: framework; imports no plugin.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from operator import attrgetter, itemgetter

from phyware.blame import CORE_DISTRIBUTION
from phyware.discovery import COMMAND_GROUP, CommandManager
from phyware.distributions import InstalledDistribution
from phyware.entryfiles import FAULTS, Entry, distribution_at
from phyware.extensions import name_of
from phyware.formatters import LIST_GROUP, SHOW_GROUP
from phyware.plugins.modules import Modules
from phyware.reserved import PROVIDER_GROUP
from phyware.text import clean

_GROUP_PREFIX = 'phyware.'
_HOOK_PREFIX = f'{COMMAND_GROUP}.'


class State(StrEnum):
    """What can be said of a plugin without importing it."""

    CORE = 'core'
    OK = 'ok'
    CONFLICT = 'conflict'
    BROKEN = 'broken'


class Plugin:
    """One distribution with all that it adds.

    :param name: the distribution, fit to show
    :param dist: where its metadata is
    :param manager: who settled which commands are in conflict
    :param modules: what can be imported
    """

    def __init__(
        self, name: str, dist: importlib.metadata.Distribution, manager: CommandManager,
        modules: Modules,
    ) -> None:
        self.name = name
        self._dist = dist
        self._manager = manager
        self._modules = modules
        self._entries: list[Entry] = []

    def add(self, entries: Iterable[Entry]) -> None:
        """Take what is in one group; the groups come in their order."""
        self._entries.extend(entries)

    @property
    def version(self) -> str:
        """Return its version, empty if it has none."""
        return self._field('Version')

    @property
    def summary(self) -> str:
        """Return what its authors say of it, empty if they do not."""
        return self._field('Summary')

    @property
    def location(self) -> str:
        """Return the directory that it is in, empty if nobody knows."""
        try:
            return clean(str(self._dist.locate_file('')), limit=None)
        except FAULTS:
            return ''

    @cached_property
    def state(self) -> State:
        """Return what can be said without an import; only ``plugin doctor`` makes one."""
        if self.name == CORE_DISTRIBUTION:
            return State.CORE
        if self._modules.missing(line.partition('=')[2].strip() for line, *_ in self._entries):
            return State.BROKEN
        conflicts = self._manager.conflicts
        return State.CONFLICT if conflicts and conflicts.keys() & self.commands else State.OK

    @property
    def entry_points(self) -> list[importlib.metadata.EntryPoint]:
        """Return all that it adds, by group and name."""
        return [entry.made() for entry in sorted(self._entries, key=attrgetter('group', 'name'))]

    @property
    def commands(self) -> list[str]:
        """Return the names of the commands, as they are typed."""
        names = '\n'.join(self._names(COMMAND_GROUP)).replace('_', ' ').split('\n')
        return sorted(map(clean, filter(None, names)))

    @property
    def hooks(self) -> list[str]:
        """Return ``NAME on COMMAND`` for each hook."""
        hooks = filter(is_hook, self.entry_points)
        return [f'{clean(ep.name)} on {hooked_command(ep)}' for ep in hooks]

    @property
    def providers(self) -> list[str]:
        """Return the names of the auth providers."""
        return sorted(map(clean, self._names(PROVIDER_GROUP)))

    @property
    def formatters(self) -> list[str]:
        """Return the names of the formatters, of lists and of one thing."""
        return sorted({*map(clean, self._names(LIST_GROUP, SHOW_GROUP))})

    def _names(self, *groups: str) -> list[str]:
        # As entry.name has it: of 10,000, calling a property takes longer than what it does.
        lines = [line for line, group, _ in self._entries if group in groups]
        return [line.partition('=')[0].strip() for line in lines]

    def _field(self, name: str) -> str:
        try:
            if isinstance(self._dist, InstalledDistribution):
                return clean(self._dist.field(name))
            found = self._dist.metadata
            # Python 3.11 gives None for a field that is missing, later ones raise.
            return clean(found[name] or '') if found and name in found else ''
        except FAULTS:
            return ''


def inventory(manager: CommandManager) -> list[Plugin]:
    """Return all plugins by name, phyware's own distribution first.

    :param manager: who settled which commands are in conflict
    """
    places: dict[object, tuple[str, importlib.metadata.Distribution]] = {}
    found: dict[str, Plugin] = {}
    modules = Modules()
    for group in manager.installed.groups(_GROUP_PREFIX):
        for where, entries in groupby(manager.installed.entries(group), itemgetter(2)):
            # The name of each is read from a file: once, and not for each of 10,000 commands.
            if where not in places:
                dist = distribution_at(where)
                places[where] = name_of(dist), dist
            name, dist = places[where]
            if name not in found:
                found[name] = Plugin(name, dist, manager, modules)
            found[name].add(entries)
    return sorted(found.values(), key=lambda each: (each.name != CORE_DISTRIBUTION, each.name))


def hooked_command(entry_point: importlib.metadata.EntryPoint) -> str:
    """Return the command that a hook's entry point is for, as it is typed."""
    return _typed(entry_point.group.removeprefix(_HOOK_PREFIX))


def is_hook(entry_point: importlib.metadata.EntryPoint) -> bool:
    """Tell whether ``entry_point`` is in the group of a command's hooks."""
    return entry_point.group.startswith(_HOOK_PREFIX)


def _typed(name: str) -> str:
    return clean(name.replace('_', ' '))
