"""What a row is: values one after the other, one for each column.

Layer: framework, no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeGuard

from phyware.errors import WrongData
from phyware.text import kind_of

Row = Sequence[Any]


def is_row(given: object) -> TypeGuard[Iterable[Any]]:
    """Tell whether ``given`` is values one after the other, not one value or values by name.

    An object that has ``__getitem__`` alone is, as for Python's ``for``.
    """
    whole = isinstance(given, str | bytes | Mapping)
    # Asked of the type: a class that makes rows is none itself.
    return not whole and (isinstance(given, Iterable) or hasattr(type(given), '__getitem__'))


def values_of(row: Iterable[Any], width: int) -> Row:
    """Return the values of ``row``; of an endless one, enough to tell that they are too many.

    :param width: the number of columns
    """
    if type(row) in (tuple, list):
        return row  # type: ignore[return-value]
    return tuple(islice(row, width + 1))


def checked(rows: Iterable[Iterable[Any]], width: int, start: int = 0) -> list[Row]:
    """Return ``rows`` as sequences of ``width`` values.

    :param start: the number of rows before these, for the message
    :raises WrongData: a row has another number of values, or is none
    """
    found: list[Any] = [
        row if type(row) in (tuple, list) else _values(row, width) for row in rows
    ]
    if set(map(len, found)) - {width}:
        for number, row in enumerate(found, start + 1):
            _refuse_other(row, width, number)
    return found


def each_checked(rows: Iterable[Iterable[Any]], width: int) -> Iterator[Row]:
    """Yield each of ``rows`` as a sequence of ``width`` values when it comes.

    :raises WrongData: as ``checked``
    """
    for number, given in enumerate(rows, 1):
        row = _values(given, width)
        _refuse_other(row, width, number)
        yield row


def _values(row: object, width: int) -> Row:
    # The keys of a mapping and the letters of a text would be taken for values.
    if not is_row(row):
        raise WrongData(f'a row is a {kind_of(row)}, not one value for each column')
    return values_of(row, width)


def _refuse_other(row: Row, width: int, number: int) -> None:
    if len(row) != width:
        count = f'more than {width}' if len(row) > width else str(len(row))
        values = 'value' if count == '1' else 'values'
        raise WrongData(f'row {number} has {count} {values} for {width} columns')
