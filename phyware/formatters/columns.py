"""Columns of cells made ready for the eye.

Layer: framework, no I/O.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from phyware.formatters.rows import Row
from phyware.formatters.shown import shown
from phyware.formatters.values import CellText

# None is empty, a list its items with commas, a truth value True or False as in
# cliff; the data formats are there for whoever must tell '' from None.
_TEXT = CellText(human=True, joiner=', ')


class Column(NamedTuple):
    """A heading and its cells, each of them one printable line.

    :param right: whether the cells are aligned to the right
    """

    heading: str
    cells: list[str]
    right: bool


def human_columns(
    names: Sequence[str], rows: Sequence[Row], *, aligned: bool
) -> list[Column]:
    """Return the columns of ``rows``.

    :param aligned: align a column to the right if its first value is a number
    """
    values = list(zip(*rows, strict=True)) or [()] * len(names)
    headings = shown([str(name) for name in names])
    return [
        Column(heading, shown(_TEXT.column(cells)), aligned and _is_number(cells))
        for heading, cells in zip(headings, values, strict=True)
    ]


def _is_number(cells: Sequence[object]) -> bool:
    return bool(cells) and type(cells[0]) in (int, float)
