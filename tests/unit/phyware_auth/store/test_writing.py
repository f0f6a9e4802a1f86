"""phyware_auth.store.writing: as a whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import unittest
from unittest import mock

from phyware_auth.store import writing
from phyware_auth.store.directories import refuse_foreign_link
from phyware_auth.store.errors import StorageFailed
from tests.unit.phyware_auth.store.fakes import link_of

NEW = b'the new bytes'
OLD = b'the old bytes'


class WritingCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix='phyware-test-')
        self.addCleanup(folder.cleanup)
        self.directory = folder.name
        self.path = os.path.join(folder.name, 'record')
        self.warnings: list[str] = []

    def replace(self, data: bytes = NEW) -> None:
        writing.replace_file(self.path, data, 'tag', self.warnings.append)

    def content(self) -> bytes:
        with open(self.path, 'rb') as stream:
            return stream.read()


class ReplaceFileTest(WritingCase):
    def test_the_file_is_there_and_private_under_any_umask(self) -> None:
        for umask in (0o000, 0o077, 0o277, 0o777):
            with self.subTest(umask=oct(umask)):
                before = os.umask(umask)
                try:
                    self.replace()
                finally:
                    os.umask(before)
                self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
                self.assertEqual(self.content(), NEW)

    def test_case_11_a_symbolic_link_survives_and_its_target_changes(self) -> None:
        real = os.path.join(self.directory, 'elsewhere', 'real')
        os.mkdir(os.path.dirname(real))
        with open(real, 'wb') as stream:
            stream.write(OLD)
        os.symlink(real, self.path)
        self.replace()
        self.assertTrue(os.path.islink(self.path))
        self.assertEqual((self.content(), os.listdir(os.path.dirname(real))), (NEW, ['real']))

    def test_case_12_a_planted_temporary_link_is_refused(self) -> None:
        self.replace(OLD)
        victim = os.path.join(self.directory, 'victim')
        os.symlink(victim, os.path.join(self.directory, '.tok-tag-000000000000'))
        with mock.patch('os.urandom', return_value=bytes(6)), self.assertRaises(StorageFailed):
            self.replace()
        self.assertFalse(os.path.exists(victim))
        self.assertEqual(self.content(), OLD)

    def test_case_12_a_link_of_somebody_elses_is_not_followed(self) -> None:
        self.replace(OLD)
        for action in (self.replace, lambda: writing.remove_file(self.path)):
            with link_of(os.geteuid() + 1), self.assertRaises(StorageFailed) as caught:
                action()
            self.assertIn('the link belongs to another user', caught.exception.message)
            self.assertEqual(self.content(), OLD)

    def test_case_11_a_link_of_roots_is_an_administrators_and_followed(self) -> None:
        with link_of(0):
            refuse_foreign_link(self.path)

    def test_case_12_no_temporary_name_can_be_foretold(self) -> None:
        names = {writing.temporary_name(self.directory, 'tag') for _ in range(9)}
        self.assertEqual(len(names), 9)

    def test_case_10_a_foreign_file_is_refused(self) -> None:
        self.replace(OLD)
        foreign = os.geteuid() + 1
        with mock.patch('os.geteuid', return_value=foreign), self.assertRaises(StorageFailed):
            self.replace()
        self.assertEqual(self.content(), OLD)

    def test_case_2_a_failure_leaves_the_old_bytes_and_nothing_else(self) -> None:
        self.replace(OLD)
        for call in ('open', 'write', 'fsync', 'close', 'replace', 'pread'):
            for number in (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EXDEV):
                with self.subTest(call, errno=errno.errorcode[number]):
                    self.fail_at(call, number)
                    self.assertEqual(self.content(), OLD)
                    self.assertEqual(os.listdir(self.directory), ['record'])

    def fail_at(self, call: str, number: int) -> None:
        failure = OSError(number, 'quoted')
        with mock.patch(f'os.{call}', side_effect=failure), self.assertRaises(StorageFailed) as c:
            self.replace()
        self.assertIn(self.path, c.exception.message)
        self.assertIn(os.strerror(number), c.exception.message)

    def test_case_2_ctrl_c_leaves_no_temporary_file(self) -> None:
        self.replace(OLD)
        with mock.patch('os.fsync', side_effect=KeyboardInterrupt), self.assertRaises(
            KeyboardInterrupt
        ):
            self.replace()
        self.assertEqual(os.listdir(self.directory), ['record'])

    def test_case_4_a_short_write_is_continued(self) -> None:
        real_write = os.write
        with mock.patch('os.write', side_effect=lambda fd, data: real_write(fd, data[:3])):
            self.replace()
        self.assertEqual(self.content(), NEW)

    def test_case_4_a_write_that_lies_is_found_out_before_the_old_file_goes(self) -> None:
        self.replace(OLD)
        for claimed in (0, 10, len(NEW)):
            with self.subTest(claimed=claimed), mock.patch('os.write', return_value=claimed):
                with self.assertRaises(StorageFailed):
                    self.replace()
                self.assertEqual(self.content(), OLD)

    def test_a_directory_that_does_not_synchronise_is_a_warning(self) -> None:
        failure = OSError(errno.EINVAL, 'x')
        with mock.patch.object(writing, 'sync_directory', side_effect=failure):
            self.replace()
        self.assertEqual(self.content(), NEW)
        self.assertIn('power failure', self.warnings[0])

    def test_the_order_is_write_fsync_rename_fsync(self) -> None:
        calls = mock.Mock()
        for name in ('write', 'fsync', 'replace'):
            patch = mock.patch(f'os.{name}', side_effect=getattr(os, name))
            calls.attach_mock(patch.start(), name)
            self.addCleanup(patch.stop)
        self.replace()
        order = [call[0] for call in calls.mock_calls]
        self.assertEqual(order, ['write', 'fsync', 'replace', 'fsync'])


class RemoveFileTest(WritingCase):
    def test_a_file_goes(self) -> None:
        self.replace()
        self.assertTrue(writing.remove_file(self.path))
        self.assertEqual(os.listdir(self.directory), [])

    def test_no_file_is_false(self) -> None:
        self.assertFalse(writing.remove_file(self.path))

    def test_case_11_the_bytes_go_and_the_link_stays(self) -> None:
        real = os.path.join(self.directory, 'real')
        os.symlink(real, self.path)
        self.replace()
        self.assertTrue(writing.remove_file(self.path))
        self.assertEqual(os.listdir(self.directory), ['record'])

    def test_case_33_a_refusal_names_the_path_and_the_reason(self) -> None:
        self.replace()
        failure = PermissionError(errno.EACCES, 'x')
        with mock.patch('os.unlink', side_effect=failure), self.assertRaises(StorageFailed) as c:
            writing.remove_file(self.path)
        self.assertIn(self.path, c.exception.message)
        self.assertIn('Permission denied', c.exception.message)


class LeftoversTest(WritingCase):
    def test_case_3_a_dead_writers_file_is_found_by_its_tag_and_removed(self) -> None:
        left = os.path.join(self.directory, '.tok-https_3a.x-y-0123456789ab')
        with open(left, 'wb'):
            self.replace()
        self.assertEqual(writing.leftovers(self.directory), {left: 'https_3a.x-y'})
        writing.sweep([left, left])
        self.assertEqual(os.listdir(self.directory), ['record'])

    def test_a_directory_that_is_not_there_has_none(self) -> None:
        self.assertEqual(writing.leftovers(self.path), {})
