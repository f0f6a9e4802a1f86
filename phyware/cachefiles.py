"""Write a private file of what can be made again, or go without.

Layer: framework; used after a command, or by a Tab that found out something.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress


def may_write(directory: str) -> bool:
    """Tell whether a cache directory may be made or written: its home is there and is ours.

    Under ``sudo`` HOME is often that of another user, who could then not use
    what root made in it.

    :param directory: as ``places.cache_dir`` gives it
    """
    home = os.path.dirname(os.path.dirname(directory))
    try:
        while not os.path.lexists(directory) and directory != home:
            directory = os.path.dirname(directory)
        ours = os.stat(directory).st_uid == os.geteuid()
        return ours and os.path.isdir(directory) and os.access(directory, os.W_OK)
    except (OSError, ValueError):
        return False


def write_private(path: str, data: bytes) -> bool:
    """Replace ``path``, whole or not at all; whoever cannot goes without.

    Each directory that is made is 0700 (security case 10).  Whether one may be made
    at all, ``may_write`` says.

    :returns: True if it was written
    """
    try:
        _make_private(os.path.dirname(path))
        # Made with 0600 and O_EXCL, under a name that nobody can foretell.
        descriptor, temporary = tempfile.mkstemp(prefix='.new-', dir=os.path.dirname(path))
    except (OSError, ValueError):
        return False
    try:
        with os.fdopen(descriptor, 'wb') as file:
            os.chmod(temporary, 0o600)
            file.write(data)
        os.replace(temporary, path)
    except BaseException as error:
        # Ctrl-C leaves nothing behind either.
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            return False
        raise
    return True


def _make_private(directory: str) -> None:
    if not os.path.isdir(directory):
        _make_private(os.path.dirname(directory))
        with suppress(FileExistsError):
            os.mkdir(directory, 0o700)
            # A umask such as 277 takes its owner's own bits away: ~/.cache is for all programs.
            os.chmod(directory, 0o700)
