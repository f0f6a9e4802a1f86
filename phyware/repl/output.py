"""Where the output of a line goes: a file, programs, or the terminal.

Layer: framework.  Programs are started without a shell and without phyware's
own environment (security case 67).
"""

from __future__ import annotations

import io
import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
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
    """

    def __init__(
        self, stream: TextIO, file: LateFile | None, programs: list[subprocess.Popen[bytes]]
    ) -> None:
        self.stream = stream
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
            self.stream.close()
        ended = [_waited_for(program) for program in self._programs]
        if not ended or status not in (ExitStatus.OK, ExitStatus.BROKEN_PIPE):
            return status
        failed = [code for code in ended if code not in (0, ExitStatus.BROKEN_PIPE)]
        return failed[-1] if failed else int(ExitStatus.OK)


class LateFile(io.FileIO):
    """A file that loses its former content when the first byte comes, not before.

    So a command that is refused, or fails before it says anything, spoils nothing.
    """

    def __init__(self, target: Target) -> None:
        self._begun = target.append
        mode = 'a' if target.append else 'w'
        super().__init__(target.path, mode, opener=_open_keeping)

    def begin(self) -> None:
        """Empty the file, once."""
        if not self._begun and stat.S_ISREG(os.fstat(self.fileno()).st_mode):
            self.truncate(0)
        self._begun = True

    def write(self, data: object, /) -> int:
        self.begin()
        return super().write(data)  # type: ignore[arg-type]


@contextmanager
def output_of(step: Step, context: Context) -> Iterator[Output]:
    """Open what the output of ``step`` goes to, before its command runs.

    :raises GenericError: a program cannot be started
    :raises OSError: the file cannot be opened
    """
    with ExitStack() as opened:
        file = opened.enter_context(LateFile(step.target)) if step.target else None
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


def _waited_for(program: subprocess.Popen[bytes]) -> int:
    """Wait for a program; Ctrl-C is for it, until it has been ignored three times."""
    for _ in range(_PATIENCE):
        with suppress(KeyboardInterrupt):
            return _status(program.wait())
    program.terminate()
    return _status(program.wait())


def _status(returncode: int) -> int:
    return returncode if returncode >= 0 else 128 - returncode


def _open_keeping(path: str, flags: int) -> int:
    return os.open(path, flags & ~os.O_TRUNC, 0o666)
