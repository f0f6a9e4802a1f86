"""The installed command, killed at each of its system calls on the file store.

Layer: functional test.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.functional.fault_case import KILLED, FaultCase

CHANGING = ('mkdir', 'write', 'fsync', 'rename', 'unlink', 'fchmod', 'chmod')


class KillCase(FaultCase):
    def kill_at_each(self, *calls: str, words: tuple[str, ...] = ()) -> list[str | None]:
        """Kill at each of these calls on the store; return the second host's token after each."""
        own = self.own_calls(*calls, words=words)
        return [self.killed(f'{call}:signal=KILL:when={number}', *words) for call, number, _ in own]

    def killed(self, fault: str, *words: str, paths: tuple[Path, ...] = ()) -> str | None:
        """Kill a command that begins anew; return the token of the second host after it."""
        self.begin()
        self.die(fault, *words, paths=paths)
        return self.token(self.other_url)

    def die(self, fault: str, *words: str, paths: tuple[Path, ...] = (), stdin: str = '') -> None:
        """Kill a command; the first host is as it was, and what is left is private."""
        result = self.faulty(fault, *words, paths=paths, stdin=stdin)
        self.assertEqual((KILLED, '', ''), (result.exit_code, result.stdout, result.stderr), fault)
        self.assertEqual(self.before, self.record(self.url).read_bytes())
        self.leftovers()

    def assert_goes_on(self) -> None:
        """Check that the next login succeeds at once, and sweeps."""
        self.assert_first_host_works()
        self.login_pat(self.other_url)
        self.assertEqual(self.cloud.pat, self.token(self.other_url))
        self.assertEqual([], self.leftovers())


class LoginKilledTest(KillCase):
    """A login to a new host: in time, first there is none, then all of it."""

    def test_case_1_the_new_host_is_there_or_not_and_the_first_stays(self) -> None:
        left = self.kill_at_each(*CHANGING)

        self.assertGreaterEqual(len(left), 13)
        absent = left.count(None)
        self.assertEqual([None] * absent + [self.cloud.pat] * (len(left) - absent), left)
        self.assertTrue(0 < absent < len(left))
        self.assert_goes_on()


class OpeningKilledTest(KillCase):
    def test_case_1_killed_while_a_file_is_opened(self) -> None:
        left = self.kill_at_each('openat')

        self.assertGreaterEqual(len(left), 10)
        absent = left.count(None)
        self.assertEqual([None] * absent + [self.cloud.pat] * (len(left) - absent), left)
        self.assertTrue(0 < absent < len(left))
        self.assert_goes_on()


class LockingKilledTest(KillCase):
    def test_case_1_15_killed_while_a_lock_is_taken(self) -> None:
        left = {}
        for lock in (self.lock(self.other_url), self.locks / 'ACTIVE.record.lock'):
            for call in ('openat', 'flock'):
                left[lock, call] = self.killed(f'{call}:signal=KILL:when=1', paths=(lock,))
        self.assertEqual([None, None, self.cloud.pat, self.cloud.pat], list(left.values()))
        self.assert_goes_on()

    def test_case_1_killed_while_the_directories_are_made(self) -> None:
        self.config.rename(self.home / 'aside')
        self.environ['PHYWARE_CONFIG_DIR'] = str(self.config / 'a' / 'b')
        for number in range(1, 5):
            shutil.rmtree(self.config, ignore_errors=True)
            result = self.faulty(f'mkdir:signal=KILL:when={number}')
            self.assertEqual((KILLED, ''), (result.exit_code, result.stdout))
            self.assertIsNone(self.token(self.other_url))
            self.login_pat(self.other_url)
            self.assertEqual(self.cloud.pat, self.token(self.other_url))

    def test_case_3_what_is_left_is_private_and_the_next_good_write_sweeps_it(self) -> None:
        for fault in ('fsync:signal=KILL:when=3', 'rename:signal=KILL:when=2'):
            self.die(fault)
        self.die('write:signal=KILL:when=2')

        left = self.leftovers()
        self.assertEqual([0, 1, 1], sorted(p.read_text().count(self.cloud.pat) for p in left))
        self.login_pat()
        self.assertEqual([], self.leftovers())


class ReplacingKilledTest(KillCase):
    """Where there is a login already, it is the old one or the new one."""

    def setUp(self) -> None:
        super().setUp()
        self.login_pat(self.other_url)
        self.keep()
        self.other_pat = str(self.cloud.users['other@phyware.example']['pat'])

    def test_case_1_a_second_login_is_there_or_the_first(self) -> None:
        left = []
        for fault in ('write:when=2', 'fsync:when=3', 'rename:when=2', 'fsync:when=4'):
            call, _, when = fault.partition(':')
            self.begin()
            self.die(f'{call}:signal=KILL:{when}', stdin=self.other_pat)
            left.append(self.token(self.other_url))
        self.assertEqual([self.cloud.pat] * 3 + [self.other_pat], left)
        self.assert_goes_on()

    def test_case_1_a_logout_leaves_all_or_nothing(self) -> None:
        self.auth('switch', '--host', self.other_url)
        self.keep()

        left = self.kill_at_each(*CHANGING, words=('logout', '--local', '--host', self.other_url))

        there = left.count(self.cloud.pat)
        self.assertEqual([self.cloud.pat] * there + [None] * (len(left) - there), left)
        self.assertTrue(0 < there < len(left))
        self.assert_goes_on()
