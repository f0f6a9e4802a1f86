"""Whether an access token is good, and when it is due for a refresh.

Layer: below service and refresh; no I/O.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from phyware.errors import ConnectionFailed, RateLimited, ServerFailed

if TYPE_CHECKING:
    from phyware_auth.store.record import HostRecord

# What may be otherwise in a while, without a person doing anything.
TRY_LATER = (ConnectionFailed, RateLimited, ServerFailed)
_MIN_BETWEEN = 60.0
_SHARE_OF_LIFE = 0.9


def seconds_left(record: HostRecord, now: float) -> float:
    """Return how long the access token is good; infinite where unknown."""
    return float('inf') if record.expiry is None else record.expiry - now


def usable(record: HostRecord, now: float) -> bool:
    """Tell whether the access token is there and not past its expiry."""
    return record.access_token is not None and seconds_left(record, now) > 0


def is_due(record: HostRecord, min_left: float, now: float) -> bool:
    """Tell whether to refresh so that ``min_left`` seconds are left.

    Not again within a minute of the last refresh, or nine tenths of a life
    that is shorter, as long as the token is good: where tokens live less than
    ``min_left`` each call would refresh (rule 6, security case 45).
    """
    if not usable(record, now):
        return True
    if record.expiry is None or seconds_left(record, now) >= min_left:
        return False
    from_a_login = record.serial <= 1
    life = record.expiry - record.obtained
    return from_a_login or now - record.obtained >= min(_MIN_BETWEEN, _SHARE_OF_LIFE * life)


def is_refresh_of(new: HostRecord, old: HostRecord) -> bool:
    """Tell whether ``new`` is the same login as ``old``, refreshed since."""
    return new.generation == old.generation and new.serial > old.serial
