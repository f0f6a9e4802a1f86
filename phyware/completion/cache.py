"""What earlier Tabs found out: the names of commands, and the slots of some.

Layer: framework.  Reading all metadata, and importing cliff and a plugin, takes
longer than a person waits at a Tab.  What is kept is worth nothing to anybody;
a file that is not as it should be is none.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from phyware import __version__
from phyware.completion.slots import Slot, slot_of
from phyware.fast import index
from phyware.fast.files import read_own
from phyware.places import NoPlace, cache_dir

_LONGEST = 4 * 1024 * 1024


def installed_stamp(environ: Mapping[str, str]) -> list[Any] | None:
    """Return what changes whenever a package comes or goes; None if nobody can say.

    It is the stamp of the launcher's index, which is written anew for each change.
    """
    path = index.path_of(environ)
    if path is None or not index.find(environ, ())[0]:
        return None
    try:
        return [path, *_stamp(path)]
    except OSError:
        return None


class KeptFile:
    """A JSON value that holds as long as its key does.

    :param environ: says where caches are
    :param name: what it is of
    :param key: what it depends on, besides Python and phyware
    """

    def __init__(self, environ: Mapping[str, str], name: str, key: Sequence[Any]) -> None:
        self._head = [name, __version__, sys.version, *key]
        number = zlib.crc32(f'{sys.prefix} {name}'.encode('utf-8', 'surrogatepass'))
        try:
            self._directory = cache_dir(environ)
        except NoPlace:
            self._directory = ''
        self._path = os.path.join(self._directory, 'completion', f'{number:08x}.json')

    def read(self) -> Any:
        """Return the value that was written; None if it holds no more."""
        data = read_own(self._path, _LONGEST) if self._directory else None
        try:
            head, value = json.loads(data or b'null')
        except (ValueError, TypeError, RecursionError):
            return None
        return value if head == self._head else None

    def write(self, value: Any) -> None:
        """Keep ``value``; whoever cannot write it goes without."""
        # Few Tabs write.
        from phyware.cachefiles import may_write, write_private

        if self._directory and may_write(self._directory):
            with suppress(ValueError):
                write_private(self._path, json.dumps([self._head, value]).encode())


class SlotCache:
    """The slots of one command.

    :param kept: where they are kept
    :param package: the package that the command is in
    """

    def __init__(self, kept: KeptFile, package: str) -> None:
        self._kept = kept
        self._package = package

    def read(self) -> tuple[Slot, ...] | None:
        """Return what was written, if no module of it has changed since; else None."""
        try:
            files, slots = self._kept.read()
            if any(_stamp(path) != stamp for path, *stamp in files):
                return None
            found = tuple(slot_of(members) for members in slots)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return found if all(map(self._is_ours, found)) else None

    def write(self, slots: Sequence[Slot]) -> None:
        """Keep ``slots``, just made, with the files they were made from."""
        with suppress(OSError):
            self._kept.write([self._files(), [slot.as_dict() for slot in slots]])

    def _files(self) -> list[list[Any]]:
        """Return path, size and time of each module that the command is made of."""
        packages = {self._package, 'phyware', 'cliff'}
        paths = {
            getattr(module, '__file__', None) for name, module in list(sys.modules.items())
            if name.partition('.')[0] in packages
        }
        return [[path, *_stamp(path)] for path in sorted(filter(None, paths))]

    def _is_ours(self, slot: Slot) -> bool:
        # The file names code that is run at a Tab; not any code.
        package = slot.completer.partition(':')[0].partition('.')[0]
        return package in ('', 'phyware', self._package)


def _stamp(path: str) -> list[int]:
    status = os.stat(path)
    return [status.st_size, status.st_mtime_ns]
