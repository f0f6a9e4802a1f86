"""Replace a private file as a whole or not at all.

Layer: store; file system only.  A crash at any point leaves the old bytes or
the new ones, and perhaps a file ``.tok-TAG-*`` of mode 0600 that ``sweep``
removes.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack, suppress

from phyware.text import clean
from phyware_auth.store.directories import (
    Warn,
    is_foreign,
    refuse_foreign_link,
    sync_directory,
)
from phyware_auth.store.errors import StorageFailed, reason_of

PREFIX = '.tok-'
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def replace_file(path: str, data: bytes, tag: str, warn: Warn) -> None:
    """Make ``data`` the content of ``path``, durably, with mode 0600.

    A symbolic link at ``path`` stays and the file it names is replaced
    (security case 11).  What was written is read back before it takes the old
    file's place (case 4).  A directory that can't be synchronised afterwards
    is a warning: the new bytes are in place, and the old are gone for good.

    :param tag: marks the temporary file as this record's
    :raises StorageFailed: with the old bytes as they were and no temporary
        file left (case 2)
    """
    try:
        refuse_foreign_link(path)
        target = os.path.realpath(path)
        _refuse_foreign(target)
        _write_and_rename(target, data, tag)
    except OSError as error:
        raise StorageFailed(path, reason_of(error)) from None
    try:
        sync_directory(os.path.dirname(target))
    except OSError as error:
        warn(f'{clean(path, None)} may not survive a power failure: {reason_of(error)}')


def remove_file(path: str) -> bool:
    """Remove the file that ``path`` names; False if there was none.

    A symbolic link stays, as in ``replace_file``.

    :raises StorageFailed: the system refused
    """
    try:
        refuse_foreign_link(path)
        target = os.path.realpath(path)
        os.unlink(target)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageFailed(path, reason_of(error)) from None
    with suppress(OSError):
        sync_directory(os.path.dirname(target))
    return True


def temporary_name(directory: str, tag: str) -> str:
    """Return a path in ``directory`` that nobody can foretell and ``leftovers`` finds.

    :param tag: of the record that it belongs to
    """
    return os.path.join(directory, f'{PREFIX}{tag}-{os.urandom(6).hex()}')


def leftovers(directory: str) -> dict[str, str]:
    """Return the temporary files in ``directory``: path and tag (security case 3).

    One is dead if its tag's lock is free: every writer holds that.
    """
    try:
        names = os.listdir(directory)
    except OSError:
        return {}
    return {
        os.path.join(directory, name): name[len(PREFIX) :].rpartition('-')[0]
        for name in names
        if name.startswith(PREFIX)
    }


def sweep(paths: list[str]) -> None:
    """Remove temporary files of writers that are dead."""
    for path in paths:
        with suppress(OSError):
            os.unlink(path)


def _refuse_foreign(target: str) -> None:
    with suppress(FileNotFoundError):
        status = os.lstat(target)
        if is_foreign(status.st_uid):
            raise StorageFailed(target, f'the file belongs to another user (uid {status.st_uid})')


def _write_and_rename(target: str, data: bytes, tag: str) -> None:
    temporary = temporary_name(os.path.dirname(target), tag)
    with ExitStack() as undo:
        descriptor = os.open(temporary, _FLAGS, 0o600)
        undo.callback(_discard, temporary)
        try:
            _fill(descriptor, data)
        finally:
            os.close(descriptor)
        os.replace(temporary, target)
        undo.pop_all()


def _fill(descriptor: int, data: bytes) -> None:
    if stat.S_IMODE(os.fstat(descriptor).st_mode) != 0o600:
        # A umask such as 277 took the owner's own bits away.
        os.fchmod(descriptor, 0o600)
    rest = memoryview(data)
    while rest:
        written = os.write(descriptor, rest)
        if not written:
            raise _io_error()
        rest = rest[written:]
    os.fsync(descriptor)
    if os.pread(descriptor, len(data) + 1, 0) != data:
        raise _io_error()


def _io_error() -> OSError:
    return OSError(errno.EIO, os.strerror(errno.EIO))


def _discard(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)
