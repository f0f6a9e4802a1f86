"""Find the command of a line that is not finished, as the application finds it.

Layer: framework, no I/O of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from phyware.completion.place import Scan
from phyware.completion.slots import Slot
from phyware.context import Context


class Source(Protocol):
    """Where the commands and their slots come from."""

    @property
    def context(self) -> Context:
        """The outside."""

    @property
    def names(self) -> Collection[str]:
        """The names of all commands; quick to look up."""

    def slots(self, name: str | None) -> Sequence[Slot]:
        """Return those of a command, or of the options before any; none if it is broken."""


@dataclass(frozen=True)
class Line:
    """A line as far as it is typed.

    :param slots: those of its command, or of the options before one
    :param scan: has taken the words that are no words of a command
    :param next_words: what could go on with the command's name
    """

    slots: Sequence[Slot]
    scan: Scan
    next_words: list[str]


def resolve(source: Source, words: Sequence[str]) -> Line | None:
    """Return the line that ``words`` begin: the longest name typed is its command.

    :returns: None if the words name no command and no group
    """
    names = source.names
    most = max((name.count(' ') for name in names), default=0) + 1
    root = source.slots(None)
    scan, typed, at = Scan(root), list[str](), 0
    while at < len(words):
        if scan.waiting or words[at].startswith('-'):
            scan.take(words[at])
            at += 1
            continue
        run = list(itertools.islice(itertools.takewhile(_plain, words[at:at + most]), most))
        name = _longest(names, typed, run)
        if name is not None:
            rest = words[at + name.count(' ') + 1 - len(typed):]
            return _in_command(source, name, rest, scan)
        typed, at = typed + run, at + len(run)
        if not _below(names, typed):
            return None
    return Line(root, scan, _below(names, typed))


def _plain(word: str) -> bool:
    return not word.startswith('-')


def _longest(names: Collection[str], typed: list[str], run: list[str]) -> str | None:
    for length in range(len(run), 0, -1):
        name = ' '.join([*typed, *run[:length]])
        if name in names:
            return name
    return None


def _in_command(source: Source, name: str, rest: Sequence[str], before: Scan) -> Line:
    slots = source.slots(name)
    scan = Scan(slots, before.given)
    for word in rest:
        scan.take(word)
    # "dev" may be a command and the beginning of "dev list" as well.
    unbroken = all(map(_plain, rest))
    return Line(slots, scan, _below(source.names, [name, *rest]) if unbroken else [])


def _below(names: Iterable[str], typed: list[str]) -> list[str]:
    """Return the words that follow those typed in the names."""
    start = ''.join(f'{word} ' for word in typed)
    return [name[len(start):].partition(' ')[0] for name in names if name.startswith(start)]
