"""Private files of what can be made again.

Layer: unit test.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from phyware.cachefiles import may_write, write_private
from phyware.completion.cache import KeptFile
from phyware.fast import build


class CacheFilesTest(unittest.TestCase):
    """A home of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.home = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.directory = self.home / '.cache' / 'phyware'
        self.path = self.directory / 'file'

    def test_case_10_file_and_directories_are_private_whatever_the_umask(self) -> None:
        self.addCleanup(os.umask, os.umask(0))
        for mask in (0, 0o177, 0o277, 0o777):
            with self.subTest(oct(mask)):
                os.umask(mask)
                self.assertTrue(write_private(str(self.path), b'a'))
                made = (self.path, self.directory, self.directory.parent)
                self.assertEqual([stat.S_IMODE(path.stat().st_mode) for path in made],
                                 [0o600, 0o700, 0o700])
                shutil.rmtree(self.directory.parent)

    def test_it_is_replaced_whole_or_not_at_all(self) -> None:
        write_private(str(self.path), b'a')
        with mock.patch('os.replace', side_effect=OSError(28, 'full')):
            self.assertFalse(write_private(str(self.path), b'b'))
        self.assertEqual(self.path.read_bytes(), b'a')
        self.assertEqual(list(self.directory.iterdir()), [self.path])

    def test_ctrl_c_leaves_nothing_behind(self) -> None:
        with mock.patch('os.replace', side_effect=KeyboardInterrupt):
            self.assertRaises(KeyboardInterrupt, write_private, str(self.path), b'a')
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_case_13_a_home_that_is_not_there_is_not_made(self) -> None:
        absent = self.home / 'absent'
        self.assertFalse(may_write(str(absent / '.cache' / 'phyware')))
        KeptFile({'HOME': str(absent)}, 'names', []).write({})
        self.assertFalse(absent.exists())

    def test_what_is_another_users_is_left_alone(self) -> None:
        self.assertTrue(may_write(str(self.directory)))
        with mock.patch('os.geteuid', return_value=os.geteuid() + 1):
            self.assertFalse(may_write(str(self.directory)))
            KeptFile({'HOME': str(self.home)}, 'names', []).write({})
        self.assertEqual(list(self.home.iterdir()), [])

    def test_whoever_has_nowhere_to_write_looks_for_nothing(self) -> None:
        file = self.home / 'file'
        file.write_text('')
        with mock.patch.object(build, 'CommandManager') as manager:
            self.assertFalse(build.write_index({'XDG_CACHE_HOME': str(file)}))
        manager.assert_not_called()
