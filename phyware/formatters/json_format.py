"""The json format: one document, an array of objects or one object.

Layer: framework.  Keys are the snake_case names of the columns (cliff-traps 23).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from phyware.formatters import options
from phyware.formatters.base import Formatter
from phyware.formatters.json_rows import RowsText
from phyware.formatters.json_text import CellEncoder, object_template, visible
from phyware.formatters.keys import key_names
from phyware.formatters.rows import Row, checked
from phyware.formatters.stream import Sink, emit_batches

INDENT = 2


class JSONFormatter(Formatter):
    """Write JSON (RFC 8259), indented by two spaces unless ``--noindent``."""

    def add_argument_group(self, parser: argparse.ArgumentParser) -> None:
        """Add --noindent."""
        options.add_json(parser)

    def emit_list(
        self, column_names: Sequence[str], data: Iterable[Iterable[Any]],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write an array, a batch of rows at a time.

        The bracket that closes it comes only when every row was written, so
        what an error cuts off does not parse.

        :raises GenericError: a row cannot be shown; nothing of it is written
        """
        sink = Sink(stdout)
        array = _ArrayText(column_names, _indent(parsed_args), not sink.unicode)
        count = emit_batches(len(column_names), data, sink, array.batch)
        sink.write(array.end(count))

    def emit_one(
        self, column_names: Sequence[str], data: Iterable[Any],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write one object, all of it or nothing.

        :raises GenericError: a value cannot be shown
        """
        sink, indent = Sink(stdout), _indent(parsed_args)
        [row] = checked([data], len(column_names))
        template = object_template(key_names(column_names), indent, 0, not sink.unicode)
        cells = CellEncoder(indent, 1, not sink.unicode).encode(list(row))
        sink.write(visible(template % tuple(cells)) + '\n')


class _ArrayText:
    """The text of an array of objects, in pieces."""

    def __init__(self, columns: Sequence[str], indent: int | None, ascii_only: bool) -> None:
        self._rows = RowsText(key_names(columns), indent, ascii_only)
        self._before, self._close = ('[', ']') if indent is None else ('[\n', '\n]')

    def batch(self, rows: list[Row]) -> str:
        text = self._before + self._rows.text(rows)
        self._before = self._rows.between
        return text

    def end(self, count: int) -> str:
        return (self._close if count else '[]') + '\n'


def _indent(parsed_args: argparse.Namespace) -> int | None:
    return None if getattr(parsed_args, 'noindent', False) else INDENT
