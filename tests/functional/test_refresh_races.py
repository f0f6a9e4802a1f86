"""Refresh, login, logout and switch of 2 to 4 processes, at each place of each other.

Layer: functional test.  A gate in front of the devcloud stops one process
while the others run to their end.
"""

from __future__ import annotations

import subprocess
from typing import Any

from phyware.secret import Secret
from tests.functional.cli import SECONDS, direct
from tests.functional.refresh_case import Gate, RefreshTestCase

REFRESH = 'refresh_token'
REFRESHING = (('before', REFRESH), ('after', REFRESH))
# Of a logout: what else comes in between is the same place as one of these.
REVOKING = (
    ('before', 'revoke refresh_token'), ('after', 'revoke refresh_token'),
    ('after', 'revoke access_token'),
)


class GateTestCase(RefreshTestCase):
    gated: Gate

    def setUp(self) -> None:
        super().setUp()
        self.gated = self.gate()
        self._known: set[str] = set()
        self._known = self.sessions()

    def at_gate(self, left: int = -10) -> dict[str, str]:
        """Store a session of the gate's host; return the record."""
        self.session(left, host=self.gated.url)
        return self.now_stored()

    def now_stored(self) -> dict[str, str]:
        return self.stored(self.gated.url)

    def sessions(self) -> set[str]:
        """Return the sessions of this test that live on the server."""
        headers = {'Authorization': f'Bearer {self.cloud.pat}'}
        answer = direct().get(f'{self.url}/api/v1/sessions', headers=headers, timeout=SECONDS)
        return {row['id'] for row in answer.json()['sessions']} - self._known

    def assert_logged_out(self) -> None:
        """Check that nothing of this test is stored, or alive on the server."""
        self.assertEqual(({}, set()), (self.now_stored(), self.sessions()))


class DuringRefreshTest(GateTestCase):
    """What others do while a refresh is on its way."""

    def test_case_47_logout_wins(self) -> None:
        for place in REFRESHING:
            with self.subTest(place):
                self.at_gate()
                self.gated.once(*place, lambda: self.auth('logout'))

                result = self.auth('token', '-o', 'json', status=2)

                self.assertEqual('UNAUTHORIZED', result.error()['code'])
                self.assertIn('logged out by another process', result.error()['message'])
                self.assert_logged_out()

    def test_case_47_login_wins(self) -> None:
        for place in REFRESHING:
            with self.subTest(place):
                self.at_gate()
                self.gated.once(*place, lambda: self.login(host=self.gated.url))

                shown = self.auth('token').stdout.strip()

                record = self.now_stored()
                self.assertEqual((shown, '1'), (record['access_token'], record['serial']))
                self.assertEqual((200, 1), (self.userinfo(shown), len(self.sessions())))
                self.auth('logout')
                self.assert_logged_out()

    def test_case_47_login_and_logout(self) -> None:
        def others() -> None:
            self.login(host=self.gated.url)
            self.auth('logout')

        self.at_gate()
        self.gated.once('after', REFRESH, others)

        self.auth('token', status=2)

        self.assert_logged_out()

    def test_case_47_another_refresh_waits_and_shares(self) -> None:
        waiting: list[subprocess.Popen[str]] = []
        self.at_gate()
        self.gated.once('after', REFRESH, lambda: waiting.append(self.start('auth', 'token')))

        first = self.auth('token').stdout
        [second] = self.results(waiting)

        self.assertEqual((first, 1), (second.stdout, self.grants()))

    def test_case_47_switch_and_another_host_do_not_wait(self) -> None:
        others: list[str] = []

        def elsewhere() -> None:
            self.auth('switch', '--host', self.url)
            others.append(self.auth('token').stdout.strip())

        self.session()
        self.at_gate()
        self.gated.once('before', REFRESH, elsewhere)

        shown = self.auth('token', '-o', 'json').json()

        self.assertEqual(self.gated.url, shown['host'])
        self.assertEqual([self.stored()['access_token']], others)
        self.assertEqual((2, self.url), (self.grants(), self.store.active()))


class DuringLogoutTest(GateTestCase):
    """What others do while a logout is on its way."""

    def logout_while(self, place: tuple[str, str], others: Any) -> dict[str, str]:
        """Log out with the others at ``place``; return the row."""
        self.at_gate(3600)
        self.gated.once(*place, others)
        [row] = self.auth('logout', '-o', 'json').json()
        return dict(row)

    def test_case_47_a_refresh_was_faster(self) -> None:
        row = self.logout_while(REVOKING[0], lambda: self.auth('refresh', '--force'))

        self.assertEqual(['revoked', 'revoked', 'removed'], list(row.values())[2:])
        self.assert_logged_out()

    def test_case_47_a_login_comes_in_between(self) -> None:
        for place in REVOKING:
            with self.subTest(place):
                row = self.logout_while(place, lambda: self.login(host=self.gated.url))

                self.assertEqual(['revoked', 'revoked', 'removed'], list(row.values())[2:])
                self.assert_logged_out()

    def test_case_47_a_login_and_a_refresh_of_it(self) -> None:
        newer: list[dict[str, str]] = []

        def others() -> None:
            self.login(host=self.gated.url)
            self.auth('refresh', '--force')
            newer.append(self.now_stored())

        self.logout_while(REVOKING[2], others)

        [record] = newer
        self.assertEqual(({}, 401), (self.now_stored(), self.userinfo(record['access_token'])))
        self.assertFalse(self.refresh_works(record['refresh_token']))

    def test_case_47_another_logout(self) -> None:
        for place in REVOKING:
            with self.subTest(place):
                row = self.logout_while(place, lambda: self.auth('logout'))

                self.assertEqual(['revoked', 'revoked', 'removed'], list(row.values())[2:])
                self.assert_logged_out()

    def test_case_47_of_all_hosts_while_another_logs_out_of_one(self) -> None:
        elsewhere = ('http://localhost:1', 'http://localhost:2')
        for host in elsewhere:
            self.keep(host, 60, access_token=Secret('a'), revocation_endpoint=None)
        self.at_gate(3600)
        self.gated.once(*REVOKING[0], lambda: self.auth('logout', '--host', elsewhere[0]))

        rows = self.auth('logout', '--all', '-o', 'json').json()

        self.assertEqual([self.gated.url, elsewhere[1]], [row['host'] for row in rows])
        self.assertEqual([], self.store.hosts())
