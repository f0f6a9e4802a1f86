"""Device codes: from the request to the one answer that carries tokens.

Layer: devcloud, queries over one database session.  Every step is a
compare-and-set on ``status``, so that of two servers only one does it.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from phyware_auth.devcloud.codes import digest, normal_user_code
from phyware_auth.devcloud.database import changed
from phyware_auth.devcloud.models import DeviceCode

PENDING, APPROVED, DENIED, CONSUMED = 'pending', 'approved', 'denied', 'consumed'
SLOW_DOWN_SECONDS = 5
# A poll is not early just because two clocks tick a little differently.
_TOLERANCE = 0.5
_KEPT_SECONDS = 24 * 3600


def add(session: Session, row: DeviceCode, now: float) -> None:
    """Store a new device code, and forget those that ended a day ago."""
    changed(session, delete(DeviceCode).where(DeviceCode.expires_at < now - _KEPT_SECONDS))
    session.add(row)
    session.flush()


def by_device_code(session: Session, device_code: str) -> DeviceCode | None:
    """Return the row of what the client polls with."""
    return session.get(DeviceCode, digest(device_code))


def pending_by_user_code(session: Session, typed: str, now: float) -> DeviceCode | None:
    """Return the row that waits for the person who typed this code."""
    return session.scalar(
        select(DeviceCode).where(
            DeviceCode.user_code_hash == digest(normal_user_code(typed)),
            DeviceCode.status == PENDING,
            DeviceCode.expires_at > now,
        )
    )


def decide(session: Session, row: DeviceCode, user_id: str, *, approve: bool) -> bool:
    """Approve or deny a pending code; False if someone was faster."""
    return _move(session, row, PENDING, status=APPROVED if approve else DENIED, user_id=user_id)


def consume(session: Session, row: DeviceCode) -> bool:
    """Turn an approved code into a used one; False if another poll did."""
    return _move(session, row, APPROVED, status=CONSUMED)


def polled_too_fast(session: Session, row: DeviceCode, now: float) -> bool:
    """Note a poll; True if it came early, and then the interval has grown (RFC 8628 3.5)."""
    early = row.polled_at is not None and now - row.polled_at < row.interval - _TOLERANCE
    row.polled_at = now
    if early:
        row.interval += SLOW_DOWN_SECONDS
    session.flush()
    return early


def _move(session: Session, row: DeviceCode, state: str, **values: str) -> bool:
    statement = (
        update(DeviceCode)
        .where(DeviceCode.code_hash == row.code_hash, DeviceCode.status == state)
        .values(**values)
    )
    moved = changed(session, statement) == 1
    session.refresh(row)
    return moved
