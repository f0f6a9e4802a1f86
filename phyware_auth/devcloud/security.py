"""What a request must be before any view sees it, and what every answer says.

Layer: devcloud, Flask hooks.  A web page anywhere can send requests to a
loopback port, and DNS rebinding can give it a name (security case 92).
"""

from __future__ import annotations

import hmac
import secrets

from flask import Flask, Response, abort, request, session

from phyware_auth.devcloud import problems
from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.urls import allowed_hosts, origin

CSRF_FIELD = 'csrf_token'
_SAFE_METHODS = ('GET', 'HEAD')
_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    'Content-Security-Policy': _CSP,
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    # Not no-referrer: with it a browser sends "Origin: null" from our own forms.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
}


def install(app: Flask, port: int) -> None:
    """Put the checks in front of every view of ``app``, the headers behind."""
    # Cookies know no ports: two devclouds would sign each other out.
    app.config.update(
        SESSION_COOKIE_NAME=f'phycloud_{port}',
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE='Strict',
    )
    app.before_request(check_host)
    app.before_request(check_origin)
    app.before_request(check_text)
    app.before_request(check_csrf)
    app.after_request(add_headers)
    app.jinja_env.globals['csrf_token'] = csrf_token


def check_host() -> Response | None:
    """Refuse a Host header that is not one of the loopback names and our port."""
    if request.headers.get('Host', '').lower() in allowed_hosts(cloud.port):
        return None
    return problems.Problem(403, 'This host name is not served here').as_response()


def check_origin() -> None:
    """Refuse a state-changing request that another site's page sent, preflights too.

    A browser always names the origin; a program names none, and has no cookie.
    """
    if request.method in _SAFE_METHODS:
        return
    sent = request.headers.get('Origin')
    if sent is None and not problems.is_page(request.path):
        return
    if sent != origin():
        abort(403, 'The request does not come from a page of this site')


def check_text() -> None:
    """Refuse NUL anywhere: no name holds it, and PostgreSQL refuses it as an error of ours."""
    values = (value for _name, value in request.values.items(multi=True))
    if any('\0' in text for text in (request.path, *request.values, *values)):
        abort(400, 'The request contains a NUL character')


def check_csrf() -> None:
    """Refuse a form that was not made for this browser's session."""
    if request.method in _SAFE_METHODS or not problems.is_page(request.path):
        return
    expected = session.get('csrf', '')
    given = request.form.get(CSRF_FIELD, '')
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        abort(403, 'The form is out of date. Go back, reload the page and try again.')


def csrf_token() -> str:
    """Return the token of this browser's session for a form."""
    if 'csrf' not in session:
        session['csrf'] = secrets.token_urlsafe(24)
    return str(session['csrf'])


def add_headers(response: Response) -> Response:
    """Add what keeps an answer out of caches, frames and other sites."""
    response.headers.update(_HEADERS)
    if request.endpoint != 'static':
        response.headers['Cache-Control'] = 'no-store'
    return response
