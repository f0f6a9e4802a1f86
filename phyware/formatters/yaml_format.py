"""The yaml format: one document, a sequence of mappings or one mapping.

Layer: framework.  Keys and values are those of json, in YAML's words; as in
cliff, the keys of a list are sorted and those of one object are in its order.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from phyware.formatters.base import Formatter
from phyware.formatters.keys import key_names
from phyware.formatters.rows import Row, checked
from phyware.formatters.stream import Sink, emit_batches
from phyware.formatters.values import PLAIN_TYPES, to_plain
from phyware.formatters.yaml_text import dump


class YAMLFormatter(Formatter):
    """Write YAML 1.1 in block style."""

    def emit_list(
        self, column_names: Sequence[str], data: Iterable[Iterable[Any]],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write a sequence, a batch of rows at a time.

        :raises GenericError: a row cannot be shown; nothing of it is written
        """
        sink, keys = Sink(stdout), key_names(column_names)
        unicode = sink.unicode

        def text(rows: list[Row]) -> str:
            return dump([_mapping(keys, row) for row in rows], unicode)

        if not emit_batches(len(keys), data, sink, text):
            sink.write('[]\n')

    def emit_one(
        self, column_names: Sequence[str], data: Iterable[Any],
        stdout: TextIO, parsed_args: argparse.Namespace,
    ) -> None:
        """Write one mapping, all of it or nothing.

        :raises GenericError: a value cannot be shown
        """
        sink = Sink(stdout)
        [row] = checked([data], len(column_names))
        mapping = _mapping(key_names(column_names), row)
        # One by one: the library would sort them.
        members = (dump({key: value}, sink.unicode) for key, value in mapping.items())
        sink.write(''.join(members) or '{}\n')


def _mapping(keys: list[str], row: Row) -> dict[str, Any]:
    return {
        key: cell if type(cell) in PLAIN_TYPES else to_plain(cell)
        for key, cell in zip(keys, row, strict=True)
    }
