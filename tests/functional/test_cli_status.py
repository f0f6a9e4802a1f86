"""``auth status``: five states, each with its exit status.

Layer: functional test.
"""

from __future__ import annotations

from typing import Any

from tests.functional.cli import FIELDS, CliTestCase, CloudTestCase, LoggedInTestCase, Result
from tests.functional.devcloud_server import DevCloud


class StateTest(LoggedInTestCase):
    def assert_state(self, result: Result, state: str) -> dict[str, Any]:
        """Check that all fields are there in order, and that no token is."""
        shown = result.json()
        self.assertEqual(FIELDS, list(shown))
        self.assertEqual(state, shown['state'])
        self.assertNotIn('pha_', result.stdout)
        return dict(shown)

    def test_valid(self) -> None:
        self.assert_state(self.auth('status', '-o', 'json'), 'valid')

    def test_invalid(self) -> None:
        token = self.login(host=self.other_url)
        self.revoke(token)

        result = self.auth('status', '-o', 'json', status=2)
        text = self.auth('status', status=2)

        self.assert_state(result, 'invalid')
        self.assertEqual('UNAUTHORIZED', result.error()['code'])
        self.assertEqual('invalid', self.table(text)['state'])
        self.assert_error(text, 'UNAUTHORIZED', 'Invalid credentials', 'Re-run auth login')

    def test_none(self) -> None:
        result = self.auth('status', '-o', 'json', '--host', 'https://none.example', status=2)
        offline = self.auth('status', '--offline', '--host', 'https://none.example', status=2)

        shown = self.assert_state(result, 'none')
        self.assertEqual('https://none.example', shown['host'])
        self.assertEqual([None] * 3, [shown[name] for name in ('user', 'source', 'storage')])
        self.assert_error(offline, 'UNAUTHORIZED', 'Invalid credentials', 'Re-run auth login')

    def test_offline_asks_no_server(self) -> None:
        before = self.counters()

        shown = self.assert_state(self.auth('status', '--offline', '-o', 'json'), 'valid')

        self.assertEqual('demo@phyware.example', shown['user'])
        after = self.counters()
        del before['GET /api/v1/debug/counters'], after['GET /api/v1/debug/counters']
        self.assertEqual(before, after)

    def test_show_token(self) -> None:
        shown = self.auth('status', '--show-token', '-o', 'json').json()
        table = self.table(self.auth('status', '--show-token', '--offline'))

        self.assertEqual([*FIELDS, 'token'], list(shown))
        self.assertEqual((self.access, self.access), (shown['token'], table['token']))

    def test_key_that_the_server_refuses(self) -> None:
        words = ('--url', self.url, '--api-key', 'phk_canary0123456789')

        result = self.auth('status', '-o', 'json', *words, status=2)

        self.assert_state(result, 'invalid')
        self.assertIn('the option --api-key', result.error()['message'])
        self.assertNotIn('phk_canary', result.stdout + result.stderr)


class ExpiredTest(CloudTestCase):
    faults = ('short-lifetimes=1',)

    def test_expired(self) -> None:
        self.login('--scopes', 'openid')
        self.eventually(self.is_over)

        result = self.auth('status', '-o', 'json', status=2)
        text = self.auth('status', '--offline', status=2)
        token = self.auth('token', status=2)

        self.assertEqual('expired', result.json()['state'])
        self.assertEqual(('EXPIRED', 2), (result.error()['code'], result.error()['exit_code']))
        self.assertEqual('expired', self.table(text)['state'])
        for each in (text, token):
            self.assert_error(each, 'EXPIRED', 'Token expired', 'Run auth refresh or re-login')
        self.assertEqual('', token.stdout)

    def is_over(self) -> bool:
        """Tell whether the server thinks that the token is over."""
        return self.userinfo(self.stored()['access_token']) == 401


class UnreachableTest(CliTestCase):
    """Each verb when the server has gone."""

    def test_server_that_is_gone(self) -> None:
        with DevCloud() as cloud:
            self.auth('login', '--with-token', '--host', cloud.url, stdin=cloud.pat)

        result = self.auth('status', '-o', 'json', status=1)
        text = self.auth('status', status=1)
        offline = self.auth('status', '--offline', '-o', 'json')
        token = self.auth('token')
        gone = self.auth('logout', '-o', 'json')

        self.assertEqual('unreachable', result.json()['state'])
        self.assertEqual('demo@phyware.example', result.json()['user'])
        self.assertEqual(('CONNECTION', 1), (result.error()['code'], result.error()['exit_code']))
        self.assertIn('\nCONNECTION: ', f'\n{text.stderr}')
        self.assertEqual('valid', offline.json()['state'])
        self.assertEqual(f'{cloud.pat}\n', token.stdout)
        [row] = gone.json()
        self.assertEqual(('failed', 'removed'), (row['access_token'], row['local']))
        self.assertIn('warning: the access_token was not revoked', gone.stderr)
        self.assertNotIn(cloud.pat, self.stored_text() + gone.stderr)


class OutOfOrderTest(CloudTestCase):
    faults = ('userinfo-5xx',)

    def test_5xx_is_unreachable_and_a_login_stands(self) -> None:
        login = self.auth('login', '--host', self.url, '-o', 'json')

        status = self.auth('status', '-o', 'json', status=1)
        pat = self.auth('login', '--with-token', '--host', self.url, stdin=self.cloud.pat, status=5)

        self.assertIsNone(login.json()['user'])
        self.assertIn('does not say who is logged in', login.stderr)
        self.assertEqual('unreachable', status.json()['state'])
        self.assertEqual(1, status.error()['exit_code'])
        self.assertTrue(pat.stderr.startswith('SERVER: '), pat.stderr)
        self.assertEqual('oauth', self.stored()['kind'])
