"""What an installed distribution is called, read without taking its metadata apart.

Layer: framework.  ``Distribution.name`` parses the whole of a README as the body
of an e-mail, a million instructions each time (performance.md, P4).
"""

from __future__ import annotations

import os
from importlib.metadata import PathDistribution
from pathlib import Path

_FILE = 'METADATA'
# Before the description, and the name is among the first lines.
_LONGEST = 4096


class InstalledDistribution(PathDistribution):
    """The distribution of a metadata directory.

    :param where: path of the directory
    """

    def __init__(self, where: str) -> None:
        super().__init__(Path(where))
        self._where = where

    @property
    def name(self) -> str:
        """The name as the metadata has it; raises what ``importlib.metadata`` raises."""
        return _name_at(self._where) or super().name


def _name_at(where: str) -> str | None:
    try:
        with open(os.path.join(where, _FILE), 'rb', buffering=0) as file:
            return _name_in(file.read(_LONGEST).decode('latin-1'))
    except (OSError, ValueError):
        return None


def _name_in(text: str) -> str | None:
    """Return the field Name, None if anything about it or what precedes it is unusual."""
    lines = text.split('\n')
    for line, following in zip(lines, lines[1:], strict=False):
        field, colon, value = line.partition(': ')
        if not colon or not field.replace('-', '').isalpha() or following[:1] in (' ', '\t'):
            return None
        if field.lower() == 'name':
            plain = value.isascii() and value.isprintable() and value == value.strip()
            return value if plain else None
    return None
