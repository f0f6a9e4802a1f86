"""The OAuth endpoints: device authorization, token, revocation.

Layer: devcloud, Flask views around Authlib's server, with the faults.
"""

from __future__ import annotations

import re
from typing import Any

from authlib.oauth2.rfc6749.util import extract_basic_authorization
from flask import Blueprint, Response, abort, current_app, g, request

from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.connection import leave_unanswered, wait_for_the_client_to_leave
from phyware_auth.devcloud.problems import oauth_error

blueprint = Blueprint('oauth', __name__, url_prefix='/oauth')

DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
GRANTS = (DEVICE_GRANT, 'refresh_token', 'password', 'client_credentials')
_FORM = 'application/x-www-form-urlencoded'
_SIGN_IN_PAGE = '<!doctype html><title>Sign in</title><h1>Sign in to the network</h1>'
_OUT_OF_ORDER = '<!doctype html><title>503</title><h1>503 Service Unavailable</h1>'
_TOO_MANY = '<!doctype html><title>429</title><h1>429 Too Many Requests</h1>'
# As they stand in JSON, or in what takes itself for JSON (security case 46).
_ODD_LIVES = ('null', '"3600"', '-1', '0', '1e400', 'NaN', 'true', '9' * 5000, '[3600]')
SERVER = 'devcloud-oauth'


@blueprint.before_request
def check_form() -> Response | None:
    """Refuse what RFC 6749 section 3.2 forbids: repeated and misplaced parameters."""
    if request.method != 'POST':
        return None
    if _client_is_unreadable():
        return oauth_error('invalid_client', 'The Authorization field cannot be read', 401)
    if request.mimetype != _FORM:
        return oauth_error('invalid_request', f'The content type must be {_FORM}')
    if request.args:
        return oauth_error('invalid_request', 'Parameters belong in the body')
    repeated = [name for name, values in request.form.lists() if len(values) > 1]
    if repeated:
        return oauth_error('invalid_request', 'A parameter is there more than once')
    return None


def _client_is_unreadable() -> bool:
    # Authlib lets the exceptions of its own parser through, a failure of the server.
    try:
        extract_basic_authorization(request.headers)
    except ValueError:
        return True
    return False


@blueprint.post('/device')
def device_authorization() -> Response:
    """Give a device code and a user code (RFC 8628 section 3.2)."""
    return _respond(lambda server: server.create_endpoint_response('device_authorization'))


@blueprint.post('/token')
def token() -> Response:
    """Give tokens (RFC 6749 section 5)."""
    grant = request.form.get('grant_type')
    if not grant:
        return oauth_error('invalid_request', 'The parameter grant_type is missing')
    cloud.counters.add(f'grant {grant if grant in GRANTS else "unknown"}')
    fault = _token_fault(grant)
    if fault is not None:
        return fault
    if grant == 'password':
        return _password_token()
    response = _respond(lambda server: server.create_token_response())
    if grant != 'refresh_token' or response.status_code != 200:
        return response
    if cloud.faults.take('rotation-without-answer'):
        return leave_unanswered()
    turn = cloud.faults.turn('odd-expires-in')
    return response if turn is None else _with_odd_life(response, turn)


@blueprint.post('/revoke')
def revoke() -> Response:
    """Revoke a token (RFC 7009)."""
    if cloud.faults.on('no-revocation'):
        abort(404)
    if cloud.faults.take('revocation-5xx'):
        return Response(_OUT_OF_ORDER, 503, mimetype='text/html')
    return _respond(lambda server: server.create_endpoint_response('revocation'))


def _respond(answer: Any) -> Response:
    # Stored at the end in any case: Authlib turns errors into answers.
    with cloud.database.write() as g.session:
        response: Response = answer(current_app.extensions[SERVER])
    return response


def _token_fault(grant: str) -> Response | None:
    faults = cloud.faults
    if faults.take('token-hang'):
        return wait_for_the_client_to_leave()
    if faults.take('token-reset'):
        return leave_unanswered()
    if faults.take('token-5xx') or (grant == DEVICE_GRANT and faults.take('device-5xx')):
        return Response(_OUT_OF_ORDER, 503, mimetype='text/html')
    if faults.take('token-429'):
        return Response(_TOO_MANY, 429, {'Retry-After': '1'}, mimetype='text/html')
    if faults.take('token-html'):
        return Response(_SIGN_IN_PAGE, 200, mimetype='text/html')
    return None


def _with_odd_life(response: Response, turn: int) -> Response:
    life = _ODD_LIVES[turn % len(_ODD_LIVES)]
    body = response.get_data(as_text=True)
    response.set_data(re.sub(r'"expires_in": *[0-9]+', f'"expires_in": {life}', body))
    return response


def _password_token() -> Response:
    now, email = cloud.clock.now(), request.form.get('username', '').strip().lower()
    wait = cloud.sign_ins.begin(email, now)
    if wait:
        refused = oauth_error('temporarily_unavailable', 'Too many wrong passwords', 429)
        refused.headers['Retry-After'] = str(wait)
        return refused
    response = _respond(lambda server: server.create_token_response())
    if response.status_code == 200:
        cloud.sign_ins.succeeded(email, now)
    return response
