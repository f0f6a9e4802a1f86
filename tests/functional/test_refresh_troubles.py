"""Hosts, clocks and copies that are not as a refresh would have them.

Layer: functional test.
"""

from __future__ import annotations

import shutil
import time
from typing import ClassVar

from phyware.secret import Secret
from phyware_auth.store.store import CredentialStore
from tests.functional.refresh_case import RefreshTestCase
from tests.functional.store_case import streamless

ENDED = 'Invalid credentials: the session has ended, log in again'


class AnswerTest(RefreshTestCase):
    faults: ClassVar[tuple[str, ...]] = ('no-rotation',)

    def test_case_36_95_the_old_refresh_token_is_kept_if_none_comes(self) -> None:
        old = self.session()

        first = self.auth('token').stdout
        self.site(TEST_CLOCK_OFFSET='7200')
        second = self.auth('token').stdout

        self.assertEqual(2, len({first, second}))
        self.assertEqual((old.refresh_token, 2), (self.loaded().refresh_token, self.grants()))


class OddLifeTest(RefreshTestCase):
    faults: ClassVar[tuple[str, ...]] = ('odd-expires-in=9',)

    def test_case_46_95_odd_lives_are_known_or_unknown_and_never_an_error(self) -> None:
        self.session()
        known = []
        for _ in range(9):
            result = self.auth('refresh', '--force', '-o', 'json')
            self.assertEqual(('valid', ''), (result.json()['state'], result.stderr))
            known.append(self.stored().get('expiry'))
            self.assertEqual(f'{self.stored()["access_token"]}\n', self.auth('token').stdout)

        lives = [expiry and round((int(expiry) - time.time()) / 3600) for expiry in known]
        ten_years = 3660 * 24
        self.assertEqual(
            [None, 1, None, None, ten_years, None, None, ten_years, None], lives
        )
        self.assertEqual(9, self.grants())


class EndedTest(RefreshTestCase):
    def test_case_37_who_is_told_invalid_grant_takes_what_the_winner_stored(self) -> None:
        gate = self.gate()
        old = self.session(host=gate.url)
        assert old.refresh_token is not None
        winner = self.grant(
            grant_type='refresh_token', refresh_token=old.refresh_token.reveal()
        ).json()
        tokens = {name: Secret(winner[name]) for name in ('access_token', 'refresh_token')}
        new = old._replace(expiry=2_000_000_000, **tokens)
        gate.once('before', 'refresh_token', lambda: self.revoke(winner['refresh_token']))
        gate.once('after', 'refresh_token', lambda: self.store.save_refresh(old, new))

        result = self.auth('token')

        self.assertEqual((f'{winner["access_token"]}\n', ''), (result.stdout, result.stderr))
        self.assertEqual((new.refresh_token, 2), (
            self.loaded(gate.url).refresh_token, self.loaded(gate.url).serial,
        ))

    def test_case_38_revoked_is_said_once_asked_and_harms_no_other_host(self) -> None:
        other = self.keep(self.other_url, 3600, access_token=Secret('another'))
        old = self.session()
        self.revoke(self.stored()['refresh_token'])
        browser = self.program('www-browser', f'touch {self.home}/opened')
        self.environ['BROWSER'] = str(browser)

        results = [self.auth('token', status=2) for _ in range(3)]

        for result in results:
            self.assert_error(result, 'UNAUTHORIZED', ENDED, (
                f'Re-run auth login: phyware auth login --host {self.url}'
            ))
        self.assertEqual(1, self.grants(), 'no loop')
        self.assertEqual([old, other], [self.loaded(), self.loaded(self.other_url)])
        self.assertFalse((self.home / 'opened').exists())

    def test_case_48_a_copy_whose_original_was_used_says_what_it_may_be(self) -> None:
        self.session()
        copied = self.home / 'cache'
        shutil.copytree(self.config, copied)
        self.auth('token')
        self.environ['PHYWARE_CONFIG_DIR'] = str(copied)

        result = self.auth('token', status=2)

        self.assert_error(result, 'UNAUTHORIZED', ENDED, (
            f'Re-run auth login: phyware auth login --host {self.url}; if the credential was '
            'copied from another machine or a cache, set PHYCLOUD_API_KEY here instead'
        ))


class BusyTest(RefreshTestCase):
    """Two of each, in this order."""

    faults: ClassVar[tuple[str, ...]] = (
        'token-reset=2', 'token-5xx=2', 'token-429=2', 'token-html=2',
    )

    def setUp(self) -> None:
        super().setUp()
        # However long the processes take, what is good for 30 s stays good.
        self.site(TEST_CLOCK_STANDS=str(int(time.time())))

    def test_case_43_95_only_who_has_no_good_token_sees_a_busy_host(self) -> None:
        for trouble in self.faults:
            with self.subTest(trouble):
                self.assert_used_while_good(trouble)
                self.assert_connection(trouble)
        self.assertEqual(8, self.grants())

    def assert_used_while_good(self, name: str) -> None:
        before = self.made_up(30, name)

        result = self.auth('token')

        self.assertEqual((f'access-{name}\n', ''), (result.stdout, result.stderr))
        self.assertEqual(before, self.loaded())

    def assert_connection(self, name: str) -> None:
        before = self.made_up(-10, f'{name}-over')

        result = self.auth('token', '-o', 'json', status=1)

        self.assertEqual(('', 'CONNECTION'), (result.stdout, result.error()['code']))
        self.assertNotIn('<', result.stderr)
        self.assertEqual(before, self.loaded())

    def made_up(self, left: int, name: str) -> object:
        tokens = {'access_token': Secret(f'access-{name}'), 'refresh_token': Secret(name)}
        return self.keep(self.url, left, **tokens)


class RefusedTest(RefreshTestCase):
    def test_case_44_a_token_that_was_revoked_is_replaced_and_the_call_made_again(self) -> None:
        self.session(3600)
        sessions = [row['id'] for row in self.sessions() if row['current']]
        self.revoke(self.stored()['access_token'])

        again = self.sessions()
        self.revoke(self.stored()['access_token'])
        self.auth('sessions', 'revoke', *sessions)

        self.assertTrue(again)
        self.assertEqual(2, self.grants())

    def sessions(self) -> list[dict[str, str]]:
        return list(self.auth('sessions', 'list', '-o', 'json').json())


class StrictTest(RefreshTestCase):
    faults: ClassVar[tuple[str, ...]] = ('api-401',)

    def test_case_44_95_a_second_refusal_is_the_end(self) -> None:
        self.session(3600)

        result = self.auth('sessions', 'list', '-o', 'json', status=2)

        self.assertEqual('UNAUTHORIZED', result.error()['code'])
        asked = self.counters()['GET /api/v1/sessions']
        self.assertEqual((2, 1), (asked, self.grants()))
        self.auth('refresh')


class ClockTest(RefreshTestCase):
    def test_case_45_two_hours_ahead_cost_one_refresh(self) -> None:
        self.session(3600)
        self.site(TEST_CLOCK_OFFSET='7200')

        tokens = {self.auth('token').stdout for _ in range(3)}

        self.assertEqual((1, 1), (len(tokens), self.grants()))

    def test_case_45_two_hours_behind_a_dead_token_is_replaced_after_a_401(self) -> None:
        self.session(60)
        self.revoke(self.stored()['access_token'])
        self.site(TEST_CLOCK_OFFSET='-7200')

        for _ in range(2):
            self.auth('sessions', 'list')
        self.auth('refresh')

        self.assertEqual(1, self.grants())

    def test_case_45_a_clock_that_jumps_at_each_look_is_no_error(self) -> None:
        self.session(3600)
        self.site(TEST_CLOCK_JUMPS='1')

        self.auth('token')
        self.auth('sessions', 'list')

        self.assertLessEqual(self.grants(), 2)
        self.assertEqual(200, self.userinfo(self.stored()['access_token']))

    def test_case_45_waits_do_not_follow_the_wall_clock(self) -> None:
        self.session()
        self.site(TEST_CLOCK_JUMPS='1', TEST_SHORT_WAITS='2')

        with CredentialStore(streamless(self.environ)).refresh_lock(self.url, 60):
            result = self.auth('token', status=1)

        self.assertIn('CONNECTION: the lock', result.stderr)
