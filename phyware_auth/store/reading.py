"""Read a private file without hanging, swelling or trusting it.

Layer: store; file system only.
"""

from __future__ import annotations

import errno
import os
import stat

from phyware.text import clean
from phyware_auth.store.directories import Warn, is_foreign, refuse_foreign_link
from phyware_auth.store.errors import CorruptRecord, StorageFailed, Unreadable, reason_of

# O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY

# What a socket and a device that is gone say when opened.
_NO_FILES = (errno.ENXIO, errno.ENODEV)


def read_private(path: str, limit: int, warn: Warn) -> bytes | None:
    """Return the bytes of ``path``, None if there is no such file.

    A symbolic link is followed: people keep their dotfiles elsewhere (security
    case 11).  Permissions that let others in are tightened, and the person is
    told (case 10).

    :param limit: most bytes that are accepted
    :raises CorruptRecord: not a regular file, or longer than ``limit`` (case 9)
    :raises StorageFailed: the file, or a link to it, belongs to another user
    :raises Unreadable: the system refused
    """
    try:
        refuse_foreign_link(path)
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in _NO_FILES:
            raise CorruptRecord(path) from None
        raise Unreadable(path, reason_of(error)) from None
    try:
        _check(descriptor, path, limit, warn)
        return _read(descriptor, path, limit)
    except OSError as error:
        raise Unreadable(path, reason_of(error)) from None
    finally:
        os.close(descriptor)


def _check(descriptor: int, path: str, limit: int, warn: Warn) -> None:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
        raise CorruptRecord(path)
    if is_foreign(status.st_uid):
        raise StorageFailed(path, f'the file belongs to another user (uid {status.st_uid})')
    if status.st_mode & 0o077:
        _tighten(descriptor, path, warn)


def _tighten(descriptor: int, path: str, warn: Warn) -> None:
    shown = clean(path, None)
    try:
        os.fchmod(descriptor, 0o600)
    except OSError as error:
        warn(f'others can read {shown}, and it could not be changed: {reason_of(error)}')
    else:
        warn(f'others could read {shown}; its permissions were tightened')


def _read(descriptor: int, path: str, limit: int) -> bytes:
    pieces = []
    left = limit + 1
    while left > 0 and (piece := os.read(descriptor, min(left, 65536))):
        pieces.append(piece)
        left -= len(piece)
    if left <= 0:
        raise CorruptRecord(path)
    return b''.join(pieces)
