"""Hosts and sessions at a Tab: what is asked of whom, and how long it may take.

Layer: functional test.
"""

from __future__ import annotations

import socket

from tests.functional.cli import CliTestCase, LoggedInTestCase
from tests.functional.site_file import PATIENT_REQUESTS, PATIENT_TABS, customize


class _TabCase(CliTestCase):
    def tab(self, *line: str) -> list[str]:
        """Return the candidates that a shell is given for the last word."""
        sent = ''.join(f'{word}\0' for word in line)
        result = self.run_cli('completion', 'zsh', '--candidates', stdin=sent)
        self.assertEqual('', result.stderr)
        return result.stdout.splitlines()[1:]


class ValuesTest(_TabCase, LoggedInTestCase):
    def setUp(self) -> None:
        super().setUp()
        customize(self, PATIENT_TABS)

    def asked(self) -> dict[str, int]:
        """Return how often what was asked of the server, but for this question."""
        return {what: n for what, n in self.counters().items() if '/debug/' not in what}

    def test_hosts_are_those_of_the_store(self) -> None:
        before = self.asked()

        self.assertEqual([self.url], self.tab('auth', 'switch', '--host', ''))
        self.assertEqual([self.url, 'http://localhost:8000'], self.tab('--url', ''))
        self.assertEqual([f'--host={self.url}'], self.tab('auth', 'logout', '--host=h'))
        self.assertEqual(before, self.asked())

    def test_sessions_are_those_of_the_host(self) -> None:
        rows = self.auth('sessions', 'list', '-o', 'json').json()
        ids = sorted(row['id'] for row in rows)

        self.assertEqual(ids, self.tab('auth', 'sessions', 'revoke', ''))
        self.assertEqual(ids, self.tab('--url', self.url, 'auth', 'sessions', 'revoke', 'ses_'))
        self.assertEqual([], self.tab('auth', 'sessions', 'revoke', 'nosuch'))

    def test_case_77_an_api_key_of_the_environment_goes_to_its_host(self) -> None:
        self.environ |= {'PHYCLOUD_URL': self.url, 'PHYCLOUD_API_KEY': str(self.cloud.pat)}

        self.assertNotEqual([], self.tab('auth', 'sessions', 'revoke', ''))
        self.assertEqual([], self.tab('auth', 'sessions', 'revoke', '--host', self.other_url, ''))

    def test_nothing_is_asked_of_a_server_for_options(self) -> None:
        before = self.asked()

        self.assertIn('--host', self.tab('auth', 'sessions', 'revoke', '--'))
        self.assertEqual(before, self.asked())

    def test_a_tab_refreshes_nothing(self) -> None:
        record = next(self.config.glob('hosts/*'))
        self.revoke(self.stored()['access_token'])
        kept, before = record.read_bytes(), self.asked()

        self.assertEqual([], self.tab('auth', 'sessions', 'revoke', ''))
        self.assertEqual(kept, record.read_bytes())
        grants = [(what, n) for what, n in self.asked().items() if what.startswith('grant ')]
        self.assertEqual([(what, n) for what, n in before.items() if what.startswith('grant ')],
                         grants)
        type(self)._template = None


class SilentTest(_TabCase):
    def test_a_host_that_does_not_answer_is_waited_for_two_seconds(self) -> None:
        silent = self.enterContext(socket.create_server(('127.0.0.1', 0)))
        self.environ |= {
            'PHYCLOUD_URL': f'http://127.0.0.1:{silent.getsockname()[1]}',
            'PHYCLOUD_API_KEY': 'phk_c4nary',
        }
        # Any other request would wait for longer than the test does.
        customize(self, PATIENT_REQUESTS)

        self.assertEqual([], self.tab('auth', 'sessions', 'revoke', ''))

    def test_nobody_is_logged_in(self) -> None:
        self.assertEqual([], self.tab('auth', 'sessions', 'revoke', ''))
        self.assertEqual([], self.tab('auth', 'switch', '--host', ''))
