"""Read a small private file whole, or not at all.

Layer: framework; imports nothing but ``os`` (performance.md, P5).
"""

import os
import sys

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | getattr(os, 'O_NOFOLLOW', 0)
_FORMAT, _REGULAR = 0o170000, 0o100000
# Encodings in which ASCII is what it is.
_LIKE_ASCII = ('utf-8', 'ascii', 'us-ascii', 'ansi_x3.4-1968', 'iso-8859-1', 'latin-1')
OTHERS_WRITE = 0o022
OTHERS = 0o077
_UNUSUAL = b'', -1


def read_own(path: str, longest: int, denied: int = OTHERS_WRITE) -> bytes | None:
    """Return what is in ``path``, None if anything about it is unusual.

    :param longest: a file of as many bytes or more is unusual
    :param denied: the permissions that nobody else may have
    """
    data, size = read_start(path, longest, denied)
    return data if len(data) == size < longest else None


def read_start(path: str, count: int, denied: int = OTHERS_WRITE) -> tuple[bytes, int]:
    """Return the first ``count`` bytes of ``path`` and its size, ``(b'', -1)`` if it is unusual.

    Usual is not a link, a regular file, of this user, and none of other people's
    (security cases 9, 10 and 12).

    :param denied: as in ``read_own``
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return _UNUSUAL
    try:
        status = os.fstat(descriptor)
        mode = status.st_mode
        if mode & _FORMAT != _REGULAR or mode & denied or status.st_uid != os.geteuid():
            return _UNUSUAL
        return os.read(descriptor, min(count, status.st_size + 1)), status.st_size
    except OSError:
        return _UNUSUAL
    finally:
        os.close(descriptor)


def write_out(text: str) -> bool:
    """Write ASCII to the standard output; False if nothing was written.

    The caller then lets the command itself run, which says what is wrong.  The
    rest of a text that was cut off is tried once more, and an error then raises.

    :raises OSError: a part was written, and the rest could not be
    """
    if sys.stdout is None or sys.stdout.encoding.lower() not in _LIKE_ASCII:
        return False
    data = text.encode('ascii')
    try:
        written = os.write(1, data)
    except OSError:
        return False
    while written < len(data):
        written += os.write(1, data[written:])
    return True
