"""Rows as JSON objects, many at a time.

Layer: framework, no I/O.  Most cells are text that needs no escape: they go into
the document as they are, a column at a time, and no object is made for any (P9).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from phyware.formatters.json_text import CellEncoder, visible
from phyware.formatters.rows import Row


class RowsText:
    """The text of rows as objects in an array, without the array's brackets.

    :param keys: one for each column, no two equal
    :param indent: spaces for each level, or None for one line
    :param ascii_only: escape everything beyond ASCII (the stream cannot carry it)
    :ivar between: what stands between two objects
    """

    def __init__(self, keys: Sequence[str], indent: int | None, ascii_only: bool) -> None:
        self._ascii_only = ascii_only
        self._encoder = CellEncoder(indent, 2, ascii_only)
        outer, inner = ('', '') if indent is None else (' ' * indent, '\n' + ' ' * (2 * indent))
        self.between = ', ' if indent is None else ',\n'
        self._open = outer + '{' + inner
        self._close = '}' if indent is None else f'\n{outer}}}'
        self._comma = ',' + (inner or ' ')
        encode = json.JSONEncoder(ensure_ascii=ascii_only).encode
        self._names = [f'{encode(key)}: ' for key in keys]
        self._empty = outer + '{}'

    def text(self, rows: list[Row]) -> str:
        """Return the objects of ``rows``, which are not empty; ``between`` goes between them.

        :raises GenericError: a value cannot be shown
        """
        if not self._names:
            return self.between.join([self._empty] * len(rows))
        columns = list(map(self._column, zip(*rows, strict=True)))
        return visible(''.join(self._pieces(columns, len(rows))) + columns[-1][0] + self._close)

    def _pieces(self, columns: list[tuple[str, Sequence[str]]], rows: int) -> list[str]:
        """Return names and values in turn, a row after the other."""
        step = 2 * len(columns)
        pieces = [''] * (step * rows)
        before = self._close + self.between + self._open
        for place, (quote, texts) in enumerate(columns):
            # What closes the column before: for the first one that of the row above.
            closing = columns[place - 1][0]
            pieces[2 * place::step] = [f'{closing}{before}{self._names[place]}{quote}'] * rows
            pieces[2 * place + 1::step] = texts
            before = self._comma
        pieces[0] = self._open + self._names[0] + columns[0][0]
        return pieces

    def _column(self, cells: Sequence[Any]) -> tuple[str, Sequence[str]]:
        """Return what encloses each of ``cells``, and their text."""
        return ('"', cells) if self._is_bare(cells) else ('', self._encoder.encode(cells))

    def _is_bare(self, cells: Sequence[Any]) -> bool:
        """Tell whether all of ``cells`` are text that stands between quotes as it is."""
        if set(map(type, cells)) != {str}:
            return False
        text = ''.join(cells)
        if self._ascii_only and not text.isascii():
            return False
        return text.isprintable() and '"' not in text and '\\' not in text
