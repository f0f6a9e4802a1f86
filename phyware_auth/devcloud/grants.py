"""The four grants of the token endpoint, on Authlib's classes.

Layer: devcloud.  A request runs in one transaction (``g.session``), which is
stored also when the answer is an error: reuse detection ends a family and refuses.
"""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError
from authlib.oauth2.rfc6749 import grants as rfc6749
from authlib.oauth2.rfc6749.errors import AccessDeniedError
from authlib.oauth2.rfc8628 import (
    AuthorizationPendingError,
    DeviceCodeGrant,
    ExpiredTokenError,
    SlowDownError,
)
from flask import g

from phyware_auth.devcloud import device_codes, people, sessions, tokens
from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.codes import (
    ACCESS_PREFIX,
    REFRESH_PREFIX,
    derived_secret,
    digest,
    new_secret,
)
from phyware_auth.devcloud.models import (
    AccessToken,
    DeviceCode,
    LoginSession,
    RefreshToken,
    User,
)

CLIENT_METHODS = ['client_secret_basic', 'client_secret_post', 'none']


class DeviceGrant(DeviceCodeGrant):  # type: ignore[misc]
    """RFC 8628 section 3.4; a code gives tokens once."""

    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_METHODS

    def query_device_credential(self, device_code: str) -> DeviceCode:
        """Return the row of the code.

        :raises InvalidGrantError: it was never issued
        """
        row = device_codes.by_device_code(g.session, device_code)
        if row is None:
            raise InvalidGrantError('The device code is unknown')
        return row

    def validate_device_credential(self, row: DeviceCode) -> User | None:
        """Return who approved; the code is used up then.

        :raises OAuth2Error: every answer of RFC 8628 section 3.5
        """
        now = cloud.clock.now()
        if row.status == device_codes.DENIED:
            raise AccessDeniedError('The request was denied')
        if row.status == device_codes.PENDING:
            self._refuse_pending(row, now)
        if row.status == device_codes.APPROVED and row.expires_at <= now:
            raise ExpiredTokenError('The device code expired')
        if device_codes.consume(g.session, row):
            return g.session.get(User, row.user_id)  # type: ignore[no-any-return]
        # Polling on after the success is what a stolen code looks like.
        if row.session_id is not None:
            sessions.revoke(g.session, row.session_id, now)
        raise InvalidGrantError('The device code was used before; its tokens are revoked')

    def _refuse_pending(self, row: DeviceCode, now: float) -> None:
        if row.expires_at <= now and not cloud.faults.on('pending-for-ever'):
            raise ExpiredTokenError('The device code expired')
        if cloud.faults.take('slow-down') or device_codes.polled_too_fast(g.session, row, now):
            raise SlowDownError('Polling too fast')
        raise AuthorizationPendingError('Nobody has approved or denied the request yet')


class RotatingRefreshGrant(rfc6749.RefreshTokenGrant):  # type: ignore[misc]
    """RFC 6749 section 6, with the rotation and reuse detection of RFC 9700 4.14.2."""

    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_METHODS

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        """Return the row of the token, also of a used one: :meth:`issue_token` judges."""
        return g.session.get(RefreshToken, digest(refresh_token))  # type: ignore[no-any-return]

    def authenticate_user(self, row: RefreshToken) -> User | None:
        """Return whose token it is.

        :raises InvalidGrantError: the token or its session has ended
        """
        if not tokens.usable_refresh(g.session, row, cloud.clock.now()):
            raise InvalidGrantError('The refresh token has expired or was revoked')
        family = g.session.get(LoginSession, row.session_id)
        return g.session.get(User, family.user_id)  # type: ignore[no-any-return]

    def issue_token(self, user: User, row: RefreshToken) -> dict[str, Any]:
        """Use up the old token and return the answer's members.

        :raises InvalidGrantError: it was used before; the whole session ends
        """
        token = self.generate_token(
            user=user, scope=self.request.payload.scope or row.scope, include_refresh_token=False
        )
        if cloud.faults.take('no-rotation'):
            return dict(token)
        won = tokens.rotate(g.session, row, cloud.clock.now())
        token.update(self._successors(row))
        if not won:
            token.update(self._replayed(row, token))
        return dict(token)

    def _successors(self, row: RefreshToken) -> dict[str, str]:
        if not cloud.faults.on('reuse-grace'):
            return {'refresh_token': new_secret(REFRESH_PREFIX)}
        key, old = cloud.seeded.secret, self.request.form['refresh_token']
        return {
            'access_token': derived_secret(ACCESS_PREFIX, key, old),
            'refresh_token': derived_secret(REFRESH_PREFIX, key, old),
        }

    def _replayed(self, row: RefreshToken, token: dict[str, Any]) -> dict[str, Any]:
        """Return what the first answer said, within the grace and its successor unused."""
        now = cloud.clock.now()
        grace = cloud.faults.seconds('reuse-grace', 0)
        in_time = row.used_at is not None and now - row.used_at <= grace
        access = g.session.get(AccessToken, digest(token['access_token']))
        if in_time and access is not None and tokens.unused(g.session, token['refresh_token']):
            return {'scope': access.scope, 'expires_in': max(0, int(access.expires_at - now))}
        sessions.revoke(g.session, row.session_id, now)
        raise InvalidGrantError('The refresh token was used before; the session has ended')

    def revoke_old_credential(self, row: RefreshToken) -> None:
        """Do nothing: :meth:`issue_token` has used it up, before anything was given."""


class PasswordGrant(rfc6749.ResourceOwnerPasswordCredentialsGrant):  # type: ignore[misc]
    """RFC 6749 section 4.3."""

    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_METHODS

    def authenticate_user(self, username: str, password: str) -> User:
        """Return the user.

        :raises InvalidGrantError: the two do not belong together
        """
        user = people.user_with_password(g.session, username, password)
        if user is None:
            raise InvalidGrantError('The e-mail address or the password is wrong')
        return user


class ServiceGrant(rfc6749.ClientCredentialsGrant):  # type: ignore[misc]
    """RFC 6749 section 4.4."""

    TOKEN_ENDPOINT_AUTH_METHODS = ['client_secret_basic', 'client_secret_post']
