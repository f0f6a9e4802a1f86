"""Hold signals back while a one-time answer is between the wire and the disk.

Layer: service; touches the process's signal handlers and nothing else.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

_HELD = tuple(
    getattr(signal, name) for name in ('SIGINT', 'SIGTERM', 'SIGHUP') if hasattr(signal, name)
)


@contextmanager
def deferred_signals(
    told: Callable[[], None], *, at_once: bool = True
) -> Iterator[Callable[[], None]]:
    """Deliver SIGINT, SIGTERM and SIGHUP after the block, not inside it.

    A refresh token that was sent is spent: if the answer were lost, so would
    be the session (security case 39).  Only the main thread can do this;
    elsewhere the block just runs.

    :param told: called when the first signal comes, since whoever sent it sees nothing
    :param at_once: False: hold them back only after what the block is given was called
    """
    deferral = _Deferral(told)
    try:
        if at_once:
            deferral.begin()
        yield deferral.begin
    finally:
        deferral.end()


class _Deferral:
    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._arrived: list[int] = []
        self._before: dict[int, Any] = {}

    def begin(self) -> None:
        """Hold signals back from now on; to be called once or more."""
        if self._before or threading.current_thread() is not threading.main_thread():
            return
        # SIG_IGN stays: a shell that started us with nohup wants it so.
        self._before = {
            number: handler for number in _HELD
            if (handler := signal.getsignal(number)) not in (signal.SIG_IGN, None)
        }
        for number in self._before:
            signal.signal(number, self._remember)

    def end(self) -> None:
        """Let signals through again, first of all those that came."""
        # SIGINT last: its handler may raise here, with the others still to be put back.
        for number, handler in reversed(self._before.items()):
            signal.signal(number, handler)
        _deliver(list(dict.fromkeys(self._arrived)))

    def _remember(self, number: int, frame: Any) -> None:
        self._arrived.append(number)
        if len(self._arrived) == 1:
            # A stream may be in the middle of a write; what is held back goes on.
            with suppress(Exception):
                self._told()


def _deliver(numbers: list[int]) -> None:
    """Raise each signal, also those after one whose handler raises."""
    if numbers:
        try:
            signal.raise_signal(numbers[0])
        finally:
            _deliver(numbers[1:])
