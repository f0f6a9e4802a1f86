"""A pager for what is longer than the screen, where a person reads it.

Layer: framework.  Nothing is paged that goes to a file, a pipe or a program.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

from phyware.children import child_environ

if TYPE_CHECKING:
    import subprocess

    from phyware.app import PhywareApp
    from phyware.context import Context

_DEFAULT = 'less'
# Quit if it fits, keep escapes that we let through, leave the screen as it is.
_LESS = {'LESS': 'FRX', 'LV': '-c'}
_NONE = ('', 'cat')


@contextmanager
def paged(context: Context) -> Iterator[TextIO]:
    """Give a stream whose text goes to a pager once it is longer than the screen.

    It is ``context.stdout`` itself where nobody reads, or wants a pager.  A
    person who leaves the pager has seen enough: that is no error.
    """
    command = pager_of(context)
    if command is None:
        yield context.stdout
        return
    pages = _Pages(context, command)
    try:
        with pages.shown():
            yield cast(TextIO, pages)
    except BrokenPipeError:
        if not pages.started:
            raise
    finally:
        pages.wait()


@contextmanager
def pages_of(app: PhywareApp, cmd: Any) -> Iterator[None]:
    """Let a pager show what ``cmd`` writes, if it is a command that returns data.

    Others may speak with the person as they go, and are not held back.
    """
    from cliff.display import DisplayCommandBase

    if not isinstance(cmd, DisplayCommandBase):
        yield
        return
    with paged(app.context) as out:
        former, app.stdout = app.stdout, out
        try:
            yield
        finally:
            app.stdout = former


class PagedText:
    """What argparse writes a whole help text to."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def write(self, text: str) -> None:
        """Show ``text``."""
        with paged(self._context) as out:
            out.write(text)


def pager_of(context: Context) -> list[str] | None:
    """Return the pager's command, None where none is to be used.

    ``PHYWARE_PAGER``, else ``PAGER``, else ``less`` if it is installed; an empty
    value and ``cat`` mean none.  A dumb terminal and a CI job have none.
    """
    environ = context.environ
    if not context.interactive or environ.get('CI') or environ.get('TERM', 'dumb') == 'dumb':
        return None
    import shlex

    text = environ.get('PHYWARE_PAGER', environ.get('PAGER', _DEFAULT))
    try:
        command = shlex.split(text)
    except ValueError:
        return None
    if text.strip() in _NONE or not command:
        return None
    found = shutil.which(command[0], path=environ.get('PATH', ''))
    return [found, *command[1:]] if found else None


class _Pages(io.TextIOBase):
    """Keep text until it is more than a screen, then feed the pager.

    :param command: the pager and its arguments
    """

    def __init__(self, context: Context, command: list[str]) -> None:
        self._out = context.stdout
        self._environ = context.environ
        self._command = command
        self._kept: list[str] = []
        self._room = shutil.get_terminal_size().lines - 1
        self._pager: subprocess.Popen[str] | None = None

    @property
    def started(self) -> bool:
        """Tell whether the pager runs, or ran."""
        return self._pager is not None

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Return the encoding of what is written to in the end."""
        return getattr(self._out, 'encoding', None) or 'utf-8'

    def isatty(self) -> bool:
        """Return True: a person reads it."""
        return True

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str, /) -> int:
        """Keep ``text``, or hand it to the pager.

        :raises BrokenPipeError: the person left the pager
        """
        if self._pager is None:
            self._kept.append(text)
            self._room -= text.count('\n')
            if self._room >= 0:
                return len(text)
            self._start()
        else:
            self._feed(text)
        return len(text)

    def flush(self) -> None:
        """Hand over what the pager has not got; what fits on a screen waits for the end."""
        if self._pager is not None and self._pager.stdin is not None:
            self._pager.stdin.flush()

    def fileno(self) -> int:
        """Return the descriptor of the terminal, which has a width for tables."""
        return self._out.fileno()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show in the end what was kept, before an error that comes after it too."""
        try:
            yield
        except BrokenPipeError:
            raise
        except BaseException:
            with suppress(BrokenPipeError):
                self._finish()
            raise
        self._finish()

    def _finish(self) -> None:
        if self._pager is None:
            self._out.write(''.join(self._kept))
        else:
            self.flush()

    def wait(self) -> None:
        """Let the person read on to the end; Ctrl-C there is the pager's."""
        if self._pager is None:
            return
        with suppress(OSError, ValueError):
            cast(Any, self._pager.stdin).close()
        while self._pager.poll() is None:
            with suppress(KeyboardInterrupt):
                self._pager.wait()

    def _start(self) -> None:
        import subprocess

        self._out.flush()
        text = ''.join(self._kept)
        try:
            self._pager = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, text=True, encoding=self.encoding,
                errors='backslashreplace', env=_environ(self._environ),
            )
        except OSError:
            # What cannot be started is gone since it was looked for: no pager then.
            self._room = 1 << 62
            return
        self._feed(text)

    def _feed(self, text: str) -> None:
        assert self._pager is not None and self._pager.stdin is not None
        self._pager.stdin.write(text)


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    return {**_LESS, **child_environ(environ)}
