"""The store's contract on a real GNOME keyring, and what it looks like there.

Layer: functional test.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from phyware.context import Context
from phyware.secret import Secret
from phyware_auth.store.choice import StorageChoice
from phyware_auth.store.store import CredentialStore
from tests.functional.keyring_crash import CrashOutlivingCase
from tests.functional.keyring_session import BACKEND, keyring_session
from tests.unit.phyware_auth.store.contract import StoreContract
from tests.unit.phyware_auth.store.fakes import HOST, text_of


class GnomeKeyringCase(CrashOutlivingCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.keyring = keyring_session(cls)

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(mock.patch.dict(os.environ, self.keyring.environ, clear=True))
        if self.keyring.crashed():
            self.keyring.start_daemon('password')
            self.empty()
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix='phyware-test-'))
        self.directory = os.path.join(folder, 'config')
        self.warnings: list[str] = []
        self.store = self.another_store()
        self.addCleanup(self.empty)

    def another_store(self) -> CredentialStore:
        streams = (io.StringIO(), io.StringIO(), io.StringIO())
        context = Context(*streams, environ={'PHYWARE_CONFIG_DIR': self.directory})
        return CredentialStore(context, warn=self.warnings.append)

    def empty(self) -> None:
        """Delete every item: the keyring is the class's, not the test's."""
        if self.keyring.crashed():
            return
        with self.collection() as collection:
            for item in collection.get_all_items():
                item.delete()

    def items(self) -> list[tuple[dict[str, str], bytes]]:
        """Return attributes and secrets, asked by the keyring's own protocol."""
        with self.collection() as collection:
            found = collection.get_all_items()
            return [(item.get_attributes(), item.get_secret()) for item in found]

    @contextmanager
    def collection(self) -> Iterator[Any]:
        import secretstorage

        with closing(secretstorage.dbus_init()) as connection:
            yield secretstorage.get_default_collection(connection)


class GnomeKeyringContractTest(GnomeKeyringCase, StoreContract):
    insecure = False

    def test_the_backend_is_found_and_pinned(self) -> None:
        choice = self.store.choose(False)
        self.assertEqual(choice, StorageChoice('keyring', BACKEND))
        self.assertEqual(self.saved().backend, BACKEND)

    def test_rule_10_a_host_has_one_item_with_a_constant_username(self) -> None:
        self.saved()
        ((attributes, secret),) = self.items()
        self.assertEqual(attributes['service'], f'phyware:{HOST}')
        self.assertEqual(attributes['username'], 'phyware')
        self.assertIn(b'access_token access-1', secret)

    def test_a_logout_leaves_no_item_of_a_split_pair(self) -> None:
        self.saved(access_token=Secret('x' * 4000))
        self.assertEqual(len(self.items()), 2)
        self.store.remove(HOST)
        self.assertEqual(self.items(), [])

    def test_rule_9_a_probe_leaves_no_item(self) -> None:
        self.store.probe(self.store.choose(False), HOST)
        self.assertEqual(self.items(), [])

    def test_no_token_is_in_any_file(self) -> None:
        self.saved()
        texts = [p.read_text() for p in Path(self.directory).rglob('*') if p.is_file()]
        self.assertNotIn('access-1', ''.join(texts))
        self.assertNotIn('refresh-1', ''.join(texts))

    def test_case_32_an_item_deleted_by_hand_is_mended_by_a_login(self) -> None:
        self.saved()
        self.empty()
        self.assertEqual(text_of(self.saved(suffix='2').access_token), 'access-2')
