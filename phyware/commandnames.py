"""Who provides which command: names from entry points, core first, conflicts refused.

Layer: framework, no I/O; imports no plugin and no cliff, since completion asks
for names alone.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from phyware.blame import CORE_DISTRIBUTION
from phyware.extensions import distribution_of, own_flags
from phyware.reserved import FRAMEWORK_COMMANDS, RESERVED_WORDS

COMMAND_GROUP = 'phyware.commands'


class Conflict(NamedTuple):
    """A command name that more than one distribution claims.

    :param name: the command's words
    :param distributions: who claims it, sorted; core too if it keeps the name
    :param refused: True if the name runs for nobody, False if core keeps it
    """

    name: str
    distributions: tuple[str, ...]
    refused: bool

    @property
    def others(self) -> tuple[str, ...]:
        """Return those who do not get the name: all of them if it is refused."""
        return tuple(name for name in self.distributions if name != CORE_DISTRIBUTION)


class Names(NamedTuple):
    """The commands that run, by their words, and the names that are disputed.

    :param most_words: of the longest name, one that is disputed included
    """

    commands: dict[str, importlib.metadata.EntryPoint]
    conflicts: dict[str, Conflict]
    most_words: int


def settle(entry_points: Sequence[importlib.metadata.EntryPoint]) -> Names:
    """Return who gets which name (cliff-traps 18): core its own, others what one claims."""
    own: dict[str, importlib.metadata.EntryPoint] = {}
    foreign: dict[str, list[importlib.metadata.EntryPoint]] = {}
    for ep, is_own in zip(entry_points, own_flags(entry_points), strict=True):
        name = ep.name.replace('_', ' ')
        if is_own:
            own[name] = ep
        else:
            foreign.setdefault(name, []).append(ep)
    most_words = max(name.count(' ') + 1 for name in ('', *own, *foreign))
    names = Names(own, {}, most_words)
    core = _CoreNames((*own, *FRAMEWORK_COMMANDS, *RESERVED_WORDS))
    for name, claimants in foreign.items():
        _settle(names, name, claimants, core)
    return names


def _settle(
    names: Names, name: str, claimants: list[importlib.metadata.EntryPoint], core: _CoreNames
) -> None:
    kept = core.cover(name)
    if not kept and len(claimants) == 1:
        names.commands[name] = claimants[0]
        return
    owners = {distribution_of(ep) for ep in claimants}
    owners |= {CORE_DISTRIBUTION} if kept else set()
    names.conflicts[name] = Conflict(name, tuple(sorted(owners)), refused=not kept)


class _CoreNames:
    """The names that no plugin can take: core's commands and what they stand for."""

    def __init__(self, commands: Iterable[str]) -> None:
        self._commands = frozenset(commands)
        self._groups = frozenset(group for name in self._commands for group in _prefixes(name))

    def cover(self, name: str) -> bool:
        """Tell whether ``name`` is a command or group of core, or goes on after a command.

        The last would take the arguments of core's command away from it.
        """
        taken = name in self._commands or name in self._groups
        return taken or any(prefix in self._commands for prefix in _prefixes(name))


def _prefixes(name: str) -> Iterator[str]:
    words = name.split(' ')
    return (' '.join(words[:length]) for length in range(1, len(words)))
