"""The csv format: a heading and rows, quoted by RFC 4180, lines ending in LF.

Layer: framework.  A value that begins with ``=``, ``+``, ``-`` or ``@`` is
written as it is: a spreadsheet may take it for a formula, and whoever opens
foreign data there has to switch that off; changing the data would break every
other reader.  On a terminal control characters are made visible, and only there.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain
from typing import Literal

from phyware.errors import Validation
from phyware.formatters import options
from phyware.formatters.base import RowFormatter
from phyware.formatters.csv_line import plain_line
from phyware.formatters.rows import Row
from phyware.formatters.shown import shown
from phyware.formatters.stream import Sink
from phyware.formatters.values import NUMBER_TYPES, CellText, expressible

_TEXT = CellText(human=False, joiner=',')
_QUOTING: dict[str, Literal[0, 1, 2, 3]] = {
    'all': csv.QUOTE_ALL,
    'minimal': csv.QUOTE_MINIMAL,
    'none': csv.QUOTE_NONE,
    'nonnumeric': csv.QUOTE_NONNUMERIC,
}


class CSVFormatter(RowFormatter):
    """Write comma-separated values; one object is a list of one."""

    def add_argument_group(self, parser: argparse.ArgumentParser) -> None:
        """Add --quote."""
        options.add_csv(parser)

    def heading(self, columns: Sequence[str], sink: Sink, parsed_args: argparse.Namespace) -> str:
        return self.lines([list(columns)], sink, parsed_args)

    def lines(self, rows: list[Row], sink: Sink, parsed_args: argparse.Namespace) -> str:
        mode = getattr(parsed_args, 'quote_mode', options.DEFAULT_QUOTE_MODE)
        columns = list(map(_ready, zip(*rows, strict=True)))
        if sink.terminal:
            columns = [_shown_column(column) for column in columns]
        ready = list(zip(*columns, strict=True)) or rows
        line = plain_line(columns) if mode == 'nonnumeric' else None
        if line is not None:
            # ValueError: an integer is too long to print.
            with suppress(ValueError):
                return (line * len(rows)) % tuple(chain.from_iterable(ready))
        return _csv_text(ready, mode)


def _ready(column: Sequence[object]) -> Sequence[object]:
    """Return the cells as text, but numbers as they are: they may stand without quotes."""
    kinds = set(map(type, column))
    if kinds <= NUMBER_TYPES or kinds == {str}:
        return column
    if kinds.isdisjoint(NUMBER_TYPES):
        return _TEXT.column(column)
    return [cell if type(cell) in NUMBER_TYPES else _TEXT(cell) for cell in column]


def _shown_column(column: Sequence[object]) -> Sequence[object]:
    return [shown([cell])[0] if isinstance(cell, str) else cell for cell in column]


def _csv_text(rows: Sequence[Row], quote_mode: str) -> str:
    try:
        return _written(rows, quote_mode)
    except csv.Error:
        raise Validation(
            'an empty value alone on its line can only be written with quotes',
            'Choose another --quote than none',
        ) from None
    except ValueError:
        return _written([[expressible(cell, nan=True) for cell in row] for row in rows], quote_mode)


def _written(rows: Sequence[Row], quote_mode: str) -> str:
    if quote_mode in _QUOTES_ALL_TEXT:
        buffer = io.StringIO(newline='')
        csv.writer(buffer, quoting=_QUOTING[quote_mode], lineterminator='\n').writerows(rows)
        return buffer.getvalue()
    # The writer takes for special the characters of its line terminator, and in
    # these modes a CR has to be; so it writes CR LF and the CR goes again.
    lines = _LineFeeds()
    # Without quotes there is no other way to write a comma.
    escape = '\\' if quote_mode == 'none' else None
    csv.writer(
        lines, quoting=_QUOTING[quote_mode], lineterminator='\r\n', escapechar=escape
    ).writerows(rows)
    return ''.join(lines.lines)


_QUOTES_ALL_TEXT = frozenset({'all', 'nonnumeric'})


class _LineFeeds:
    """Takes lines that end in CR LF and keeps them with LF."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line[:-2] + '\n')
