"""The candidates for the word under the cursor.

Layer: framework.  Command words come from entry-point metadata; the slots of a
command, and what completes a value, from the source given.
"""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from phyware.blame import blamed_on
from phyware.completion.line import Source, resolve
from phyware.completion.place import Place
from phyware.completion.request import Request
from phyware.completion.slots import Slot
from phyware.declared import load_completer
from phyware.errors import PhywareError
from phyware.parsing import HelpShown

_MOST = 1000
# What a function may take; those that ask a server have a shorter time of their own.
SECONDS = 5.0


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
    may_be_option = not place.lead and (place.flags or line.scan.waiting)
    found += [
        place.lead + value for value in values if not (may_be_option and _is_option(value))
    ]
    if place.flags and (prefix.startswith('-') or place.value_of is None and not found):
        found += _flags(line.slots, place)
    fitting = sorted({value for value in found if value.startswith(prefix)})
    return Answer(tuple(fitting[:_MOST]), files)


def _is_option(value: str) -> bool:
    """Tell whether a command line would read a value as an option.

    A server names its sessions as it likes: ``--log-file=.bashrc`` for one.
    """
    return value.startswith('-') and value != '-'


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
        # The terminal shows a half-typed line.
        source.context.muted(), prefix.removeprefix(place.lead), place.given,
        tuple(place.before), sorted(source.names),
    )
    return _asked(slot.completer, request), slot.files


def _asked(reference: str, request: Request) -> list[str]:
    """Return what the function named gives; nothing if it fails or hangs, whatever way.

    At a Tab there is nobody to tell.
    """
    from phyware.deadline import call_within  # most words need no function

    def told() -> list[str]:
        values = load_completer(reference)(request)
        return [str(value) for value in itertools.islice(values, _MOST)]

    try:
        with contextlib.redirect_stdout(io.StringIO()), blamed_on('unknown', 'a completion'):
            return call_within(told, SECONDS)
    except (PhywareError, HelpShown, BrokenPipeError):
        return []
