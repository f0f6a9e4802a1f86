"""phyware.active: the file that names the active host."""

from __future__ import annotations

import os
from pathlib import Path
from unittest import mock

from phyware import testing
from phyware.active import FILE_NAME, read_active_host
from phyware.errors import ConnectionFailed, GenericError
from phyware.paths import Paths


class ReadTest(testing.TestCase):
    def setUp(self) -> None:
        super().setUp()
        directory = Path(self.home, 'phyware')
        directory.mkdir()
        self.file = directory / FILE_NAME
        self.paths = Paths(self.cli.environ)

    def read(self, content: bytes) -> str | None:
        self.file.write_bytes(content)
        return read_active_host(self.paths)

    def test_the_host_is_read_in_normal_form(self) -> None:
        self.assertEqual('https://cloud.example.org', self.read(b'https://Cloud.example.org:443/\n'))

    def test_a_host_of_plain_http_stays_what_the_person_chose(self) -> None:
        self.assertEqual('http://10.0.0.1:8000', self.read(b'http://10.0.0.1:8000\n'))

    def test_case_7_what_names_no_host_counts_as_none(self) -> None:
        for content in (
            b'', b'\n', b'\0' * 40, b'\xff\xfe\x00', b'{"host": 1}', b'ftp://x', b'https://a\nb',
            b'https://user:pw@host', b'https://' + b'a' * 9000,
        ):
            with self.subTest(content[:20]):
                self.assertIsNone(self.read(content))

    def test_no_file_and_no_directory_mean_none(self) -> None:
        self.assertIsNone(read_active_host(self.paths))
        self.file.parent.rmdir()
        self.assertIsNone(read_active_host(self.paths))
        self.file.parent.write_text('a file')
        self.assertIsNone(read_active_host(self.paths))

    def test_could_not_read_is_connection(self) -> None:
        self.file.mkdir()
        with self.assertRaisesRegex(ConnectionFailed, 'active cannot be read: '):
            read_active_host(self.paths)
        with (
            mock.patch('os.open', side_effect=PermissionError(13, 'Permission denied')),
            self.assertRaisesRegex(ConnectionFailed, 'Permission denied'),
        ):
            read_active_host(self.paths)

    def test_case_9_a_fifo_or_a_device_is_refused_at_once(self) -> None:
        os.mkfifo(self.file)
        with self.assertRaisesRegex(ConnectionFailed, 'not a regular file'):
            read_active_host(self.paths)
        self.file.unlink()
        self.file.symlink_to('/dev/zero')
        with self.assertRaisesRegex(ConnectionFailed, 'not a regular file'):
            read_active_host(self.paths)

    def test_case_11_a_link_to_a_file_is_followed(self) -> None:
        real = self.file.with_name('real')
        real.write_text('https://cloud.example.org')
        self.file.symlink_to(real)

        self.assertEqual('https://cloud.example.org', read_active_host(self.paths))

    def test_case_13_no_home_is_an_error(self) -> None:
        with self.assertRaisesRegex(GenericError, 'HOME is not an absolute path'):
            read_active_host(Paths({'HOME': ''}))
