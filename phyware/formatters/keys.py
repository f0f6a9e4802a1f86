"""The keys under which json and yaml show the columns.

Layer: framework, no I/O.
"""

from __future__ import annotations

from collections.abc import Sequence


def key_name(column: str) -> str:
    """Return the stable key of a column: what ``--column`` matches too (cliff's rule)."""
    return str(column).lower().strip().replace(' ', '_')


def key_names(columns: Sequence[str]) -> list[str]:
    """Return one key for each column; equal ones are numbered, so that none is lost."""
    keys: list[str] = []
    for column in columns:
        key = wanted = key_name(column)
        number = 1
        while key in keys:
            number += 1
            key = f'{wanted}_{number}'
        keys.append(key)
    return keys
