"""The access token at hand: of the very save that the record is of, or not at all.

Layer: unit test.
"""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from phyware_auth.store import tokencache

HOST = 'https://cloud.example'
RECORD = {'host': HOST, 'generation': 'g', 'serial': '1', 'expiry': '1800003600', 'user': 'ada'}


class TokenCacheTest(unittest.TestCase):
    """A runtime directory of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.environ = {'XDG_RUNTIME_DIR': str(self.directory), 'PHYWARE_TOKEN_CACHE': '1'}

    def read(self, **changes: str) -> str | None:
        return tokencache.read(self.environ, RECORD | changes)

    def write(self, token: str = 'access', **changes: str) -> Path | None:
        tokencache.write(self.environ, RECORD | changes, token)
        folder = self.directory / 'phyware'
        files = list(folder.iterdir()) if folder.is_dir() else []
        return files[0] if files else None

    def test_it_is_off_unless_it_is_asked_for(self) -> None:
        for value in ('', '0', 'yes'):
            self.assertFalse(tokencache.is_wanted({'PHYWARE_TOKEN_CACHE': value}))
        self.assertTrue(tokencache.is_wanted(self.environ))

    def test_what_was_written_is_read(self) -> None:
        self.write()
        self.assertEqual(self.read(user='somebody'), 'access')

    def test_case_47_another_save_of_the_record_makes_it_nothing(self) -> None:
        self.write()
        for name in ('host', 'generation', 'serial', 'expiry'):
            self.assertIsNone(self.read(**{name: 'other'}), name)

    def test_case_10_it_is_private_from_the_first_moment(self) -> None:
        former = os.umask(0)
        self.addCleanup(os.umask, former)
        path = self.write()
        assert path is not None
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertEqual(path.parent.stat().st_mode & 0o777, 0o700)

    def test_a_second_write_replaces_the_first(self) -> None:
        self.write()
        self.write('newer')
        self.assertEqual(self.read(), 'newer')

    def test_forgotten_is_forgotten_also_where_it_is_not_wanted_now(self) -> None:
        path = self.write()
        assert path is not None
        del self.environ['PHYWARE_TOKEN_CACHE']
        tokencache.forget(self.environ, HOST)
        self.assertFalse(path.exists())
        tokencache.forget(self.environ, HOST)

    def test_case_3_what_a_killed_writer_left_is_forgotten_as_well(self) -> None:
        # As after SIGKILL: nothing that would clean up runs.
        with mock.patch('os.replace', side_effect=SystemExit), self.assertRaises(SystemExit):
            self.write()
        tokencache.write(self.environ, RECORD | {'host': f'{HOST}/b-1'}, 'of another host')
        tokencache.forget(self.environ, HOST)
        [left] = (self.directory / 'phyware').iterdir()
        self.assertIn(b'of another host', left.read_bytes())

    def test_a_token_without_an_end_is_not_kept(self) -> None:
        self.assertIsNone(self.write(expiry=''))

    def test_case_10_a_directory_of_others_is_not_used(self) -> None:
        for mode in (0o750, 0o701, 0o777):
            self.directory.chmod(mode)
            self.assertIsNone(self.write())
        self.directory.chmod(0o700)
        with mock.patch('os.geteuid', return_value=os.geteuid() + 1):
            self.assertIsNone(self.write())

    def test_no_directory_is_no_failure(self) -> None:
        for directory in ('', 'relative', '/no/such/directory', '/a\0b'):
            self.environ['XDG_RUNTIME_DIR'] = directory
            self.assertIsNone(self.write())
            self.assertIsNone(self.read())
            tokencache.forget(self.environ, HOST)

    def test_case_2_a_full_disk_leaves_nothing(self) -> None:
        with mock.patch('os.write', side_effect=OSError(28, 'full')):
            self.assertIsNone(self.write())
        with mock.patch('os.write', return_value=3):
            self.assertIsNone(self.write())

    def test_case_12_a_planted_link_is_not_followed(self) -> None:
        victim = self.directory / 'victim'
        victim.write_text('precious')
        path = self.write()
        assert path is not None
        path.unlink()
        path.symlink_to(victim)
        self.assertIsNone(self.read())
        path.with_name(f'.tok-{path.name}-{os.getpid()}').symlink_to(victim)
        self.write()
        self.assertEqual(victim.read_text(), 'precious')

    def test_case_7_what_is_damaged_counts_for_nothing(self) -> None:
        path = self.write()
        assert path is not None
        whole = path.read_bytes()
        for length in range(len(whole)):
            path.write_bytes(whole[:length])
            self.assertIsNone(self.read(), length)
