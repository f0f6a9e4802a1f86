"""The table format: what cliff draws, without its cost.

Layer: framework.  Drawn here and not by prettytable because a list of 100,000
rows takes it ten times as long (P10); the bytes are those of cliff's table for
ordinary cells.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from phyware.formatters import options
from phyware.formatters.base import Formatter
from phyware.formatters.columns import human_columns
from phyware.formatters.stream import MOST_ROWS, Row, Sink, checked
from phyware.formatters.table_text import TableText
from phyware.formatters.table_width import width_limit

# Narrower than this a column is not made, even if the table does not fit then.
_LEAST_LIST_WIDTH = 8
_LEAST_FIELD_WIDTH = 16


class TableFormatter(Formatter):
    """Write a table with +---+ rules; holds all rows.

    On a terminal, or with --fit-width or --max-width, cells that are too wide
    are wrapped; nothing is ever cut off.
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
        rows = checked(data, len(column_names))
        if not rows and not getattr(parsed_args, 'print_empty', False):
            Sink(stdout).write('\n')
            return
        columns = human_columns(column_names, rows, aligned=True)
        limit = width_limit(stdout, parsed_args)
        _write(TableText(columns, limit, _LEAST_LIST_WIDTH), stdout)

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
        limit = width_limit(stdout, parsed_args)
        _write(TableText(columns, limit, _LEAST_FIELD_WIDTH), stdout)


def _write(table: TableText, stdout: TextIO) -> None:
    sink = Sink(stdout)
    for text in table.pieces(MOST_ROWS):
        sink.write(text)
