"""What a logout left behind.

Layer: store, no I/O.
"""

from __future__ import annotations

from typing import NamedTuple


class RemovalReport(NamedTuple):
    """What became of the credential of one host (security case 33).

    :param removed: the places where something was, and is no more
    :param failed: the places that could not be emptied, with the reason
    :param kept: damaged files of earlier days that may hold secrets
    :param unusable: a keyring that cannot be used is among the failed ones: no later
        logout will do better until somebody installs or mends it
    :param superseded: a newer login is stored; nothing was touched
    """

    removed: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    kept: tuple[str, ...] = ()
    unusable: bool = False
    superseded: bool = False
