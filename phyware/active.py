"""The active host: which one commands talk to when nothing else says.

Layer: framework; reads one small file.  The auth plugin's store writes it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from phyware.errors import ConnectionFailed, PhywareError
from phyware.hosts import normalize_host
from phyware.paths import Paths

FILE_NAME = 'active'
_LONGEST = 4096


def read_active_host(paths: Paths) -> str | None:
    """Return the active host in normal form, None if none was chosen.

    A file that names no host counts as none: the next login mends it.

    :raises GenericError: no configuration directory can be named
    :raises ConnectionFailed: the file is there and cannot be read
    """
    path = paths.config_dir / FILE_NAME
    try:
        text = _read(path).decode('utf-8', 'replace').strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or type(error).__name__) from None
    return _normal(text)


def _read(path: Path) -> bytes:
    # Without O_NONBLOCK, a FIFO of this name would hang every command.
    flags = os.O_RDONLY | getattr(os, 'O_NONBLOCK', 0) | getattr(os, 'O_CLOEXEC', 0)
    descriptor = os.open(path, flags)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _unreadable(path, 'not a regular file')
        return os.read(descriptor, _LONGEST)
    finally:
        os.close(descriptor)


def _unreadable(path: Path, reason: str) -> ConnectionFailed:
    return ConnectionFailed(f'{path} cannot be read: {reason}', 'Check what it is and who owns it')


def _normal(text: str) -> str | None:
    try:
        return normalize_host(text, allow_insecure_http=True) if text else None
    except PhywareError:
        return None
