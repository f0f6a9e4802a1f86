"""What the fast path writes and reads.

Layer: unit test.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from phyware.fast.files import OTHERS, read_own, write_out


class WriteOutTest(unittest.TestCase):
    """Everything, or nothing and the command says why."""

    def setUp(self) -> None:
        super().setUp()
        self.written = b''
        self.stdout(io.TextIOWrapper(io.BytesIO(), encoding='utf-8'))

    def stdout(self, stream: io.TextIOWrapper | None) -> None:
        """Let ``stream`` be the standard output."""
        self.enterContext(mock.patch.object(sys, 'stdout', stream))

    def write(self, *results: int | OSError) -> bool:
        """Write three bytes, the system taking so many of them each time."""
        left = list(results)

        def take(descriptor: int, data: bytes) -> int:
            result = left.pop(0)
            if isinstance(result, OSError):
                raise result
            self.written += data[:result]
            return result

        with mock.patch('os.write', take):
            return write_out('abc')

    def test_all_of_it(self) -> None:
        self.assertTrue(self.write(3))

    def test_in_pieces(self) -> None:
        self.assertTrue(self.write(1, 1, 1))
        self.assertEqual(self.written, b'abc')

    def test_nothing_is_left_to_the_command(self) -> None:
        self.assertFalse(self.write(OSError(28, 'No space left on device')))

    def test_case_91_a_part_is_an_error(self) -> None:
        with self.assertRaises(OSError):
            self.write(1, OSError(28, 'No space left on device'))

    def test_case_91_a_closed_stdout_and_an_encoding_of_another_kind_are_left_to_the_command(
        self,
    ) -> None:
        self.stdout(None)
        self.assertFalse(self.write(3))
        for encoding in ('utf-16', 'cp037', 'utf-7'):
            self.stdout(io.TextIOWrapper(io.BytesIO(), encoding=encoding))
            self.assertFalse(self.write(3), encoding)


class ReadOwnTest(unittest.TestCase):
    """A file as it should be."""

    def setUp(self) -> None:
        super().setUp()
        self.path = Path(self.enterContext(tempfile.TemporaryDirectory()), 'file')
        self.path.write_bytes(b'abc')
        self.path.chmod(0o600)

    def read(self, longest: int = 10, denied: int = OTHERS) -> bytes | None:
        return read_own(str(self.path), longest, denied)

    def test_it_is_read_whole_or_not_at_all(self) -> None:
        self.assertEqual(self.read(4), b'abc')
        self.assertIsNone(self.read(3))

    def test_case_10_permissions_of_others(self) -> None:
        for mode in (0o640, 0o604, 0o610, 0o601):
            self.path.chmod(mode)
            self.assertIsNone(self.read())
            self.assertEqual(read_own(str(self.path), 10), b'abc')

    def test_case_9_12_what_is_no_file_of_ours(self) -> None:
        self.path.rename(self.path.with_name('real'))
        self.path.symlink_to('real')
        self.assertIsNone(self.read())
        self.path.unlink()
        os.mkfifo(self.path, 0o600)
        self.assertIsNone(self.read())
        self.assertIsNone(read_own('a\0b', 10))
