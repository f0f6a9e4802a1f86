"""The PhyCloud API: userinfo, sessions, robots, and what this instance is.

Layer: devcloud, Flask views that answer JSON.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy import select

from phyware.errors import Validation
from phyware_auth.devcloud import bearer, sessions
from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.models import LoginSession, Robot, User
from phyware_auth.devcloud.problems import Problem

userinfo_blueprint = Blueprint('userinfo', __name__)
blueprint = Blueprint('api', __name__, url_prefix='/api/v1')
_WITHOUT_FAULTS = ('api.instance', 'api.counters')
_RETRY_SECONDS = 1


@blueprint.before_request
def api_faults() -> None:
    """Answer 401, 503 or 429 as often as the faults say."""
    if request.endpoint in _WITHOUT_FAULTS:
        return
    if cloud.faults.take('api-401'):
        bearer.refuse('UNAUTHORIZED', 'No token is good enough for the API now')
    if cloud.faults.take('api-5xx'):
        raise Problem(503, 'The API is out of order')
    if cloud.faults.take('rate-limit'):
        raise Problem(429, 'Too many requests', headers={'Retry-After': str(_RETRY_SECONDS)})


@userinfo_blueprint.route('/oauth/userinfo', methods=['GET', 'POST'])
def userinfo() -> Response:
    """Tell who the credential belongs to (OpenID Connect Core 5.3, and PhyCloud's members)."""
    if cloud.faults.take('userinfo-5xx'):
        raise Problem(503, 'The userinfo endpoint is out of order')
    needs = 'openid' if cloud.faults.on('userinfo-needs-openid') else None
    principal = bearer.require(needs)
    claims: dict[str, object] = {
        'sub': principal.user.id, 'preferred_username': principal.user.username,
        'scope': principal.scope,
    }
    if principal.user.email is not None and 'email' in principal.scope.split():
        claims['email'] = principal.user.email
    if principal.expires_at is not None:
        claims['exp'] = int(principal.expires_at)
    if principal.session_id is not None:
        claims['sid'] = principal.session_id
    return jsonify(claims)


@blueprint.get('/sessions')
def list_sessions() -> Response:
    """List sessions, newest first: the caller's own or, for an admin, anyone's."""
    principal = bearer.require('admin:sessions')
    user_id = request.args.get('user_id') or principal.user.id
    if user_id != principal.user.id and not principal.user.is_admin:
        raise Problem(403, 'Only an administrator lists the sessions of another user')
    page = _page()
    with cloud.database.read() as session:
        user = session.get(User, user_id)
        rows = sessions.listed(session, user_id, page, cloud.clock.now())
    shown = [_session_dict(row, user, principal.session_id) for row in rows[: page.limit]]
    more = len(rows) > page.limit
    cursor = sessions.cursor_after(rows[page.limit - 1]) if more else None
    return jsonify({'sessions': shown, 'next_cursor': cursor})


@blueprint.delete('/sessions/<session_id>')
def revoke_session(session_id: str) -> Response:
    """End a session; its tokens are refused from now on."""
    principal = bearer.require('admin:sessions')
    with cloud.database.write() as session:
        row = sessions.alive(session, session_id, cloud.clock.now())
        mine = row is not None and (row.user_id == principal.user.id or principal.user.is_admin)
        if not mine or not sessions.revoke(session, session_id, cloud.clock.now()):
            raise Problem(404, 'There is no such session')
    return Response(status=204)


@blueprint.get('/robots')
def list_robots() -> Response:
    """List robots by id."""
    bearer.require('robots:read')
    page = _page()
    query = select(Robot).order_by(Robot.id).limit(page.limit + 1)
    if page.after is not None:
        query = query.where(Robot.id > page.after[1])
    with cloud.database.read() as session:
        rows = session.scalars(query).all()
    cursor = sessions.cursor_at(0.0, rows[page.limit - 1].id) if len(rows) > page.limit else None
    robots = [_robot_dict(row) for row in rows[: page.limit]]
    return jsonify({'robots': robots, 'next_cursor': cursor})


@blueprint.get('/robots/<robot_id>')
def show_robot(robot_id: str) -> Response:
    """Show one robot."""
    bearer.require('robots:read')
    with cloud.database.read() as session:
        row = session.get(Robot, robot_id)
    if row is None:
        raise Problem(404, 'There is no such robot')
    return jsonify(_robot_dict(row))


@blueprint.get('/instance')
def instance() -> Response:
    """Tell this cloud from another one that had the port before (security case 78).

    The id lives as long as the database: its logins go on after a restart.  A
    devcloud cannot take its logins out of the stores of those who logged in,
    which are in homes and keyrings it does not know; so the client asks.
    """
    return jsonify({'instance_id': cloud.seeded.instance_id})


@blueprint.get('/debug/counters')
def counters() -> Response:
    """Tell how often each endpoint was asked, for tests."""
    if not cloud.faults.on('counters'):
        abort(404)
    return jsonify({'counters': cloud.counters.as_dict()})


def rfc3339(seconds: float) -> str:
    """Return a time in UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime('%Y-%m-%dT%H:%M:%SZ')


def _page() -> sessions.Page:
    limit = request.args.get('limit') or '100'
    digits = limit.isascii() and limit.isdigit() and len(limit) <= len(str(sessions.MAX_PAGE))
    if not digits or not 1 <= int(limit) <= sessions.MAX_PAGE:
        raise Validation(f'limit is a whole number from 1 to {sessions.MAX_PAGE}')
    cursor = request.args.get('cursor')
    return sessions.Page(int(limit), sessions.parse_cursor(cursor) if cursor else None)


def _session_dict(
    row: LoginSession, user: User | None, current: str | None
) -> dict[str, object]:
    return {
        'id': row.id, 'user_id': row.user_id, 'user': user.username if user else '',
        'client': row.client, 'ip': row.ip, 'created_at': rfc3339(row.created_at),
        'last_seen_at': rfc3339(row.last_seen_at), 'expires_at': rfc3339(row.expires_at),
        'current': row.id == current,
    }


def _robot_dict(row: Robot) -> dict[str, object]:
    return {
        'id': row.id, 'name': row.name, 'model': row.model, 'status': row.status,
        'site': row.site, 'battery_percent': row.battery_percent,
    }
