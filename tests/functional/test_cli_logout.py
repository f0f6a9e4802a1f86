"""``auth logout`` and ``auth switch``.

Layer: functional test.
"""

from __future__ import annotations

from tests.functional.cli import CloudTestCase


class LogoutTest(CloudTestCase):
    def test_all_hosts(self) -> None:
        first, second = self.login(), self.login(host=self.other_url)

        rows = self.auth('logout', '--all', '-o', 'json').json()

        self.assertEqual({self.url, self.other_url}, {row['host'] for row in rows})
        self.assertEqual({'revoked'}, {row['access_token'] for row in rows})
        self.assertEqual((401, 401), (self.userinfo(first), self.userinfo(second)))
        self.assertEqual([], self.auth('logout', '--all', '-o', 'json').json())

    def test_all_and_a_host_exclude_each_other(self) -> None:
        result = self.auth('logout', '--all', '--host', self.url, status=4)

        self.assert_error(result, 'VALIDATION', '--all and --host exclude each other')

    def test_one_host_leaves_the_other(self) -> None:
        first, second = self.login(), self.login(host=self.other_url)

        self.auth('logout', '--host', self.url)

        self.assertEqual((401, 200), (self.userinfo(first), self.userinfo(second)))
        self.assertEqual(f'{second}\n', self.auth('token').stdout)

    def test_local_leaves_the_tokens_alive(self) -> None:
        token = self.login()

        [row] = self.auth('logout', '--local', '-o', 'json').json()

        self.assertEqual(
            ('kept', 'kept', 'removed'), (row['refresh_token'], row['access_token'], row['local'])
        )
        self.assertEqual(200, self.userinfo(token))
        self.auth('token', '--host', self.url, status=2)

    def test_nobody_is_logged_in(self) -> None:
        self.login_pat(self.other_url)

        result = self.auth('logout', '--host', self.url, status=3)

        message = f'{self.url} has no credential; hosts that have one: {self.other_url}'
        self.assert_error(result, 'NOT_FOUND', message, 'There is nothing to log out of')

    def test_says_that_the_variable_stays(self) -> None:
        self.login_pat()
        self.environ['PHYCLOUD_API_KEY'] = 'phk_variable'

        result = self.auth('logout', '--host', self.url)

        self.assertIn('PHYCLOUD_API_KEY is still set and will be used', result.stderr)


class RevocationTroubleTest(CloudTestCase):
    faults = ('short-lifetimes=200', 'revocation-5xx')

    def test_server_that_fails_does_not_keep_what_is_local(self) -> None:
        token = self.login()

        result = self.auth('logout', '-o', 'json')

        [row] = result.json()
        self.assertEqual(
            ('failed', 'failed', 'removed'),
            (row['refresh_token'], row['access_token'], row['local']),
        )
        for kind in ('refresh_token', 'access_token'):
            self.assertIn(f'warning: the {kind} was not revoked on {self.url}', result.stderr)
        self.assertNotIn('<', result.stderr)
        self.assertEqual({}, self.stored())
        self.assertEqual(200, self.userinfo(token))


class NoRevocationTest(CloudTestCase):
    faults = ('no-device-endpoint', 'no-revocation')

    def test_host_that_offers_no_revocation(self) -> None:
        self.login()

        result = self.auth('logout', '-o', 'json')

        [row] = result.json()
        self.assertEqual(
            ('not offered', 'not offered', 'removed'),
            (row['refresh_token'], row['access_token'], row['local']),
        )
        self.assertIn(f'{self.url} offers no revocation: the access_token stays', result.stderr)
        self.assertEqual({}, self.stored())


class SwitchTest(CloudTestCase):
    def test_unknown_host_lists_those_that_are_known(self) -> None:
        self.login_pat()
        self.login_pat(self.other_url)
        words = ('switch', '--host', 'https://staging.phyware.io')

        result = self.auth(*words, status=3)
        error = self.auth(*words, '-o', 'json', status=3).error()

        known = ', '.join(sorted([self.url, self.other_url]))
        message = f'https://staging.phyware.io has no credential; hosts that have one: {known}'
        self.assert_error(result, 'NOT_FOUND', message, 'Log in first: phyware auth login')
        self.assertEqual(('NOT_FOUND', message, 3), (
            error['code'], error['message'], error['exit_code'],
        ))
        self.assertEqual(self.other_url, self.auth('status', '-o', 'json').json()['host'])

    def test_warns_of_the_variable_that_wins(self) -> None:
        self.login_pat()
        self.environ['PHYCLOUD_URL'] = self.other_url

        result = self.auth('switch', '--host', self.url)

        self.assertIn('PHYCLOUD_URL is set and wins over the active host', result.stderr)

    def test_host_is_required(self) -> None:
        self.auth('switch', status=4)
        self.auth('switch', '--url', self.url, status=4)
