"""Whole command lines on a host that answers anything at all (security cases 46 to 56).

Whatever comes: an exit status of the table, at most our two lines on stderr for
it, no bug of ours, and a store that is as it was unless the command succeeded.
"""

from __future__ import annotations

from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.phyware_auth.authcase import (
    DEVICE,
    DEVICE_ANSWER,
    DOCUMENT,
    METADATA,
    OPENID,
    REVOKE,
    SESSIONS,
    SUCCESS,
    TOKEN,
    USERINFO,
)
from tests.unit.phyware_auth.commands.commandcase import CommandCase
from tests.unit.phyware_auth.hostile import CANARY, FEW, STATUSES, bodies, fields

# Each example is a command line, and some write to the disk.
FEWER = settings(FEW, max_examples=15)
DEVICE_LOGIN = ('login', '--no-browser')
# Not the stored login: a 401 would refresh it, and rightly store what it gets.
KEY = ('--api-key', 'phk_ours')
USER = {'sub': 'u1', 'email': 'ada@example.org', 'scope': 'openid', 'exp': 1_900_000_000}
PAGE = {'sessions': [{'id': 'a', 'current': True}], 'next_cursor': None}
PROBLEM = {'title': 'No', 'detail': 'because', 'status': 400, 'code': 'X'}
ENDS = {0: '', 1: 'ERROR CONNECTION RATE_LIMITED', 2: 'UNAUTHORIZED EXPIRED FORBIDDEN',
        3: 'NOT_FOUND', 4: 'VALIDATION CONFLICT', 5: 'SERVER'}  # fmt: skip


class HostileHostTests(CommandCase):
    def setUp(self) -> None:
        super().setUp()
        self.saved(revocation_endpoint=None)
        self.serve(DEVICE, {**DEVICE_ANSWER, 'expires_in': 20})

    def answers(self, url: str, body: bytes, method: str = 'POST', **more: Any) -> None:
        """Let ``url`` give this answer for ever."""
        self.serve(url, {'content': body, **more}, method=method)

    def check(self, *words: str, **more: Any) -> int:
        """Run a command line and check how it ends; return its exit status."""
        before = self.fresh_store().load(self.cli.environ['PHYCLOUD_URL'])
        with mock.patch('getpass.getpass', return_value='typed-password'):
            result = self.cli.run('auth', *words, **more)
        status, shown = result.exit_code, result.stderr
        self.assertNotIn(CANARY, shown)
        self.assertNotIn('Traceback', shown)
        self.assertNotIn('This is a bug', shown)
        self.assertTrue(shown.replace('\n', '').replace('\r', '').isprintable(), shown)
        if status:
            self.assertRegex(shown, rf'(?m)^({"|".join(ENDS[status].split())}): ')
            self.assertEqual(before, self.fresh_store().load(self.cli.environ['PHYCLOUD_URL']))
        return status

    @FEWER
    @given(STATUSES, bodies(DOCUMENT))
    def test_case_54_62_metadata(self, status: int, body: bytes) -> None:
        self.answers(METADATA, body, 'GET', status_code=status)
        self.answers(OPENID, body, 'GET', status_code=status)

        self.check('login', '--with-token', stdin='phk_ours')

    @FEWER
    @given(STATUSES, bodies(DEVICE_ANSWER))
    def test_case_51_54_58_device_authorization_answer(self, status: int, body: bytes) -> None:
        self.answers(DEVICE, body, status_code=status)
        self.serve(TOKEN, {'status_code': 400, 'json': {'error': 'access_denied'}})

        self.assertNotEqual(0, self.check(*DEVICE_LOGIN))

    @FEWER
    @given(STATUSES, bodies(SUCCESS), fields('Retry-After'))
    def test_case_46_49_52_55_56_poll(
        self, status: int, body: bytes, headers: dict[str, str]
    ) -> None:
        self.answers(TOKEN, body, status_code=status, headers=headers)

        self.check(*DEVICE_LOGIN)

    @FEWER
    @given(STATUSES, bodies(SUCCESS))
    def test_case_46_54_56_password_grant(self, status: int, body: bytes) -> None:
        self.answers(TOKEN, body, status_code=status)

        self.check('login', '--password', '--email', 'ada@example.org', terminal=True)

    @FEWER
    @given(STATUSES, bodies(SUCCESS), fields('Retry-After'))
    def test_case_46_54_56_refresh_grant(
        self, status: int, body: bytes, headers: dict[str, str]
    ) -> None:
        self.answers(TOKEN, body, status_code=status, headers=headers)

        self.check('refresh', '--force')

        self.clock.advance(6)

    @FEWER
    @given(STATUSES, bodies(USER), fields('WWW-Authenticate', 'Location'))
    def test_case_54_79_userinfo(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.answers(USERINFO, body, 'GET', status_code=status, headers=headers)

        self.assertIn(self.check('status'), (0, 1, 2))

    @FEWER
    @given(STATUSES, bodies(PAGE), fields('WWW-Authenticate', 'Retry-After', 'Location'))
    def test_case_53_54_79_sessions_page(
        self, status: int, body: bytes, headers: dict[str, str]
    ) -> None:
        self.answers(SESSIONS, body, 'GET', status_code=status, headers=headers)

        self.check('sessions', 'list', *KEY)

    @FEWER
    @given(st.integers(400, 599), bodies(PROBLEM), fields('WWW-Authenticate', 'Content-Type'))
    def test_case_54_55_problem(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.answers(f'{SESSIONS}/a', body, 'DELETE', status_code=status, headers=headers)

        self.assertNotEqual(0, self.check('sessions', 'revoke', 'a', *KEY))

    @FEWER
    @given(STATUSES, bodies(PROBLEM))
    def test_case_54_55_revocation(self, status: int, body: bytes) -> None:
        self.saved()
        self.answers(REVOKE, body, status_code=status)

        result = self.cli.run('auth', 'logout')

        # What could not be revoked is said; the credential goes in any case (case 33).
        self.assertEqual(status not in (200, 204), 'was not revoked' in result.stderr)
        self.assertNotIn('Traceback', result.stderr)
        self.assertEqual([], self.fresh_store().hosts())
