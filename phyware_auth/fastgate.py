"""Wait for another process's refresh without the rest of the program.

Layer: beside the commands, called by ``phyware_auth.fast``; imports next to
nothing.  Where many processes find one expired token, one of them needs the
whole program and the others only what it will have stored (performance.md,
P12).  The gate decides who that is and nothing more: who may refresh is
decided by the store's own locks.
"""

import fcntl
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.05
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


def others_token(path: str, look: 'Callable[[], str | None]') -> str | None:
    """Return the token that another process got, None if this one has to go on itself.

    The first to come holds the gate until its process ends.  Whoever comes to it
    after a wait and finds no token lets it go: a refresh has failed, and each
    process finds out by itself.

    :param path: the gate, a file of its own
    :param look: gives the token, once there is a good one
    """
    try:
        gate = os.open(path, _FLAGS, 0o600)
    except OSError:
        return None
    if _is_taken(gate):
        # Not closed: the process that refreshes is known by it.
        return None
    try:
        return _awaited(gate, look)
    finally:
        os.close(gate)


def _awaited(gate: int, look: 'Callable[[], str | None]') -> str | None:
    deadline, pause = time.monotonic() + _SECONDS, _FIRST_PAUSE
    while time.monotonic() < deadline:
        time.sleep(pause)
        token = look()
        if token is not None or _is_taken(gate):
            return token or look()
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return None


def _is_taken(gate: int) -> bool:
    """Take the gate if it is free; True as well where there are no locks."""
    try:
        fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
