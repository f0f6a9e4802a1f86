"""phyware_auth.store.directories: only the owner gets in."""

from __future__ import annotations

import os
import stat
import tempfile
import unittest
from unittest import mock

from phyware_auth.store.directories import ensure_private
from phyware_auth.store.errors import StorageFailed
from tests.unit.phyware_auth.store.fakes import link_of


def mode(path: str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


class EnsurePrivateTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix='phyware-test-')
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.warnings: list[str] = []

    def ensure(self, *parts: str) -> str:
        path = os.path.join(self.root, *parts)
        ensure_private(path, self.warnings.append)
        return path

    def test_case_10_every_created_parent_is_private_under_any_umask(self) -> None:
        for umask in (0o000, 0o022, 0o077, 0o277, 0o777):
            with self.subTest(umask=oct(umask)):
                before = os.umask(umask)
                try:
                    path = self.ensure(f'{umask:o}', 'b', 'c')
                finally:
                    os.umask(before)
                modes = [mode(path), mode(os.path.dirname(path))]
                self.assertEqual(modes, [0o700, 0o700])

    def test_case_10_the_mode_is_given_at_creation(self) -> None:
        with mock.patch('os.mkdir', side_effect=os.mkdir) as mkdir:
            self.ensure('a', 'b')
        self.assertEqual([call.args[1] for call in mkdir.call_args_list], [0o700, 0o700])

    def test_the_new_name_is_made_to_survive_a_power_failure(self) -> None:
        with mock.patch('phyware_auth.store.directories.sync_directory') as sync:
            path = self.ensure('a', 'b')
        parents = [self.root, os.path.dirname(path)]
        self.assertEqual([call.args[0] for call in sync.call_args_list], parents)

    def test_case_10_a_directory_others_may_write_to_is_tightened_with_a_warning(self) -> None:
        path = self.ensure('a')
        os.chmod(path, 0o777)
        self.ensure('a')
        self.assertEqual(mode(path), 0o755)
        self.assertIn(path, self.warnings[0])

    def test_a_directory_others_may_only_read_stays(self) -> None:
        path = self.ensure('a')
        os.chmod(path, 0o755)
        self.ensure('a')
        self.assertEqual((mode(path), self.warnings), (0o755, []))

    def test_case_10_a_foreign_directory_is_refused(self) -> None:
        self.ensure('a')
        foreign = os.geteuid() + 1
        with mock.patch('os.geteuid', return_value=foreign), self.assertRaises(StorageFailed) as c:
            self.ensure('a')
        self.assertIn('another user', c.exception.message)

    def test_case_12_a_link_of_somebody_elses_is_refused(self) -> None:
        self.ensure('a')
        with link_of(os.geteuid() + 1), self.assertRaises(StorageFailed) as caught:
            self.ensure('a')
        self.assertIn('the link belongs to another user', caught.exception.message)

    def test_a_file_in_the_way_is_an_error_that_names_it(self) -> None:
        path = os.path.join(self.root, 'file')
        open(path, 'w').close()
        with self.assertRaises(StorageFailed) as caught:
            self.ensure('file')
        self.assertIn(path, caught.exception.message)

    def test_a_symbolic_link_to_a_directory_is_kept(self) -> None:
        os.symlink(self.ensure('real'), os.path.join(self.root, 'link'))
        self.ensure('link', 'below')
        self.assertTrue(os.path.isdir(os.path.join(self.root, 'real', 'below')))
