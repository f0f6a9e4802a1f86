"""What an installed distribution is called, read without taking its metadata apart.

Layer: framework.  ``Distribution.metadata`` parses the whole of a README as the body
of an e-mail, a million instructions each time (performance.md, P4 and P7).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import PathDistribution
from pathlib import Path

_FILE = 'METADATA'
_HEADS = ('Metadata-Version: ', 'Name: ', 'Version: ')
# Before the description, and what is asked for is among the first lines.
_LONGEST = 4096


class InstalledDistribution(PathDistribution):
    """The distribution of a metadata directory.

    :param where: path of the directory
    """

    _lines: list[str] | None = None
    _usual: Mapping[str, str] = {}

    def __init__(self, where: str) -> None:
        self._where = where

    # A path is taken apart when it is made, which costs as much as reading the file.
    @cached_property
    def _path(self) -> Path:  # type: ignore[override]
        return Path(self._where)

    @property
    def name(self) -> str:
        """The name as the metadata has it; raises what ``importlib.metadata`` raises."""
        return self._plain('Name') or super().name

    def field(self, name: str) -> str:
        """Return a field of the metadata, empty where there is none.

        It raises what ``importlib.metadata`` raises.
        """
        plain = self._plain(name)
        if plain is not None:
            return plain
        found = self.metadata
        # Python 3.11 gives None for a field that is missing, later ones raise.
        return (found[name] or '') if found and name in found else ''

    def _plain(self, name: str) -> str | None:
        # Not a cached_property: with 2,000 plugins its lock costs what all else here does.
        if self._lines is None:
            self._lines = _head(f'{self._where}{os.sep}{_FILE}')
            self._usual = _usual_fields(self._lines)
        return self._usual.get(name) or _field_in(self._lines, name)


def _head(path: str) -> list[str]:
    """Return the first lines of a file, of which the last may be cut off; none without it."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (OSError, ValueError):
        return []
    try:
        return os.read(descriptor, _LONGEST).decode('latin-1').split('\n')
    except OSError:
        return []
    finally:
        os.close(descriptor)


def _usual_fields(lines: list[str]) -> dict[str, str]:
    """Return the first fields, nothing of a file that does not begin as most of them do."""
    if len(lines) < 4 or lines[3][:1] in (' ', '\t'):
        return {}
    first, name, version = lines[:3]
    text = f'{first}{name}{version}'
    # Of a space in a value nothing is said here, nor of a line that is folded or cut off.
    plain = text.isascii() and text.isprintable() and text.count(' ') == 3
    heads = first[:18], name[:6], version[:9]
    return {'Name': name[6:], 'Version': version[9:]} if plain and heads == _HEADS else {}


def _field_in(lines: list[str], name: str) -> str | None:
    """Return the field ``name``, empty where the fields end without it.

    It is None if anything about it or what precedes it is unusual.
    """
    wanted = name.lower()
    for line, following in zip(lines, lines[1:], strict=False):
        field, colon, value = line.partition(': ')
        if not line:
            return ''
        # A carriage return ends a line as well.
        if not colon or not field.replace('-', '').isalpha() or following[:1] in (' ', '\t'):
            return None
        if field.lower() == wanted:
            plain = value.isascii() and value.isprintable() and value == value.strip()
            return value if plain else None
        if '\r' in value:
            return None
    return None
