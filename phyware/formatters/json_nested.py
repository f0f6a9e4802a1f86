"""JSON text of one nested value, indented.

Layer: framework, no I/O.  The standard library indents in Python, a call for
each item; here its C encoder writes whatever is flat in one go (P10).
"""

from __future__ import annotations

import json
from typing import Any

from phyware.formatters.values import KEY_TYPES, PLAIN_TYPES, expressible, to_plain, too_deep


class NestedEncoder:
    """Encode values of any type (values.to_plain says how).

    :param indent: spaces for each level, or None for one line
    :param ascii_only: escape everything beyond ASCII
    """

    def __init__(self, indent: int | None, ascii_only: bool) -> None:
        self._indent = indent
        self._ascii_only = ascii_only
        self._encoders: dict[int, json.JSONEncoder] = {}

    def encode(self, value: object, level: int) -> str:
        """Return the JSON text of ``value`` on a line indented ``level`` times.

        :raises GenericError: it is nested too deeply, or contains itself
        """
        try:
            return self._encode_any(value, level)
        except RecursionError:
            raise too_deep() from None

    def brackets(self, level: int) -> tuple[str, str, str]:
        """Return what stands before, between and after the items of an array."""
        if self._indent is None:
            return '[', ', ', ']'
        return '[' + self._line(level + 1), ',' + self._line(level + 1), self._line(level) + ']'

    def _encode_any(self, value: object, level: int) -> str:
        try:
            return self._encode(value, level)
        except TypeError:
            # A key that is no text.
            return self._encode(to_plain(value), level)
        except ValueError:
            # NaN or an infinity, or an integer too long to print.
            return self._encode(expressible(to_plain(value), nan=False), level)

    def _encode(self, value: Any, level: int) -> str:
        items = value.values() if type(value) is dict else value
        if type(value) not in (dict, list):
            return self._encode_other(value, level)
        if self._indent is None or not value:
            return self._encoder(level).encode(value)
        if set(map(type, items)) <= PLAIN_TYPES:
            return self._spread(self._encoder(level).encode(value), level)
        return self._encode_members(value, level)

    def _encode_other(self, value: Any, level: int) -> str:
        plain = value if type(value) in PLAIN_TYPES else to_plain(value)
        if isinstance(plain, (dict, list)):
            return self._encode(plain, level)
        return self._encoder(level).encode(plain)

    def _encode_members(self, value: Any, level: int) -> str:
        between = ',' + self._line(level + 1)
        if type(value) is list:
            members = between.join(self._encode(item, level + 1) for item in value)
            return self._spread(f'[{members}]', level)
        members = between.join(
            f'{self._key(key)}: {self._encode(item, level + 1)}' for key, item in value.items()
        )
        return self._spread(f'{{{members}}}', level)

    def _key(self, key: object) -> str:
        if type(key) not in KEY_TYPES:
            raise TypeError('not a key of JSON')
        text = self._encoder(0).encode(key)
        return text if type(key) is str else f'"{text}"'

    def _spread(self, text: str, level: int) -> str:
        return f'{text[0]}{self._line(level + 1)}{text[1:-1]}{self._line(level)}{text[-1]}'

    def _line(self, level: int) -> str:
        return '\n' + ' ' * ((self._indent or 0) * level)

    def _encoder(self, level: int) -> json.JSONEncoder:
        if level not in self._encoders:
            between = ', ' if self._indent is None else ',' + self._line(level + 1)
            self._encoders[level] = json.JSONEncoder(
                ensure_ascii=self._ascii_only, allow_nan=False, check_circular=False,
                default=to_plain, separators=(between, ': '),
            )
        return self._encoders[level]
