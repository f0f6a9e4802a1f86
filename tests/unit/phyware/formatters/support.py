"""What the tests of the formatters share."""

from __future__ import annotations

import argparse
import io
import os
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from cliff.columns import FormattableColumn

from phyware import formatters

# Of what a terminal is sent.
_END = '\x03'
# Escape sequence, C1, bidi override, zero width, DEL, line breaks.
HOSTILE = 'a\x1b]0;x\x07b\x9b31mc\u202ed\u200be\x7ff\r\ng\u2028h'


def listed(name: str, columns: Sequence[str], rows: Any, **options: Any) -> str:
    """Return what the built-in formatter ``name`` writes of a list."""
    stdout = io.StringIO()
    emit_list(name, columns, rows, stdout, **options)
    return stdout.getvalue()


def emit_list(name: str, columns: Sequence[str], rows: Any, stdout: Any, **options: Any) -> None:
    """Write a list to ``stdout``."""
    formatter = formatters.load_list_formatter(name)
    formatter.emit_list(columns, rows, stdout, argparse.Namespace(**options))


def shown(name: str, columns: Sequence[str], values: Any, **options: Any) -> str:
    """Return what the built-in formatter ``name`` writes of one object."""
    stdout = io.StringIO()
    emit_one(name, columns, values, stdout, **options)
    return stdout.getvalue()


def emit_one(name: str, columns: Sequence[str], values: Any, stdout: Any, **options: Any) -> None:
    """Write one object to ``stdout``."""
    formatter = formatters.load_show_formatter(name)
    formatter.emit_one(columns, values, stdout, argparse.Namespace(**options))


class Terminal(io.StringIO):
    """A stream that says it is a terminal, without a size."""

    def isatty(self) -> bool:
        return True


class Encoded(io.StringIO):
    """A stream that names an encoding."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._name = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._name


class Source:
    """Rows made on demand; ``taken`` counts those that were asked for."""

    def __init__(self, count: int, fail_at: int | None = None) -> None:
        self._count = count
        self._fail_at = fail_at
        self.taken = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for number in range(self._count):
            if number == self._fail_at:
                raise ConnectionResetError('the server went away')
            self.taken += 1
            yield number, f'name {number}'


class Recorder(io.StringIO):
    """Remembers how many rows had been taken at each write and flush."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self.taken_at_write: list[int] = []
        self.taken_at_flush: list[int] = []

    def write(self, text: str) -> int:
        self.taken_at_write.append(self._source.taken)
        return super().write(text)

    def flush(self) -> None:
        self.taken_at_flush.append(self._source.taken)


class Bytes(FormattableColumn[int]):
    """A size: a number to machines."""

    def human_readable(self) -> str:
        return f'{self._value / 1024:.0f} KiB'


def read_terminal(stdout: TextIO, controller: int) -> str:
    """Return all that was written to the terminal ``stdout``.

    The kernel hands it on in pieces, each in its time: an end is written, and waited for.
    """
    stdout.write(_END)
    stdout.flush()
    shown = b''
    while not shown.endswith(_END.encode()):
        shown += os.read(controller, 65536)
    return shown.decode().removesuffix(_END)
