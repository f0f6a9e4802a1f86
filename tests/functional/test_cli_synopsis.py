"""Each line of the specification's SYNOPSIS and EXAMPLES, and its effect on the server.

Layer: functional test.
"""

from __future__ import annotations

import stat

from tests.functional.cli import FIELDS, RFC_3339_UTC, SCOPES, CloudTestCase, LoggedInTestCase


class LoginTest(CloudTestCase):
    def test_device_code_login(self) -> None:
        result = self.auth('login', '--host', self.url, '-o', 'json')

        shown = result.json()
        self.assertEqual(FIELDS, list(shown))
        self.assertEqual('demo@phyware.example', shown['user'])
        self.assertEqual(SCOPES, shown['scopes'])
        self.assertRegex(shown['expiry'], f'^{RFC_3339_UTC}$')
        self.assertEqual(self.url, shown['host'])
        state = [shown[name] for name in FIELDS[4:]]
        self.assertEqual(['valid', 'file', 'oauth', 'file'], state)
        self.assertIn(f'Log in to {self.url}\n', result.stderr)
        self.assertEqual(200, self.userinfo(self.stored()['access_token']))

    def test_device_code_login_as_a_table(self) -> None:
        result = self.auth('login', '--host', self.url)

        shown = self.table(result)
        self.assertEqual(FIELDS, list(shown))
        self.assertEqual('demo@phyware.example', shown['user'])
        self.assertEqual(', '.join(SCOPES), shown['scopes'])
        self.assertNotIn('+---', result.stderr)
        self.assert_private(self.stored()['access_token'])

    def assert_private(self, token: str) -> None:
        """Check that one file holds the token, and that nobody else can read it."""
        files = [path for path in self.config.rglob('*') if path.is_file()]
        [holder] = [path for path in files if token in path.read_text()]
        self.assertEqual(0o600, stat.S_IMODE(holder.stat().st_mode))
        self.assertEqual(0o700, stat.S_IMODE(self.config.stat().st_mode))

    def test_pat_login_via_stdin(self) -> None:
        self.environ['PHYCLOUD_URL'] = self.url

        result = self.auth('login', '--with-token', '-o', 'json', stdin=f'{self.cloud.pat}\n')

        shown = result.json()
        self.assertEqual(('demo@phyware.example', 'pat'), (shown['user'], shown['token_kind']))
        self.assertIsNone(shown['expiry'])
        self.assertEqual('', result.stderr)
        self.assertNotIn(self.cloud.pat, result.stdout)
        self.assertEqual(f'{self.cloud.pat}\n', self.auth('token').stdout)

    def test_second_login_ends_the_first(self) -> None:
        old = self.login()
        old_refresh = self.stored()['refresh_token']

        new = self.device_login()

        self.assertEqual((401, 200), (self.userinfo(old), self.userinfo(new)))
        again = self.grant(grant_type='refresh_token', refresh_token=old_refresh)
        self.assertEqual('invalid_grant', again.json()['error'])

    def test_login_with_the_same_pat_again_leaves_it_alive(self) -> None:
        self.login_pat()

        pat = self.login_pat()

        self.assertEqual(200, self.userinfo(pat))


class LogoutTest(CloudTestCase):
    def test_logout_ends_both_tokens(self) -> None:
        access = self.device_login()
        refresh = self.stored()['refresh_token']

        result = self.auth('logout', '-o', 'json')

        expected = {
            'host': self.url, 'user': 'demo@phyware.example', 'refresh_token': 'revoked',
            'access_token': 'revoked', 'local': 'removed',
        }
        self.assertEqual([expected], result.json())
        self.assertEqual('', result.stderr)
        self.assertEqual(401, self.userinfo(access))
        again = self.grant(grant_type='refresh_token', refresh_token=refresh)
        self.assertEqual('invalid_grant', again.json()['error'])
        for secret in (access, refresh):
            self.assertNotIn(secret, self.stored_text())
        self.auth('token', '--host', self.url, status=2)

    def test_logout_as_a_table(self) -> None:
        self.login()

        result = self.auth('logout')

        self.assertRegex(result.stdout, rf'\| {self.url} +\| .*\| revoked +\| revoked +\| removed ')
        self.assertNotIn(self.url, self.auth('status', status=2).stdout)


class VerbsTest(LoggedInTestCase):
    def test_status(self) -> None:
        shown = self.table(self.auth('status'))
        result = self.auth('status', '-o', 'json')

        self.assertEqual(FIELDS, list(shown))
        self.assertEqual(FIELDS, list(result.json()))
        self.assertEqual(self.url, shown['host'])
        self.assertEqual(', '.join(SCOPES), shown['scopes'])
        self.assertEqual(SCOPES, result.json()['scopes'])
        self.assertRegex(shown['expiry'], f'^{RFC_3339_UTC}$')
        self.assertEqual(shown['expiry'], result.json()['expiry'])
        self.assertEqual('', result.stderr)
        self.assertNotIn(self.access, result.stdout)

    def test_token(self) -> None:
        result = self.auth('token')

        self.assertEqual((f'{self.access}\n', ''), (result.stdout, result.stderr))

    def test_refresh(self) -> None:
        shown = self.table(self.auth('refresh'))
        result = self.auth('refresh', '-o', 'json')

        self.assertEqual([*FIELDS, 'refreshed'], list(shown))
        self.assertEqual('False', shown['refreshed'])
        self.assertIs(False, result.json()['refreshed'])
        self.assertEqual('valid', result.json()['state'])

    def test_switch(self) -> None:
        self.login_pat(self.other_url)

        result = self.auth('switch', '--host', self.url)

        self.assertEqual(self.url, self.table(result)['host'])
        self.assertEqual(f'{self.access}\n', self.auth('token').stdout)
        self.auth('switch', '--host', self.other_url, '-o', 'json')
        self.assertEqual(f'{self.cloud.pat}\n', self.auth('token').stdout)

    def test_sessions_list_of_a_user(self) -> None:
        user_id = str(self.cloud.user_id)

        found = self.auth('sessions', 'list', '--user-id', user_id, '-o', 'json').json()
        table = self.auth('sessions', 'list', '--user-id', user_id).stdout

        current = [row['id'] for row in found if row['current']]
        self.assertEqual(1, len(current))
        self.assertEqual({user_id}, {row['user_id'] for row in found})
        self.assertEqual({'demo@phyware.example'}, {row['user'] for row in found})
        self.assertEqual(
            ['id', 'user_id', 'user', 'client', 'ip', 'created_at', 'last_seen_at', 'expires_at',
             'current'], list(found[0]),
        )
        for name in ('created_at', 'last_seen_at', 'expires_at'):
            self.assertRegex(found[0][name], f'^{RFC_3339_UTC}$')
        self.assertRegex(table, rf'\| {current[0]} +\|')

    def test_sessions_revoke(self) -> None:
        other = self.token_of_other()
        user_id = self.cloud.users['other@phyware.example']['id']
        found = self.auth('sessions', 'list', '--user-id', user_id, '-o', 'json').json()
        session_id = found[0]['id']

        result = self.auth('sessions', 'revoke', session_id, '-o', 'json')

        self.assertEqual({'id': session_id, 'state': 'revoked'}, result.json())
        self.assertEqual('', result.stderr)
        self.assertEqual((401, 200), (self.userinfo(other), self.userinfo(self.access)))

    def test_sessions_revoke_of_the_session_in_use(self) -> None:
        access = self.login(host=self.other_url)
        own = self.auth('sessions', 'list', '-o', 'json').json()
        [session_id] = [row['id'] for row in own if row['current']]

        shown = self.table(self.auth('sessions', 'revoke', session_id))

        self.assertEqual({'id': session_id, 'state': 'revoked'}, shown)
        self.assertEqual(401, self.userinfo(access))
        self.assertEqual('invalid', self.auth('status', '-o', 'json', status=2).json()['state'])
