"""What a logout left behind.

Layer: store, no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RemovalReport:
    """What became of the credential of one host (security case 33).

    :param removed: the places where something was, and is no more
    :param failed: the places that could not be emptied, with the reason
    :param kept: damaged files of earlier days that may hold secrets
    :param superseded: a newer login is stored; nothing was touched
    """

    removed: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    kept: tuple[str, ...] = ()
    superseded: bool = False
