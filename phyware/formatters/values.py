"""What a cell means, once for all formats: as plain data and as text.

Layer: framework, no I/O.  Nothing here decides about escaping.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, NamedTuple

from cliff.columns import FormattableColumn

from phyware.errors import GenericError

NUMBER_TYPES = frozenset({int, float, bool})
PLAIN_TYPES = NUMBER_TYPES | {str, type(None)}
KEY_TYPES = frozenset({str, int, bool, type(None)})


def rfc3339(moment: datetime) -> str:
    """Return ``moment`` in UTC as RFC 3339 has it; one without a zone is in UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat().replace('+00:00', 'Z')


def to_plain(value: object) -> Any:
    """Return ``value`` as str, int, float, bool, None, and lists and dicts of them.

    Times become RFC 3339 in UTC, sets and tuples lists, an Enum its value, bytes
    and paths text, a FormattableColumn its machine-readable form, a Secret
    ``***``; whatever is left its ``str()``.

    :raises GenericError: the value is nested too deeply, or contains itself
    """
    try:
        return _plain(value)
    except RecursionError:
        raise too_deep() from None


def too_deep() -> GenericError:
    """Return the error of a value that no recursion gets to the end of."""
    return GenericError(
        'a value is nested too deeply to be shown', 'Choose other columns with --column'
    )


def _plain(value: object) -> Any:
    if type(value) in PLAIN_TYPES:
        return value
    if isinstance(value, FormattableColumn):
        return _plain(value.machine_readable())
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, AbstractSet):
        return sorted((_plain(item) for item in value), key=str)
    return _leaf(value)


def _leaf(value: object) -> Any:
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.decode('utf-8', 'backslashreplace')
    if isinstance(value, os.PathLike):
        return _leaf(os.fspath(value))
    return str(value)


def _key(key: object) -> Any:
    if type(key) in KEY_TYPES:
        return key
    plain = _plain(key)
    return plain if type(plain) in KEY_TYPES else str(plain)


class CellText(NamedTuple):
    """How a format writes a cell as text.

    :param human: take the human-readable form of a FormattableColumn
    :param joiner: what stands between the items of a list
    :param none: the text of None
    """

    human: bool
    joiner: str
    none: str = ''

    def __call__(self, value: object) -> str:
        """Return the text of one cell; nested containers are JSON."""
        kind = type(value)
        if kind is str:
            return value  # type: ignore[return-value]
        if kind is list:
            try:
                return self.joiner.join(value)  # type: ignore[arg-type]
            except TypeError:
                pass  # not all of them are text
        if isinstance(value, FormattableColumn) and self.human:
            return str(value.human_readable())
        plain = to_plain(value)
        return self._joined(plain) if isinstance(plain, list) else self._scalar(plain)

    def column(self, values: Sequence[object]) -> list[str]:
        """Return the texts of many cells."""
        kinds = set(map(type, values))
        if kinds == {list}:
            with suppress(TypeError):
                return list(map(self.joiner.join, values))  # type: ignore[arg-type]
        if kinds <= _TEXT_TYPES:
            # ValueError: an integer is too long to print.
            with suppress(ValueError):
                return list(map(str, values))
        return [self.none if value is None else self(value) for value in values]

    def _joined(self, items: list[Any]) -> str:
        if any(isinstance(item, (list, dict)) for item in items):
            return _compact_json(items)
        return self.joiner.join(map(self._scalar, items))

    def _scalar(self, plain: Any) -> str:
        if plain is None:
            return self.none
        if isinstance(plain, dict):
            return _compact_json(plain)
        return integer_text(plain) if isinstance(plain, int) else str(plain)


# The types whose str() is what every text format shows.
_TEXT_TYPES = NUMBER_TYPES | {str}


def integer_text(number: int) -> str:
    """Return ``number`` in decimal, or in hexadecimal if Python refuses to.

    CPython raises ValueError above sys.get_int_max_str_digits() digits.
    """
    try:
        return str(number)
    except ValueError:
        return hex(number)


def expressible(plain: Any, *, nan: bool) -> Any:
    """Return ``plain`` without what the writer of a format refuses with ValueError.

    An integer too long to print becomes its hexadecimal text.

    :param nan: whether the format knows NaN and infinities; None replaces them if not
    """
    if isinstance(plain, float):
        return plain if nan or math.isfinite(plain) else None
    if isinstance(plain, dict):
        return {
            expressible(key, nan=nan): expressible(item, nan=nan) for key, item in plain.items()
        }
    if isinstance(plain, list):
        return [expressible(item, nan=nan) for item in plain]
    if type(plain) is int and plain.bit_length() > _SURELY_PRINTABLE_BITS:
        text = integer_text(plain)
        return text if 'x' in text else plain
    return plain


# CPython never limits integers of 640 digits (sys.int_info.str_digits_check_threshold).
_SURELY_PRINTABLE_BITS = 2000


def _compact_json(plain: Any) -> str:
    try:
        return _COMPACT.encode(plain)
    except ValueError:
        return _COMPACT.encode(expressible(plain, nan=False))


_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
