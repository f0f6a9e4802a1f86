"""The grants of a public client (RFC 6749, RFC 8628) and token revocation (RFC 7009).

Layer: OAuth protocol on ``phyware.transport``; no printing, no persistence, no
waiting.  Nothing here is ever sent twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from phyware.errors import (
    ConnectionFailed,
    GenericError,
    NotFound,
    PhywareError,
    Unauthorized,
    Validation,
)
from phyware.problems import error_from_response
from phyware.secret import Secret
from phyware.transport import Response, Transport
from phyware_auth.oauth.answers import json_object
from phyware_auth.oauth.device import DeviceAuthorization, parse_device_authorization
from phyware_auth.oauth.refusal import error_of, is_busy, refusal_code
from phyware_auth.oauth.tokens import Tokens, parse_tokens
from phyware_auth.oauth.userinfo import UserInfo, parse_userinfo

DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
_NO_PASSWORD_LOGIN = frozenset({'unsupported_grant_type', 'unauthorized_client'})


class OAuthClient:
    """A public client of one authorization server.

    :param transport: sends each request once
    :param client_id: the ``client_id`` of every form (RFC 6749 section 2.2)
    """

    def __init__(self, transport: Transport, client_id: str) -> None:
        self._transport = transport
        self.client_id = client_id

    def authorize_device(self, endpoint: str, scopes: tuple[str, ...]) -> DeviceAuthorization:
        """Ask for a device code (RFC 8628 section 3.1).

        :raises PhywareError: the host refuses or does not answer
        """
        response = self._post(endpoint, {**_scope_form(scopes)})
        granted = _granted(response, 'device_code')
        if granted is None:
            raise error_of(response)
        return parse_device_authorization(granted)

    def poll_device(self, endpoint: str, device_code: Secret) -> Response:
        """Ask once whether the code was approved (RFC 8628 section 3.4)."""
        form = {'grant_type': DEVICE_GRANT, 'device_code': device_code}
        return self._post(endpoint, form)

    def password(
        self, endpoint: str, username: str, password: Secret, scopes: tuple[str, ...]
    ) -> Tokens:
        """Log in with e-mail and password (RFC 6749 section 4.3).

        :raises Unauthorized: the host does not accept them
        :raises Validation: the host offers no password login
        """
        form = {'grant_type': 'password', 'username': username, 'password': password}
        response = self._post(endpoint, {**form, **_scope_form(scopes)})
        granted = _granted(response)
        if granted is None:
            raise _password_error(response)
        return parse_tokens(granted, scopes)

    def refresh(
        self, endpoint: str, refresh_token: Secret, scopes: tuple[str, ...] | None,
        connected: Callable[[], None] | None = None,
    ) -> Tokens:
        """Exchange a refresh token (RFC 6749 section 6); never to be repeated.

        :param scopes: those of the login; they stay unless the answer differs
        :param connected: called before anything is sent, once the connection stands
        :raises Unauthorized: the session has ended (``invalid_grant``)
        :raises ConnectionFailed: what the endpoint answers is neither yes nor no
        """
        form = {'grant_type': 'refresh_token', 'refresh_token': refresh_token}
        response = self._post(endpoint, form, connected)
        granted = _granted(response)
        if granted is None:
            raise _refresh_error(response)
        return parse_tokens(granted, scopes)

    def revoke(self, endpoint: str, token: Secret, hint: str) -> None:
        """Revoke one token (RFC 7009 section 2.1).

        :param hint: ``refresh_token`` or ``access_token``
        :raises PhywareError: the host did not answer 200 (or 204)
        """
        response = self._post(endpoint, {'token': token, 'token_type_hint': hint})
        if response.status not in (200, 204) or refusal_code(response):
            raise error_of(response)

    def userinfo(self, endpoint: str, token: Secret) -> UserInfo:
        """Ask who a token is (OpenID Connect Core section 5.3).

        :raises Unauthorized: the host refuses the token; or Expired, or Forbidden
        :raises ConnectionFailed: what the endpoint answers is neither yes nor no
        :raises PhywareError: the host is busy or does not answer
        """
        response = self._transport.get(endpoint, bearer=token)
        if response.status != 200:
            raise _userinfo_error(response)
        return parse_userinfo(json_object(response))

    def _post(
        self, endpoint: str, form: Mapping[str, Any], connected: Callable[[], None] | None = None
    ) -> Response:
        whole = {'client_id': self.client_id, **form}
        return self._transport.post_form(endpoint, whole, connected=connected)


class GrantEnded(Unauthorized):
    """The refresh token is no longer good (``invalid_grant``)."""

    default_message = 'Invalid credentials: the session has ended, log in again'


def _scope_form(scopes: tuple[str, ...]) -> dict[str, str]:
    # An empty scope is an error on real servers; RFC 6749 section 3.3 allows none.
    return {'scope': ' '.join(scopes)} if scopes else {}


def _granted(response: Response, member: str = 'access_token') -> dict[str, Any] | None:
    """Return a success, None for a refusal, which some servers send with status 200.

    :param member: what makes it a success, whatever else is in it
    :raises ConnectionFailed: it is neither
    """
    if response.status != 200:
        return None
    answer = json_object(response)
    return None if member not in answer and refusal_code(response) else answer


def _settled_code(response: Response) -> str:
    """Return the OAuth error's code, empty from a host that is only busy."""
    return '' if is_busy(response) else refusal_code(response)


def _refresh_error(response: Response) -> PhywareError:
    if _settled_code(response) == 'invalid_grant':
        return GrantEnded()
    error = error_of(response)
    # Nobody who asks for a token has given any input that could be wrong.
    return _unusable('token', error) if isinstance(error, Validation | NotFound) else error


def _userinfo_error(response: Response) -> PhywareError:
    error = error_from_response(response)
    if response.status in (401, 403) or is_busy(response):
        return error
    return _unusable('userinfo', error)


def _unusable(name: str, error: PhywareError) -> ConnectionFailed:
    """Return the error of a page that is not there, or of a portal in the way.

    It says nothing about the token.
    """
    hint = error.remediation if isinstance(error, GenericError) else None
    return ConnectionFailed(f'the {name} endpoint gave no usable answer: {error.message}', hint)


def _password_error(response: Response) -> PhywareError:
    code = _settled_code(response)
    if code in _NO_PASSWORD_LOGIN:
        return Validation(
            'this host offers no password login', 'Log in with the device code: phyware auth login'
        )
    refused = response.status in (401, 403) and code != 'invalid_client'
    if code == 'invalid_grant' or refused:
        return Unauthorized('Invalid credentials: this e-mail and password are not accepted')
    return error_of(response)
