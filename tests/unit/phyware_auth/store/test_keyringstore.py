"""phyware_auth.store.keyringstore: one item a host, or two."""

from __future__ import annotations

import unittest
from typing import Any

from phyware.errors import GenericError
from phyware.secret import Secret
from phyware.testing import FakeClock
from phyware_auth.store.errors import (
    CorruptRecord,
    KeyringUnavailable,
    NewerFormat,
    WriteDropped,
)
from phyware_auth.store.keyringstore import Item, KeyringStore
from phyware_auth.store.record import HostRecord
from tests.unit.phyware_auth.store.fakes import (
    HOST,
    MEMORY,
    OTHER,
    FakeKeyrings,
    MemoryBackend,
    answer_in_peace,
    keyring_record,
    text_of,
)

SERVICE = f'phyware:{HOST}'
LONG = Secret('jwt.' * 500)


def record(serial: int = 1, **changes: Any) -> HostRecord:
    values: dict[str, Any] = {'generation': 'g', 'serial': serial, **changes}
    return keyring_record(**values)


class KeyringStoreCase(unittest.TestCase):
    def setUp(self) -> None:
        answer_in_peace(self)
        self.backend = MemoryBackend()
        keyrings = FakeKeyrings(MemoryBackend=self.backend)
        self.ring = KeyringStore(keyrings, FakeClock(), lambda: 1)

    def read(self) -> Item:
        item = self.ring.read(HOST, MEMORY)
        assert item is not None
        return item

    def usernames(self) -> list[str]:
        return sorted(username for _, username in self.backend.items)

    def refuse(self, method: str, username: str, error: Exception) -> None:
        def before(called: str, user: str, secret: str) -> None:
            if (called, user) == (method, username):
                raise error

        self.backend.before = before


class ItemTest(KeyringStoreCase):
    def test_a_login_is_one_item_and_comes_back(self) -> None:
        self.ring.write_login(record())
        self.assertEqual(list(self.backend.items), [(SERVICE, 'phyware')])
        item = self.read()
        self.assertEqual(text_of(item.access_token), 'access-1')
        self.assertEqual(text_of(item.refresh_token), 'refresh-1')
        self.assertEqual((item.generation, item.serial, item.torn), ('g', 1, False))
        self.assertEqual((item.expiry, item.scopes), (1_800_003_600, ('openid', 'email')))

    def test_hosts_have_items_of_their_own(self) -> None:
        self.ring.write_login(record())
        self.assertIsNone(self.ring.read(OTHER, MEMORY))

    def test_case_30_a_long_access_token_has_its_own_item(self) -> None:
        self.ring.write_login(record(access_token=LONG))
        self.assertEqual(self.usernames(), ['phyware', 'phyware-access'])
        self.assertLess(len(self.backend.items[SERVICE, 'phyware']), 1280)
        self.assertEqual(self.read().access_token, LONG)

    def test_case_30_an_item_is_shorter_than_1280_characters(self) -> None:
        for length in range(1000, 1100):
            self.ring.write_login(record(access_token=Secret('x' * length)))
            self.assertLess(len(self.backend.items[SERVICE, 'phyware']), 1280)
            self.assertEqual(len(self.read().access_token.reveal()), length)  # type: ignore[union-attr]

    def test_two_items_of_different_saves_are_torn_and_the_refresh_token_is_kept(self) -> None:
        self.ring.write_login(record(access_token=LONG))
        access = self.backend.items[SERVICE, 'phyware-access']
        later: tuple[dict[str, Any], ...] = ({'serial': 2}, {'generation': 'h'})
        for changes in later:
            with self.subTest(changes):
                self.ring.write_login(record(access_token=LONG, **changes))
                self.backend.items[SERVICE, 'phyware-access'] = access
                item = self.read()
                self.assertEqual((item.torn, item.access_token), (True, None))
                self.assertEqual(text_of(item.refresh_token), 'refresh-1')

    def test_a_lost_access_item_is_torn_too(self) -> None:
        self.ring.write_login(record(access_token=LONG))
        del self.backend.items[SERVICE, 'phyware-access']
        self.assertTrue(self.read().torn)

    def test_a_short_token_after_a_long_one_leaves_no_item_behind(self) -> None:
        for write in (self.ring.write_login, self.ring.write_refresh):
            self.ring.write_login(record(access_token=LONG))
            write(record(2))
            self.assertEqual(self.usernames(), ['phyware'])
            self.assertFalse(self.read().torn)

    def test_case_7_a_foreign_item_is_corrupt(self) -> None:
        for text in ('hunter2', '', '{"token": 1}', 'phyware-credential 1\n', '\xe9'):
            with self.subTest(text), self.assertRaises(CorruptRecord) as caught:
                self.backend.items[SERVICE, 'phyware'] = text
                self.read()
            self.assertNotIn('hunter2', caught.exception.message)

    def test_case_8_a_newer_item_says_so(self) -> None:
        self.backend.items[SERVICE, 'phyware'] = 'phyware-credential 2\n'
        with self.assertRaises(NewerFormat):
            self.read()


class WriteTest(KeyringStoreCase):
    def test_case_26_a_write_that_is_dropped_is_an_error(self) -> None:
        self.backend.items = _Dropping()
        with self.assertRaises(WriteDropped):
            self.ring.write_login(record())

    def test_case_26_a_write_that_is_changed_is_an_error(self) -> None:
        self.backend.items = _Trimming()
        with self.assertRaises(WriteDropped) as caught:
            self.ring.write_login(record())
        self.assertNotIn('access-1', caught.exception.message)

    def test_a_login_writes_the_refresh_token_last(self) -> None:
        self.ring.write_login(record(access_token=LONG))
        sets = [call for call in self.backend.calls if call.startswith('set')]
        self.assertEqual(sets, ['set phyware-access', 'set phyware'])

    def test_a_refresh_writes_the_refresh_token_first(self) -> None:
        self.ring.write_refresh(record(access_token=LONG))
        sets = [call for call in self.backend.calls if call.startswith('set')]
        self.assertEqual(sets, ['set phyware', 'set phyware-access'])

    def test_case_30_a_login_too_long_for_the_keyring_is_not_half_stored(self) -> None:
        def before(method: str, username: str, secret: str) -> None:
            if len(secret) > 1279:
                raise Exception(1783, 'CredWrite', 'The stub received bad data')

        self.ring.write_login(record(refresh_token=Secret('old')))
        self.backend.before = before
        for changes in ({'access_token': LONG}, {'refresh_token': LONG}):
            with self.subTest(changes), self.assertRaises(GenericError):
                self.ring.write_login(record(2, **changes))
            self.assertEqual(text_of(self.read().refresh_token), 'old')
            self.assertEqual(self.usernames(), ['phyware'])

    def test_case_30_a_refresh_keeps_its_refresh_token_without_the_access_token(self) -> None:
        self.refuse('set', 'phyware-access', Exception(1783, 'CredWrite', 'x'))
        self.ring.write_refresh(record(2, access_token=LONG, refresh_token=Secret('new')))
        item = self.read()
        self.assertEqual((text_of(item.refresh_token), item.torn), ('new', True))

    def test_case_31_an_add_that_fails_after_the_delete_restores_the_item(self) -> None:
        self.ring.write_login(record(refresh_token=Secret('old')))
        self.delete_and_fail_to_add(times=100)
        with self.assertRaises(KeyringUnavailable):
            self.ring.write_refresh(record(2, refresh_token=Secret('new')))
        self.assertEqual(text_of(self.read().refresh_token), 'old')

    def test_case_31_an_add_that_fails_once_is_done_again(self) -> None:
        self.ring.write_login(record(refresh_token=Secret('old')))
        self.delete_and_fail_to_add(times=1)
        self.ring.write_refresh(record(2, refresh_token=Secret('new')))
        self.assertEqual(text_of(self.read().refresh_token), 'new')

    def test_case_31_the_item_is_restored_even_if_that_fails_at_first(self) -> None:
        self.ring.write_login(record(refresh_token=Secret('old')))
        failures = [0]

        def before(method: str, username: str, secret: str) -> None:
            if method == 'set':
                self.backend.items.pop((SERVICE, username), None)
                failures[0] += 1
                if '\nrefresh_token new\n' in secret or failures[0] < 4:
                    raise RuntimeError('errSecInteractionNotAllowed')

        self.backend.before = before
        with self.assertRaises(KeyringUnavailable):
            self.ring.write_refresh(record(2, refresh_token=Secret('new')))
        self.assertEqual(text_of(self.read().refresh_token), 'old')

    def delete_and_fail_to_add(self, times: int) -> None:
        left = [times]

        def before(method: str, username: str, secret: str) -> None:
            if method == 'set' and '\nrefresh_token new\n' in secret and left[0]:
                left[0] -= 1
                self.backend.items.pop((SERVICE, username), None)
                raise RuntimeError('errSecInteractionNotAllowed')

        self.backend.before = before


class DeleteTest(KeyringStoreCase):
    def test_both_items_go(self) -> None:
        self.ring.write_login(record(access_token=LONG))
        self.ring.write_login(record()._replace(host=OTHER))
        self.assertTrue(self.ring.delete(HOST, MEMORY))
        self.assertEqual(list(self.backend.items), [(f'phyware:{OTHER}', 'phyware')])

    def test_nothing_is_false(self) -> None:
        self.assertFalse(self.ring.delete(HOST, MEMORY))

    def test_an_item_that_stays_is_an_error(self) -> None:
        self.ring.write_login(record())
        self.backend.items = _Sticking(self.backend.items)
        with self.assertRaises(WriteDropped):
            self.ring.delete(HOST, MEMORY)


class ProbeTest(KeyringStoreCase):
    def test_rule_9_it_leaves_nothing_and_touches_nothing(self) -> None:
        self.ring.write_login(record())
        before = dict(self.backend.items)
        self.ring.probe(HOST, MEMORY)
        self.assertEqual(self.backend.items, before)
        self.assertIn('set phyware-probe', self.backend.calls)

    def test_case_26_a_keyring_that_drops_is_found_out(self) -> None:
        self.backend.items = _Dropping()
        with self.assertRaises(WriteDropped):
            self.ring.probe(HOST, MEMORY)


class _Dropping(dict[tuple[str, str], str]):
    def __setitem__(self, key: tuple[str, str], value: str) -> None:
        pass


class _Trimming(dict[tuple[str, str], str]):
    def __setitem__(self, key: tuple[str, str], value: str) -> None:
        super().__setitem__(key, value.strip())


class _Sticking(dict[tuple[str, str], str]):
    def __delitem__(self, key: tuple[str, str]) -> None:
        pass
