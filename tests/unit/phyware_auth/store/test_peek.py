"""phyware_auth.store.peek: a glance, or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from unittest import mock

from phyware.hosts import host_slug
from phyware.secret import Secret
from phyware_auth.store.peek import peek
from tests.unit.phyware_auth.store.fakes import HOST, StoreCase, keyring_record, oauth_record


class PeekTest(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.store.save_login(oauth_record())
        self.record_path = self.path(f'hosts/{host_slug(HOST)}')

    def peek(self) -> dict[str, str] | None:
        return peek(self.directory, host_slug(HOST))

    def test_the_fields_of_a_good_record(self) -> None:
        fields = self.peek()
        assert fields is not None
        self.assertEqual((fields['host'], fields['access_token']), (HOST, 'access-1'))

    def test_the_longest_token(self) -> None:
        self.store.save_login(oauth_record(access_token=Secret('é' * 16384)))
        self.assertIsNotNone(self.peek())

    def test_no_token_of_a_keyring(self) -> None:
        self.store.save_login(keyring_record())
        fields = self.peek()
        assert fields is not None
        self.assertNotIn('access_token', fields)

    def test_no_record_is_none(self) -> None:
        os.unlink(self.record_path)
        self.assertIsNone(self.peek())

    def test_what_is_unusual_is_left_to_the_store(self) -> None:
        os.chmod(self.record_path, 0o640)
        self.assertIsNone(self.peek())
        os.chmod(self.record_path, 0o600)
        with mock.patch('os.geteuid', return_value=os.geteuid() + 1):
            self.assertIsNone(self.peek())

    def test_case_7_to_9_what_is_damaged_newer_or_hostile_is_left_to_the_store(self) -> None:
        for data in (b'', b'{', b'phyware-credential 2\n', b'x' * 300_000):
            with open(self.record_path, 'wb') as stream:
                stream.write(data)
            self.assertIsNone(self.peek())
        os.unlink(self.record_path)
        os.mkfifo(self.record_path, 0o600)
        self.assertIsNone(self.peek())

    def test_importing_it_costs_zlib_alone(self) -> None:
        code = (
            'import sys; before = set(sys.modules); import phyware_auth.store.peek;'
            'print(*sorted(set(sys.modules) - before))'
        )
        output = subprocess.run(
            [sys.executable, '-c', code], capture_output=True, text=True, check=True
        ).stdout
        own = {name for name in output.split() if name.startswith('phyware_auth')}
        self.assertLessEqual(set(output.split()) - own, {'zlib', '__future__'})
