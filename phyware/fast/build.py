"""Write the index of fast functions from what is installed.

Layer: framework; runs after a command, never before one.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
import time
from collections.abc import Iterator, Mapping

from phyware.cachefiles import may_write, write_private
from phyware.discovery import CommandManager
from phyware.entryfiles import metadata_files
from phyware.extensions import distribution_of
from phyware.fast import index
from phyware.keptentries import text_of
from phyware.reserved import FAST_GROUP

# A change within a tick of the clock that stamps files would not be seen: what
# was changed just now is not relied upon yet.
_SETTLED_SECONDS = 2.0


def write_index(environ: Mapping[str, str], now: float | None = None) -> bool:
    """Write the index, unless something was installed just now.

    :param now: seconds since 1970
    :returns: True if it was written; whoever cannot write it goes without
    """
    path = index.path_of(environ)
    # Asked first: whoever has nowhere to write would look for everything at each command.
    if path is None or not may_write(os.path.dirname(path)):
        return False
    # What was read when the process began is known by times that can be of before.
    importlib.metadata.MetadataPathFinder().invalidate_caches()
    # Before any of it is read: what changes meanwhile makes the index stale.
    there, absent = _paths()
    states = index.states_of(there)
    manager = CommandManager()
    commands = [f'{words}|{target}' for words, target in fast_commands(manager)]
    lines = [*commands, *there, *absent, index.search_path()]
    if any('\n' in line for line in lines) or _is_recent(there, now or time.time()):
        return False
    counts = f'{len(commands)} {len(there)} {states}'
    return write_private(path, _data(counts, lines[:-1], text_of(manager.installed.files)))


def _data(counts: str, lines: list[str], rest: str) -> bytes:
    """Return both parts of the index; the second is left out where it is too long."""
    last = _encoded(rest)
    if len(last) >= index.LONGEST_WHOLE - index.LONGEST:
        last = b''
    start = f'{index.HEAD}\nP {index.search_path()}\nN {counts}'
    end = '\n'.join([str(len(last)), *lines, index.END, ''])
    # It counts itself, and has as many digits whatever it is.
    length = len(_encoded(f'{start} {0:010d} {end}'))
    return _encoded(f'{start} {length:010d} {end}') + last


def _encoded(text: str) -> bytes:
    return text.encode('utf-8', 'surrogateescape')


def fast_commands(manager: CommandManager) -> Iterator[tuple[str, str]]:
    """Yield the words of each fast command and its ``module:function``.

    Not one that has hooks, that somebody else claims, that goes on to another
    command, whose function another distribution gives, or whose name would read
    as another command's line.
    """
    found: dict[str, list[importlib.metadata.EntryPoint]] = {}
    for entry_point in manager.installed.of(FAST_GROUP):
        found.setdefault(entry_point.name.replace('_', ' '), []).append(entry_point)
    for name, given in sorted(found.items()):
        if len(given) == 1 and _is_plain(manager, name, given[0]):
            yield name, given[0].value


def _is_plain(
    manager: CommandManager, name: str, entry_point: importlib.metadata.EntryPoint
) -> bool:
    if name not in manager.commands or name in manager.conflicts or '|' in name:
        return False
    if manager.is_group(name.split(' ')) or manager.hook_entry_points(name):
        return False
    return manager.distribution(name) == distribution_of(entry_point)


def _paths() -> tuple[list[str], list[str]]:
    """Return the directories and files that decide, and those that are not there."""
    found = [path or os.curdir for path in dict.fromkeys(sys.path)]
    found += metadata_files()
    there = [path for path in found if index.is_there(path)]
    return there, sorted(set(found) - set(there))


def _is_recent(paths: list[str], now: float) -> bool:
    """Tell whether one of ``paths`` was changed just now, or is gone."""
    try:
        found = [os.stat(path) for path in paths]
    except OSError:
        return True
    times = (then for status in found for then in (status.st_mtime, status.st_ctime))
    return any(abs(now - then) < _SETTLED_SECONDS for then in times)
