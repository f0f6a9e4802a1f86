"""Many processes over one file store, and files that are not as they should be.

Layer: functional test.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import unittest
from collections.abc import Callable
from pathlib import Path

from phyware_auth.store.errors import LockUnavailable
from phyware_auth.store.locks import HostLocks
from phyware_auth.store.store import CredentialStore
from tests.functional.store_case import HOST, OTHER, SECONDS, StoreProcessCase, streamless

MANY = 20


class ManyProcessesTest(StoreProcessCase):
    def outputs(self, processes: list[subprocess.Popen[str]]) -> list[str]:
        """Return what each of ``processes`` says at its end."""
        said = [process.communicate(timeout=SECONDS) for process in processes]
        self.assertEqual([errors for _, errors in said if errors], [])
        return [output.strip() for output, _ in said]

    def test_case_6_twenty_logins_to_as_many_hosts_at_once_are_all_kept(self) -> None:
        hosts = [f'https://h{number}.example' for number in range(MANY)]
        said = self.outputs([self.start('save', host, '1') for host in hosts])
        self.assertEqual(said, ['OK 1'] * MANY)
        self.assertEqual(self.run_driver('hosts').split()[1:], sorted(hosts))
        self.assertEqual({self.suffix(host) for host in hosts}, {'1'})
        self.assertEqual(self.leftovers(), [])

    def test_case_34_twenty_processes_with_one_expired_token_ask_for_one_grant(self) -> None:
        self.assert_ok('expired', 'save', HOST, 'expired')
        counter = self.home / 'grants'
        said = self.outputs([self.start('refresh', HOST, str(counter)) for _ in range(MANY)])
        self.assertEqual(counter.read_text(), 'grant\n')
        # Some began after the grant and saw nothing to refresh.
        self.assertLessEqual(set(said), {'OK granted', 'OK adopted'})
        self.assertEqual(said.count('OK granted'), 1)
        self.assertEqual(self.suffix(), 'new')

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
        process = self.start('hold', HOST, kind)
        assert process.stdout
        self.assertEqual(process.stdout.readline(), 'HELD\n')
        return process

    def assert_held(self) -> None:
        said = self.run_driver('hold', HOST, 'refresh')
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


class OddFilesTest(StoreProcessCase):
    """Security cases 7 to 14: what a directory may hold."""

    def setUp(self) -> None:
        super().setUp()
        self.assert_ok('1', 'save', HOST, '1')

    def test_case_9_nothing_that_is_no_small_file_is_read(self) -> None:
        self.replace_by(os.mkfifo)
        self.replace_by(lambda path: path.symlink_to('/dev/zero'))
        self.replace_by(lambda path: path.mkdir())
        self.replace_by(lambda path: subprocess.run(['truncate', '-s', '1G', path], check=True))

    def replace_by(self, make: Callable[[Path], object]) -> None:
        path = self.record()
        path.unlink()
        make(path)
        for action in ('load', 'remove'):
            said = self.run_driver(action, HOST)
            self.assertTrue(said.startswith(f'ERROR CorruptRecord {path} is damaged'), said)
        self.assert_ok('2', 'save', HOST, '2')
        self.assertEqual(self.suffix(), '2')

    def test_case_7_a_login_keeps_what_it_cannot_read(self) -> None:
        good = self.record().read_bytes()
        for damage in (b'', b'{', good[:37], b'\0' * 99, good.decode().encode('utf-16'), good * 2):
            with self.subTest(damage[:9]):
                self.record().write_bytes(damage)
                said = self.run_driver('load', HOST)
                self.assertIn(f'CorruptRecord {self.record()} is damaged', said)
                self.assert_ok('2', 'save', HOST, '2')
        kept = list(self.hosts.glob('*.corrupt-*'))
        self.assertEqual({stat.S_IMODE(path.stat().st_mode) for path in kept}, {0o600})
        self.assertEqual(len(kept), 6)
        self.assertIn(good[:37], [path.read_bytes() for path in kept])

    def test_case_10_a_loose_record_is_tightened_with_a_warning(self) -> None:
        self.record().chmod(0o644)
        process = self.start('load', HOST)
        output, errors = process.communicate(timeout=SECONDS)
        self.assertEqual(output, 'OK 1\n')
        self.assertEqual(errors.count('WARNING'), 1)
        self.assertEqual(stat.S_IMODE(self.record().stat().st_mode), 0o600)

    @unittest.skipUnless(os.getuid() == 0, 'only root can give a file away')
    def test_case_10_what_belongs_to_another_user_is_refused(self) -> None:
        os.chown(self.record(), 4242, 4242)
        for action in (('load', HOST), ('save', HOST, '2'), ('probe', HOST)):
            said = self.run_driver(*action)
            self.assertTrue(said.startswith('ERROR StorageFailed'), said)
            self.assertIn('belongs to another user (uid 4242)', said)

    @unittest.skipUnless(os.getuid() == 0, 'root is who may write everywhere')
    def test_case_14_a_read_only_directory_can_be_read_and_fails_the_probe(self) -> None:
        self.give_to(4242)
        self.environ['STORE_DRIVER_UID'] = '4242'
        for folder in (self.config, self.hosts):
            folder.chmod(0o555)
        said = self.run_driver('probe', HOST)
        self.assertTrue(said.startswith('ERROR StorageFailed'), said)
        self.assertIn('Permission denied', said)
        self.assert_ok('1', 'load', HOST)

    @unittest.skipUnless(os.getuid() == 0, 'root is who may write everywhere')
    def test_case_33_a_record_that_cannot_be_removed_is_named(self) -> None:
        self.give_to(4242)
        self.environ['STORE_DRIVER_UID'] = '4242'
        self.hosts.chmod(0o555)
        said = self.run_driver('remove', HOST)
        self.assertIn('Permission denied', said)
        self.assertTrue(self.record().exists())

    def give_to(self, uid: int) -> None:
        self.home.chmod(0o711)
        for path in (self.config, *self.config.rglob('*')):
            os.chown(path, uid, uid)

    def test_case_11_a_linked_directory_stays_a_link(self) -> None:
        real = self.home / 'dotfiles'
        self.config.rename(real)
        self.config.symlink_to(real)
        self.assert_ok('2', 'save', HOST, '2')
        self.assertTrue(self.config.is_symlink())
        self.assertEqual(self.suffix(), '2')

    def test_case_12_a_planted_lock_is_refused_and_its_victim_intact(self) -> None:
        victim = self.home / 'victim'
        for path in [*self.config.glob('locks/*'), *self.config.glob('hosts/.lock-*')]:
            with self.subTest(path.name):
                path.rename(self.home / 'aside')
                path.symlink_to(victim)
                said = self.run_driver('save', HOST, '2')
                self.assertTrue(said.startswith(f'ERROR StorageFailed {path}'), said)
                (self.home / 'aside').replace(path)
        self.assertFalse(victim.exists())

    def test_case_13_a_home_that_is_none_creates_nothing(self) -> None:
        place = self.home / 'place'
        place.mkdir()
        for environ in ({'HOME': ''}, {'HOME': '~'}, {'HOME': 'x', 'XDG_CONFIG_HOME': 'relative'}):
            with self.subTest(environ):
                store = CredentialStore(streamless({'PHYWARE_CREDENTIAL_STORE': 'file', **environ}))
                self.assert_refuses(store, place)

    def assert_refuses(self, store: CredentialStore, place: Path) -> None:
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(place)
        with self.assertRaisesRegex(Exception, 'not an absolute path'):
            store.probe(store.choose(False), HOST)
        self.assertEqual(list(place.iterdir()), [])
