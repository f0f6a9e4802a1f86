"""What the formatters share: cliff's interface with nothing to configure.

Layer: framework.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from cliff.formatters.base import ListFormatter, SingleFormatter

from phyware.formatters.rows import Row, checked
from phyware.formatters.stream import Sink, emit_batches


class Formatter(ListFormatter, SingleFormatter):
    """A formatter for many objects and for one, without options."""

    def add_argument_group(self, parser: argparse.ArgumentParser) -> None:
        """Add nothing: subclasses with options override this."""


class RowFormatter(Formatter):
    """A formatter of lines: a heading or none, then each row by itself.

    Holds one batch of rows at a time.
    """

    def emit_list(
        self, column_names: Sequence[str], data: Iterable[Iterable[Any]],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write the rows as they come.

        :raises GenericError: a row has not one value for each column
        """
        sink = Sink(stdout)
        heading = self.heading(column_names, sink, parsed_args)
        if heading:
            sink.write(heading)
        emit_batches(
            len(column_names), data, sink, lambda rows: self.lines(rows, sink, parsed_args)
        )

    def emit_one(
        self, column_names: Sequence[str], data: Iterable[Any],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write one object as a list of one."""
        sink = Sink(stdout)
        rows = checked([data], len(column_names))
        heading = self.heading(column_names, sink, parsed_args)
        sink.write(heading + self.lines(rows, sink, parsed_args))

    def heading(self, columns: Sequence[str], sink: Sink, parsed_args: argparse.Namespace) -> str:
        """Return the text before the rows."""
        raise NotImplementedError

    def lines(self, rows: list[Row], sink: Sink, parsed_args: argparse.Namespace) -> str:
        """Return the text of a batch of rows."""
        raise NotImplementedError
