"""Sessions: start, list page by page, end.

Layer: devcloud, queries over one database session.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from phyware.errors import Validation
from phyware_auth.devcloud import codes
from phyware_auth.devcloud.database import changed
from phyware_auth.devcloud.models import AccessToken, LoginSession, RefreshToken

BROWSER = 'browser'
MAX_PAGE = 1000
_SEEN_EVERY = 60.0


@dataclass(frozen=True)
class Page:
    """What to list: ``limit`` rows that come after ``after``, newest first."""

    limit: int = 100
    after: tuple[float, str] | None = None


def start(
    session: Session, user_id: str, client: str, ip: str, times: tuple[float, float]
) -> LoginSession:
    """Add a session.

    :param times: now and the end of the session, seconds since 1970
    """
    now, expires_at = times
    row = LoginSession(
        id=codes.new_id('ses'), user_id=user_id, client=client, ip=ip,
        created_at=now, last_seen_at=now, expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row


def alive(session: Session, session_id: str, now: float) -> LoginSession | None:
    """Return the session if it has neither ended nor been revoked."""
    row = session.get(LoginSession, session_id)
    ended = row is None or row.revoked_at is not None or row.expires_at <= now
    return None if ended else row


def listed(session: Session, user_id: str, page: Page, now: float) -> Sequence[LoginSession]:
    """Return one page of a user's living sessions, and one row more if there is one.

    Keyset paging over ``ix_sessions_alive``: a page costs the same at the end
    of a million rows, and rows that come or go shift nothing.
    """
    query = select(LoginSession).where(
        LoginSession.user_id == user_id,
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > now,
    )
    place = tuple_(LoginSession.created_at, LoginSession.id)
    if page.after is not None:
        query = query.where(place < tuple_(*page.after))
    query = query.order_by(LoginSession.created_at.desc(), LoginSession.id.desc())
    return session.scalars(query.limit(page.limit + 1)).all()


def cursor_after(row: LoginSession) -> str:
    """Return the cursor of the page that follows ``row``."""
    return cursor_at(row.created_at, row.id)


def cursor_at(number: float, row_id: str) -> str:
    """Return the cursor of the page that follows this place of a list."""
    text = json.dumps([number, row_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip('=')


def parse_cursor(text: str) -> tuple[float, str]:
    """Return the place a cursor stands for.

    :raises Validation: it is not one of ours
    """
    try:
        padded = text.encode('ascii') + b'=' * (-len(text) % 4)
        place = json.loads(base64.b64decode(padded, altchars=b'-_', validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Validation('The cursor is not one that was given out') from error
    match place:
        case [float(created_at), str(row_id)] if math.isfinite(created_at):
            return created_at, row_id
    raise Validation('The cursor is not one that was given out')


def revoke(session: Session, session_id: str, now: float) -> bool:
    """End a session; False if it has ended already.  Its tokens end with it."""
    statement = (
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return changed(session, statement) == 1


def touch(session: Session, session_id: str, now: float) -> None:
    """Note that a session was used, at most once a minute."""
    statement = (
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.last_seen_at < now - _SEEN_EVERY)
        .values(last_seen_at=now)
    )
    changed(session, statement)


def is_stale(row: LoginSession, now: float) -> bool:
    """Tell whether ``touch`` would change anything; asking needs no lock."""
    return row.last_seen_at < now - _SEEN_EVERY


def end_if_empty(session: Session, session_id: str, now: float) -> None:
    """End a session none of whose tokens can be used any more."""
    access = select(AccessToken.token_hash).where(
        AccessToken.session_id == session_id,
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > now,
    )
    refresh = select(RefreshToken.token_hash).where(
        RefreshToken.session_id == session_id,
        RefreshToken.revoked_at.is_(None),
        RefreshToken.used_at.is_(None),
        RefreshToken.expires_at > now,
    )
    if session.scalar(access.limit(1)) is None and session.scalar(refresh.limit(1)) is None:
        revoke(session, session_id, now)
