"""The candidates for the word under the cursor.

Layer: framework.  Command words come from entry-point metadata; the slots of a
command, and what completes a value, from the source given.
"""

from __future__ import annotations

import importlib
import io
import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from phyware.blame import blamed_on
from phyware.completion.place import Place, Scan
from phyware.completion.request import Request
from phyware.completion.slots import Slot
from phyware.context import Context, NoBrowser
from phyware.errors import PhywareError
from phyware.parsing import HelpShown

_MOST = 1000


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
class Answer:
    """What may stand there.

    :param files: whether names of files may, too
    """

    values: tuple[str, ...] = ()
    files: bool = False


def answer(source: Source, words: Sequence[str], prefix: str) -> Answer:
    """Return what may come after ``words`` and begins with ``prefix``.

    :param words: the finished words after the program's name, unquoted
    :param prefix: the word that is being typed; empty for a new one
    """
    line = resolve(source, words)
    if line is None:
        return Answer()
    place = line.scan.place(prefix)
    found = [] if line.scan.waiting or place.lead else line.next_words
    values, files = _of_value(source, place, prefix)
    found += [place.lead + value for value in values]
    if place.flags and (prefix.startswith('-') or not found and not files):
        found += _flags(line.slots, place)
    fitting = sorted({value for value in found if value.startswith(prefix)})
    return Answer(tuple(fitting[:_MOST]), files)


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
    """Find the command as the application does: the longest name that is typed.

    :returns: None if the words name no command and no group
    """
    names, typed = source.names, ''
    most = max((name.count(' ') for name in names), default=0) + 1
    slots = source.slots(None)
    scan = Scan(slots)
    while words:
        if scan.waiting or words[0].startswith('-'):
            scan.take(words[0])
            words = words[1:]
            continue
        run = list(itertools.islice(itertools.takewhile(_plain, words), most))
        for length in range(len(run), 0, -1):
            name = typed + ' '.join(run[:length])
            if name in names:
                rest = words[length:]
                following = _below(names, typed + ' '.join(words)) if len(words) <= most else []
                return _of_command(source.slots(name), rest, following)
        typed += ''.join(f'{word} ' for word in run)
        if not _below(names, typed.rstrip(' ')):
            return None
        words = words[len(run):]
    return Line(slots, scan, _below(names, typed.rstrip(' ')))


def _plain(word: str) -> bool:
    return not word.startswith('-')


def _of_command(slots: Sequence[Slot], words: Iterable[str], next_words: list[str]) -> Line:
    scan = Scan(slots)
    for word in words:
        scan.take(word)
    return Line(slots, scan, next_words)


def _below(names: Iterable[str], typed: str) -> list[str]:
    """Return the words that follow ``typed`` in the names."""
    start = f'{typed} ' if typed else ''
    return [name[len(start):].partition(' ')[0] for name in names if name.startswith(start)]


def _flags(slots: Iterable[Slot], place: Place) -> list[str]:
    return [
        flag for slot in slots for flag in slot.flags
        if slot.again or flag not in place.used
    ]


def _of_value(source: Source, place: Place, prefix: str) -> tuple[Iterable[str], bool]:
    slot = place.value_of
    if slot is None:
        return (), False
    if slot.choices or not slot.completer:
        return slot.choices, slot.files
    request = Request(
        _mute(source.context), prefix.removeprefix(place.lead), place.given,
        tuple(place.before), sorted(source.names),
    )
    return _asked(slot.completer, request), slot.files


def _asked(reference: str, request: Request) -> list[str]:
    """Return what the function named gives; nothing if it fails, whatever way.

    At a Tab there is nobody to tell.
    """
    module, _, name = reference.partition(':')
    try:
        with blamed_on('unknown', 'a completion'):
            function = getattr(importlib.import_module(module), name)
            return [str(value) for value in itertools.islice(function(request), _MOST)]
    except (PhywareError, HelpShown, BrokenPipeError):
        return []


def _mute(context: Context) -> Context:
    """Return ``context`` with streams of its own: the terminal shows a half-typed line."""
    return replace(
        context, stdin=io.StringIO(), stdout=io.StringIO(), stderr=io.StringIO(),
        browser=NoBrowser(),
    )
