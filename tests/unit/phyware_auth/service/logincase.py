"""A login service on a host that requests-mock plays.

Layer: test fixture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phyware.errors import PhywareError
from phyware.secret import Secret
from phyware_auth.oauth.device import DeviceAuthorization
from phyware_auth.service.login import LoginRequest, LoginService
from phyware_auth.service.views import StatusView
from tests.unit.phyware_auth.authcase import (
    DEVICE,
    DEVICE_ANSWER,
    HOST,
    IN_A_FILE,
    REVOKE,
    SUCCESS,
    TOKEN,
    USERINFO,
    AuthCase,
    text_of,
)

USER = {'sub': 'u1', 'email': 'ada@example.org', 'sid': 'ses_1', 'scope': 'openid', 'exp': 5}
PAT_USER = {'sub': 'u1', 'email': 'ada@example.org', 'scope': 'openid', 'exp': 1_900_000_000}
PAT_TOKEN = Secret('phk_canary')


class Prompt:
    """Remembers what it was to show; time passes by the clock."""

    def __init__(self, wait: Callable[[float], None]) -> None:
        self.wait = wait
        self.shown: list[tuple[DeviceAuthorization, str]] = []

    def show(self, authorization: DeviceAuthorization, host: str) -> None:
        self.shown.append((authorization, host))


class LoginCase(AuthCase):
    def setUp(self) -> None:
        super().setUp()
        self.login = LoginService(self.deps)
        self.prompt = Prompt(self.clock.sleep)
        self.serve_metadata()
        self.serve(DEVICE, DEVICE_ANSWER)
        self.serve(TOKEN, SUCCESS)
        self.serve(REVOKE, {'status_code': 200})
        self.serve(USERINFO, USER, method='GET')

    def with_code(self, **changes: Any) -> StatusView:
        return self.login.with_device_code(
            LoginRequest(HOST, IN_A_FILE, **changes), self.prompt
        )

    def with_password(self) -> StatusView:
        request = LoginRequest(HOST, IN_A_FILE)
        return self.login.with_password(request, 'ada@example.org', Secret('pass-canary'))

    def with_token(self, token: Secret = PAT_TOKEN) -> StatusView:
        return self.login.with_token(LoginRequest(HOST, IN_A_FILE), token)

    def refused(self, call: Callable[[], Any]) -> PhywareError:
        """Return the error of a login, which names no secret and stores nothing."""
        before = self.stored_tokens()
        with self.assertRaises(PhywareError) as caught:
            call()
        self.assertNotIn('canary', f'{caught.exception} {caught.exception.remediation}')
        self.assertEqual(self.stored_tokens(), before)
        return caught.exception

    def stored_tokens(self) -> tuple[str | None, str | None] | None:
        record = self.store.load(HOST)
        return (text_of(record.access_token), text_of(record.refresh_token)) if record else None

    def revoked(self) -> list[tuple[str, str]]:
        """Return tokens and hints that the host was told to revoke."""
        forms = self.requests_to(REVOKE)
        return [(form['token'], form['token_type_hint']) for form in forms]
