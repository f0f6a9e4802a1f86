"""The entry points of what is installed, by group, as their files have them.

Layer: framework; imports no plugin.  ``importlib.metadata.entry_points()`` makes
a path of every package and an object of every line; here a package is a text
and a line a line until somebody asks for it, which with 10,000 commands takes a
tenth of the instructions (performance.md, P7).  What lies in no directory, or is
found by a finder of somebody else's, comes from ``importlib.metadata``.

The format is that of https://packaging.python.org/specifications/entry-points/.
"""

from __future__ import annotations

import errno
import importlib.metadata
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from operator import contains
from typing import Any, NamedTuple, cast

from phyware.distributions import InstalledDistribution
from phyware.fast.index import searches_the_path

# What metadata that is broken raises depends on the version of Python.
FAULTS = (KeyError, TypeError, ValueError, AttributeError, OSError)
_LASTING = (
    errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.ELOOP,
    errno.ENAMETOOLONG,
)
_PATHS = (str, os.PathLike)
_FILE = 'entry_points.txt'
_SUFFIXES = ('.dist-info', '.egg-info')
_SEPARATORS = re.compile('[-_.]+')
# A metadata directory, or what a finder gave.
_Where = str | importlib.metadata.Distribution


def top_level(value: str) -> str:
    """Return the top-level name of the module that an entry point's value names."""
    return value.partition(':')[0].partition('.')[0].strip()


class Entry(NamedTuple):
    """What an ``importlib.metadata.EntryPoint`` is made of."""

    name: str
    value: str
    group: str
    where: str | importlib.metadata.Distribution

    @property
    def dist(self) -> importlib.metadata.Distribution:
        """The distribution that it is of."""
        return distribution_at(self.where)

    def made(self) -> importlib.metadata.EntryPoint:
        """Return the entry point."""
        found = importlib.metadata.EntryPoint(self.name, self.value, self.group)
        # An entry point cannot be changed; importlib.metadata itself does this.
        vars(found)['dist'] = self.dist
        return found

    def load(self) -> Any:
        """Import what it names; raises whatever that raises."""
        return self.made().load()


def distribution_at(where: _Where) -> importlib.metadata.Distribution:
    """Return the distribution of a metadata directory, or the one that a finder gave."""
    return InstalledDistribution(where) if isinstance(where, str) else where


_made = cast('Callable[[type[Entry], tuple[str, str, str, _Where]], Entry]', tuple.__new__)


class Group(NamedTuple):
    """Names and values of one group, and where the distribution of each is."""

    names: list[str]
    values: list[str]
    wheres: list[_Where]


class EntryFiles:
    """The lines of all ``entry_points.txt``, read when this is made.

    A distribution whose file cannot be read is left out, and so is one that is
    behind another of its name on the search path.

    :param groups: what was read a moment ago, by group
    :param strict: True to raise what may be over in a moment, as of a network's disk
    """

    def __init__(self, groups: dict[str, Group] | None = None, strict: bool = False) -> None:
        self.groups = _read(strict) if groups is None else groups

    def of(self, group: str) -> list[Entry]:
        """Return what is in ``group``, in the order of the search path.

        Those of a distribution that has a line in it which is none are left out.
        """
        names, values, wheres = self.groups.get(group) or ((), (), ())
        found = zip(names, values, repeat(group), wheres, strict=False)
        # As Entry(...), 10,000 times, without running our code for each.
        return [*map(_made, repeat(Entry), found)]


def metadata_files() -> list[str]:
    """Return the path of each ``entry_points.txt`` there is or could be, read or not.

    :raises OSError: some may have been missed
    """
    wheres = (where for _, where in _distributions(strict=True))
    found = (where if isinstance(where, str) else _located(where) for where in wheres)
    return [os.path.join(where, _FILE) for where in found if where]


def _located(dist: importlib.metadata.Distribution) -> str:
    """Return the path that a distribution of Python's own finder has."""
    return str(getattr(dist, '_path', None) or '')


def _read(strict: bool) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for where, text in _texts(strict):
        for group, lines in _sections(text).items():
            found = groups.setdefault(group, Group([], [], []))
            if all(map(contains, lines, repeat('='))):
                parts = [line.partition('=') for line in lines]
                found.names.extend(name.strip() for name, *_ in parts)
                found.values.extend(value.strip() for *_, value in parts)
                found.wheres.extend(repeat(where, len(lines)))
    return groups


def _texts(strict: bool) -> Iterator[tuple[_Where, str]]:
    """Yield where each distribution is, and what its file holds."""
    seen: set[str] = set()
    for name, where in _distributions(strict):
        if name not in seen:
            seen.add(name)
            yield where, _text(where, strict)


def _distributions(strict: bool) -> Iterator[tuple[str, _Where]]:
    """Yield name and place of all, the first on the search path first."""
    # Python imports nothing from what is no text, but finds packages by a Path.
    for entry in (os.fspath(entry) for entry in sys.path if isinstance(entry, _PATHS)):
        children = _children(entry, strict)
        if children is None:
            yield from _named(importlib.metadata.distributions(path=[entry]), strict)
        for child in children or ():
            if child.lower().endswith(_SUFFIXES):
                name = child.rpartition('.')[0].partition('-')[0]
                yield _SEPARATORS.sub('-', name).lower(), os.path.join(entry, child)
    context = importlib.metadata.DistributionFinder.Context()
    for finder in sys.meta_path:
        if not searches_the_path(finder):
            yield from _named(cast('Any', finder).find_distributions(context), strict)


def _children(entry: str, strict: bool) -> list[str] | None:
    """Return what is in a directory; None of what may be an archive, or is an egg."""
    try:
        return None if entry.endswith('.egg') else os.listdir(entry or os.curdir)
    except (OSError, ValueError) as error:
        _forgive(error, strict)
        return None


def _forgive(error: Exception, strict: bool) -> None:
    """Raise what may be over in a moment, if ``strict``.

    All else shows in what the index asks for: that a path is absent, what may be
    read, and sizes and times of the rest.
    """
    if strict and isinstance(error, OSError) and error.errno not in _LASTING:
        raise error


def _named(
    found: Iterable[importlib.metadata.Distribution], strict: bool
) -> Iterator[tuple[str, importlib.metadata.Distribution]]:
    for dist in found:
        try:
            yield _SEPARATORS.sub('-', dist.name).lower(), dist
        except FAULTS as error:
            _forgive(error, strict)


def _text(where: _Where, strict: bool) -> str:
    try:
        if not isinstance(where, str):
            return where.read_text(_FILE) or ''
        with open(os.path.join(where, _FILE), 'rb', buffering=0) as file:
            return file.read().decode('utf-8')
    except FAULTS as error:
        _forgive(error, strict)
        return ''


def _sections(text: str) -> dict[str, list[str]]:
    """Return the lines of each section; what stands before the first is nobody's."""
    found: dict[str, list[str]] = {}
    lines = [*filter(None, map(str.strip, text.splitlines()))]
    if '#' in text:
        lines = [line for line in lines if line[0] != '#']
    heads = [at for at, line in enumerate(lines) if line[0] == '[' and line[-1] == ']']
    for head, end in zip(heads, [*heads[1:], len(lines)], strict=False):
        found.setdefault(lines[head][1:-1], []).extend(lines[head + 1 : end])
    return found
