"""phyware_auth.store.vault: a record and its item in a keyring, as one."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any
from unittest import mock

from phyware.errors import ConnectionFailed, GenericError, Unauthorized
from phyware.hosts import host_slug
from phyware.secret import Secret
from phyware_auth.store import keyringcalls
from phyware_auth.store.errors import KeyringLocked, KeyringUnavailable, NewerFormat, SecretMissing
from phyware_auth.store.record import HostRecord
from tests.unit.phyware_auth.store.fakes import (
    HOST,
    MEMORY,
    MemoryBackend,
    StoreCase,
    keyring_record,
    oauth_record,
    text_of,
)

SERVICE = f'phyware:{HOST}'
LONG = Secret('jwt.' * 500)


class Killed(BaseException):
    """Stands for SIGKILL: nothing runs after it."""


class VaultCase(StoreCase):
    def saved(self, suffix: str = '1', **changes: Any) -> HostRecord:
        self.store.save_login(keyring_record(suffix=suffix, **changes))
        return self.loaded()

    def loaded(self) -> HostRecord:
        record = self.another_store().load(HOST)
        assert record is not None
        return record

    def item(self) -> str | None:
        return self.backend.items.get((SERVICE, 'phyware'))

    def index(self) -> str:
        with open(self.path(f'hosts/{host_slug(HOST)}')) as stream:
            return stream.read()

    def stop(self, method: str, error: BaseException) -> None:
        def before(called: str, username: str, secret: str) -> None:
            if called == method:
                raise error

        self.backend.before = before

    def killed(self, action: Callable[[], object], at: str) -> None:
        """Run ``action`` until ``at``, a place where the process dies.

        Nothing that a live process does afterwards may happen, so that the
        files and the items are put back to what they were at that moment.
        """
        state: list[tuple[str | None, dict[tuple[str, str], str]]] = []

        def die(*_: object) -> None:
            index = self.index() if self.store.hosts() else None
            state.append((index, dict(self.backend.items)))
            raise Killed

        with mock.patch(f'phyware_auth.store.{at}', side_effect=die), self.assertRaises(Killed):
            action()
        ((index, items),) = state
        self.backend.items = items
        if index is not None:
            with open(self.path(f'hosts/{host_slug(HOST)}'), 'w') as stream:
                stream.write(index)


class ReadingTest(VaultCase):
    def test_no_token_is_in_the_index(self) -> None:
        self.saved()
        self.assertNotIn('access-1', self.index())
        self.assertNotIn('refresh-1', self.index())
        self.assertIn(f'backend {MEMORY}', self.index())

    def test_rule_7_the_backend_of_the_record_is_asked_and_no_other(self) -> None:
        self.saved()
        self.keyrings.backends = {'tests.Other': MemoryBackend(), **self.keyrings.backends}
        self.assertEqual(text_of(self.loaded().access_token), 'access-1')

    def test_rule_8_describe_and_hosts_ask_no_keyring(self) -> None:
        self.saved()
        self.backend.calls.clear()
        store = self.another_store()
        self.assertEqual(store.hosts(), [HOST])
        described = store.describe(HOST)
        assert described is not None
        self.assertEqual((described.access_token, described.refresh_token), (None, None))
        self.assertEqual(self.backend.calls, [])

    def test_rule_8_a_process_reads_the_keyring_once(self) -> None:
        self.saved()
        self.backend.calls.clear()
        store = self.another_store()
        self.assertEqual(store.load(HOST), store.load(HOST))
        self.assertEqual(self.backend.calls, ['get phyware'])

    def test_a_save_of_another_process_is_seen_at_once(self) -> None:
        old = self.saved()
        store = self.another_store()
        store.load(HOST)
        self.store.save_refresh(old, old._replace(access_token=Secret('new')))
        new = store.load(HOST)
        assert new is not None
        self.assertEqual(text_of(new.access_token), 'new')

    def test_rule_2_the_keyring_is_read_anew_under_the_refresh_lock(self) -> None:
        self.saved()
        self.store.load(HOST)
        self.backend.calls.clear()
        with self.store.refresh_lock(HOST, 0):
            self.store.load(HOST)
        self.assertEqual(self.backend.calls, ['get phyware'])

    def test_case_32_an_item_that_is_gone_is_said_and_not_called_no_login(self) -> None:
        self.saved()
        self.backend.items.clear()
        with self.assertRaises(SecretMissing) as caught:
            self.another_store().load(HOST)
        self.assertIsInstance(caught.exception, Unauthorized)
        self.assertIn(f'the keyring holds no secret for {HOST}', caught.exception.message)
        self.assertIn(f'auth login --host {HOST}', caught.exception.remediation)

    def test_case_32_the_item_of_another_login_is_not_used(self) -> None:
        self.saved()
        item = self.item()
        self.saved(suffix='2')
        assert item is not None
        self.backend.items[SERVICE, 'phyware'] = item
        with self.assertRaises(SecretMissing):
            self.another_store().load(HOST)

    def test_case_32_login_and_logout_mend_a_missing_secret(self) -> None:
        self.saved()
        self.backend.items.clear()
        self.saved(suffix='2')
        self.assertEqual(text_of(self.loaded().access_token), 'access-2')
        self.backend.items.clear()
        self.assertEqual(self.store.remove(HOST).failed, ())
        self.assertEqual(self.store.hosts(), [])

    def test_case_31_a_reader_between_delete_and_add_waits_for_the_writer(self) -> None:
        self.saved()
        item = self.item()
        assert item is not None
        reads = []

        def before(method: str, username: str, secret: str) -> None:
            reads.append(method)
            # The first read finds nothing; by the second the writer is done.
            if len(reads) == 1:
                del self.backend.items[SERVICE, 'phyware']
            else:
                self.backend.items[SERVICE, 'phyware'] = item

        self.backend.before = before
        self.assertEqual(text_of(self.loaded().access_token), 'access-1')

    def test_a_torn_pair_keeps_the_refresh_token_and_counts_as_expired(self) -> None:
        self.saved(access_token=LONG)
        del self.backend.items[SERVICE, 'phyware-access']
        record = self.loaded()
        self.assertEqual((record.access_token, record.expiry), (None, 0))
        self.assertEqual(text_of(record.refresh_token), 'refresh-1')

    def test_a_torn_pair_without_a_refresh_token_is_a_missing_secret(self) -> None:
        self.saved(access_token=LONG, refresh_token=None)
        del self.backend.items[SERVICE, 'phyware-access']
        with self.assertRaises(SecretMissing):
            self.another_store().load(HOST)

    def test_case_24_a_locked_keyring_is_connection(self) -> None:
        from keyring.errors import KeyringLocked as TheirLocked

        self.saved()
        self.stop('get', TheirLocked('x'))
        with self.assertRaises(KeyringLocked) as caught:
            self.another_store().load(HOST)
        self.assertIsInstance(caught.exception, ConnectionFailed)

    def test_case_29_a_keyring_that_comes_back_is_used_again(self) -> None:
        self.saved()
        store = self.another_store()
        self.stop('get', ConnectionRefusedError(111, 'x'))
        with self.assertRaises(KeyringUnavailable):
            store.load(HOST)
        self.backend.before = None
        self.assertIsNotNone(store.load(HOST))


class LoginTest(VaultCase):
    def test_a_keyring_that_refuses_leaves_the_former_login(self) -> None:
        self.saved()
        self.stop('set', RuntimeError())
        with self.assertRaises(KeyringUnavailable):
            self.store.save_login(keyring_record(suffix='2'))
        self.backend.before = None
        self.assertEqual(text_of(self.loaded().access_token), 'access-1')

    def test_a_keyring_that_refuses_the_first_login_leaves_nothing(self) -> None:
        self.stop('set', RuntimeError())
        with self.assertRaises(KeyringUnavailable):
            self.store.save_login(keyring_record())
        self.assertEqual((self.store.hosts(), self.backend.items), ([], {}))

    def test_case_30_a_login_too_long_for_the_keyring_leaves_the_former_login(self) -> None:
        self.saved()
        self.stop('set', Exception(1783, 'CredWrite', 'The stub received bad data'))
        with self.assertRaises(GenericError):
            self.store.save_login(keyring_record(suffix='2', access_token=LONG))
        self.backend.before = None
        self.assertEqual(text_of(self.loaded().access_token), 'access-1')

    def test_a_first_write_that_may_still_happen_is_named_by_an_index(self) -> None:
        def give_up(*_: object, **__: object) -> None:
            error = KeyringUnavailable('the keyring does not answer')
            error.uncertain = True
            raise error

        late = mock.patch('phyware_auth.store.keyringstore.KeyringStore.write_login', give_up)
        with late, self.assertRaises(KeyringUnavailable):
            self.store.save_login(keyring_record())
        self.assertEqual(self.store.hosts(), [HOST])

    def test_case_32_killed_between_the_two_writes_a_login_leaves_no_unlisted_secret(self) -> None:
        self.killed(
            lambda: self.store.save_login(keyring_record()),
            'keyringstore.KeyringStore.write_login',
        )
        self.assertEqual((self.store.hosts(), self.backend.items), ([HOST], {}))
        with self.assertRaises(SecretMissing):
            self.another_store().load(HOST)
        self.saved(suffix='2')
        self.assertEqual(text_of(self.loaded().access_token), 'access-2')

    def test_the_login_before_is_given_back_even_if_its_secret_is_not(self) -> None:
        self.saved()
        self.backend.items.clear()
        previous = self.store.save_login(keyring_record(suffix='2'))
        assert previous is not None
        self.assertEqual((previous.user, previous.refresh_token), ('ada@example.org', None))


class RefreshTest(VaultCase):
    def test_the_expiry_that_is_shown_follows(self) -> None:
        old = self.saved()
        self.store.save_refresh(old, old._replace(expiry=1_900_000_000))
        described = self.store.describe(HOST)
        assert described is not None
        self.assertEqual(described.expiry, 1_900_000_000)

    def test_case_32_killed_between_the_two_writes_a_refresh_loses_no_token(self) -> None:
        old = self.saved()
        new = old._replace(refresh_token=Secret('new'), expiry=1_900_000_000)
        self.killed(lambda: self.store.save_refresh(old, new), 'recordfiles.RecordFiles.write')
        record = self.loaded()
        self.assertEqual(text_of(record.refresh_token), 'new')
        self.assertEqual(record.expiry, 1_900_000_000)
        self.assertTrue(self.another_store().save_refresh(record, record._replace(expiry=5)))

    def test_an_index_that_cannot_be_written_does_not_fail_a_refresh(self) -> None:
        old = self.saved()
        self.store.load(HOST)
        full = mock.patch('os.replace', side_effect=OSError(errno.ENOSPC, 'x'))
        with full:
            self.assertTrue(self.store.save_refresh(old, old._replace(refresh_token=Secret('n'))))
        self.assertIn('No space left', self.warnings[0])
        for record in (self.loaded(), self.store.load(HOST)):
            assert record is not None
            self.assertEqual(text_of(record.refresh_token), 'n')

    def test_case_32_an_item_of_another_login_is_not_what_was_compared(self) -> None:
        old = self.saved()
        index = self.index()
        self.saved()
        with open(self.path(f'hosts/{host_slug(HOST)}'), 'w') as stream:
            stream.write(index)
        self.assertFalse(self.store.save_refresh(old, old))

    def test_a_keyring_that_refuses_is_an_error_and_the_old_token_stays(self) -> None:
        old = self.saved()
        self.stop('set', RuntimeError())
        with self.assertRaises(KeyringUnavailable):
            self.store.save_refresh(old, old._replace(refresh_token=Secret('n')))
        self.backend.before = None
        self.assertEqual(text_of(self.loaded().refresh_token), 'refresh-1')

    def test_case_32_a_refresh_without_an_item_to_compare_with_loses(self) -> None:
        old = self.saved()
        self.backend.items.clear()
        self.assertFalse(self.store.save_refresh(old, old))
        self.assertEqual(self.backend.items, {})


class NewerItemTest(VaultCase):
    def test_case_8_a_login_does_not_overwrite_an_item_of_a_newer_phyware(self) -> None:
        self.saved()
        index, newer = self.index(), 'phyware-credential 99\nof another form'
        self.backend.items[SERVICE, 'phyware'] = newer
        with self.assertRaises(NewerFormat):
            self.store.save_login(keyring_record(suffix='2'))
        self.assertEqual((self.index(), self.item()), (index, newer))


class LogoutTest(VaultCase):
    def test_everything_of_the_host_goes_and_nothing_else(self) -> None:
        self.saved(access_token=LONG)
        self.backend.items['phyware:https://other.example', 'phyware'] = 'x'
        report = self.store.remove(HOST)
        self.assertEqual(list(self.backend.items), [('phyware:https://other.example', 'phyware')])
        self.assertIn(MEMORY, report.removed[0])

    def test_case_33_a_secret_that_stays_is_named_and_never_used_again(self) -> None:
        from keyring.errors import KeyringLocked as TheirLocked

        old = self.saved()
        self.stop('delete', TheirLocked('x'))
        ((place, reason),) = self.store.remove(HOST).failed
        self.assertIn(HOST, place)
        self.assertEqual(reason, 'the keyring is locked')
        self.backend.before = None
        with self.assertRaises(SecretMissing):
            self.another_store().load(HOST)
        self.assertFalse(self.store.save_refresh(old, old))

    def test_case_33_and_the_next_logout_finds_it(self) -> None:
        self.saved()
        self.stop('delete', RuntimeError())
        self.store.remove(HOST)
        self.backend.before = None
        self.assertEqual(self.store.remove(HOST).failed, ())
        self.assertEqual((self.store.hosts(), self.backend.items), ([], {}))

    def test_case_33_a_keyring_that_is_gone_can_be_forgotten_by_the_persons_word(self) -> None:
        self.saved()
        del self.keyrings.backends[MEMORY]
        self.store = self.another_store()
        kept = self.store.remove(HOST)
        self.assertTrue(kept.unusable)
        self.assertEqual((len(kept.failed), self.store.hosts()), (1, [HOST]))
        report = self.store.remove(HOST, forget=True)
        ((place, reason),) = report.failed
        self.assertEqual(place, f'the item of {HOST} in {MEMORY}')
        self.assertIn('cannot be used', reason)
        self.assertEqual((len(report.removed), self.store.hosts()), (1, []))

    def test_case_33_a_keyring_that_is_locked_or_silent_is_not_forgotten(self) -> None:
        from keyring.errors import KeyringLocked as TheirLocked

        silent = KeyringUnavailable('no answer')
        silent.uncertain = True
        for error in (TheirLocked('x'), silent):
            with self.subTest(type(error)):
                self.backend.before = None
                self.saved()
                self.stop('delete', error)
                report = self.store.remove(HOST, forget=True)
                self.assertEqual((len(report.failed), report.unusable), (1, False))
                self.assertEqual(self.store.hosts(), [HOST])

    def test_case_33_of_two_keyrings_the_one_that_answers_is_emptied(self) -> None:
        other = self.keyrings.backends['tests.Other'] = MemoryBackend()
        self.saved()
        self.stop('delete', RuntimeError())
        self.saved(backend='tests.Other')
        self.assertEqual(len(self.store.remove(HOST, forget=True).failed), 1)
        self.assertEqual(other.items, {})
        self.assertEqual(self.store.hosts(), [])

    def test_case_33_an_index_that_stays_is_named_and_the_secret_is_gone(self) -> None:
        self.saved()
        with mock.patch('os.unlink', side_effect=OSError(errno.EROFS, 'x')):
            report = self.store.remove(HOST)
        self.assertEqual((len(report.removed), len(report.failed)), (1, 1))
        self.assertEqual(self.backend.items, {})

    def test_case_32_killed_between_the_two_a_logout_leaves_no_unlisted_secret(self) -> None:
        self.saved()
        self.killed(lambda: self.store.remove(HOST), 'recordfiles.RecordFiles.delete')
        self.assertEqual((self.store.hosts(), self.backend.items), ([HOST], {}))


class MovingTest(VaultCase):
    """A login into another storage leaves nothing in the former one."""

    def setUp(self) -> None:
        super().setUp()
        self.other = MemoryBackend()
        self.keyrings.backends['tests.Other'] = self.other

    def test_from_a_keyring_to_a_file(self) -> None:
        self.saved()
        previous = self.store.save_login(oauth_record(suffix='2'))
        assert previous is not None
        self.assertEqual(text_of(previous.refresh_token), 'refresh-1')
        self.assertEqual(self.backend.items, {})
        self.assertEqual(text_of(self.loaded().access_token), 'access-2')

    def test_from_a_file_to_a_keyring(self) -> None:
        self.store.save_login(oauth_record())
        self.saved(suffix='2')
        self.assertNotIn('access-', self.index())

    def test_from_a_keyring_to_another(self) -> None:
        self.saved()
        self.saved(suffix='2', backend='tests.Other')
        self.assertEqual((self.backend.items, len(self.other.items)), ({}, 1))

    def test_what_could_not_be_removed_is_told_and_removed_by_the_logout(self) -> None:
        self.saved()
        self.stop('delete', RuntimeError())
        self.store.save_login(oauth_record(suffix='2'))
        self.assertIn('former secret', self.warnings[0])
        self.assertIn(f'leftovers {MEMORY}', self.index())
        self.backend.before = None
        self.assertEqual(self.store.remove(HOST).failed, ())
        self.assertEqual((self.backend.items, self.store.hosts()), ({}, []))

    def test_what_cannot_be_removed_by_the_logout_either_stays_named(self) -> None:
        self.saved()
        self.stop('delete', RuntimeError())
        self.store.save_login(oauth_record(suffix='2'))
        self.assertEqual(len(self.store.remove(HOST).failed), 1)
        self.assertNotIn('access-2', self.index())
        self.assertEqual(self.store.hosts(), [HOST])

    def test_a_dead_keyring_does_not_stop_a_login_into_a_file(self) -> None:
        self.saved()
        self.stop('get', RuntimeError())
        self.store.save_login(oauth_record(suffix='2'))
        self.assertEqual(text_of(self.loaded().access_token), 'access-2')
        self.assertIn(f'leftovers {MEMORY}', self.index())


class PatienceTest(VaultCase):
    def test_case_22_one_dead_keyring_costs_a_login_one_deadline(self) -> None:
        self.saved()
        self.stop('get', TimeoutError())
        before = self.clock.monotonic()
        with self.assertRaises(KeyringUnavailable):
            self.store.save_login(keyring_record(suffix='2'))
        self.assertLessEqual(self.clock.monotonic() - before, keyringcalls.PATIENCE)

    def test_case_28_a_busy_keyring_is_waited_for(self) -> None:
        self.saved()
        # Whatever is drawn, their waits end before the deadline.
        failures = [BlockingIOError(11, 'x')] * 5

        def before(method: str, username: str, secret: str) -> None:
            if failures:
                raise failures.pop()

        self.backend.before = before
        self.assertEqual(text_of(self.loaded().access_token), 'access-1')
        self.assertEqual(os.listdir(self.path('hosts')).count(host_slug(HOST)), 1)
