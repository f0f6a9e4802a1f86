"""What the lines of a shell share: one read of a keyring, one connection (P6)."""

from __future__ import annotations

from phyware.kept import Kept
from phyware.transport import Transport
from phyware_auth.store.store import CredentialStore
from tests.unit.phyware_auth.store.fakes import (
    HOST,
    StoreCase,
    context,
    keyring_record,
    text_of,
)


class ReuseTest(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.shell = context(self.directory, self.clock).replaced(kept=Kept())
        self.store.save_login(keyring_record())

    def loaded(self) -> str | None:
        """Load in a new line of the shell; return the access token."""
        record = CredentialStore(self.shell, keyrings=self.keyrings).load(HOST)
        return None if record is None else text_of(record.access_token)

    def reads(self) -> int:
        return len([call for call in self.backend.calls if call.startswith('get')])

    def test_the_second_line_reads_no_keyring(self) -> None:
        first, before = self.loaded(), self.reads()

        self.assertEqual(first, self.loaded())
        self.assertEqual(before, self.reads())

    def test_a_batch_run_reads_it_each_time(self) -> None:
        before = self.reads()
        for _ in range(2):
            self.another_store().load(HOST)

        self.assertEqual(before + 2, self.reads())

    def test_what_another_process_does_is_seen_by_the_next_line(self) -> None:
        first = self.loaded()
        self.another_store().save_login(keyring_record(suffix='2'))
        self.assertNotIn(self.loaded(), (None, first))
        self.another_store().remove(HOST)
        self.assertIsNone(self.loaded())

    def test_connections_are_shared_but_for_another_bundle(self) -> None:
        sessions = [Transport(self.shell, ca_bundle=bundle)._session
                    for bundle in (None, None, '/other.pem')]
        apart = Transport(self.shell.replaced(kept=None))._session

        self.assertIs(sessions[0], sessions[1])
        self.assertEqual(3, len({id(session) for session in (*sessions, apart)}))
