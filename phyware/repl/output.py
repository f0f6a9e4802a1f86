"""Where the output of a line goes: a file, programs, or the terminal.

Layer: framework.  Programs are started without a shell and without phyware's
own environment (security case 67).
"""

from __future__ import annotations

import io
import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from typing import IO, TextIO

from phyware.children import child_environ
from phyware.context import Context
from phyware.errors import ExitStatus, GenericError
from phyware.repl.grammar import Step, Target
from phyware.text import clean

_PATIENCE = 3


class Output:
    """The stream that a command writes to.

    :param stream: what it writes to
    :param file: the file behind it, or behind the last program
    :param programs: those that run, the first one reading ``stream``
    :ivar interrupted: somebody pressed Ctrl-C while a program ran
    """

    def __init__(
        self, stream: TextIO, file: LateFile | None, programs: list[subprocess.Popen[bytes]]
    ) -> None:
        self.stream = stream
        self.interrupted = False
        self._file = file
        self._programs = programs

    def finished(self, status: int) -> int:
        """Close the stream, wait for the programs, and return how the line ended.

        A reader that had enough is no failure of the command; else its own
        status counts, then that of the last program that failed.
        """
        if self._file is not None and status == ExitStatus.OK:
            self._file.begin()
        if self._file is not None or self._programs:
            self._close()
        ended = self._waited_for()
        if not ended or status not in (ExitStatus.OK, ExitStatus.BROKEN_PIPE):
            return status
        failed = [code for code in ended if code not in (0, ExitStatus.BROKEN_PIPE)]
        return failed[-1] if failed else int(ExitStatus.OK)

    def _close(self) -> None:
        """Send what is still held back, which a program need not want."""
        with suppress(BrokenPipeError) if self._programs else nullcontext():
            self.stream.close()

    def _waited_for(self) -> list[int]:
        """Wait for the programs; Ctrl-C is for them, until it was ignored three times."""
        if not self._programs:
            return []
        with _noted_interrupts(self._programs) as pressed:
            ended = [_status(program.wait()) for program in self._programs]
        self.interrupted = bool(pressed)
        return ended


class LateFile(io.FileIO):
    """A file that loses its former content when the first byte comes, not before.

    So a command that is refused, or fails before it says anything, spoils
    nothing, and leaves no empty file.
    """

    def __init__(self, target: Target) -> None:
        self._made = False
        self._written = False
        self._emptied = target.append
        self._path = target.path
        super().__init__(target.path, 'a' if target.append else 'w', opener=self._open)

    def begin(self) -> None:
        """Empty the file, once."""
        self._written = True
        if not self._emptied and stat.S_ISREG(os.fstat(self.fileno()).st_mode):
            self.truncate(0)
        self._emptied = True

    def drop_if_unused(self) -> None:
        """Remove the file if it was made here and nobody has begun it."""
        if self._made and not self._written:
            with suppress(OSError):
                os.unlink(self._path)

    def write(self, data: object, /) -> int:
        self.begin()
        return super().write(data)  # type: ignore[arg-type]

    def _open(self, path: str, flags: int) -> int:
        flags &= ~os.O_TRUNC
        try:
            descriptor = os.open(path, flags | os.O_EXCL, 0o666)
        except FileExistsError:
            return os.open(path, flags, 0o666)
        self._made = True
        return descriptor


@contextmanager
def output_of(step: Step, context: Context) -> Iterator[Output]:
    """Open what the output of ``step`` goes to, before its command runs.

    :raises GenericError: a program cannot be started
    :raises OSError: the file cannot be opened
    """
    with ExitStack() as opened:
        file = opened.enter_context(LateFile(step.target)) if step.target else None
        if file is not None:
            opened.callback(file.drop_if_unused)
        programs: list[subprocess.Popen[bytes]] = []
        if step.programs:
            stream = opened.enter_context(_pipeline(step, context, file, programs))
        elif file is not None:
            stream = opened.enter_context(_text(io.BufferedWriter(file), context.stdout))
        else:
            stream = context.stdout
        yield Output(stream, file, programs)


@contextmanager
def _pipeline(
    step: Step, context: Context, file: LateFile | None, programs: list[subprocess.Popen[bytes]]
) -> Iterator[TextIO]:
    """Start the programs from the last to the first and give what feeds them."""
    context.stdout.flush()
    sink: IO[bytes] | TextIO | LateFile = file or context.stdout
    if file is not None:
        file.begin()
    try:
        for argv in reversed(step.programs):
            program = _started(argv, sink, context)
            programs.insert(0, program)
            if len(programs) > 1:
                sink.close()
            assert program.stdin is not None
            sink = program.stdin
        assert programs[0].stdin is not None
        with _text(programs[0].stdin, context.stdout) as stream:
            yield stream
    except BaseException:
        _give_up(programs)
        raise


def _started(
    argv: tuple[str, ...], sink: IO[bytes] | TextIO | LateFile, context: Context
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=sink, env=child_environ(context.environ)
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, 'strerror', None) or 'it cannot be a name'
        raise GenericError(
            f'the program {clean(argv[0])} cannot be started: {reason}',
            'Name a program that is on PATH after |; there is no shell behind it',
        ) from None


def _text(raw: IO[bytes], like: TextIO) -> TextIO:
    encoding = getattr(like, 'encoding', None) or 'utf-8'
    errors = getattr(like, 'errors', None) or 'strict'
    return io.TextIOWrapper(raw, encoding=encoding, errors=errors)


def _give_up(programs: list[subprocess.Popen[bytes]]) -> None:
    for program in programs:
        if program.stdin is not None:
            with suppress(OSError):
                program.stdin.close()
        program.terminate()
        program.wait()


@contextmanager
def _noted_interrupts(programs: list[subprocess.Popen[bytes]]) -> Iterator[list[int]]:
    """Note each Ctrl-C instead of raising it: raised in a wait, it can lose the status."""
    pressed: list[int] = []

    def note(number: int, frame: object) -> None:
        pressed.append(number)
        if len(pressed) >= _PATIENCE:
            for program in programs:
                program.terminate()

    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _status(returncode: int) -> int:
    return returncode if returncode >= 0 else 128 - returncode
