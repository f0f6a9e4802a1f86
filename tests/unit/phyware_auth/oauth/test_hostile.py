"""Any answer at all gives a value of the promised types, or one of our errors."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from phyware.errors import ExitStatus, PhywareError
from phyware.secret import Secret
from phyware.testing import FakeClock
from phyware.transport import Headers, Request, Response, Transport
from phyware_auth.oauth.client import OAuthClient
from phyware_auth.oauth.device import DeviceAuthorization, DevicePoller
from phyware_auth.oauth.fields import TEN_YEARS
from phyware_auth.oauth.metadata import Metadata, discover
from phyware_auth.oauth.tokens import Tokens
from phyware_auth.oauth.userinfo import UserInfo
from tests.unit.phyware_auth.authcase import (
    DEVICE,
    DEVICE_ANSWER,
    DOCUMENT,
    HOST,
    SUCCESS,
    TOKEN,
    USERINFO,
    answer,
)
from tests.unit.phyware_auth.hostile import CANARY, FEW, STATUSES, bodies, fields

SECRET = Secret('a-secret-of-ours')
CODES = (ExitStatus.ERROR, ExitStatus.AUTH, ExitStatus.NOT_FOUND, ExitStatus.VALIDATION,
         ExitStatus.SERVER)
USER = {'sub': 'u1', 'email': 'ada@example.org', 'scope': 'openid', 'exp': 5, 'sid': 's'}


class OneAnswer(Transport):
    """A transport that has one answer to everything."""

    def __init__(self, response: Response) -> None:
        self._response = response

    def request(self, request: Request) -> Response:
        return self._response


class HostileTests(unittest.TestCase):
    def outcome(self, call: Callable[[], Any]) -> Any:
        """Return what ``call`` gives, None for an error that is as it should be."""
        try:
            return call()
        except PhywareError as error:
            text = f'{error.message} {error.remediation} {error!r}'
            self.assertIn(error.exit_code, CODES)
            self.assertNotIn(CANARY, text)
            self.assertTrue(text.isprintable(), text)
            self.assertLess(len(text), 2000)
            return None

    def client(self, status: int, body: bytes) -> OAuthClient:
        return OAuthClient(OneAnswer(answer(body, status)), 'id')

    def assert_tokens(self, tokens: Tokens | None) -> None:
        if tokens is None:
            return
        self.assertRegex(tokens.access_token.reveal(), r'\A[A-Za-z0-9._~+/-]+=*\Z')
        if tokens.refresh_token is not None:
            self.assertRegex(tokens.refresh_token.reveal(), r'\A[ -~]+\Z')
        self.assertIn(type(tokens.expires_in), (int, type(None)))
        self.assertTrue(0 < (tokens.expires_in or 1) <= TEN_YEARS)
        self.assertTrue(all(scope.isprintable() for scope in tokens.scopes or ()))

    @FEW
    @given(STATUSES, bodies(DOCUMENT))
    def test_case_54_62_metadata(self, status: int, body: bytes) -> None:
        found = self.outcome(lambda: discover(OneAnswer(answer(body, status)), HOST))

        if found is not None:
            self.assertIsInstance(found, Metadata)
            for url in (found.token, found.revocation, found.userinfo, found.sessions):
                self.assertTrue(url is None or url.startswith(f'{HOST}/'), url)

    @FEW
    @given(STATUSES, bodies(DEVICE_ANSWER))
    def test_case_51_54_58_device_authorization(self, status: int, body: bytes) -> None:
        found = self.outcome(lambda: self.client(status, body).authorize_device(DEVICE, ('x',)))

        if found is not None:
            self.assertIsInstance(found, DeviceAuthorization)
            self.assertTrue(0 < found.expires_in <= 86400 and 1 <= found.interval <= 60)
            self.assertTrue(found.user_code and found.verification_uri and found.device_code)

    @FEW
    @given(STATUSES, bodies(SUCCESS), fields('Retry-After', 'Location'))
    def test_case_49_52_53_55_56_poll(
        self, status: int, body: bytes, headers: dict[str, str]
    ) -> None:
        clock = FakeClock()
        authorization = DeviceAuthorization(SECRET, 'code', 'uri', None, 100, 5)
        poller = DevicePoller(authorization, clock, clock.sleep, ('x',))

        response = Response(status, TOKEN, Headers(headers), body)
        self.assert_tokens(self.outcome(lambda: poller.run(lambda: response)))

        self.assertLessEqual(clock.monotonic(), 100)

    @FEW
    @given(STATUSES, bodies(SUCCESS))
    def test_case_46_54_56_grants(self, status: int, body: bytes) -> None:
        client = self.client(status, body)

        for call in (
            lambda: client.refresh(TOKEN, SECRET, None),
            lambda: client.password(TOKEN, 'ada', SECRET, ()),
        ):
            self.assert_tokens(self.outcome(call))

    @FEW
    @given(STATUSES, bodies(USER))
    def test_case_54_79_userinfo(self, status: int, body: bytes) -> None:
        found = self.outcome(lambda: self.client(status, body).userinfo(USERINFO, SECRET))

        if found is not None:
            self.assertIsInstance(found, UserInfo)
            self.assertTrue(found.user and found.user.isprintable())
            self.assertIn(type(found.expiry), (int, type(None)))

    @FEW
    @given(STATUSES, st.binary(max_size=50))
    def test_case_54_55_revocation(self, status: int, body: bytes) -> None:
        self.outcome(lambda: self.client(status, body).revoke(TOKEN, SECRET, 'access_token'))
