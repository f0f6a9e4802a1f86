"""Many processes with one token: who asks, who waits and for how long.

Layer: functional test.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import ClassVar

from phyware.secret import Secret
from phyware_auth.store.locks import HostLocks
from phyware_auth.store.record import HostRecord
from tests.functional.cli import Result
from tests.functional.refresh_case import RefreshTestCase
from tests.functional.store_case import streamless

MANY = 64


class StormTest(RefreshTestCase):
    def storm(self, count: int, *words: str) -> list[Result]:
        """Start so many at once: none gets the lock before all have begun."""
        with HostLocks(streamless(self.environ), self.fail).refresh(self.url, 60):
            processes = [self.start('auth', *words) for _ in range(count)]
        return self.results(processes)

    def test_case_34_sixty_four_processes_with_one_expired_token_make_one_request(self) -> None:
        self.site(TEST_LONG_WAITS='60')
        old = self.session()

        results = self.storm(MANY, 'token')

        self.assertEqual([(0, '')] * MANY, [(r.exit_code, r.stderr) for r in results])
        self.assertEqual(1, self.grants())
        new = self.stored()
        self.assertEqual({f'{new["access_token"]}\n'}, {r.stdout for r in results})
        self.assertNotEqual(old.access_token, Secret(new['access_token']))
        self.assertEqual(200, self.userinfo(new['access_token']))
        self.auth('refresh', '--force')

    def test_case_34_with_an_index_one_loads_the_program_and_the_others_wait_for_it(self) -> None:
        self.site(TEST_GATE_SECONDS='60')
        self.session(3600)
        self.auth('status', '--offline')
        self.session()
        self.environ['PYTHONPROFILEIMPORTTIME'] = '1'

        results = self.storm(10, 'token')

        whole = [result for result in results if '| cliff.app' in result.stderr.replace('  ', '')]
        self.assertEqual((1, 1), (len(whole), self.grants()))
        self.assertEqual({f'{self.stored()["access_token"]}\n'}, {r.stdout for r in results})
        self.assertEqual({0}, {result.exit_code for result in results})

    def test_case_34_44_many_whose_token_the_api_refuses_make_one_request(self) -> None:
        old = self.session(3600)
        assert old.access_token is not None
        self.revoke(old.access_token.reveal())

        with HostLocks(streamless(self.environ), self.fail).refresh(self.url, 60):
            processes = [self.start('auth', 'sessions', 'list', '-o', 'json') for _ in range(10)]
        results = self.results(processes)

        self.assertEqual([(0, '')] * 10, [(r.exit_code, r.stderr) for r in results])
        self.assertEqual(1, self.grants())

    def test_case_35_the_rotated_token_is_used_the_next_time(self) -> None:
        self.session()

        first = self.auth('token').stdout
        self.site(TEST_CLOCK_OFFSET='7200')
        second = self.auth('token').stdout

        self.assertEqual((3, 2), (len({first, second, ''}), self.grants()))
        self.assertEqual(200, self.userinfo(second.strip()))


class HolderTest(RefreshTestCase):
    """Somebody is in the middle of a refresh, and does not go on."""

    def holder(self) -> subprocess.Popen[str]:
        """Start a refresh that is in the middle of its grant."""
        gate = self.gate()
        self.session(host=gate.url)
        processes: list[subprocess.Popen[str]] = []

        def stop() -> None:
            self.eventually(lambda: processes)
            os.kill(processes[0].pid, signal.SIGSTOP)

        gate.once('before', 'refresh_token', stop)
        processes.append(self.start('auth', 'token'))
        self.eventually(lambda: 'refresh_token' in gate.seen and self.grants())
        return processes[0]

    def test_case_15_a_holder_that_is_killed_lets_go_at_once(self) -> None:
        holder = self.holder()
        waiting = self.start('auth', 'token')
        holder.kill()

        result = self.finish(waiting)

        # The one that was killed had used the refresh token up (case 40).
        self.assertEqual(2, result.exit_code)
        self.assertIn('the session has ended', result.stderr)
        self.assertEqual(2, self.grants())

    def test_case_16_a_holder_that_is_stopped_is_waited_for_until_the_deadline(self) -> None:
        self.site(TEST_SHORT_WAITS='2')
        holder = self.holder()
        self.addCleanup(os.kill, holder.pid, signal.SIGCONT)

        expired = self.auth('token', '-o', 'json', status=1).error()
        # However long that took, it is 40 s before the token is over.
        self.site(TEST_CLOCK_STANDS=str(int(self.stored(self.store.active())['expiry']) - 40))
        good = self.auth('token')

        self.assertEqual('CONNECTION', expired['code'])
        self.assertIn(f'the lock {self.config}', expired['message'])
        self.assertEqual(0, good.exit_code)
        self.assertEqual(1, self.grants(), 'nobody else asks')


class HangTest(RefreshTestCase):
    """No token request is ever answered."""

    faults: ClassVar[tuple[str, ...]] = ('token-hang',)

    def setUp(self) -> None:
        super().setUp()
        # Twenty processes may take longer to start than a failure is remembered, or a token good.
        now = str(int(time.time()))
        self.site(TEST_LONG_WAITS='60', TEST_SHORT_WAITS='2', TEST_CLOCK_STANDS=now)

    def stored_session(self, left: int, refresh_token: str) -> HostRecord:
        tokens = {'access_token': Secret('good'), 'refresh_token': Secret(refresh_token)}
        return self.keep(self.url, left, **tokens)

    def test_case_42_95_nobody_queues_for_a_host_that_hangs(self) -> None:
        # The lock is waited for less long than the host as in life, then longer.
        for patience in ('2', '8'):
            with self.subTest(patience):
                self.site(TEST_SHORT_WAITS=patience)
                before, asked = self.stored_session(-10, f'refresh-{patience}'), self.grants()

                results = self.results([self.start('auth', 'token') for _ in range(20)])

                self.assertEqual({1}, {result.exit_code for result in results})
                self.assertTrue(all('CONNECTION' in result.stderr for result in results))
                self.assertEqual(1, self.grants() - asked, 'a convoy asks one after the other')
                self.assertEqual(before, self.loaded())

    def test_case_42_95_who_has_a_good_token_uses_it(self) -> None:
        self.stored_session(55, 'refresh')

        results = self.results([self.start('auth', 'token') for _ in range(20)])

        self.assertEqual({(0, 'good\n')}, {(r.exit_code, r.stdout) for r in results})
        self.assertEqual(1, self.grants())
