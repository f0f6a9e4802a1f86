"""JSON that is safe on a terminal, and fast where cells are flat.

Layer: framework, no I/O.  RFC 8259, with the characters that a terminal would
act on or hide (control, format, line separators, surrogates) as ``\\uXXXX``.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from phyware.formatters.values import PLAIN_TYPES, expressible, to_plain

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
    :param depth: the level at which a cell stands
    :param ascii_only: escape everything beyond ASCII (the stream cannot carry it)
    """

    def __init__(self, indent: int | None, depth: int, ascii_only: bool = False) -> None:
        self._margin = '\n' + ' ' * ((indent or 0) * depth)
        self._flat = json.JSONEncoder(
            ensure_ascii=ascii_only, allow_nan=False, check_circular=False,
            separators=(_SEPARATOR, ':'),
        )
        self._nested = json.JSONEncoder(
            ensure_ascii=ascii_only, allow_nan=False, check_circular=False, indent=indent
        )

    def encode(self, cells: list[Any]) -> list[str]:
        """Return the JSON text of each of ``cells``; any type is taken (values.to_plain).

        :raises GenericError: a value is nested too deeply, or contains itself
        """
        if not cells:
            return []
        if set(map(type, cells)) <= PLAIN_TYPES:
            return self._encode_flat(cells)
        flat = [cell if type(cell) in PLAIN_TYPES else None for cell in cells]
        texts = self._encode_flat(flat)
        for index, cell in enumerate(cells):
            if type(cell) not in PLAIN_TYPES:
                texts[index] = self._encode_nested(to_plain(cell))
        return texts

    def _encode_flat(self, cells: list[Any]) -> list[str]:
        try:
            text = self._flat.encode(cells)
        except ValueError:
            text = self._flat.encode(expressible(cells, nan=False))
        return text[1:-1].split(_SEPARATOR)

    def _encode_nested(self, plain: Any) -> str:
        try:
            text = self._nested.encode(plain)
        except ValueError:
            text = self._nested.encode(expressible(plain, nan=False))
        return text.replace('\n', self._margin)


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
