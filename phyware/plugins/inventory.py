"""The distributions that add something to phyware, from their metadata alone.

Layer: framework; imports no plugin.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, groupby, islice
from operator import attrgetter, itemgetter
from typing import Final

from phyware.blame import CORE_DISTRIBUTION
from phyware.commandnames import COMMAND_GROUP, typed_names
from phyware.discovery import CommandManager
from phyware.distributions import InstalledDistribution
from phyware.entryfiles import FAULTS, Entry, distribution_at
from phyware.extensions import name_of
from phyware.formatters import LIST_GROUP, SHOW_GROUP
from phyware.plugins.modules import Modules
from phyware.reserved import FAST_GROUP, PROVIDER_GROUP
from phyware.text import clean, clean_each

_GROUP_PREFIX = 'phyware.'
_HOOK_PREFIX = f'{COMMAND_GROUP}.'


class State:
    """What can be said of a plugin without importing it."""

    CORE: Final = 'core'
    OK: Final = 'ok'
    CONFLICT: Final = 'conflict'
    BROKEN: Final = 'broken'


class Plugin:
    """One distribution with all that it adds.

    :param name: the distribution, fit to show
    :param dist: where its metadata is
    :param conflicts: the commands that are in conflict, fit to show
    :param modules: what can be imported; None where nothing is missing
    """

    def __init__(
        self, name: str, dist: importlib.metadata.Distribution,
        conflicts: AbstractSet[str], modules: Modules | None,
    ) -> None:
        self.name = name
        self._dist = dist
        self._conflicts = conflicts
        self._modules = modules
        self._entries: list[Entry] = []
        self._commands: list[str] = []

    def add(self, entries: Iterable[Entry], commands: Iterable[str]) -> None:
        """Take what is in one group; the groups come in their order.

        :param commands: the names of the commands among them, fit to show
        """
        self._entries.extend(entries)
        self._commands.extend(filter(None, commands))

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

    @property
    def state(self) -> str:
        """Return one of ``State``; an import, as ``plugin doctor`` makes, could tell more."""
        if self.name == CORE_DISTRIBUTION:
            return State.CORE
        if self._modules and self._modules.missing(entry.value for entry in self._entries):
            return State.BROKEN
        disputed = self._conflicts and not self._conflicts.isdisjoint(self._commands)
        return State.CONFLICT if disputed else State.OK

    @property
    def entry_points(self) -> list[importlib.metadata.EntryPoint]:
        """Return all that it adds, by group and name."""
        return [entry.made() for entry in sorted(self._entries, key=attrgetter('group', 'name'))]

    @property
    def commands(self) -> list[str]:
        """Return the names of the commands, as they are typed."""
        return sorted(self._commands)

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

    @property
    def fast_commands(self) -> list[str]:
        """Return the commands that there is a fast function for, as they are typed."""
        return sorted(map(_typed, self._names(FAST_GROUP)))

    def _names(self, *groups: str) -> list[str]:
        return [entry.name for entry in self._entries if entry.group in groups]

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
    groups = [*map(manager.installed.entries, manager.installed.groups(_GROUP_PREFIX))]
    modules = Modules()
    values = [*map(itemgetter(1), chain.from_iterable(groups))]
    conflicts = frozenset(clean_each([*manager.conflicts]))
    plugins = _Plugins(conflicts, None if modules.surely_there(values) else modules)
    for entries in groups:
        commands = iter(_commands_of(entries))
        for where, added in groupby(entries, itemgetter(3)):
            run = [*added]
            plugins.at(where).add(run, islice(commands, len(run)))
    core = plugins.by_name.pop(CORE_DISTRIBUTION, None)
    others = map(plugins.by_name.__getitem__, sorted(plugins.by_name))
    return [*filter(None, [core]), *others]


def _commands_of(entries: Sequence[Entry]) -> list[str]:
    """Return the names of a group's entries as they are typed, none if it is of something else."""
    if not entries or entries[0].group != COMMAND_GROUP:
        return []
    return clean_each(typed_names(entries).split('\n'))


class _Plugins:
    """Plugins by where they are; the name of each is read from a file, once."""

    def __init__(self, conflicts: AbstractSet[str], modules: Modules | None) -> None:
        self.by_name: dict[str, Plugin] = {}
        self._by_place: dict[object, Plugin] = {}
        self._known = conflicts, modules

    def at(self, where: str | importlib.metadata.Distribution) -> Plugin:
        if where not in self._by_place:
            dist = distribution_at(where)
            name = name_of(dist)
            if name not in self.by_name:
                self.by_name[name] = Plugin(name, dist, *self._known)
            self._by_place[where] = self.by_name[name]
        return self._by_place[where]


def hooked_command(entry_point: importlib.metadata.EntryPoint) -> str:
    """Return the command that a hook's entry point is for, as it is typed."""
    return _typed(entry_point.group.removeprefix(_HOOK_PREFIX))


def is_hook(entry_point: importlib.metadata.EntryPoint) -> bool:
    """Tell whether ``entry_point`` is in the group of a command's hooks."""
    return entry_point.group.startswith(_HOOK_PREFIX)


def _typed(name: str) -> str:
    return clean(name.replace('_', ' '))
