"""What is wrong with the names of entry points: misspelt, taken, or never read.

Layer: framework; imports no plugin.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Sequence

from phyware.blame import CORE_DISTRIBUTION
from phyware.commandnames import Conflict, prefixes
from phyware.discovery import COMMAND_GROUP, CommandManager
from phyware.formatters import FORMATS, LIST_GROUP, SHOW_GROUP
from phyware.plugins.inventory import Plugin, hooked_command, is_hook
from phyware.plugins.problem import ERROR, WARNING, Problem
from phyware.reserved import (
    API_KEY_PROVIDER,
    COMPLETION_GROUP,
    FAST_GROUP,
    PROVIDER_GROUP,
    STORED_PROVIDER,
)
from phyware.suggestions import same_but_for_spelling
from phyware.text import clean

GROUPS = {
    COMMAND_GROUP: 'command', PROVIDER_GROUP: 'auth provider', FAST_GROUP: 'fast function',
    COMPLETION_GROUP: 'completer', LIST_GROUP: 'formatter', SHOW_GROUP: 'formatter',
}
_CORES = {
    PROVIDER_GROUP: (STORED_PROVIDER, API_KEY_PROVIDER), LIST_GROUP: FORMATS, SHOW_GROUP: FORMATS,
}


def item(ep: importlib.metadata.EntryPoint) -> str:
    """Return what an entry point is called in a problem."""
    if is_hook(ep):
        return f"hook '{clean(ep.name)}' on '{hooked_command(ep)}'"
    kind = GROUPS.get(ep.group, f'entry point of {clean(ep.group)}')
    name = ep.name.replace('_', ' ') if ep.group in (COMMAND_GROUP, FAST_GROUP) else ep.name
    return f"{kind} '{clean(name)}'"


def is_read(ep: importlib.metadata.EntryPoint) -> bool:
    """Tell whether phyware reads the group of ``ep``."""
    return ep.group in GROUPS or is_hook(ep)


def conflict_problems(manager: CommandManager, conflict: Conflict) -> Iterator[Problem]:
    """Yield what each package that does not get a command's name is told."""
    name = conflict.name
    for owner in conflict.others:
        rest = [other for other in conflict.distributions if other != owner]
        advice = f'Uninstall {owner}, or ask its authors for another name'
        if not rest:
            problem = 'it is named twice: it runs for nobody'
            advice = f'Leave one out, or upgrade or uninstall {owner}'
        elif conflict.refused:
            problem = f'{", ".join(rest)} has it as well: it runs for nobody'
        else:
            problem = f'{_claim(manager, name)}: core keeps it'
        yield Problem(owner, f"command '{clean(name)}'", ERROR, problem, advice)


def _claim(manager: CommandManager, name: str) -> str:
    for prefix in prefixes(name):
        if prefix in manager.commands:
            return f"'{clean(prefix)}' takes what follows it"
    if name not in manager.commands and manager.is_group(name.split(' ')):
        return 'it is a group of commands'
    return 'phyware has it as well'


def name_problems(plugin: Plugin, manager: CommandManager) -> Iterator[Problem]:
    """Yield what is wrong with the names in ``plugin``, commands' own conflicts left out."""
    for ep in plugin.entry_points:
        command = _for_command(ep)
        if not command or command in manager.commands:
            continue
        known = same_but_for_spelling(manager, command.split())
        advice = f'Install what {command} comes from, or uninstall {plugin.name}'
        if known:
            advice = f'Write {clean(known[0].replace(" ", "_"))}, which is a command'
        problem = 'no such command is installed'
        yield Problem(plugin.name, item(ep), WARNING, problem, advice)


def _for_command(ep: importlib.metadata.EntryPoint) -> str:
    if is_hook(ep):
        # With a space it is none of the groups that are read, and is told so.
        return '' if ' ' in ep.group else hooked_command(ep)
    return clean(ep.name.replace('_', ' ')) if ep.group == FAST_GROUP else ''


def taken_names(plugins: Sequence[Plugin]) -> Iterator[Problem]:
    """Yield the providers and formatters that are core's, or of two packages."""
    owners: dict[tuple[str, str], list[str]] = {}
    entries = [
        (plugin.name, ep) for plugin in plugins for ep in plugin.entry_points if ep.group in _CORES
    ]
    for owner, ep in entries:
        owners.setdefault((ep.group, ep.name), []).append(owner)
    for owner, ep in entries:
        advice = f'Uninstall {owner}, or ask its authors for another name'
        rest = [other for other in owners[ep.group, ep.name] if other != owner]
        if ep.name in _CORES[ep.group] and owner != CORE_DISTRIBUTION:
            own = "it is phyware's own: this one is never used"
            yield Problem(owner, item(ep), ERROR, own, advice)
        elif rest and ep.name not in _CORES[ep.group]:
            both = f'{", ".join(rest)} has it as well: it is for nobody'
            yield Problem(owner, item(ep), ERROR, both, advice)
