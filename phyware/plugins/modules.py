"""Which modules there are, found out without importing one.

Layer: framework.
"""

from __future__ import annotations

import importlib.machinery
import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import repeat
from operator import itemgetter

from phyware.text import clean


class Modules:
    """The top-level modules and packages that can be imported."""

    def surely_there(self, values: Sequence[str]) -> bool:
        """Tell whether the search path holds the packages of all; False says nothing.

        :param values: as for ``missing``, which has to be asked then
        """
        # Of 10,000 at once: to ask for each would take longer than all else (P7).
        parts = [*map(str.partition, values, repeat(':'))]
        modules = {*map(itemgetter(0), parts)}
        attributes = [*map(itemgetter(2), parts)]
        plain = all(attributes) and ''.join(attributes).replace('_', 'a').isalnum()
        return plain and self._lying_there.issuperset(map(_package, modules))

    def missing(self, values: Iterable[str]) -> list[str]:
        """Return the top-level packages that nobody has, fit to show, each once.

        Of a value that names no module at all, what it says is returned.

        :param values: of entry points, ``module:attribute``
        """
        names = dict.fromkeys(map(_named, values))
        return [clean(name) for name in names if not self._has(name)]

    def _has(self, name: str) -> bool:
        return name in self._lying_there or _can_be_found(name)

    @cached_property
    def _lying_there(self) -> frozenset[str]:
        """What directories of the search path hold: of 2,000 it is cheaper to be asked once."""
        suffixes = tuple(importlib.machinery.all_suffixes())
        return frozenset(
            child.name.partition('.')[0]
            for place in sys.path for child in _children(place)
            if _is_module(child, suffixes)
        ) - {''}


def _is_module(child: os.DirEntry[str], suffixes: tuple[str, ...]) -> bool:
    try:
        if '.' not in child.name:
            # Without an __init__.py it is a namespace package (PEP 420).
            return child.is_dir()
        return child.name.endswith(suffixes) and child.is_file()
    except OSError:
        return False


def _children(place: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(place or os.curdir) as children:
            yield from children
    except (OSError, ValueError):
        return


def _can_be_found(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


def _package(module: str) -> str:
    """Return the package of a module, nothing if it is not a plain name."""
    parts = module.split('.')
    return parts[0] if all(part.replace('_', 'a').isalnum() for part in parts) else ''


def _named(value: str) -> str:
    # The pattern of importlib.metadata's own entry points, which fail in the way of their version.
    match = importlib.metadata.EntryPoint.pattern.match(value)
    return value if match is None else match['module'].partition('.')[0]
