"""The active host: which one commands talk to when nothing else says.

Layer: framework; reads one small file.  The auth plugin's store writes it.
"""

from __future__ import annotations

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
        with open(path, encoding='utf-8', errors='replace') as stream:
            text = stream.read(_LONGEST).strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConnectionFailed(
            f'{path} cannot be read: {error.strerror}', 'Check its owner and permissions'
        ) from None
    return _normal(text)


def _normal(text: str) -> str | None:
    try:
        return normalize_host(text, allow_insecure_http=True) if text else None
    except PhywareError:
        return None
