"""Hold signals back while a one-time answer is between the wire and the disk.

Layer: service; touches the process's signal handlers and nothing else.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_HELD = tuple(
    getattr(signal, name) for name in ('SIGINT', 'SIGTERM', 'SIGHUP') if hasattr(signal, name)
)


@contextmanager
def deferred_signals() -> Iterator[None]:
    """Deliver SIGINT, SIGTERM and SIGHUP after the block, not inside it.

    A refresh token that was sent is spent: if the answer were lost, so would
    be the session (security case 39).  Only the main thread can do this;
    elsewhere the block just runs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []

    def remember(number: int, frame: Any) -> None:
        arrived.append(number)

    # SIG_IGN stays: a shell that started us with nohup wants it so.
    before = {
        number: handler for number in _HELD
        if (handler := signal.getsignal(number)) not in (signal.SIG_IGN, None)
    }
    for number in before:
        signal.signal(number, remember)
    try:
        yield
    finally:
        # SIGINT last: its handler may raise here, with the others still to be put back.
        for number, handler in reversed(before.items()):
            signal.signal(number, handler)
        _deliver(list(dict.fromkeys(arrived)))


def _deliver(numbers: list[int]) -> None:
    """Raise each signal, also those after one whose handler raises."""
    if numbers:
        try:
            signal.raise_signal(numbers[0])
        finally:
            _deliver(numbers[1:])
