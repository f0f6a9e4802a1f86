"""phyware_auth.store.store: the contract on each storage, and what only one has."""

from __future__ import annotations

import errno
import os
import stat
from typing import Any
from unittest import mock

from phyware.errors import ConnectionFailed, GenericError
from phyware.hosts import host_slug
from phyware.kept import Kept
from phyware_auth.store.errors import LockUnavailable, NoKeyring, StorageFailed
from phyware_auth.store.locks import HostLocks
from phyware_auth.store.record import FILE
from phyware_auth.store.store import CredentialStore
from tests.unit.phyware_auth.store.contract import StoreContract
from tests.unit.phyware_auth.store.fakes import (
    HOST,
    OTHER,
    FileStoreCase,
    Machine,
    StoreCase,
    context,
    oauth_record,
    text_of,
)


class FileContractTest(StoreCase, StoreContract):
    insecure = True


class KeyringContractTest(StoreCase, StoreContract):
    insecure = False

    def tearDown(self) -> None:
        for text in self.plain_text_files():
            self.assertNotIn('access-', text)
            self.assertNotIn('refresh-', text)

    def plain_text_files(self) -> list[str]:
        found = []
        for folder, _, names in os.walk(self.directory):
            for name in names:
                with open(os.path.join(folder, name), errors='replace') as stream:
                    found.append(stream.read())
        return found


class FileStoreTest(FileStoreCase):
    def test_no_keyring_is_touched(self) -> None:
        self.save()
        self.store.load(HOST)
        self.store.remove(HOST)
        self.assertEqual(self.backend.calls, [])

    def test_case_10_everything_made_is_private(self) -> None:
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        self.save()
        self.store.set_active(HOST)
        modes = set()
        for folder, folders, names in os.walk(os.path.dirname(self.directory)):
            modes |= {stat.S_IMODE(os.lstat(os.path.join(folder, n)).st_mode) for n in names}
            self.assertTrue(folders or names)
            self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        self.assertEqual(modes, {0o600})

    def test_case_3_leftovers_of_the_dead_are_swept_by_the_next_good_write(self) -> None:
        self.save()
        for host in (HOST, OTHER, 'https://third.example'):
            open(self.path(f'hosts/.tok-{host_slug(host)}-0123456789ab'), 'w').close()
        self.save()
        self.assertEqual(self.files('hosts'), [host_slug(HOST)])

    def test_case_3_leftovers_of_the_living_stay(self) -> None:
        self.save()
        name = f'.tok-{host_slug(OTHER)}-0123456789ab'
        open(self.path(f'hosts/{name}'), 'w').close()
        with HostLocks(context(self.directory, self.clock), self.fail).record(OTHER, 0):
            self.save()
            self.assertIn(name, self.files('hosts'))

    def test_case_1_a_login_that_fails_leaves_the_former_login(self) -> None:
        self.save()
        failure = mock.patch('os.replace', side_effect=OSError(errno.ENOSPC, 'x'))
        with failure, self.assertRaises(GenericError) as caught:
            self.save(suffix='2')
        self.assertIn('No space left', caught.exception.message)
        loaded = self.store.load(HOST)
        assert loaded is not None
        self.assertEqual(text_of(loaded.access_token), 'access-1')

    def test_case_14_a_probe_fails_where_nothing_can_be_written(self) -> None:
        for call in ('mkdir', 'open', 'write', 'replace'):
            with self.subTest(call):
                failure = mock.patch(f'os.{call}', side_effect=OSError(errno.EROFS, 'x'))
                with failure, self.assertRaises(GenericError) as caught:
                    self.store.probe(self.store.choose(True), HOST)
                self.assertIn('Read-only file system', caught.exception.message)

    def test_case_2_a_probe_takes_as_much_room_as_a_record(self) -> None:
        room, real = 4096, os.write

        def write(descriptor: int, data: bytes) -> int:
            if len(data) > room:
                raise OSError(errno.ENOSPC, 'x')
            return real(descriptor, data)

        with mock.patch('os.write', write):
            self.save()
            with self.assertRaises(GenericError) as caught:
                self.store.probe(self.store.choose(True), HOST)
        self.assertIn('No space left', caught.exception.message)
        self.assertEqual([host_slug(HOST)], self.files('hosts'))

    def test_an_unreadable_record_is_connection_and_never_no_login(self) -> None:
        self.save()
        failure = mock.patch('os.open', side_effect=OSError(errno.EACCES, 'x'))
        with failure, self.assertRaises(ConnectionFailed):
            self.store.load(HOST)
        with mock.patch('os.scandir', side_effect=OSError(errno.EACCES, 'x')), self.assertRaises(
            ConnectionFailed
        ):
            self.store.hosts()

    def test_case_33_a_record_that_cannot_be_removed_is_named(self) -> None:
        self.save()
        with mock.patch('os.unlink', side_effect=OSError(errno.EROFS, 'x')):
            report = self.store.remove(HOST)
        ((place, reason),) = report.failed
        self.assertEqual((place, report.removed), (self.record_path(), ()))
        self.assertIn('Read-only file system', reason)

    def test_case_33_a_directory_without_locks_does_not_stop_a_logout(self) -> None:
        self.save()
        failure = GenericErrorOnLock()
        with mock.patch.object(HostLocks, 'record', failure):
            self.assertEqual(self.store.remove(HOST).removed, (self.record_path(),))
        self.assertIn('no lock', self.warnings[0])

    def test_case_16_a_save_gives_up_where_the_lock_is_held(self) -> None:
        with HostLocks(context(self.directory, self.clock), self.fail).record(HOST, 0):
            with self.assertRaises(LockUnavailable):
                self.save()
            with self.assertRaises(LockUnavailable):
                self.store.remove(HOST)

    def test_case_16_28_where_a_keyring_is_given_longer_so_is_who_has_the_lock(self) -> None:
        self.store = self.another_store(Machine(6))
        held = HostLocks(context(self.directory, self.clock), self.fail).record(HOST, 0)
        with held, self.assertRaises(LockUnavailable):
            self.save()
        self.assertEqual(self.clock.monotonic(), 6 * 10)

    def test_case_28_what_was_seen_of_the_machine_is_for_the_next_command_line_too(self) -> None:
        given = context(self.directory).replaced(kept=Kept())
        with mock.patch('phyware_auth.store.slowdown.Slowdown') as made:
            made.return_value.side_effect = [1.0, 5.0]
            waits = [CredentialStore(given).patience(10) for _ in range(2)]
        self.assertEqual(waits, [10, 50])
        made.assert_called_once_with()

    def test_case_47_a_login_and_a_logout_do_not_wait_for_a_refresh(self) -> None:
        with self.another_store().refresh_lock(HOST, 0):
            self.save()
            self.store.remove(HOST)
        self.assertEqual(self.clock.monotonic(), 0)

    def test_case_16_the_refresh_lock_is_one_at_a_time(self) -> None:
        with self.store.refresh_lock(HOST, 0), self.assertRaises(
            LockUnavailable
        ), self.another_store().refresh_lock(HOST, 1):
            pass

    def test_rule_5_a_refresh_that_failed_is_remembered_until_one_succeeds(self) -> None:
        self.save()
        old = self.store.load(HOST)
        assert old is not None and old.refresh_token is not None
        with self.store.refresh_lock(HOST, 0):
            self.store.note_refresh_failure(HOST, old.refresh_token, 'CONNECTION')
        other = self.another_store()
        self.assertEqual(other.recent_refresh_failure(HOST, old.refresh_token), 'CONNECTION')
        self.store.save_refresh(old, old)
        self.assertIsNone(other.recent_refresh_failure(HOST, old.refresh_token))

    def test_case_13_without_a_home_the_error_comes_when_something_is_stored(self) -> None:
        environments: tuple[dict[str, Any], ...] = (
            {'HOME': ''},
            {'HOME': 'relative'},
            {'XDG_CONFIG_HOME': 'relative'},
        )
        for environ in environments:
            store = CredentialStore(context('', **environ))
            with self.subTest(environ), self.assertRaises(GenericError) as caught:
                store.save_login(oauth_record())
            self.assertIn('PHYWARE_CONFIG_DIR', caught.exception.remediation)



class ActiveTest(StoreCase):
    def test_none_is_active_at_first(self) -> None:
        self.assertIsNone(self.store.active())

    def test_the_active_host_is_seen_by_others(self) -> None:
        for host in (HOST, OTHER):
            self.store.set_active(host)
            self.assertEqual(self.another_store().active(), host)
        with open(self.path('active')) as stream:
            self.assertEqual(stream.read(), f'{OTHER}\n')

    def test_it_can_be_nobody_again(self) -> None:
        self.store.set_active(HOST)
        self.store.set_active(None)
        self.store.set_active(None)
        self.assertIsNone(self.store.active())
        self.assertFalse(os.path.exists(self.path('active')))

    def test_case_3_its_leftovers_are_swept(self) -> None:
        self.store.set_active(HOST)
        open(self.path('.tok-ACTIVE-0123456789ab'), 'w').close()
        self.store.set_active(OTHER)
        self.assertEqual(sorted(os.listdir(self.directory)), ['active', 'hosts', 'locks'])


class ChooseTest(StoreCase):
    def test_the_environment_and_the_option_decide(self) -> None:
        self.assertEqual(self.store.choose(True).storage, FILE)
        store = self.another_store(PHYWARE_CREDENTIAL_STORE='file')
        self.assertEqual(store.choose(False).storage, FILE)

    def test_case_21_without_a_keyring_nothing_is_written(self) -> None:
        self.keyrings.backends.clear()
        with self.assertRaises(NoKeyring):
            self.store.choose(False)
        self.assertFalse(os.path.exists(self.directory))


class GenericErrorOnLock:
    """A lock of a directory that can't be written."""

    def __call__(self, host: str, timeout: float) -> GenericErrorOnLock:
        return self

    def __enter__(self) -> None:

        raise StorageFailed('/x', 'no lock')

    def __exit__(self, *args: object) -> None:
        raise AssertionError


