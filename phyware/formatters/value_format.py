"""The value format: values alone, for scripts; a space between those of a row.

Layer: framework.  As in cliff, None is ``None`` (an empty word would shift the
others) and a truth value ``True`` or ``False``.  On a terminal control
characters are made visible; anything else gets the text as it is.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, TextIO

from phyware.formatters.base import RowFormatter
from phyware.formatters.rows import Row, checked
from phyware.formatters.shown import shown
from phyware.formatters.stream import Sink
from phyware.formatters.values import PLAIN_TYPES, CellText

_TEXT = CellText(human=False, joiner=',', none='None')


class ValueFormatter(RowFormatter):
    """Write the values of a row on one line, those of one object a line each."""

    def emit_one(
        self, column_names: Sequence[str], data: Iterable[Any],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write each value on a line of its own."""
        sink = Sink(stdout)
        [row] = checked([data], len(column_names))
        sink.write(''.join(f'{text}\n' for text in _texts(list(row), sink)))

    def heading(self, columns: Sequence[str], sink: Sink, parsed_args: argparse.Namespace) -> str:
        return ''

    def lines(self, rows: list[Row], sink: Sink, parsed_args: argparse.Namespace) -> str:
        cells = list(chain.from_iterable(rows))
        lines = (' '.join(['%s'] * len(rows[0])) + '\n') * len(rows)
        if not sink.terminal and set(map(type, cells)) <= PLAIN_TYPES:
            # ValueError: an integer is too long to print.
            with suppress(ValueError):
                return lines % tuple(cells)
        return lines % tuple(_texts(cells, sink))


def _texts(cells: list[Any], sink: Sink) -> list[str]:
    texts = _TEXT.column(cells)
    return shown(texts) if sink.terminal else texts
