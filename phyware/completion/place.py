"""Find what the word under the cursor is: an option, its value, or an argument.

Layer: framework, no I/O.  It reads a line as argparse would, but for a line
that is not finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from phyware.completion.slots import MANY, Slot


@dataclass
class Place:
    """Where on a command line a word stands.

    :param value_of: whose value the word is, None if it is nobody's
    :param flags: whether the word may be an option
    :param lead: what of the word comes before the value, as in ``--output=``
    :param given: the options so far: destination to value
    :param used: the flags so far
    :param before: the values of arguments so far
    """

    value_of: Slot | None = None
    flags: bool = True
    lead: str = ''
    given: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    before: list[str] = field(default_factory=list)


class Scan:
    """Take the words of a command line one by one.

    :param given: the options that were given before these words
    """

    def __init__(self, slots: Iterable[Slot], given: Mapping[str, str] | None = None) -> None:
        slots = tuple(slots)
        self._options = {flag: slot for slot in slots for flag in slot.flags}
        self._arguments = [slot for slot in slots if not slot.flags]
        self._pending: Slot | None = None
        self._left = 0
        self._only_arguments = False
        self._place = Place(given=dict(given or {}))

    @property
    def waiting(self) -> bool:
        """Tell whether the next word is the value of an option."""
        return self._pending is not None and self._left > 0

    @property
    def given(self) -> Mapping[str, str]:
        """Return the options so far: destination to value."""
        return self._place.given

    def take(self, word: str) -> None:
        """Take the next word, which is finished."""
        if self._only_arguments or not word.startswith('-') or word == '-':
            self._take_value(word)
        elif word == '--':
            self._only_arguments, self._pending = True, None
        else:
            self._take_option(word)

    def place(self, prefix: str) -> Place:
        """Return the place of the word that is being typed."""
        place = self._place
        flag, equals, _ = prefix.partition('=')
        if prefix.startswith('-') and not self._only_arguments:
            if equals and flag in self._options and self._options[flag].takes:
                place.value_of, place.lead = self._options[flag], f'{flag}='
                place.flags = False
            return place
        place.value_of = self._pending or self._argument()
        place.flags = not (self.waiting or self._only_arguments)
        return place

    def _take_option(self, word: str) -> None:
        flag, equals, value = word.partition('=')
        slot = self._options.get(flag)
        self._pending, self._left = None, 0
        if slot is None:
            return
        self._place.used.update(slot.flags)
        self._place.used.update(slot.excludes)
        if equals:
            self._place.given[slot.dest] = value
        elif slot.takes:
            self._pending, self._left = slot, slot.takes

    def _take_value(self, word: str) -> None:
        if self._pending is None:
            self._place.before.append(word)
            return
        self._place.given[self._pending.dest] = word
        if self._left != MANY:
            self._left -= 1
            self._pending = self._pending if self._left else None

    def _argument(self) -> Slot | None:
        filled = len(self._place.before)
        for slot in self._arguments:
            if slot.takes == MANY or filled < slot.takes:
                return slot
            filled -= slot.takes
        return None
