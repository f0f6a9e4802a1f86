"""The value format: values alone, for scripts; a space between those of a row.

Layer: framework.  As in cliff, None is ``None`` (an empty word would shift the
others) and a truth value ``True`` or ``False``.  On a terminal control
characters are made visible; anything else gets the text as it is.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, TextIO

from phyware.formatters.base import RowFormatter
from phyware.formatters.shown import shown
from phyware.formatters.stream import Row, Sink, checked
from phyware.formatters.values import CellText

_TEXT = CellText(human=False, joiner=',', none='None')


class ValueFormatter(RowFormatter):
    """Write the values of a row on one line, those of one object a line each."""

    def emit_one(
        self, column_names: Sequence[str], data: Iterable[Any],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write each value on a line of its own."""
        sink = Sink(stdout)
        rows = checked([data], len(column_names))
        sink.write(''.join(f'{text}\n' for text in _texts(rows, sink)))

    def heading(self, columns: Sequence[str], sink: Sink, parsed_args: argparse.Namespace) -> str:
        return ''

    def lines(self, rows: list[Row], sink: Sink, parsed_args: argparse.Namespace) -> str:
        texts, width = _texts(rows, sink), len(rows[0])
        line = ' '.join(['%s'] * width) + '\n'
        return (line * len(rows)) % tuple(texts)


def _texts(rows: list[Row], sink: Sink) -> list[str]:
    texts = _TEXT.column(list(chain.from_iterable(rows)))
    return shown(texts) if sink.terminal else texts
