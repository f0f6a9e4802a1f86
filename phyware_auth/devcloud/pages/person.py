"""The person at the browser: sign in, stay signed in, sign out.

Layer: devcloud, between the pages and the session table.  The cookie holds a
random secret; the row holds its digest, so revoking the row signs out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from flask import g, redirect, request, session
from sqlalchemy import select

from phyware_auth.devcloud import sessions
from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.codes import BROWSER_PREFIX, digest, new_secret
from phyware_auth.devcloud.models import LoginSession, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

P = ParamSpec('P')
R = TypeVar('R')

_BROWSER_SECONDS = 12 * 3600
_COOKIE_KEY = 'browser'


@dataclass(frozen=True)
class Person:
    """Who is signed in, and with which session."""

    user: User
    session_id: str


def current() -> Person | None:
    """Return who is signed in at this browser."""
    if 'person' not in g:
        g.person = _look_up(session.get(_COOKIE_KEY))
    return g.person  # type: ignore[no-any-return]


def _look_up(secret: str | None) -> Person | None:
    if secret is None:
        return None
    now = cloud.clock.now()
    query = select(LoginSession).where(LoginSession.cookie_hash == digest(secret))
    with cloud.database.read() as database:
        row = database.scalar(query)
        if row is None or sessions.alive(database, row.id, now) is None:
            return None
        person = Person(database.get_one(User, row.user_id), row.id)
        stale = sessions.is_stale(row, now)
    if stale:
        with cloud.database.write() as database:
            sessions.touch(database, person.session_id, now)
    return person


def sign_in(user: User) -> None:
    """Start a browser session; nothing of the cookie before it stays (fixation)."""
    now = cloud.clock.now()
    sign_out()
    secret = new_secret(BROWSER_PREFIX)
    with cloud.database.write() as database:
        ip = request.remote_addr or ''
        times = (now, now + _BROWSER_SECONDS)
        row = sessions.start(database, user.id, sessions.BROWSER, ip, times)
        row.cookie_hash = digest(secret)
    session[_COOKIE_KEY] = secret


def sign_out() -> None:
    """End this browser's session, here and in the table."""
    person = current()
    if person is not None:
        with cloud.database.write() as database:
            sessions.revoke(database, person.session_id, cloud.clock.now())
    session.clear()
    g.pop('person', None)


def signed_in(view: Callable[Concatenate[Person, P], R]) -> Callable[P, R | Response]:
    """Give ``view`` the person, or send the browser to the sign-in page and back."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        person = current()
        if person is None:
            back = request.full_path.rstrip('?') if request.method == 'GET' else request.path
            return redirect(f'/login?{urlencode({"next": back})}', 303)
        return view(person, *args, **kwargs)

    return checked
