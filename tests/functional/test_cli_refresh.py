"""``auth token`` and ``auth refresh``: when they refresh and when they do not.

Layer: functional test.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.functional.cli import CloudTestCase, LoggedInTestCase

REFRESHES = 'grant refresh_token'


class LongLivedTest(LoggedInTestCase):
    def test_neither_refreshes_a_token_that_is_good_for_long(self) -> None:
        before = self.counters().get(REFRESHES, 0)

        first = self.auth('token').stdout
        shown = self.auth('refresh', '-o', 'json').json()
        second = self.auth('token').stdout

        self.assertEqual(first, second)
        self.assertEqual(('valid', False), (shown['state'], shown['refreshed']))
        self.assertEqual(before, self.counters().get(REFRESHES, 0))

    def test_token_as_json(self) -> None:
        shown = self.auth('token', '-o', 'json').json()
        table = self.table(self.auth('token', '-o', 'table', '-c', 'token', '-c', 'host'))

        self.assertEqual(['token', 'expiry', 'host'], list(shown))
        self.assertEqual((self.access, self.url), (shown['token'], shown['host']))
        self.assertGreater(datetime.fromisoformat(shown['expiry']), datetime.now(UTC))
        self.assertEqual({'token': self.access, 'host': self.url}, table)

    def test_refresh_validates_with_the_server(self) -> None:
        self.login(host=self.other_url)
        record = self.stored(self.other_url)
        self.revoke(record['access_token'])

        # Its grant lives on, so that the token is replaced.
        mended = self.auth('refresh', '-o', 'json').json()
        self.revoke(self.stored(self.other_url)['refresh_token'])
        self.revoke(self.stored(self.other_url)['access_token'])
        ended = self.auth('refresh', '-o', 'json', status=2)

        self.assertEqual(('valid', True), (mended['state'], mended['refreshed']))
        self.assertEqual('UNAUTHORIZED', ended.error()['code'])
        self.assertTrue(ended.error()['message'].startswith('Invalid credentials'))
        self.assertNotEqual({}, self.stored(self.other_url), 'nothing is deleted')

    def test_pat_and_key_are_validated_only(self) -> None:
        self.login_pat(self.other_url)
        key = ('--api-key', self.cloud.pat, '--url', self.url)

        for words in ([], ['--force'], key):
            with self.subTest(words):
                result = self.auth('refresh', '-o', 'json', *words)
                self.assertEqual(
                    ('valid', False), (result.json()['state'], result.json()['refreshed'])
                )
                self.assertIn('validated only: it cannot be refreshed', result.stderr)


class ForcedTest(CloudTestCase):
    def test_force(self) -> None:
        old = self.login()
        old_refresh = self.stored()['refresh_token']

        shown = self.auth('refresh', '--force', '-o', 'json').json()
        new = self.auth('token').stdout.strip()
        again = self.auth('refresh', '--force', '-o', 'json').json()

        self.assertEqual([True, True], [shown['refreshed'], again['refreshed']])
        self.assertNotEqual(old, new)
        self.assertNotEqual(old_refresh, self.stored()['refresh_token'])
        self.assertEqual(200, self.userinfo(self.stored()['access_token']))
        self.assertEqual('valid', again['state'])


class ShortLivedTest(CloudTestCase):
    """200 s are too few for ``refresh`` and enough for ``token``."""

    faults = ('short-lifetimes=200', 'revocation-5xx')

    def test_refresh_below_five_minutes(self) -> None:
        old = self.login()

        self.assertEqual(f'{old}\n', self.auth('token').stdout)
        shown = self.table(self.auth('refresh'))
        new = self.auth('token').stdout.strip()

        self.assertEqual('True', shown['refreshed'])
        self.assertNotEqual(old, new)
        self.assertEqual(200, self.userinfo(new))


class VeryShortLivedTest(CloudTestCase):
    """30 s are too few for ``token``; less than a minute ago is too soon for another."""

    faults = ('short-lifetimes=30',)

    def test_case_45_95_token_below_a_minute_is_refreshed_once(self) -> None:
        old = self.login()

        before = self.counters().get(REFRESHES, 0)
        results = [self.auth('token') for _ in range(3)]

        [new] = {result.stdout for result in results}
        self.assertNotEqual(f'{old}\n', new)
        self.assertEqual({''}, {result.stderr for result in results})
        self.assertEqual(200, self.userinfo(new.strip()))
        self.assertEqual(1, self.counters()[REFRESHES] - before)

    def test_session_that_ended(self) -> None:
        self.login()
        self.revoke(self.stored()['refresh_token'])

        # The token is still good: that its session has ended comes out later.
        still = self.auth('token')
        forced = self.auth('refresh', '--force', status=2)

        self.assertEqual(200, self.userinfo(still.stdout.strip()))
        message = 'Invalid credentials: the session has ended, log in again'
        self.assert_error(forced, 'UNAUTHORIZED', message, 'Re-run auth login')
