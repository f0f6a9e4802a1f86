"""phyware_auth.store.reading: a file is not trusted before it is looked at."""

from __future__ import annotations

import errno
import os
import socket
import stat
import tempfile
import unittest
from collections.abc import Callable
from unittest import mock

from phyware.errors import ConnectionFailed, GenericError
from phyware_auth.store.errors import CorruptRecord, StorageFailed
from phyware_auth.store.reading import read_private
from tests.unit.phyware_auth.store.fakes import link_of


class ReadPrivateTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix='phyware-test-')
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, 'record')
        self.warnings: list[str] = []

    def read(self, limit: int = 100) -> bytes | None:
        return read_private(self.path, limit, self.warnings.append)

    def write(self, data: bytes = b'text', mode: int = 0o600) -> None:
        with open(self.path, 'wb') as stream:
            stream.write(data)
        os.chmod(self.path, mode)

    def test_the_bytes_come_back(self) -> None:
        self.write(b'text')
        self.assertEqual((self.read(), self.warnings), (b'text', []))

    def test_no_file_is_none(self) -> None:
        self.assertIsNone(self.read())

    def test_case_11_a_symbolic_link_is_followed(self) -> None:
        self.write()
        os.rename(self.path, self.path + '.real')
        os.symlink(self.path + '.real', self.path)
        self.assertEqual(self.read(), b'text')

    def test_case_9_what_is_no_regular_file_is_refused_without_a_hang(self) -> None:
        makers: dict[str, Callable[[], None]] = {
            'fifo': lambda: os.mkfifo(self.path),
            'directory': lambda: os.mkdir(self.path),
            'device': lambda: os.symlink('/dev/zero', self.path),
        }
        for name, make in makers.items():
            with self.subTest(name):
                make()
                with self.assertRaises(CorruptRecord):
                    self.read()
                remove = os.rmdir if name == 'directory' else os.unlink
                remove(self.path)

    def test_case_9_a_socket_is_refused(self) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.path)
            with self.assertRaises(CorruptRecord):
                self.read()

    def test_case_12_a_link_of_somebody_elses_is_not_followed(self) -> None:
        self.write(mode=0o644)
        with link_of(4242), self.assertRaises(StorageFailed) as caught:
            self.read()
        self.assertIn('the link belongs to another user (uid 4242)', caught.exception.message)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o644)

    def test_case_9_a_huge_file_is_refused_unread(self) -> None:
        self.write()
        os.truncate(self.path, 1 << 30)
        with mock.patch('os.read') as read, self.assertRaises(CorruptRecord):
            self.read()
        read.assert_not_called()

    def test_case_9_a_file_that_grows_while_it_is_read_is_refused(self) -> None:
        self.write()
        with mock.patch('os.read', return_value=b'x' * 64), self.assertRaises(CorruptRecord):
            self.read()

    def test_case_10_a_loose_file_is_tightened_with_a_warning(self) -> None:
        self.write(mode=0o644)
        self.assertEqual(self.read(), b'text')
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        self.assertIn(self.path, self.warnings[0])

    def test_case_10_a_loose_file_that_cannot_be_tightened_is_still_warned_about(self) -> None:
        self.write(mode=0o644)
        failure = OSError(errno.EROFS, 'x')
        with mock.patch('os.fchmod', side_effect=failure):
            self.assertEqual(self.read(), b'text')
        self.assertIn('Read-only file system', self.warnings[0])

    def test_case_10_a_foreign_file_is_refused(self) -> None:
        self.write()
        foreign = os.geteuid() + 1
        with mock.patch('os.geteuid', return_value=foreign), self.assertRaises(GenericError) as c:
            self.read()
        self.assertIn('another user', c.exception.message)

    def test_a_refusal_of_the_system_is_connection(self) -> None:
        for number in (errno.EACCES, errno.EIO, errno.ELOOP, errno.ENOTDIR):
            with self.subTest(errno.errorcode[number]):
                failure = OSError(number, 'quoted')
                with mock.patch('os.open', side_effect=failure), self.assertRaises(
                    ConnectionFailed
                ) as caught:
                    self.read()
                self.assertIn(os.strerror(number), caught.exception.message)

    def test_an_error_while_reading_is_connection(self) -> None:
        self.write()
        failure = OSError(errno.EIO, 'x')
        with mock.patch('os.read', side_effect=failure), self.assertRaises(ConnectionFailed):
            self.read()
