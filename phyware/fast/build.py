"""Write the index of fast functions from what is installed.

Layer: framework; runs after a command, never before one.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
import time
from collections.abc import Iterator, Mapping
from itertools import compress, repeat

from phyware.cachefiles import may_write, write_private
from phyware.discovery import CommandManager
from phyware.entryfiles import Entry, EntryFiles, metadata_files
from phyware.extensions import Installed
from phyware.fast import index
from phyware.keptentries import check_of, text_of
from phyware.reserved import FAST_GROUP

# A change within a tick of the clock that stamps files would not be seen: what
# was changed just now is not relied upon yet.
_SETTLED_SECONDS = 2.0


def write_index(environ: Mapping[str, str], now: float | None = None) -> bool:
    """Write the index, unless something was installed just now.

    :param now: seconds since 1970
    :returns: True if it was written; whoever cannot write it goes without
    :raises OSError: what is installed cannot be read, and in a moment perhaps it can
    """
    path = index.path_of(environ)
    # Asked first: whoever has nowhere to write would look for everything at each command.
    if path is None or not may_write(os.path.dirname(path)):
        return False
    known = index.search_path() and all(map(index.searches_the_path, sys.meta_path))
    data = _data(now) if known else b''
    return bool(data) and write_private(path, data)


def _data(now: float | None) -> bytes:
    """Return what is to be written; nothing if nobody could tell when it no longer holds."""
    began = now or time.time()
    # What was read when the process began is known by times that can be of before.
    importlib.metadata.MetadataPathFinder().invalidate_caches()
    # Before any of it is read: what changes meanwhile makes the index stale.
    there, absent = _paths()
    states = index.states_of(there)
    manager = CommandManager(installed=Installed(EntryFiles(strict=True)))
    commands = [f'{words}|{target}' for words, target in fast_commands(manager)]
    lines = [*commands, *there, *absent]
    if not states or any('\n' in line for line in [*lines, index.search_path()]):
        return b''
    # The process may have been stopped since it began, for longer than files take to settle.
    if _is_recent(there, began, now or time.time()):
        return b''
    counts = f'{len(commands)} {len(there)} {states}'
    return _both_parts(counts, lines, text_of(manager.installed.files))


def _both_parts(counts: str, lines: list[str], kept: str) -> bytes:
    """Return both parts of the index; the second is left out where it is too long.

    Nothing is returned where the first is.
    """
    rest = _encoded(kept)
    if len(rest) >= index.LONGEST_WHOLE - index.LONGEST:
        rest = b''
    size = len(check_of(b'', rest)) + len(rest) if rest else 0
    start = f'{index.HEAD}\nP {index.search_path()}\nN {counts}'
    end = '\n'.join([str(size), *lines, index.END, ''])
    # It counts itself, and has as many digits whatever it is.
    length = len(_encoded(f'{start} {0:010d} {end}'))
    first = _encoded(f'{start} {length:010d} {end}')
    if length >= index.LONGEST:
        return b''
    return first + check_of(first, rest) + rest if rest else first


def _encoded(text: str) -> bytes:
    return text.encode('utf-8', 'surrogateescape')


def fast_commands(manager: CommandManager) -> Iterator[tuple[str, str]]:
    """Yield the words of each fast command and its ``module:function``.

    Not one that has hooks, that somebody else claims, that goes on to another
    command, whose function another distribution gives, or whose name would read
    as another command's line or as an option.
    """
    found: dict[str, list[Entry]] = {}
    for entry in manager.installed.entries(FAST_GROUP):
        found.setdefault(entry.name.replace('_', ' '), []).append(entry)
    for name, given in sorted(found.items()):
        if len(given) == 1 and _is_plain(manager, name, given[0]):
            yield name, given[0].value


def _is_plain(manager: CommandManager, name: str, entry: Entry) -> bool:
    if name not in manager.commands or name in manager.conflicts or '|' in name:
        return False
    # The whole path takes such a word for an option, whatever it is the name of.
    if ' -' in f' {name}':
        return False
    if any(map(str.startswith, (*manager.commands, *manager.conflicts), repeat(f'{name} '))):
        return False
    # By where it is: two that do not say their names have the same.
    return not manager.hook_entry_points(name) and manager.commands[name].where == entry.where


def _paths() -> tuple[list[str], list[str]]:
    """Return the directories and files that decide, and those that cannot be read.

    :raises OSError: as ``metadata_files``
    """
    found = [path or os.curdir for path in dict.fromkeys(sys.path)]
    found += metadata_files()
    there = [*compress(found, index.readable(found))]
    return there, sorted(set(found) - set(there))


def _is_recent(paths: list[str], began: float, ended: float) -> bool:
    """Tell whether one of ``paths`` was changed just before or between, or is gone.

    :param began: seconds since 1970, as is ``ended``
    """
    try:
        found = [os.stat(path) for path in paths]
    except OSError:
        return True
    times = (then for status in found for then in (status.st_mtime, status.st_ctime))
    return any(began - _SETTLED_SECONDS < then < ended + _SETTLED_SECONDS for then in times)
