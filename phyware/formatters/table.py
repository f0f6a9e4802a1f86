"""The table format: what cliff draws, without its cost.

Layer: framework.  Drawn here and not by prettytable because a list of 100,000
rows takes it ten times as long (P10); the bytes are those of cliff's table for
ordinary cells.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from phyware.formatters import options
from phyware.formatters.base import Formatter
from phyware.formatters.columns import human_columns
from phyware.formatters.rows import Row, checked
from phyware.formatters.stream import MOST_ROWS, Sink, emit_batches
from phyware.formatters.table_text import TableText, fits
from phyware.formatters.table_width import is_chosen, width_limit

if TYPE_CHECKING:
    from phyware.formatters.record_text import RecordText

# Narrower than this a column is not made, even if the table does not fit then.
_LEAST_LIST_WIDTH = 8
_LEAST_FIELD_WIDTH = 16


class TableFormatter(Formatter):
    """Write a table with +---+ rules; holds one batch of rows.

    The widths are those of the first batch.  Where a later cell is wider, a rule
    is drawn and its column is as wide as it from there on.  On a terminal, or
    with --fit-width or --max-width, cells that are too wide are wrapped; nothing
    is ever cut off.  Where a terminal is too narrow for that, and nobody asked for
    a width, each row of a list is a block of fields, as in ``\\x auto`` of psql.
    """

    def add_argument_group(self, parser: argparse.ArgumentParser) -> None:
        """Add --max-width, --fit-width and --print-empty."""
        options.add_table(parser)

    def emit_list(
        self, column_names: Sequence[str], data: Iterable[Iterable[Any]],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write the table; an empty line if there is no row and no --print-empty.

        :raises GenericError: a row has not one value for each column
        """
        sink, text = Sink(stdout), _ListText(column_names, stdout, parsed_args)
        if not emit_batches(len(column_names), data, sink, text.batch, first=MOST_ROWS):
            if not getattr(parsed_args, 'print_empty', False):
                sink.write('\n')
                return
            sink.write(text.batch([]))
        sink.write(text.end())

    def emit_one(
        self, column_names: Sequence[str], data: Iterable[Any],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write a table of the columns Field and Value; an empty line if there are none."""
        [row] = checked([data], len(column_names))
        pairs: list[Row] = list(zip(column_names, row, strict=True))
        if not pairs:
            Sink(stdout).write('\n')
            return
        columns = human_columns(('Field', 'Value'), pairs, aligned=False)
        table = TableText(width_limit(stdout, parsed_args), _LEAST_FIELD_WIDTH)
        Sink(stdout).write(table.batch(columns) + table.end())


class _ListText:
    """The text of a list: columns, or records where the first batch shows that those don't fit."""

    def __init__(
        self, names: Sequence[str], stdout: TextIO, parsed_args: argparse.Namespace
    ) -> None:
        self._names = names
        self._limit = width_limit(stdout, parsed_args)
        self._decided = self._limit is None or is_chosen(parsed_args)
        self._table = TableText(self._limit, _LEAST_LIST_WIDTH)
        self._records: RecordText | None = None

    def batch(self, rows: list[Row]) -> str:
        """Return the lines of a batch."""
        if self._records is not None:
            return self._records.batch(rows)
        columns = human_columns(self._names, rows, aligned=True)
        if not self._decided:
            self._decided = True
            if rows and not fits(columns, self._limit, _LEAST_LIST_WIDTH):
                from phyware.formatters.record_text import RecordText

                self._records = RecordText(self._names, self._limit, _LEAST_FIELD_WIDTH)
                return self._records.batch(rows)
        return self._table.batch(columns)

    def end(self) -> str:
        """Return the rule that ends the list."""
        return (self._records or self._table).end()
