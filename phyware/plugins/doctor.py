"""Find what is wrong with the plugins installed, and say how to mend it.

Layer: framework.  Plugins are imported in a child process only (``probe``):
one that hangs or kills its process is found like any other.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from phyware.blame import CORE_DISTRIBUTION, repair
from phyware.discovery import CommandManager
from phyware.entryfiles import FAULTS
from phyware.extensions import is_reference
from phyware.plugins.imports import Answer, answers
from phyware.plugins.inventory import Plugin, inventory
from phyware.plugins.modules import Modules
from phyware.plugins.names import conflict_problems, is_read, item, name_problems, taken_names
from phyware.plugins.problem import ERROR, WARNING, Problem
from phyware.plugins.spelling import group_problems, spelling_problems
from phyware.text import clean

SECONDS = 10.0
SLOW_SECONDS = 0.5


class Doctor:
    """Examine all that is installed.

    :param manager: the commands and what is in conflict
    :param environ: the environment, of which a child gets what is not ours
    :param seconds: how long one entry point may take to be imported
    """

    def __init__(
        self, manager: CommandManager, environ: Mapping[str, str], seconds: float = SECONDS
    ) -> None:
        self._manager = manager
        self._environ = environ
        self._seconds = seconds

    def examine(self) -> tuple[int, list[Problem]]:
        """Return how many plugins were examined, and what is wrong with them."""
        plugins = inventory(self._manager)
        problems = [*self._conflicts(), *taken_names(plugins), *unreadable()]
        problems += dict.fromkeys(group_problems(self._manager.installed))
        for plugin in plugins:
            problems += self._of_metadata(plugin)
            problems += merged(self._of_imports(plugin))
        return len(plugins), problems

    def _conflicts(self) -> Iterator[Problem]:
        for _, conflict in sorted(self._manager.conflicts.items()):
            yield from conflict_problems(self._manager, conflict)

    def _of_metadata(self, plugin: Plugin) -> Iterator[Problem]:
        yield from _malformed(plugin)
        values = [ep.value for ep in plugin.entry_points if is_reference(ep.value)]
        for name in Modules().missing(values):
            yield Problem(
                plugin.name, f'package {name}', ERROR, 'it is named but not installed',
                f'Reinstall {plugin.name}, or correct its entry points',
            )
        yield from spelling_problems(plugin)
        yield from name_problems(plugin, self._manager)

    def _of_imports(self, plugin: Plugin) -> Iterator[Problem]:
        modules = Modules()
        entries = [
            ep for ep in plugin.entry_points if is_read(ep) and not modules.missing([ep.value])
        ]
        while entries:
            given = list(answers(entries, self._environ, self._seconds))
            for index, answer in enumerate(given):
                yield from _problems(plugin, entries[index], answer)
            last, entries = entries[len(given) - 1], entries[max(len(given), 1):]
            if given and not given[-1].imported:
                # The others of this module would be waited for as long, each.
                same = [ep for ep in entries if ep.module == last.module]
                entries = [ep for ep in entries if ep.module != last.module]
                for ep in same:
                    yield from _problems(plugin, ep, given[-1])


def merged(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems, those that differ in their item only as one that names all.

    What breaks a module breaks each command in it.
    """
    items: dict[Problem, list[str]] = {}
    for problem in problems:
        items.setdefault(replace(problem, item=''), []).append(problem.item)
    return [replace(same, item=', '.join(named)) for same, named in items.items()]


def _problems(
    plugin: Plugin, ep: importlib.metadata.EntryPoint, answer: Answer
) -> Iterator[Problem]:
    for fault in answer.faults:
        owner = fault.owner or plugin.name
        general = fault.advice in ('', repair(owner))
        advice = _advice(owner, fault.where) if general else fault.advice
        yield Problem(owner, item(ep), ERROR, clean(fault.text), advice)
    if not answer.faults and answer.seconds > SLOW_SECONDS:
        yield Problem(
            plugin.name, item(ep), WARNING,
            f'it takes {answer.seconds:.1f} s to be imported, each time it is used',
            f'Tell the authors of {plugin.name} to import inside functions',
        )


def _malformed(plugin: Plugin) -> Iterator[Problem]:
    """Yield the entry points of which nobody knows what to import."""
    for ep in plugin.entry_points:
        if is_read(ep) and not is_reference(ep.value):
            meant = re.match(r'[\w.]+:[\w.]+', ep.value)
            advice = f'Write {clean(meant[0]) if meant else "MODULE:NAME"} in its entry point'
            problem = f'{clean(ep.value)} is no MODULE:NAME'
            yield Problem(plugin.name, item(ep), ERROR, problem, advice)


def _advice(owner: str, where: str) -> str:
    """Return what the author of ``owner`` has to mend, and what helps everybody else."""
    general = repair(owner)
    if owner == CORE_DISTRIBUTION or not where:
        return general
    mend = where if where.startswith('write ') else f'mend {where}'
    return f'If {owner} is yours, {mend}; else {general[0].lower()}{general[1:]}'


def unreadable() -> Iterator[Problem]:
    """Yield the distributions whose metadata is damaged, so that nothing of them is found."""
    for dist in importlib.metadata.distributions():
        try:
            damaged = not dist.name
            _ = dist.entry_points
        except FAULTS:
            damaged = True
        if damaged:
            where = clean(str(getattr(dist, '_path', 'unknown')), limit=None)
            yield Problem(
                where.rpartition('/')[2], 'metadata', WARNING, f'it cannot be read: {where}',
                'Reinstall the package, or delete that directory',
            )
