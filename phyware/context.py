"""What a command may touch of the outside: passed in, never global.

Layer: framework.  Everything here can be replaced in a test.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NoReturn, Protocol, TextIO, TypeVar

from phyware.kept import Kept
from phyware.paths import Paths
from phyware.redaction import Redactor

T = TypeVar('T')


class Clock(Protocol):
    """Wall time for expiries, monotonic time for waits."""

    def now(self) -> float:
        """Return seconds since 1970 UTC."""

    def monotonic(self) -> float:
        """Return seconds that never jump."""

    def sleep(self, seconds: float) -> None:
        """Wait; interruptible by a signal."""


class SystemClock:
    """The real clock."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Browser(Protocol):
    """Something that can show a page to the person."""

    def available(self) -> bool:
        """Tell whether a graphical browser can be expected here."""

    def open(self, url: str) -> bool:
        """Open ``url`` without blocking; False if it could not be done."""


class ClosedStream(io.TextIOWrapper):
    """Stands for a standard stream that was closed before we started.

    Python gives None then; writing must fail, not vanish (security case 91).
    """

    def __init__(self) -> None:
        pair = io.BufferedRWPair(_ClosedFile(), _ClosedFile())
        super().__init__(pair, encoding='utf-8', write_through=True)  # type: ignore[arg-type]


class _ClosedFile(io.RawIOBase):
    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> NoReturn:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    def write(self, data: object, /) -> NoReturn:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


class _WholeFile(io.FileIO):
    """A file whose ``write`` writes all of it, or fails."""

    def write(self, data: Any, /) -> int:
        rest = memoryview(data)
        while rest:
            written = super().write(rest)
            if written is None:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            rest = rest[written:]
        return len(data)


def _whole(stream: TextIO) -> TextIO:
    """Return ``stream`` so that what is written to it goes out whole, or fails.

    With PYTHONUNBUFFERED, as container images set it, Python's own stands on the
    bare file, and of a write that a full disk or a reader cuts short the rest is
    lost in silence (``TextIOWrapper`` takes no notice of what ``FileIO`` returns).
    """
    if not isinstance(getattr(stream, 'buffer', None), io.FileIO):
        return stream
    file: Any = _WholeFile(stream.fileno(), 'w', closefd=False)
    return io.TextIOWrapper(
        file, encoding=stream.encoding, errors=stream.errors, write_through=True
    )


class NoBrowser:
    """The browser of a machine that has none."""

    def available(self) -> bool:
        return False

    def open(self, url: str) -> bool:
        return False


class Context:
    """Streams, environment, clock, paths and browser of one invocation.

    It does not change: ``replaced`` gives another.  ``redactor`` is told every
    secret that is read, so that none is written.  ``kept`` holds what the next
    invocation may use again; None in a batch run.
    """

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    environ: Mapping[str, str]
    clock: Clock
    browser: Browser
    redactor: Redactor
    kept: Kept | None

    # Written out: to make it, a dataclass runs the compiler at each start (P4).
    def __init__(
        self, stdin: TextIO, stdout: TextIO, stderr: TextIO, environ: Mapping[str, str],
        clock: Clock | None = None, browser: Browser | None = None,
        redactor: Redactor | None = None, kept: Kept | None = None,
    ) -> None:
        vars(self).update(
            stdin=stdin, stdout=stdout, stderr=stderr, environ=environ,
            clock=clock or SystemClock(), browser=browser or NoBrowser(),
            redactor=redactor or Redactor(), kept=kept,
        )
        self.redactor.add_environment(environ)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f'a context does not change: {name} was to be set')

    def replaced(self, **changes: object) -> Context:
        """Return a context with other members, named as those of ``__init__``."""
        return Context(**{**vars(self), **changes})

    def keep(self, slot: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return ``make()``, or what it gave for ``slot`` and ``key`` before, if that is kept."""
        return make() if self.kept is None else self.kept.get(slot, key, make)

    def muted(self) -> Context:
        """Return this context with streams of its own and no browser: nobody hears it."""
        streams = io.StringIO(), io.StringIO(), io.StringIO()
        return self.replaced(
            stdin=streams[0], stdout=streams[1], stderr=streams[2], browser=NoBrowser()
        )

    @property
    def paths(self) -> Paths:
        """Return where this user's files live."""
        return Paths(self.environ)

    @property
    def interactive(self) -> bool:
        """Tell whether a person sits at stdin and stdout; a closed stream is nobody."""
        try:
            return self.stdin.isatty() and self.stdout.isatty()
        except ValueError:
            return False

    @classmethod
    def from_system(cls) -> Context:
        """Return the context of the running process."""
        from phyware.browser import SystemBrowser

        environ = dict(os.environ)
        return cls(
            sys.stdin or ClosedStream(),
            _whole(sys.stdout or ClosedStream()),
            sys.stderr or open(os.devnull, 'w', encoding='utf-8'),
            environ,
            SystemClock(),
            SystemBrowser(environ),
        )
