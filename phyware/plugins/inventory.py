"""The distributions that add something to phyware, from their metadata alone.

Layer: framework; imports no plugin.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from phyware.blame import CORE_DISTRIBUTION
from phyware.discovery import COMMAND_GROUP, CommandManager
from phyware.entryfiles import FAULTS
from phyware.extensions import distribution_of
from phyware.formatters import LIST_GROUP, SHOW_GROUP
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


@dataclass(frozen=True)
class Plugin:
    """One distribution with all that it adds.

    :param name: the distribution, fit to show
    :param entry_points: all of it in phyware's groups, by group and name
    :param state: see ``State``; only ``plugin doctor`` imports what it judges
    """

    name: str
    version: str
    summary: str
    location: str
    entry_points: tuple[importlib.metadata.EntryPoint, ...] = field(repr=False)
    state: State = State.OK

    @property
    def commands(self) -> list[str]:
        """Return the names of the commands, as they are typed."""
        return [_typed(ep.name) for ep in self.of(COMMAND_GROUP)]

    @property
    def hooks(self) -> list[str]:
        """Return ``NAME on COMMAND`` for each hook."""
        hooks = [ep for ep in self.entry_points if ep.group.startswith(_HOOK_PREFIX)]
        return [f'{clean(ep.name)} on {hooked_command(ep)}' for ep in hooks]

    @property
    def providers(self) -> list[str]:
        """Return the names of the auth providers."""
        return [clean(ep.name) for ep in self.of(PROVIDER_GROUP)]

    @property
    def formatters(self) -> list[str]:
        """Return the names of the formatters, of lists and of one thing."""
        return sorted({clean(ep.name) for ep in (*self.of(LIST_GROUP), *self.of(SHOW_GROUP))})

    def of(self, group: str) -> list[importlib.metadata.EntryPoint]:
        """Return the entry points of ``group``."""
        return [ep for ep in self.entry_points if ep.group == group]


def inventory(manager: CommandManager) -> list[Plugin]:
    """Return all plugins by name, phyware's own distribution first.

    :param manager: who settled which commands are in conflict
    """
    found: dict[str, list[importlib.metadata.EntryPoint]] = {}
    # The name of each is read from a file: once, and not for each of 10,000 commands.
    names: dict[object, str] = {}
    for group in manager.installed.groups(_GROUP_PREFIX):
        for entry in manager.installed.entries(group):
            if entry.where not in names:
                names[entry.where] = distribution_of(entry)
            found.setdefault(names[entry.where], []).append(entry.made())
    plugins = [_plugin(name, entries, manager) for name, entries in found.items()]
    return sorted(plugins, key=lambda plugin: (plugin.state is not State.CORE, plugin.name))


def hooked_command(entry_point: importlib.metadata.EntryPoint) -> str:
    """Return the command that a hook's entry point is for, as it is typed."""
    return _typed(entry_point.group.removeprefix(_HOOK_PREFIX))


def is_hook(entry_point: importlib.metadata.EntryPoint) -> bool:
    """Tell whether ``entry_point`` is in the group of a command's hooks."""
    return entry_point.group.startswith(_HOOK_PREFIX)


def _typed(name: str) -> str:
    return clean(name.replace('_', ' '))


def _plugin(
    name: str, entries: list[importlib.metadata.EntryPoint], manager: CommandManager
) -> Plugin:
    entries = sorted(entries, key=lambda ep: (ep.group, ep.name))
    dist = entries[0].dist
    version, summary = _metadata(dist, 'Version', 'Summary')
    return Plugin(
        name,
        version,
        summary,
        _location(dist),
        tuple(entries),
        _state(name, entries, manager),
    )


def _metadata(dist: importlib.metadata.Distribution | None, *names: str) -> list[str]:
    """Return the fields ``names``, empty where there is none: the file is taken apart once."""
    try:
        found = None if dist is None else dist.metadata
        # Python 3.11 gives None for a field that is missing, later ones raise.
        return [clean(found[name] or '') if found and name in found else '' for name in names]
    except FAULTS:
        return ['' for _ in names]


def _location(dist: importlib.metadata.Distribution | None) -> str:
    try:
        return '' if dist is None else clean(str(dist.locate_file('')), limit=None)
    except FAULTS:
        return ''


def _state(
    name: str, entries: list[importlib.metadata.EntryPoint], manager: CommandManager
) -> State:
    if name == CORE_DISTRIBUTION:
        return State.CORE
    if any(True for _ in missing_modules(entries)):
        return State.BROKEN
    claimed = {_typed(ep.name) for ep in entries if ep.group == COMMAND_GROUP}
    return State.CONFLICT if claimed & set(manager.conflicts) else State.OK


def missing_modules(entries: list[importlib.metadata.EntryPoint]) -> Iterator[str]:
    """Yield the top-level packages that entry points name and nobody has, importing none.

    Of an entry point that names no module at all, what it says is yielded.
    """
    for name in dict.fromkeys(map(_top_level, entries)):
        try:
            found = importlib.util.find_spec(name) is not None
        except (ImportError, ValueError, AttributeError):
            found = False
        if not found:
            yield clean(name)


def _top_level(entry_point: importlib.metadata.EntryPoint) -> str:
    try:
        return entry_point.module.partition('.')[0]
    except (AttributeError, ValueError):
        # The former of Python 3.11, the latter of what later ones raise.
        return entry_point.value
