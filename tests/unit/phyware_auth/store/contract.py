"""What every place for secrets has to do: run against each of them.

Layer: test fixture.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

from phyware.errors import Validation
from phyware.hosts import host_slug
from phyware.secret import Secret
from phyware_auth.store.errors import CorruptRecord, NewerFormat
from phyware_auth.store.record import PAT, HostRecord
from phyware_auth.store.store import CredentialStore
from tests.unit.phyware_auth.store.fakes import HOST, OTHER, oauth_record, text_of

if TYPE_CHECKING:
    from unittest import TestCase as _Base
else:
    _Base = object


class StoreContract(_Base):
    """Mixed into a TestCase with ``directory``, ``store`` and ``another_store``.

    ``insecure`` says whether the store is a file.
    """

    insecure: bool
    directory: str
    store: CredentialStore

    def another_store(self) -> CredentialStore:
        """Return a store of the same directory, as another process would have."""
        raise NotImplementedError

    def record(self, host: str = HOST, suffix: str = '1', **changes: Any) -> HostRecord:
        """Return a login for the storage under test."""
        choice = self.store.choose(self.insecure)
        values: dict[str, Any] = {'storage': choice.storage, 'backend': choice.backend, **changes}
        return oauth_record(host, suffix, **values)

    def saved(self, host: str = HOST, suffix: str = '1', **changes: Any) -> HostRecord:
        """Log in, and return what another process loads."""
        self.store.save_login(self.record(host, suffix, **changes))
        return self.loaded(host)

    def loaded(self, host: str = HOST) -> HostRecord:
        record = self.another_store().load(host)
        assert record is not None
        return record

    def record_path(self, host: str = HOST) -> str:
        return os.path.join(self.directory, 'hosts', host_slug(host))

    def test_an_empty_store_has_nothing_and_creates_nothing(self) -> None:
        self.assertEqual(self.store.hosts(), [])
        self.assertIsNone(self.store.load(HOST))
        self.assertIsNone(self.store.describe(HOST))
        self.assertFalse(os.path.exists(self.directory))

    def test_a_login_comes_back_whole(self) -> None:
        record = self.record()
        self.assertIsNone(self.store.save_login(record))
        loaded = self.loaded()
        self.assertEqual(loaded._replace(generation='', serial=0), record)
        self.assertEqual(self.another_store().hosts(), [HOST])

    def test_hosts_are_apart(self) -> None:
        self.saved(HOST, 'a')
        self.saved(OTHER, 'b')
        self.assertEqual(self.store.hosts(), [OTHER, HOST])
        self.assertEqual(text_of(self.loaded(HOST).access_token), 'access-a')
        self.assertEqual(text_of(self.loaded(OTHER).access_token), 'access-b')

    def test_describe_shows_all_but_the_secrets(self) -> None:
        record = self.saved()
        described = self.another_store().describe(HOST)
        assert described is not None
        without: dict[str, Any] = {'access_token': None, 'refresh_token': None}
        self.assertEqual(described._replace(**without), record._replace(**without))

    def test_case_47_a_second_login_wins_and_gives_the_first_back(self) -> None:
        self.saved(suffix='1')
        previous = self.another_store().save_login(self.record(suffix='2'))
        assert previous is not None
        self.assertEqual(text_of(previous.refresh_token), 'refresh-1')
        self.assertEqual(text_of(self.loaded().refresh_token), 'refresh-2')

    def test_a_pat_needs_no_refresh_token(self) -> None:
        record = self.saved(kind=PAT, refresh_token=None, expiry=None)
        self.assertEqual((record.kind, record.refresh_token, record.expiry), (PAT, None, None))

    def test_case_30_tokens_of_any_allowed_length(self) -> None:
        for length in (1, 1000, 1300, 4000, 16384):
            with self.subTest(length):
                record = self.saved(access_token=Secret('x' * length))
                self.assertEqual(len(text_of(record.access_token) or ''), length)

    def test_case_30_a_longer_token_is_refused_before_anything_is_stored(self) -> None:
        for field in ('access_token', 'refresh_token'):
            changes: dict[str, Any] = {field: Secret('x' * 16385)}
            with self.subTest(field), self.assertRaises(Validation):
                self.store.save_login(self.record(**changes))
            self.assertFalse(os.path.exists(self.directory))

    def test_case_35_a_refresh_is_saved_and_can_be_refreshed_again(self) -> None:
        record = self.saved()
        for suffix in ('2', '3', '4'):
            new = record._replace(refresh_token=Secret(suffix), access_token=Secret(suffix))
            self.assertTrue(self.another_store().save_refresh(record, new))
            record = self.loaded()
            self.assertEqual(text_of(record.refresh_token), suffix)

    def test_case_47_a_refresh_of_an_older_login_loses(self) -> None:
        old = self.saved(suffix='1')
        self.saved(suffix='2')
        new = old._replace(refresh_token=Secret('late'))
        self.assertFalse(self.another_store().save_refresh(old, new))
        self.assertEqual(text_of(self.loaded().refresh_token), 'refresh-2')

    def test_case_47_a_refresh_does_not_resurrect_after_a_logout(self) -> None:
        old = self.saved()
        self.store.remove(HOST)
        self.assertFalse(self.another_store().save_refresh(old, old._replace(expiry=9)))
        self.assertEqual(self.store.hosts(), [])

    def test_case_47_a_login_with_the_same_token_is_still_another_login(self) -> None:
        old = self.saved()
        self.saved()
        self.assertFalse(self.store.save_refresh(old, old._replace(expiry=9)))

    def test_case_37_a_refresh_of_a_token_that_was_rotated_loses(self) -> None:
        old = self.saved()
        self.store.save_refresh(old, old._replace(refresh_token=Secret('winner')))
        loser = old._replace(refresh_token=Secret('loser'))
        self.assertFalse(self.another_store().save_refresh(old, loser))
        self.assertEqual(text_of(self.loaded().refresh_token), 'winner')

    def test_a_refresh_cannot_change_where_the_secret_is(self) -> None:
        old = self.saved()
        elsewhere = old._replace(storage='file', backend='', generation='x', expiry=9)
        self.assertTrue(self.store.save_refresh(old, elsewhere))
        loaded = self.loaded()
        self.assertEqual((loaded.storage, loaded.backend), (old.storage, old.backend))
        self.assertEqual((loaded.expiry, loaded.generation), (9, old.generation))

    def test_a_logout_leaves_nothing(self) -> None:
        self.saved()
        report = self.another_store().remove(HOST)
        self.assertEqual(report.failed, ())
        self.assertIn(self.record_path(), report.removed)
        self.assertIsNone(self.store.load(HOST))
        self.assertEqual(self.store.hosts(), [])

    def test_a_second_logout_removes_nothing(self) -> None:
        self.saved()
        self.store.remove(HOST)
        self.assertEqual(self.store.remove(HOST).removed, ())

    def test_case_37_a_logout_of_an_older_login_touches_nothing(self) -> None:
        old = self.saved(suffix='1')
        self.saved(suffix='2')
        self.assertTrue(self.another_store().remove(HOST, old).superseded)
        self.assertEqual(text_of(self.loaded().refresh_token), 'refresh-2')

    def test_case_37_a_logout_of_the_present_login_goes_through(self) -> None:
        logins: tuple[dict[str, Any], ...] = ({}, {'kind': PAT, 'refresh_token': None})
        for changes in logins:
            with self.subTest(changes):
                report = self.store.remove(HOST, self.saved(**changes))
                self.assertFalse(report.superseded)
                self.assertEqual(self.store.hosts(), [])

    def test_rule_9_a_probe_leaves_nothing(self) -> None:
        self.store.probe(self.store.choose(self.insecure), HOST)
        self.assertIsNone(self.store.load(HOST))
        names = os.listdir(os.path.join(self.directory, 'hosts'))
        self.assertEqual([name for name in names if not name.startswith('.lock-')], [])

    def test_case_7_a_damaged_record_is_kept_aside_by_a_login(self) -> None:
        self.saved(OTHER, 'other')
        for damage in (b'', b'{', b'\0' * 9, b'x' * 300_000):
            with self.subTest(damage[:5]):
                self.damage(damage)
                os.chmod(self.record_path(), 0o644)
                self.assertIsNone(self.store.save_login(self.record()))
                self.assertEqual(text_of(self.loaded().access_token), 'access-1')
        kept = self.store.remove(HOST).kept
        self.assertEqual(len(kept), 4)
        self.assertEqual({stat.S_IMODE(os.stat(path).st_mode) for path in kept}, {0o600})
        self.assertEqual(self.store.hosts(), [OTHER])
        self.assertEqual(text_of(self.loaded(OTHER).access_token), 'access-other')

    def test_case_7_reading_a_damaged_record_names_it_and_leaves_it(self) -> None:
        old = self.saved()
        self.damage(b'{')
        for action in (
            lambda: self.store.load(HOST),
            lambda: self.store.describe(HOST),
            lambda: self.store.remove(HOST),
            lambda: self.store.save_refresh(old, old),
        ):
            with self.assertRaises(CorruptRecord) as caught:
                action()
            self.assertIn(self.record_path(), caught.exception.message)
        self.assertEqual(self.store.hosts(), [HOST])

    def test_case_8_a_newer_record_is_unmodified_by_everything(self) -> None:
        old = self.saved()
        newer = b'phyware-credential 99\nwhatever comes then\n'
        self.damage(newer)
        choice = self.store.choose(self.insecure)
        for action in (
            lambda: self.store.load(HOST),
            lambda: self.store.describe(HOST),
            lambda: self.store.remove(HOST),
            lambda: self.store.save_refresh(old, old),
            lambda: self.store.save_login(self.record()),
            lambda: self.store.probe(choice, HOST),
        ):
            with self.assertRaises(NewerFormat):
                action()
            with open(self.record_path(), 'rb') as stream:
                self.assertEqual(stream.read(), newer)

    def damage(self, data: bytes) -> None:
        with open(self.record_path(), 'wb') as stream:
            stream.write(data)

    def test_rule_17_the_redactor_knows_what_was_loaded(self) -> None:
        self.saved(access_token=Secret('canary-access'))
        store = self.another_store()
        store.load(HOST)
        redactor = store._context.redactor
        self.assertEqual(redactor.redact('<canary-access>'), '<***>')
