"""Access and refresh tokens: store, rotate, detect reuse, revoke.

Layer: devcloud, queries over one database session.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from phyware_auth.devcloud import sessions
from phyware_auth.devcloud.codes import digest
from phyware_auth.devcloud.database import changed
from phyware_auth.devcloud.models import AccessToken, LoginSession, RefreshToken
from phyware_auth.devcloud.settings import REFRESH_SECONDS


@dataclass(frozen=True)
class Access:
    """One access token as it goes to the client; ``expires_in`` in seconds."""

    token: str
    scope: str
    expires_in: int


def save_access(session: Session, family: LoginSession, access: Access, now: float) -> None:
    """Store an access token in its family; one that is there already stays as it is."""
    end = now + access.expires_in
    if session.get(AccessToken, digest(access.token)) is None:
        session.add(
            AccessToken(
                token_hash=digest(access.token), session_id=family.id,
                client_id=family.client, scope=access.scope, expires_at=end,
            )
        )
    family.last_seen_at = now
    family.expires_at = max(family.expires_at, end)
    session.flush()


def save_refresh(
    session: Session, family: LoginSession, token: str, scope: str, now: float
) -> None:
    """Store a refresh token in its family, which then lives as long."""
    if session.get(RefreshToken, digest(token)) is None:
        family.expires_at = now + REFRESH_SECONDS
        session.add(
            RefreshToken(
                token_hash=digest(token), session_id=family.id, client_id=family.client,
                scope=scope, expires_at=family.expires_at,
            )
        )
        session.flush()


def rotate(session: Session, row: RefreshToken, now: float) -> bool:
    """Mark a refresh token as used; False if it had been, by whichever process."""
    statement = (
        update(RefreshToken)
        .where(RefreshToken.token_hash == row.token_hash, RefreshToken.used_at.is_(None))
        .values(used_at=now)
    )
    won = changed(session, statement) == 1
    session.refresh(row)
    return won


def usable_refresh(session: Session, row: RefreshToken, now: float) -> bool:
    """Tell whether neither the token nor its family has ended."""
    return (
        row.revoked_at is None
        and row.expires_at > now
        and sessions.alive(session, row.session_id, now) is not None
    )


def unused(session: Session, token: str) -> bool:
    """Tell whether a refresh token is there and has not been used."""
    row = session.get(RefreshToken, digest(token))
    return row is not None and row.used_at is None


def revoke_access(session: Session, row: AccessToken, now: float) -> None:
    """Revoke one access token; its refresh token lives on."""
    row.revoked_at = row.revoked_at or now
    session.flush()
    sessions.end_if_empty(session, row.session_id, now)


def revoke_refresh(session: Session, row: RefreshToken, now: float) -> None:
    """Revoke the refresh tokens of a family; its access tokens live on.

    Also those that came after ``row``: who logs out with a token that was just
    rotated means the login, not the string.
    """
    statement = (
        update(RefreshToken)
        .where(RefreshToken.session_id == row.session_id, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    changed(session, statement)
    sessions.end_if_empty(session, row.session_id, now)


def revoke_one_refresh(session: Session, row: RefreshToken, now: float) -> None:
    """Revoke a refresh token and none of its successors, as RFC 7009 section 2.1 allows."""
    row.revoked_at = row.revoked_at or now
    session.flush()
    sessions.end_if_empty(session, row.session_id, now)
