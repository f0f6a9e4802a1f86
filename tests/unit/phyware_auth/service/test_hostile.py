"""Whatever a host answers: an error of ours, and a store as it was; or tokens that can be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from phyware.cloud import CloudSession
from phyware.errors import PhywareError
from phyware.session import Selection
from phyware.testing import FakeProvider
from phyware_auth.service import AuthService
from phyware_auth.service.login import LoginRequest
from phyware_auth.service.sessions import SessionsService
from phyware_auth.store.record import HostRecord
from tests.unit.phyware_auth.authcase import (
    DEVICE,
    DEVICE_ANSWER,
    HOST,
    IN_A_FILE,
    PENDING,
    SESSIONS,
    SUCCESS,
    TOKEN,
    USERINFO,
    AuthCase,
)
from tests.unit.phyware_auth.hostile import CANARY, FEW, bodies
from tests.unit.phyware_auth.service.logincase import PAT_TOKEN, USER, Prompt

PAGE: Mapping[str, Any] = {'sessions': [{'id': 'a', 'current': True}], 'next_cursor': None}
STATUSES = st.sampled_from((200, 200, 200, 400, 403, 500))
# Each example writes to the disk.
FEWER = settings(FEW, max_examples=20)


class HostileTests(AuthCase):
    def setUp(self) -> None:
        super().setUp()
        self.service = AuthService(self.deps)
        self.request = LoginRequest(HOST, IN_A_FILE)
        self.serve_metadata()
        self.serve(DEVICE, {**DEVICE_ANSWER, 'expires_in': 60})
        self.serve(USERINFO, USER, method='GET')

    def answers(self, url: str, status: int, body: bytes, method: str = 'POST') -> None:
        self.serve(url, {'status_code': status, 'content': body}, method=method)

    def check(self, old: HostRecord, call: Callable[[], Any]) -> None:
        """Check that ``call`` succeeds, or fails as it should and stores nothing."""
        try:
            call()
        except PhywareError as error:
            self.assertNotIn(CANARY, f'{error.message} {error.remediation}')
            self.assertEqual(self.stored(), old)
        else:
            new = self.stored()
            assert new.access_token is not None
            self.assertTrue(new.access_token.reveal().isascii())
            self.assertIn(type(new.expiry), (int, type(None)))
        self.assertNotIn(CANARY, ' '.join(self.warnings))
        self.warnings.clear()

    @FEWER
    @given(STATUSES, bodies(SUCCESS))
    def test_case_49_54_56_login(self, status: int, body: bytes) -> None:
        old = self.saved(revocation_endpoint=None)
        self.serve(TOKEN, PENDING, {'status_code': status, 'content': body})
        prompt = Prompt(self.clock.sleep)

        self.check(old, lambda: self.service.login.with_device_code(self.request, prompt))

    @FEWER
    @given(STATUSES, bodies(SUCCESS))
    def test_case_46_54_56_refresh(self, status: int, body: bytes) -> None:
        old = self.saved(expiry=int(self.clock.now()), obtained=0)
        self.answers(TOKEN, status, body)

        self.check(old, lambda: self.service.good(old, 60))

        self.clock.advance(6)

    @FEWER
    @given(STATUSES, bodies(USER))
    def test_case_88_token(self, status: int, body: bytes) -> None:
        old = self.saved(revocation_endpoint=None)
        self.answers(USERINFO, status, body, 'GET')

        self.check(old, lambda: self.service.login.with_token(self.request, PAT_TOKEN))

    @FEWER
    @given(STATUSES, bodies(USER))
    def test_case_54_79_status(self, status: int, body: bytes) -> None:
        old = self.saved()
        self.answers(USERINFO, status, body, 'GET')

        self.check(old, lambda: self.service.statuses.status(Selection(HOST), False))

        self.assertEqual(self.stored(), old)

    @FEWER
    @given(STATUSES, bodies(PAGE))
    def test_case_54_79_sessions(self, status: int, body: bytes) -> None:
        self.answers(SESSIONS, status, body, 'GET')
        cloud = CloudSession(HOST, self.transport, self.context, FakeProvider())

        try:
            rows = list(SessionsService(cloud, SESSIONS).iterate(None, 5))
        except PhywareError as error:
            self.assertNotIn(CANARY, error.message)
        else:
            self.assertLessEqual(len(rows), 5)
