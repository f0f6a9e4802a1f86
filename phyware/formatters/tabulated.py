"""Formats that tabulate draws.

Layer: framework.  Every cell is text before tabulate sees it: it would turn
``1e5`` and ``007`` into numbers otherwise.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TextIO

from phyware.formatters.base import Formatter
from phyware.formatters.columns import human_columns
from phyware.formatters.rows import Row, checked
from phyware.formatters.stream import Sink


class TabulatedFormatter(Formatter):
    """Write a table in one of tabulate's formats; holds all rows."""

    tablefmt: ClassVar[str]

    def escape(self, cell: str) -> str:
        """Return ``cell`` so that the format cannot take it for markup."""
        return cell

    def emit_list(
        self, column_names: Sequence[str], data: Iterable[Iterable[Any]],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write the table.

        :raises GenericError: a row has not one value for each column
        """
        self._emit(column_names, checked(data, len(column_names)), stdout, aligned=True)

    def emit_one(
        self, column_names: Sequence[str], data: Iterable[Any],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write a table of the columns Field and Value."""
        [row] = checked([data], len(column_names))
        pairs = list(zip(column_names, row, strict=True))
        self._emit(('Field', 'Value'), pairs, stdout, aligned=False)

    def _emit(
        self, names: Sequence[str], rows: Sequence[Row], stdout: TextIO, aligned: bool
    ) -> None:
        from tabulate import tabulate

        columns = human_columns(names, rows, aligned=aligned)
        cells = zip(*(map(self.escape, column.cells) for column in columns), strict=True)
        text = tabulate(
            list(cells),
            headers=[self.escape(column.heading) for column in columns],
            tablefmt=self.tablefmt,
            disable_numparse=True,
            colalign=_alignments(columns) if rows else None,
        )
        Sink(stdout).write(text + '\n')


def _alignments(columns: Sequence[Any]) -> list[str]:
    return ['right' if column.right else 'left' for column in columns]
