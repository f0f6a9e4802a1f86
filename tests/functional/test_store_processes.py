"""Many processes and threads over one file store.

Layer: functional test, of the store without the command: what the command does
once in a life of its own cannot be asked for often enough in time (case 5), in
threads (case 20), or held until a test has looked (cases 15 to 19, 47).  What
the command can be asked for is in ``test_store_command_processes``.
"""

from __future__ import annotations

import os
import signal
import subprocess

from phyware_auth.store.errors import LockUnavailable
from phyware_auth.store.locks import HostLocks
from tests.functional.store_case import HOST, OTHER, SECONDS, StoreProcessCase, streamless


class ManyProcessesTest(StoreProcessCase):
    def outputs(self, processes: list[subprocess.Popen[str]]) -> list[str]:
        """Return what each of ``processes`` says at its end."""
        said = [process.communicate(timeout=SECONDS) for process in processes]
        self.assertEqual([errors for _, errors in said if errors], [])
        return [output.strip() for output, _ in said]

    def test_case_20_many_threads_with_one_expired_token_ask_for_one_grant(self) -> None:
        self.assert_ok('expired', 'save', HOST, 'expired')
        counter = self.home / 'grants'
        self.assert_ok('new', 'refresh_in_threads', HOST, str(counter))
        self.assertEqual(counter.read_text(), 'grant\n')

    def test_case_5_a_reader_never_sees_half_a_record(self) -> None:
        self.assert_ok('1', 'save', HOST, '1')
        done = self.home / 'done'
        reader = self.start('read_until', HOST, str(done))
        writers = [self.start('write_often', HOST, '150') for _ in range(2)]
        self.assertEqual(self.outputs(writers), ['OK 150', 'OK 150'])
        done.touch()
        self.assertEqual(self.outputs([reader]), ['OK often'])


class LockHolderTest(StoreProcessCase):
    """Security cases 15 to 19: what becomes of a lock."""

    def holder(self, kind: str = 'refresh') -> subprocess.Popen[str]:
        process = self.start('hold', HOST, kind, '60')
        assert process.stdout
        self.assertEqual(process.stdout.readline(), 'HELD\n')
        return process

    def assert_held(self) -> None:
        said = self.run_driver('hold', HOST, 'refresh', '0.2')
        self.assertTrue(said.startswith('CONNECTION LockUnavailable'), said)
        self.assertIn(f'the lock {self.config}', said)

    def assert_free(self) -> None:
        with HostLocks(streamless(self.environ), self.fail).refresh(HOST, 0):
            pass

    def test_case_15_a_holder_that_is_killed_lets_go(self) -> None:
        holder = self.holder()
        self.assert_held()
        holder.kill()
        holder.wait()
        self.assert_free()

    def test_case_16_a_holder_that_is_stopped_is_waited_for_until_the_deadline(self) -> None:
        holder = self.holder()
        os.kill(holder.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, holder.pid, signal.SIGCONT)
        self.assert_held()

    def test_case_17_a_lock_whose_file_is_removed_is_still_held(self) -> None:
        for folder in ('locks', 'hosts'):
            with self.subTest(folder):
                holder = self.holder()
                for path in (self.config / folder).glob('*refresh*'):
                    path.unlink()
                for path in (self.config / folder).glob('.lock-*refresh'):
                    path.unlink()
                self.assert_held()
                self.assert_held()
                holder.communicate(timeout=SECONDS)
                self.assert_free()

    def test_case_17_nobody_removes_a_lock(self) -> None:
        self.holder().communicate(timeout=SECONDS)
        self.assert_ok('1', 'save', HOST, '1')
        self.assert_ok('removed', 'remove', HOST)
        self.assertEqual(len(list((self.config / 'locks').iterdir())), 2)

    def test_case_19_a_child_that_lives_on_does_not_keep_it(self) -> None:
        self.assert_ok('1', 'save', HOST, '1')
        parent = self.start('hold_and_leave_a_child', HOST)
        assert parent.stdout
        child = int(parent.stdout.readline().removeprefix('OK '))
        parent.wait(timeout=SECONDS)
        os.kill(child, 0)
        self.assert_free()

    def test_case_47_login_and_logout_do_not_wait_for_a_refresh(self) -> None:
        self.holder()
        self.assert_ok('1', 'save', HOST, '1')
        self.assert_ok('removed', 'remove', HOST)

    def test_case_47_two_hosts_do_not_wait_for_each_other(self) -> None:
        self.holder('record')
        self.assert_ok('1', 'save', OTHER, '1')
        with self.assertRaises(LockUnavailable), HostLocks(
            streamless(self.environ), self.fail
        ).record(HOST, 0):
            pass
