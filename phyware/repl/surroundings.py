"""What one command of the shell leaves as it was for the next.

Layer: framework.  In batch the process ends, and takes along what its command
has done to it.  ``os.environ`` is left alone: phyware and its programs have a
copy (``Context.environ``), and what a module sets there on import it sets once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from types import TracebackType

_SIGNALS = tuple(
    getattr(signal, name) for name in ('SIGINT', 'SIGHUP', 'SIGTERM') if hasattr(signal, name)
)
_STREAMS = ('stdin', 'stdout', 'stderr')


@contextmanager
def left_as_found() -> Iterator[None]:
    """Put back the working directory, ``sys``'s streams and what ends a command."""
    folder = _folder()
    streams = {name: getattr(sys, name) for name in _STREAMS}
    with signal_handlers_restored():
        try:
            yield
        finally:
            if folder is not None and folder != _folder():
                with suppress(OSError):
                    os.chdir(folder)
            vars(sys).update(streams)


@contextmanager
def signal_handlers_restored() -> Iterator[None]:
    """Put back what is done at the signals that end a command or a shell."""
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)


def _folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        # It is gone; a command may well go to another.
        return None


class Lent:
    """A stream that a command may close as its own, and the next one writes to all the same.

    :param stream: what it stands for
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> Lent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what is held back, no more."""
        self._stream.flush()


def lent(stream: TextIO) -> TextIO:
    """Return ``stream`` for a command to use, and not to close."""
    return cast(TextIO, Lent(stream))
