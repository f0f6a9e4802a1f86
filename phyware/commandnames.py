"""Who provides which command: names from entry points, core first, conflicts refused.

Layer: framework, no I/O; imports no plugin and no cliff, since completion asks
for names alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from phyware.blame import CORE_DISTRIBUTION
from phyware.entryfiles import Entry
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

    commands: dict[str, Entry]
    conflicts: dict[str, Conflict]
    most_words: int


def settle(entries: Sequence[Entry]) -> Names:
    """Return who gets which name (cliff-traps 18): core its own, others what one claims."""
    own: dict[str, Entry] = {}
    foreign: dict[str, Entry] = {}
    others: dict[str, list[Entry]] = {}
    for entry, is_own in zip(entries, own_flags(entries), strict=True):
        # As entry.name, 10,000 times.
        name = entry.line.partition('=')[0].strip().replace('_', ' ')
        if is_own:
            own[name] = entry
        elif name in foreign:
            others.setdefault(name, []).append(entry)
        else:
            foreign[name] = entry
    most_words = 1 + max(map(str.count, ('', *own, *foreign), repeat(' ')))
    kept = _CoreNames((*own, *FRAMEWORK_COMMANDS, *RESERVED_WORDS)).of(foreign)
    disputed = sorted({*kept, *others})
    claimants = {name: [foreign.pop(name), *others.get(name, ())] for name in disputed}
    conflicts = {name: _conflict(name, claimants[name], name in kept) for name in disputed}
    return Names({**own, **foreign}, conflicts, most_words)


def _conflict(name: str, claimants: list[Entry], kept: bool) -> Conflict:
    owners = {distribution_of(entry) for entry in claimants}
    owners |= {CORE_DISTRIBUTION} if kept else set()
    return Conflict(name, tuple(sorted(owners)), refused=not kept)


class _CoreNames:
    """The names that no plugin can take: core's commands and what they stand for."""

    def __init__(self, commands: Iterable[str]) -> None:
        self._commands = frozenset(commands)
        self._groups = frozenset(group for name in self._commands for group in _prefixes(name))
        self._firsts = frozenset(name.partition(' ')[0] for name in self._commands)

    def of(self, names: Iterable[str]) -> set[str]:
        """Return those of ``names`` that core keeps."""
        return {name for name in names
                if name.partition(' ')[0] in self._firsts and self._cover(name)}

    def _cover(self, name: str) -> bool:
        """Tell whether ``name`` is a command or group of core, or goes on after a command.

        The last would take the arguments of core's command away from it.
        """
        taken = name in self._commands or name in self._groups
        return taken or any(prefix in self._commands for prefix in _prefixes(name))


def _prefixes(name: str) -> Iterator[str]:
    words = name.split(' ')
    return (' '.join(words[:length]) for length in range(1, len(words)))
