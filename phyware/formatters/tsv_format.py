r"""The tsv format: a heading and rows, a tab between values, a row a line.

Layer: framework.  A tab, line break or backslash inside of a value is written
as ``\t``, ``\n``, ``\r`` or ``\\``, so that tabs and lines can be counted on.
On a terminal other control characters are made visible as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import chain

from phyware.formatters.base import RowFormatter
from phyware.formatters.rows import Row
from phyware.formatters.shown import shown
from phyware.formatters.stream import Sink
from phyware.formatters.values import CellText

_TEXT = CellText(human=False, joiner=',')
_ESCAPES = str.maketrans({'\\': r'\\', '\t': r'\t', '\n': r'\n', '\r': r'\r'})


class TSVFormatter(RowFormatter):
    """Write tab-separated values; one object is a list of one."""

    def heading(self, columns: Sequence[str], sink: Sink, parsed_args: argparse.Namespace) -> str:
        return self.lines([columns], sink, parsed_args)

    def lines(self, rows: list[Row], sink: Sink, parsed_args: argparse.Namespace) -> str:
        cells = _TEXT.column(list(chain.from_iterable(rows)))
        texts = [cell.translate(_ESCAPES) for cell in cells]
        if sink.terminal:
            texts = shown(texts)
        line = '\t'.join(['%s'] * len(rows[0])) + '\n'
        return (line * len(rows)) % tuple(texts)
