"""The authorization server: Authlib's, wired to the devcloud's tables.

Layer: devcloud, between the OAuth views and the grants.
"""

from __future__ import annotations

from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint
from flask import Flask, g, request

from phyware_auth.devcloud import device_codes, sessions, tokens
from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.codes import (
    ACCESS_PREFIX,
    DEVICE_PREFIX,
    REFRESH_PREFIX,
    digest,
    new_secret,
    new_user_code,
)
from phyware_auth.devcloud.grants import (
    CLIENT_METHODS,
    DeviceGrant,
    PasswordGrant,
    RotatingRefreshGrant,
    ServiceGrant,
)
from phyware_auth.devcloud.models import (
    AccessToken,
    Client,
    DeviceCode,
    LoginSession,
    RefreshToken,
    User,
)
from phyware_auth.devcloud.settings import (
    ACCESS_SECONDS,
    CODE_SECONDS,
    DEFAULT_SCOPE,
    POLL_SECONDS,
    SCOPES,
)
from phyware_auth.devcloud.urls import origin


def create_oauth_server(app: Flask) -> Any:
    """Return Authlib's server for ``app``; a view asks it for its response."""
    app.config['OAUTH2_SCOPES_SUPPORTED'] = list(SCOPES)
    server = AuthorizationServer(app, query_client=_client, save_token=_save)
    server.register_token_generator('default', _generate)
    for grant in (DeviceGrant, RotatingRefreshGrant, PasswordGrant, ServiceGrant):
        server.register_grant(grant)
    server.register_endpoint(DeviceAuthorization)
    server.register_endpoint(Revocation)
    return server


class DeviceAuthorization(DeviceAuthorizationEndpoint):  # type: ignore[misc]
    """RFC 8628 section 3.1 and 3.2."""

    CLIENT_AUTH_METHODS = CLIENT_METHODS

    @property
    def EXPIRES_IN(self) -> int:
        """Return the lifetime of a code in seconds."""
        return cloud.faults.seconds('code-lifetime', CODE_SECONDS)

    @property
    def INTERVAL(self) -> int:
        """Return the seconds between two polls."""
        return cloud.faults.seconds('interval', POLL_SECONDS)

    def generate_user_code(self) -> str:
        """Return the code for the person."""
        return new_user_code()

    def generate_device_code(self) -> str:
        """Return the code for the client."""
        return new_secret(DEVICE_PREFIX)

    def get_verification_uri(self) -> str:
        """Return the page where the person enters the code."""
        return f'{origin()}/device'

    def save_device_credential(
        self, client_id: str, scope: str | None, data: dict[str, Any]
    ) -> None:
        """Store the two codes, decided at once where the start said so."""
        now = cloud.clock.now()
        row = DeviceCode(
            code_hash=digest(data['device_code']), user_code_hash=digest(data['user_code']),
            client_id=client_id, scope=scope or DEFAULT_SCOPE, ip=request.remote_addr or '',
            expires_at=now + data['expires_in'], interval=data['interval'],
            status=device_codes.PENDING,
        )
        if cloud.faults.on('deny'):
            row.status = device_codes.DENIED
        elif cloud.approver is not None:
            row.status, row.user_id = device_codes.APPROVED, cloud.approver
        device_codes.add(g.session, row, now)


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """RFC 7009: each token for itself, as real servers do."""

    CLIENT_AUTH_METHODS = CLIENT_METHODS

    def check_params(self, request: Any, client: Client) -> None:
        """Ask for the token; a hint we do not know is only a hint (RFC 7009 2.1)."""
        if not request.form.get('token'):
            raise InvalidRequestError('The parameter token is missing')

    def query_token(self, token: str, hint: str | None) -> AccessToken | RefreshToken | None:
        """Return the token of whatever kind; the hint says where to look first."""
        kinds = [AccessToken, RefreshToken]
        if hint == 'refresh_token':
            kinds.reverse()
        found = (g.session.get(kind, digest(token)) for kind in kinds)
        return next((row for row in found if row is not None), None)

    def revoke_token(self, row: AccessToken | RefreshToken, request: Any) -> None:
        """Revoke the one token, not its sibling."""
        now = cloud.clock.now()
        if isinstance(row, AccessToken):
            tokens.revoke_access(g.session, row, now)
        elif cloud.faults.on('revoke-one'):
            tokens.revoke_one_refresh(g.session, row, now)
        else:
            tokens.revoke_refresh(g.session, row, now)


def _client(client_id: str) -> Client | None:
    return g.session.get(Client, client_id)  # type: ignore[no-any-return]


def _generate(
    client: Client, scope: str | None, include_refresh_token: bool, **_kwargs: Any
) -> dict[str, Any]:
    allowed = client.get_allowed_scope(scope)
    token: dict[str, Any] = {
        'token_type': 'Bearer',
        'access_token': new_secret(ACCESS_PREFIX),
        'expires_in': cloud.faults.seconds('short-lifetimes', ACCESS_SECONDS),
        'scope': allowed,
    }
    if include_refresh_token and 'offline_access' in allowed.split():
        token['refresh_token'] = new_secret(REFRESH_PREFIX)
    return token


def _save(token: dict[str, Any], oauth_request: Any) -> None:
    now = cloud.clock.now()
    old: RefreshToken | None = oauth_request.refresh_token
    family = _new_family(oauth_request, now) if old is None else _family_of(old)
    access = tokens.Access(token['access_token'], token['scope'], token['expires_in'])
    tokens.save_access(g.session, family, access, now)
    if 'refresh_token' in token:
        scope = access.scope if old is None else old.scope
        tokens.save_refresh(g.session, family, token['refresh_token'], scope, now)


def _family_of(old: RefreshToken) -> LoginSession:
    return g.session.get_one(LoginSession, old.session_id)  # type: ignore[no-any-return]


def _new_family(oauth_request: Any, now: float) -> LoginSession:
    client: Client = oauth_request.client
    user: User | None = oauth_request.user
    user_id = user.id if user is not None else client.user_id or ''
    family = sessions.start(g.session, user_id, client.id, request.remote_addr or '', (now, now))
    if oauth_request.credential is not None:
        oauth_request.credential.session_id = family.id
    return family
