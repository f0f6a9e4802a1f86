"""JSON that is safe on a terminal, and fast where cells are flat.

Layer: framework, no I/O.  RFC 8259, with the characters that a terminal would
act on or hide (control, format, line separators, surrogates) as ``\\uXXXX``.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

from phyware.formatters.json_nested import NestedEncoder
from phyware.formatters.values import PLAIN_TYPES, expressible

_SUSPECT = re.compile('[^\\x00-\\x7e]')
_HIDDEN = frozenset({'Cc', 'Cf', 'Cs', 'Zl', 'Zp'})

# JSON text never holds a NUL as such, so it can stand between encoded cells.
_SEPARATOR = '\0'


def visible(text: str) -> str:
    """Return the JSON document ``text`` with nothing in it that a terminal obeys.

    :param text: JSON; its characters below U+0020 are layout
    """
    if text.isascii() and '\x7f' not in text:
        return text
    if text.replace('\n', '').isprintable():
        return text
    return _SUSPECT.sub(_escape_hidden, text)


def _escape_hidden(match: re.Match[str]) -> str:
    character = match[0]
    if unicodedata.category(character) not in _HIDDEN:
        return character
    units = character.encode('utf-16-be', 'surrogatepass')
    return ''.join(f'\\u{units[i:i + 2].hex()}' for i in range(0, len(units), 2))


class CellEncoder:
    """Turn cells into JSON text, many at a time.

    :param indent: spaces for each level, or None for one line
    :param level: the level at which a cell stands
    :param ascii_only: escape everything beyond ASCII (the stream cannot carry it)
    """

    def __init__(self, indent: int | None, level: int, ascii_only: bool = False) -> None:
        self._level = level
        self._flat = json.JSONEncoder(
            ensure_ascii=ascii_only, allow_nan=False, check_circular=False,
            separators=(_SEPARATOR, ':'),
        )
        self._nested = NestedEncoder(indent, ascii_only)

    def encode(self, cells: Sequence[Any]) -> list[str]:
        """Return the JSON text of each of ``cells``; any type is taken (values.to_plain).

        :raises GenericError: a value is nested too deeply, or contains itself
        """
        if not cells:
            return []
        kinds = set(map(type, cells))
        if kinds <= PLAIN_TYPES:
            return self._encode_flat(cells)
        if kinds.isdisjoint(PLAIN_TYPES):
            return self._encode_others(cells)
        others = iter(self._encode_others([c for c in cells if type(c) not in PLAIN_TYPES]))
        flat = self._encode_flat([c if type(c) in PLAIN_TYPES else None for c in cells])
        return [
            text if type(cell) in PLAIN_TYPES else next(others)
            for cell, text in zip(cells, flat, strict=True)
        ]

    def _encode_others(self, cells: Sequence[Any]) -> list[str]:
        if set(map(type, cells)) == {list} and set(map(type, chain(*cells))) <= PLAIN_TYPES:
            # ValueError: NaN, or an integer too long to print.
            with suppress(ValueError):
                return self._encode_lists(cells)
        return [self._nested.encode(cell, self._level) for cell in cells]

    def _encode_lists(self, lists: Sequence[list[Any]]) -> list[str]:
        # No text holds a separator, so what stands between two lists is unique.
        texts = self._flat.encode(lists)[2:-2].split(f']{_SEPARATOR}[')
        before, between, after = self._nested.brackets(self._level)
        return [
            f'{before}{text.replace(_SEPARATOR, between)}{after}' if text else '[]'
            for text in texts
        ]

    def _encode_flat(self, cells: Sequence[Any]) -> list[str]:
        try:
            text = self._flat.encode(cells)
        except ValueError:
            text = self._flat.encode(expressible(list(cells), nan=False))
        return text[1:-1].split(_SEPARATOR)


def object_template(keys: Iterable[str], indent: int | None, depth: int, ascii_only: bool) -> str:
    """Return a ``%`` template of a JSON object with a ``%s`` for each key's value.

    :param depth: the level of the object's braces
    """
    encode = json.JSONEncoder(ensure_ascii=ascii_only).encode
    members = [f'{encode(key)}: '.replace('%', '%%') + '%s' for key in keys]
    if not members:
        return '{}'
    if indent is None:
        return '{' + ', '.join(members) + '}'
    outer, inner = ' ' * (indent * depth), ' ' * (indent * (depth + 1))
    return '{\n' + ',\n'.join(inner + member for member in members) + f'\n{outer}}}'
