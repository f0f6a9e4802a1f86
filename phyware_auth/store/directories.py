"""Directories that only their owner can use.

Layer: store; file system only.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress

from phyware.text import clean
from phyware_auth.store.errors import StorageFailed, reason_of

Warn = Callable[[str], None]


def ensure_private(path: str, warn: Warn) -> None:
    """Create ``path`` and its missing parents, each with mode 0700 from the start.

    A directory that was there and that others may write to is tightened, and
    the person is told (security case 10).

    :raises StorageFailed: it can't be created, or belongs to another user
    """
    try:
        for directory in reversed(_missing(path)):
            _create(directory)
        _check(path, warn)
    except OSError as error:
        raise StorageFailed(path, reason_of(error)) from None


def sync_directory(path: str) -> None:
    """Make the names in ``path`` survive a power failure.

    :raises OSError: the system's own
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_foreign(owner: int) -> bool:
    """Tell whether the user id ``owner`` is somebody else's."""
    return owner != os.geteuid()


def refuse_foreign_link(path: str) -> None:
    """Refuse to follow a symbolic link that somebody else made (security case 12).

    People link their dotfiles themselves (case 11).  In a directory that others
    could write to, a link of theirs would lead to a file of the victim's.  Those
    of root, who needs no link for that, are an administrator's.

    :raises StorageFailed: ``path`` is such a link
    :raises OSError: the system's own, but for a path that is not there
    """
    with suppress(FileNotFoundError):
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode) and status.st_uid and is_foreign(status.st_uid):
            raise StorageFailed(path, f'the link belongs to another user (uid {status.st_uid})')


def _missing(path: str) -> list[str]:
    missing = []
    while not os.path.isdir(path):
        missing.append(path)
        path = os.path.dirname(path)
    return missing


def _create(path: str) -> None:
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not os.path.isdir(path):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
        return
    if stat.S_IMODE(os.lstat(path).st_mode) != 0o700:
        # A umask such as 277 took the owner's own bits away.
        os.chmod(path, 0o700)
    with suppress(OSError):
        sync_directory(os.path.dirname(path))


def _check(path: str, warn: Warn) -> None:
    refuse_foreign_link(path)
    status = os.stat(path)
    if is_foreign(status.st_uid):
        raise StorageFailed(path, f'the directory belongs to another user (uid {status.st_uid})')
    if status.st_mode & 0o022:
        os.chmod(path, stat.S_IMODE(status.st_mode) & ~0o022)
        warn(f'others could write to {clean(path, None)}; its permissions were tightened')
