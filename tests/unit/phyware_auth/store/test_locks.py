"""phyware_auth.store.locks: one at a time, host by host."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tempfile
import threading
import unittest
from contextlib import ExitStack
from unittest import mock

from phyware.errors import ConnectionFailed, GenericError
from phyware.testing import FakeClock
from phyware_auth.store.errors import LockUnavailable
from phyware_auth.store.locks import HostLocks
from tests.unit.phyware_auth.store.fakes import HOST, OTHER, answer_in_peace, context


class HostLocksTest(unittest.TestCase):
    def setUp(self) -> None:
        answer_in_peace(self)
        folder = tempfile.TemporaryDirectory(prefix='phyware-test-')
        self.addCleanup(folder.cleanup)
        self.directory = os.path.join(folder.name, 'config')
        self.clock = FakeClock()
        self.locks = self.other_process()

    def other_process(self) -> HostLocks:
        """Return locks that share nothing with ``self.locks`` but the files."""
        return HostLocks(context(self.directory, self.clock), self.fail)

    def paths(self) -> list[str]:
        found = []
        for folder in ('locks', 'hosts'):
            names = os.listdir(os.path.join(self.directory, folder))
            found += [os.path.join(self.directory, folder, name) for name in sorted(names)]
        return found

    def assert_held(self, timeout: float = 0) -> LockUnavailable:
        with self.assertRaises(LockUnavailable) as caught, self.other_process().refresh(
            HOST, timeout
        ):
            pass
        return caught.exception

    def assert_free(self) -> None:
        with self.other_process().refresh(HOST, 0):
            pass

    def test_case_16_a_waiter_gives_up_at_its_deadline_and_names_the_lock(self) -> None:
        with self.locks.refresh(HOST, 0):
            error = self.assert_held(timeout=12)
        self.assertIsInstance(error, ConnectionFailed)
        self.assertIn(self.paths()[0], error.message)
        self.assertAlmostEqual(self.clock.monotonic(), 12)

    def test_the_wait_between_tries_is_short_and_varies(self) -> None:
        with self.locks.refresh(HOST, 0):
            self.assert_held(timeout=12)
        waits = self.clock.slept[:-1]
        self.assertTrue(all(0.02 <= wait <= 0.06 for wait in waits))
        self.assertGreater(len(set(waits)), 10)

    def test_it_is_free_afterwards_also_after_an_error(self) -> None:
        with self.assertRaises(ZeroDivisionError), self.locks.refresh(HOST, 0):
            raise ZeroDivisionError
        self.assert_free()

    def test_case_47_hosts_and_kinds_do_not_wait_for_each_other(self) -> None:
        with self.locks.refresh(HOST, 0), ExitStack() as others:
            others.enter_context(self.other_process().refresh(OTHER, 0))
            others.enter_context(self.other_process().record(HOST, 0))
            others.enter_context(self.locks.record(OTHER, 0))
            self.assertEqual(len(self.paths()), 8)

    def test_case_17_one_file_removed_while_held_changes_nothing(self) -> None:
        for index in (0, 1):
            with self.subTest(index), self.locks.refresh(HOST, 0):
                os.unlink(self.paths()[index])
                self.assert_held()
                self.assert_held()
            self.assert_free()

    def test_case_17_a_file_removed_while_it_is_waited_for_is_noticed(self) -> None:
        # The waiter has opened a file that somebody then replaced.
        self.assert_free()
        path = self.paths()[0]
        real_fstat = os.fstat

        def replaced(descriptor: int) -> os.stat_result:
            with mock.patch('os.fstat', real_fstat):
                os.rename(path, path + '.old')
                open(path, 'w').close()
            return real_fstat(descriptor)

        with mock.patch('os.fstat', side_effect=[replaced, None]) as fstat:
            fstat.side_effect = replaced
            self.assert_held()

    def test_case_20_threads_of_one_store_exclude_each_other_without_flock(self) -> None:
        with mock.patch('filelock.lock_descriptor', return_value=True), mock.patch(
            'filelock.unlock_descriptor'
        ):
            inside = threading.Event()
            leave = threading.Event()
            thread = threading.Thread(target=self.hold, args=(inside, leave))
            thread.start()
            self.assertTrue(inside.wait(60))
            with self.assertRaises(LockUnavailable), self.locks.refresh(HOST, 0):
                pass
            leave.set()
            thread.join()

    def hold(self, inside: threading.Event, leave: threading.Event) -> None:
        with self.locks.refresh(HOST, 0):
            inside.set()
            leave.wait(60)

    def test_case_10_its_files_are_private_under_any_umask(self) -> None:
        for umask in (0o000, 0o277, 0o777):
            before = os.umask(umask)
            try:
                with self.locks.refresh(f'https://{umask}.example', 0):
                    pass
            finally:
                os.umask(before)
        modes = {stat.S_IMODE(os.stat(path).st_mode) for path in self.paths()}
        self.assertEqual(modes, {0o600})

    def test_case_12_a_planted_link_is_refused_and_its_victim_intact(self) -> None:
        self.assert_free()
        for path in self.paths():
            with self.subTest(path):
                victim = os.path.join(self.directory, 'victim')
                os.rename(path, path + '.aside')
                os.symlink(victim, path)
                with self.assertRaises(GenericError) as caught, self.locks.refresh(HOST, 0):
                    pass
                self.assertIn(path, caught.exception.message)
                self.assertFalse(os.path.exists(victim))
                os.rename(path + '.aside', path)

    def test_case_18_a_file_system_without_locks_is_connection(self) -> None:
        for number in (errno.ENOLCK, errno.ENOSYS, errno.EIO, errno.EOPNOTSUPP):
            with self.subTest(errno.errorcode[number]):
                failure = mock.patch('filelock.lock_descriptor', side_effect=OSError(number, 'x'))
                with failure:
                    error = self.assert_held()
                self.assertIn(os.strerror(number), error.message)

    def test_case_18_a_file_system_that_does_not_answer_is_left_behind(self) -> None:
        closed = threading.Event()
        gate = threading.Event()
        self.addCleanup(gate.set)
        real_close = os.close

        def close(descriptor: int) -> None:
            real_close(descriptor)
            closed.set()

        locked = mock.patch('filelock.lock_descriptor', side_effect=lambda *_, **__: gate.wait())
        patience = mock.patch('phyware_auth.store.locks._GRACE', 0)
        with locked, patience, mock.patch('os.close', side_effect=close):
            error = self.assert_held()
            gate.set()
            self.assertTrue(closed.wait(60))
        self.assertIn('does not answer', error.message)

    def test_case_19_a_child_does_not_keep_it(self) -> None:
        with self.locks.refresh(HOST, 0):
            code = 'import os, sys; sys.stdout.write("".join(os.listdir("/proc/self/fd")))'
            with subprocess.Popen(
                [sys.executable, '-c', f'{code}; sys.stdout.flush(); input()'],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                close_fds=False,
            ) as child:
                self.assertTrue(child.stdout and child.stdout.read(1))
                links = self.links_of(child.pid)
                child.communicate(b'\n')
        self.assertFalse([link for link in links if link.startswith(self.directory)])

    def links_of(self, pid: int) -> list[str]:
        folder = f'/proc/{pid}/fd'
        return [os.readlink(os.path.join(folder, name)) for name in os.listdir(folder)]

    def test_case_19_a_forked_child_does_not_keep_it(self) -> None:
        with self.locks.refresh(HOST, 0):
            ready, gate = os.pipe(), os.pipe()
            child = os.fork()
            if not child:
                os.write(ready[1], b'x')
                os.read(gate[0], 1)
                os._exit(0)
            os.read(ready[0], 1)
        try:
            self.assert_free()
        finally:
            os.write(gate[1], b'x')
            os.waitpid(child, 0)
            for descriptor in (*ready, *gate):
                os.close(descriptor)

    def test_no_directory_is_an_error_that_names_it(self) -> None:
        open(self.directory, 'w').close()
        with self.assertRaises(GenericError) as caught, self.locks.refresh(HOST, 0):
            pass
        self.assertIn(self.directory, caught.exception.message)
