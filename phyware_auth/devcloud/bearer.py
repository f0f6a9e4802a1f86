"""Who presents this access token or API key, and what they may do (RFC 6750).

Layer: devcloud, between the API views and the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from flask import request
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from phyware_auth.devcloud import sessions
from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.codes import digest
from phyware_auth.devcloud.database import changed
from phyware_auth.devcloud.models import AccessToken, ApiKey, LoginSession, User
from phyware_auth.devcloud.problems import Problem

_REALM = 'Bearer realm="PhyCloud"'
_USED_EVERY = 60.0


@dataclass(frozen=True)
class Principal:
    """The user behind a credential; ``session_id`` is None for an API key."""

    user: User
    scope: str
    expires_at: float | None
    session_id: str | None


def require(scope: str | None = None) -> Principal:
    """Return who asks.

    :param scope: what the credential must allow
    :raises Problem: 401, or 403 naming the missing scope
    """
    principal = _authenticate(_presented(), cloud.clock.now())
    if scope is not None and scope not in principal.scope.split():
        raise insufficient_scope(scope)
    return principal


def insufficient_scope(scope: str) -> Problem:
    """Return the refusal that names the missing ``scope`` (RFC 6750 section 3.1)."""
    challenge = f'{_REALM}, error="insufficient_scope", scope="{scope}"'
    detail = f'The credential lacks the scope {scope}'
    return Problem(403, detail, headers={'WWW-Authenticate': challenge})


def _presented() -> str:
    kind, _space, credential = request.headers.get('Authorization', '').partition(' ')
    if kind.lower() != 'bearer' or not credential.strip():
        raise Problem(401, 'No credential was presented', headers={'WWW-Authenticate': _REALM})
    return credential.strip()


def _authenticate(credential: str, now: float) -> Principal:
    with cloud.database.read() as session:
        token = session.get(AccessToken, digest(credential))
        if token is not None:
            principal, stale = _of_token(session, token, now)
        else:
            key = session.scalar(select(ApiKey).where(ApiKey.key_hash == digest(credential)))
            principal, stale = _of_key(session, key, now)
    if stale:
        _note_use(principal, credential, now)
    return principal


def _of_token(session: Session, token: AccessToken, now: float) -> tuple[Principal, bool]:
    family = session.get_one(LoginSession, token.session_id)
    if token.revoked_at is not None or family.revoked_at is not None:
        refuse('UNAUTHORIZED', 'The access token was revoked')
    if token.expires_at <= now:
        refuse('EXPIRED', 'The access token expired')
    user = session.get_one(User, family.user_id)
    principal = Principal(user, token.scope, token.expires_at, family.id)
    return principal, sessions.is_stale(family, now)


def _of_key(session: Session, key: ApiKey | None, now: float) -> tuple[Principal, bool]:
    if key is None:
        refuse('UNAUTHORIZED', 'The credential is not known')
    if key.revoked_at is not None:
        refuse('UNAUTHORIZED', 'The API key was revoked')
    if key.expires_at is not None and key.expires_at <= now:
        refuse('EXPIRED', 'The API key expired')
    principal = Principal(session.get_one(User, key.user_id), key.scope, key.expires_at, None)
    return principal, key.last_used_at is None or key.last_used_at < now - _USED_EVERY


def _note_use(principal: Principal, credential: str, now: float) -> None:
    with cloud.database.write() as session:
        if principal.session_id is not None:
            sessions.touch(session, principal.session_id, now)
        else:
            statement = update(ApiKey).where(ApiKey.key_hash == digest(credential))
            changed(session, statement.values(last_used_at=now))


def refuse(code: str, why: str) -> NoReturn:
    """Answer 401 with the challenge of RFC 6750 section 3."""
    challenge = f'{_REALM}, error="invalid_token", error_description="{why}"'
    raise Problem(401, why, code, {'WWW-Authenticate': challenge})
