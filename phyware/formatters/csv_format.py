"""The csv format: a heading and rows, quoted by RFC 4180, lines ending in LF.

Layer: framework.  A value that begins with ``=``, ``+``, ``-`` or ``@`` is
written as it is: a spreadsheet may take it for a formula, and whoever opens
foreign data there has to switch that off; changing the data would break every
other reader.  On a terminal control characters are made visible, and only there.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from itertools import chain
from typing import Any, Literal

from phyware.errors import Validation
from phyware.formatters import options
from phyware.formatters.base import RowFormatter
from phyware.formatters.shown import shown
from phyware.formatters.stream import Row, Sink
from phyware.formatters.values import PLAIN_TYPES, CellText, expressible

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
        if sink.terminal:
            rows = [[_shown_cell(cell) for cell in row] for row in rows]
        elif not set(map(type, chain.from_iterable(rows))) <= PLAIN_TYPES:
            rows = [[_cell(cell) for cell in row] for row in rows]
        return _csv_text(rows, getattr(parsed_args, 'quote_mode', options.DEFAULT_QUOTE_MODE))


def _cell(cell: object) -> Any:
    return cell if type(cell) in PLAIN_TYPES else _TEXT(cell)


def _shown_cell(cell: object) -> Any:
    cell = _cell(cell)
    return shown([cell])[0] if isinstance(cell, str) else cell


def _csv_text(rows: list[Row], quote_mode: str) -> str:
    try:
        return _written(rows, quote_mode)
    except csv.Error:
        raise Validation(
            'an empty value alone on its line can only be written with quotes',
            'Choose another --quote than none',
        ) from None
    except ValueError:
        return _written([[expressible(cell, nan=True) for cell in row] for row in rows], quote_mode)


def _written(rows: list[Row], quote_mode: str) -> str:
    lines: list[str] = []
    # Without quotes there is no other way to write a comma.
    escape = '\\' if quote_mode == 'none' else None
    writer = csv.writer(
        _LineFeeds(lines), quoting=_QUOTING[quote_mode], lineterminator='\r\n', escapechar=escape
    )
    writer.writerows(rows)
    return ''.join(lines)


class _LineFeeds:
    """Takes lines that end in CR LF and keeps them with LF.

    The writer counts as special, in what it quotes, the characters of its line
    terminator: with LF alone it would leave a CR unquoted.
    """

    def __init__(self, lines: list[str]) -> None:
        self._keep = lines.append

    def write(self, line: str) -> None:
        self._keep(line[:-2] + '\n')
