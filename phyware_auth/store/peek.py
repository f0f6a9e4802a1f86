"""A glance at a record that is as it should be, for the fast path.

Layer: store; imports nothing but ``os`` and ``codec`` (performance.md, P2).
Whatever is unusual is left to ``CredentialStore``, which knows what to say.
"""

from __future__ import annotations

import os

from phyware_auth.store import codec

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_LONGEST = 256 * 1024
_PRIVATE_FILE = 0o100600


def peek(directory: str, slug: str) -> dict[str, str] | None:
    """Return the fields of a host's record as they are written in it.

    With file storage ``access_token`` is among them.  The caller compares
    ``host`` with the host it wants.

    :param directory: the absolute configuration directory
    :param slug: ``phyware.hosts.host_slug`` of the host
    :returns: None if there is no record, or anything about it is unusual:
        its type, owner, permissions, length, checksum or version
    """
    try:
        descriptor = os.open(os.path.join(directory, 'hosts', slug), _FLAGS)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if status.st_mode != _PRIVATE_FILE or status.st_uid != os.geteuid():
            return None
        return codec.decode(os.read(descriptor, _LONGEST))
    except (OSError, ValueError):
        return None
    finally:
        os.close(descriptor)
