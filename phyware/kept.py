"""What outlives a command line: connections, providers, stores.

Layer: framework, no I/O.  A batch run keeps nothing; the shell keeps one of
each for its lines (P6).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar('T')


class Kept:
    """Things that are made once for many command lines.

    Each has a slot and a key: another key (``--api-key`` of another value,
    another ``--ca-bundle``) makes it anew and lets the former go, so that a
    secret of an earlier line is not held.
    """

    def __init__(self) -> None:
        self._slots: dict[str, tuple[Hashable, Any]] = {}

    def get(self, slot: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is in ``slot`` for ``key``, calling ``make`` if that is not there."""
        held = self._slots.get(slot)
        if held is None or held[0] != key:
            held = self._slots[slot] = (key, make())
        made: T = held[1]
        return made
