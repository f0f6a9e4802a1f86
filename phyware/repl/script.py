"""Run lines that nobody types: a script, or what a pipe holds.

Layer: framework; needs no terminal and no cmd2.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from phyware.errors import ExitStatus, Validation
from phyware.repl.opened import Opened
from phyware.repl.runner import Runner
from phyware.text import clean


def run_script(opened: Opened, path: str, *, keep_going: bool) -> int:
    """Run the lines of a file; ``-`` is stdin.

    Of stdin all is read first, and the commands find it empty: none may eat
    the lines that follow it (cliff-traps R10).

    :param keep_going: go on after a failure
    :returns: the status of the last command that ran
    :raises Validation: it is no UTF-8 text
    :raises OSError: it cannot be read
    """
    with _stream(opened, path) as stream:
        try:
            # Not splitlines(): U+2028 and its like are part of a line, and of a value in quotes.
            lines = stream.read().removeprefix('\ufeff').split('\n')
        except UnicodeDecodeError:
            raise Validation(
                f'{_name(path)} is no UTF-8 text', 'Save the script as UTF-8'
            ) from None
    runner = Runner(opened, io.StringIO() if path == '-' else None)
    return _run(runner, lines, opened, None if keep_going else _name(path))


def run_stream(opened: Opened) -> int:
    """Run the lines of stdin as they come, whatever becomes of each.

    :returns: the status of the last command
    """
    return _run(Runner(opened, io.StringIO()), opened.context.stdin, opened, None)


def _run(runner: Runner, lines: Iterable[str], opened: Opened, stop_in: str | None) -> int:
    for number, line in enumerate(lines, 1):
        status = runner.run(line, stop_on_failure=stop_in is not None)
        if runner.done or status == ExitStatus.INTERRUPTED:
            break
        if stop_in is not None and status != ExitStatus.OK:
            if opened.options.output != 'json':
                opened.say(f'{stop_in} stopped at line {number}')
            break
    return runner.status


@contextmanager
def _stream(opened: Opened, path: str) -> Iterator[TextIO]:
    if path == '-':
        yield opened.context.stdin
        return
    with open(path, encoding='utf-8') as stream:
        yield stream


def _name(path: str) -> str:
    return 'the script on stdin' if path == '-' else clean(path)
