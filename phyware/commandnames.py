"""Who provides which command: names from entry points, core first, conflicts refused.

Layer: framework, no I/O; imports no plugin and no cliff, since completion asks
for names alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from operator import itemgetter, not_
from typing import NamedTuple

from phyware.blame import CORE_DISTRIBUTION
from phyware.entryfiles import Entry
from phyware.extensions import Installed, distribution_of
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

    @property
    def warning(self) -> str:
        """Return what is told whoever runs a command that core keeps."""
        return (
            f"'{self.name}' is phyware's own: the command of this name in "
            f'{", ".join(self.others)} is not used'
        )


# The commands that run, by their words, and the names that are disputed.
Names = tuple[dict[str, Entry], dict[str, Conflict]]


def settle(installed: Installed, group: str = COMMAND_GROUP) -> Names:
    """Return who gets which name (cliff-traps 18): core its own, others what one claims.

    Of 10,000 names each is touched by few expressions of Python: what looks at all of
    them looks at one text, a name a line (performance.md, P7).
    """
    entries, flags = installed.entries(group), installed.own_flags(group)
    text = typed_names(entries)
    names = text.split('\n') if entries else []
    own = set(compress(names, flags))
    core = _CoreNames((*own, *FRAMEWORK_COMMANDS, *RESERVED_WORDS))
    commands = dict(zip(names, entries, strict=True))
    if len(commands) == len(names):
        claimants = {name: [commands[name]] for name in core.of(text) - own}
    else:
        claims = [*compress(zip(names, entries, strict=True), map(not_, flags))]
        claimants = _disputed(claims, core.of(text))
        commands |= compress(zip(names, entries, strict=True), flags)
    for name in claimants.keys() - own:
        del commands[name]
    conflicts = {
        name: _conflict(name, claimants[name], core.keeps(name)) for name in sorted(claimants)
    }
    return commands, conflicts


def typed_names(entries: Sequence[Entry]) -> str:
    """Return the name of each as it is typed, a line each: no entry has a line break."""
    return '\n'.join(map(itemgetter(0), entries)).replace('_', ' ')


def _disputed(claims: Iterable[tuple[str, Entry]], kept: set[str]) -> dict[str, list[Entry]]:
    """Return who of others than core claims a name that is core's or another's too, by name."""
    claimants: dict[str, list[Entry]] = {}
    for name, entry in claims:
        claimants.setdefault(name, []).append(entry)
    return {name: who for name, who in claimants.items() if len(who) > 1 or name in kept}


def _conflict(name: str, claimants: list[Entry], kept: bool) -> Conflict:
    owners = {distribution_of(entry) for entry in claimants}
    owners |= {CORE_DISTRIBUTION} if kept else set()
    return Conflict(name, tuple(sorted(owners)), refused=not kept)


class _CoreNames:
    """The names that no plugin can take: core's commands and what they stand for."""

    def __init__(self, commands: Iterable[str]) -> None:
        self._commands = frozenset(commands)
        self._groups = frozenset(group for name in self._commands for group in prefixes(name))
        self._firsts = frozenset(name.partition(' ')[0] for name in self._commands)

    def of(self, text: str) -> set[str]:
        """Return the names in ``text``, a line each, that core keeps."""
        firsts = '|'.join(map(re.escape, sorted(self._firsts)))
        # To look for line breaks is a third of looking at each character for (?m)^.
        found = re.findall(rf'\n((?:{firsts})(?: [^\n]*)?)(?=\n)', f'\n{text}\n')
        return {*filter(self.keeps, found)}

    def keeps(self, name: str) -> bool:
        """Tell whether ``name`` is a command or group of core, or goes on after a command.

        The last would take the arguments of core's command away from it.
        """
        taken = name in self._commands or name in self._groups
        return taken or any(prefix in self._commands for prefix in prefixes(name))


def prefixes(name: str) -> Iterator[str]:
    """Yield what stands before each word of ``name`` but the first, the shortest first."""
    words = name.split(' ')
    return (' '.join(words[:length]) for length in range(1, len(words)))
