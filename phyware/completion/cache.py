"""The slots of commands whose parsers were built at an earlier Tab.

Layer: framework.  Building one means to import cliff and a plugin.  What is kept
is worth nothing to anybody; a file that is not as it should be is none.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from phyware import __version__
from phyware.completion.slots import Slot, slot_of

_LONGEST = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, 'O_NOFOLLOW', 0) | getattr(os, 'O_NONBLOCK', 0)


class SlotCache:
    """The file of one command.

    :param environ: says where caches are
    :param name: the command's words
    :param key: what else than files decides on its options; its entry point first
    """

    def __init__(self, environ: Mapping[str, str], name: str, key: Sequence[str]) -> None:
        self._name = name
        self._key = [__version__, sys.version, *key]
        self._package = (key[0] if key else '').partition(':')[0].partition('.')[0]
        directory = _directory(environ)
        file_name = f'{zlib.crc32(name.encode("utf-8", "surrogatepass")):08x}.json'
        self._path = os.path.join(directory, file_name) if directory else ''

    def read(self) -> tuple[Slot, ...] | None:
        """Return what was written, if nothing has changed since; else None."""
        try:
            kept = json.loads(_private_text(self._path))
            if [kept['command'], kept['key']] != [self._name, self._key]:
                return None
            if any(_stamp(path) != stamp for path, *stamp in kept['files']):
                return None
            slots = tuple(slot_of(members) for members in kept['slots'])
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return slots if all(map(self._is_ours, slots)) else None

    def write(self, slots: Sequence[Slot]) -> None:
        """Keep ``slots``, just made, with the files they were made from."""
        kept = {
            'command': self._name, 'key': self._key, 'files': self._files(),
            'slots': [slot.as_dict() for slot in slots],
        }
        if self._path:
            with suppress(OSError, ValueError):
                _replace(self._path, json.dumps(kept))

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


def _directory(environ: Mapping[str, str]) -> str | None:
    """Return the absolute directory of the cache, None if none can be named."""
    own, cache = environ.get('PHYWARE_CONFIG_DIR'), environ.get('XDG_CACHE_HOME')
    home = environ.get('HOME')
    if own:
        directory = os.path.join(own, 'completion')
    elif cache and os.path.isabs(cache):
        directory = os.path.join(cache, 'phyware', 'completion')
    elif home:
        directory = os.path.join(home, '.cache', 'phyware', 'completion')
    else:
        return None
    return directory if os.path.isabs(directory) else None


def _stamp(path: str) -> list[int]:
    status = os.stat(path)
    return [status.st_size, status.st_mtime_ns]


def _private_text(path: str) -> str:
    """Return the text of a file that nobody else can have written.

    :raises OSError: it is not there, or another user owns it or may write it
    """
    descriptor = os.open(path, _FLAGS)
    with os.fdopen(descriptor, encoding='utf-8') as stream:
        status = os.fstat(descriptor)
        private = not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not (stat.S_ISREG(status.st_mode) and private and status.st_uid == os.geteuid()):
            raise PermissionError(path)
        return stream.read(_LONGEST)


def _replace(path: str, text: str) -> None:
    directory = os.path.dirname(path)
    _make_private(directory)
    # mkstemp makes the file 0600 and follows no link.
    handle, temporary = tempfile.mkstemp(dir=directory, prefix='.new-')
    try:
        with os.fdopen(handle, 'w', encoding='utf-8') as stream:
            stream.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _make_private(directory: str) -> None:
    if not os.path.isdir(directory):
        _make_private(os.path.dirname(directory))
        with suppress(FileExistsError):
            os.mkdir(directory, 0o700)
