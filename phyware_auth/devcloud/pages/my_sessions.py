"""The page of a person's sessions: see where one is signed in, and end it.

Layer: devcloud, Flask views.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from phyware_auth.devcloud import sessions
from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.models import Client
from phyware_auth.devcloud.pages.person import Person, signed_in

blueprint = Blueprint('my_sessions', __name__)
_PAGE = 25


@blueprint.app_template_filter('when')
def when(seconds: float) -> str:
    """Return a time for a person, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime('%d %b %Y, %H:%M UTC')


@blueprint.app_template_filter('iso')
def iso(seconds: float) -> str:
    """Return a time for a ``datetime`` attribute."""
    return datetime.fromtimestamp(seconds, UTC).strftime('%Y-%m-%dT%H:%M:%SZ')


@blueprint.get('/sessions')
@signed_in
def index(person: Person) -> str:
    """List sessions, newest first."""
    cursor = request.args.get('cursor')
    page = sessions.Page(_PAGE, sessions.parse_cursor(cursor) if cursor else None)
    with cloud.database.read() as session:
        rows = sessions.listed(session, person.user.id, page, cloud.clock.now())
        names = {row.id: row.name for row in session.scalars(select(Client))}
    more = sessions.cursor_after(rows[_PAGE - 1]) if len(rows) > _PAGE else None
    names[sessions.BROWSER] = 'PhyCloud website'
    return render_template(
        'sessions.html', rows=rows[:_PAGE], names=names, more=more, first=cursor is None
    )


@blueprint.post('/sessions/<session_id>/revoke')
@signed_in
def revoke(person: Person, session_id: str) -> Response:
    """End one of the person's sessions; ending this one signs out."""
    now = cloud.clock.now()
    with cloud.database.write() as session:
        row = sessions.alive(session, session_id, now)
        if row is None or row.user_id != person.user.id:
            abort(404, 'There is no such session, or it has ended.')
        sessions.revoke(session, session_id, now)
    return redirect('/login' if session_id == person.session_id else '/sessions', 303)
