"""Draw the rows of a list as blocks of fields, where a screen is too narrow for columns.

Layer: framework, no I/O.
"""

from __future__ import annotations

from collections.abc import Sequence

from phyware.formatters.columns import human_columns
from phyware.formatters.rows import Row
from phyware.formatters.table_text import TableText


class RecordText:
    """The text of one list, a batch of rows at a time: a table of field and value for each.

    :param names: the columns
    :param limit: wrap values to make it this many terminal cells wide, or None
    :param least: the least width that wrapping may leave a value
    """

    def __init__(self, names: Sequence[str], limit: int | None, least: int) -> None:
        self._names = names
        self._table = TableText(limit, least, record=len(names))

    def batch(self, rows: Sequence[Row]) -> str:
        """Return the lines of a batch."""
        pairs = [pair for row in rows for pair in zip(self._names, row, strict=True)]
        return self._table.batch(human_columns(('Field', 'Value'), pairs, aligned=False))

    def end(self) -> str:
        """Return the rule that ends the list."""
        return self._table.end()
