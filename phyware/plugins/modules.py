"""Which modules there are, found out without importing one.

Layer: framework.
"""

from __future__ import annotations

import importlib.machinery
import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain, repeat
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
        # All that importlib.metadata's pattern takes but for extras and spaces.
        text = ''.join(chain(modules, attributes)).replace('_', 'a').replace('.', 'a')
        packages = {module.partition('.')[0] for module in modules}
        return all(attributes) and text.isalnum() and packages <= self._lying_there

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
        return frozenset(chain.from_iterable(map(_modules_in, sys.path))) - {''}


def _modules_in(place: str) -> list[str]:
    """Return the names of modules and packages; none where that is not clear."""
    suffixes = tuple(importlib.machinery.all_suffixes())
    try:
        with os.scandir(place or os.curdir) as children:
            # Without an __init__.py a directory is a namespace package (PEP 420).
            return [
                name.partition('.')[0] for child in children
                if ((name := child.name).endswith(suffixes) and child.is_file())
                or ('.' not in name and child.is_dir())
            ]
    except (OSError, ValueError):
        return []


def _can_be_found(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


def _named(value: str) -> str:
    # The pattern of importlib.metadata's own entry points, which fail in the way of their version.
    match = importlib.metadata.EntryPoint.pattern.match(value)
    return value if match is None else match['module'].partition('.')[0]
