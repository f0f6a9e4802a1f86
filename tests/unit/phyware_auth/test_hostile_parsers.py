"""Any text or bytes at all, given to what reads headers, records, stdin, hosts and foreign text."""

from __future__ import annotations

import io
import os
import tempfile
import unicodedata
import unittest
import zlib
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from phyware.browser import safe_to_open
from phyware.challenges import bearer_challenge
from phyware.context import Context
from phyware.errors import PhywareError, Validation
from phyware.hosts import check_endpoint, normalize_host, origin
from phyware.problems import error_from_response
from phyware.retry import parse_retry_after
from phyware.session import is_token
from phyware.slugs import host_slug
from phyware.text import clean
from phyware.transport import Headers, Response
from phyware_auth.fast import stored
from phyware_auth.store import record
from phyware_auth.store.errors import CorruptRecord, NewerFormat
from phyware_auth.tokeninput import read_token
from tests.unit.phyware_auth.authcase import HOST, full_record
from tests.unit.phyware_auth.hostile import FEW, bodies, fields, header_values

ANY_TEXT = st.text(st.characters(codec=None), max_size=80)
HIDDEN = {'Cc', 'Cf', 'Cs', 'Co', 'Cn', 'Zl', 'Zp'}
GOOD = record.dumps(full_record(generation='g'))
PROBLEM = {'title': 'No', 'detail': 'because', 'code': 'EXPIRED'}
URL_PIECES = st.lists(
    st.sampled_from(('https://', 'http://', 'h', '.', ':', '/', '@', '?', '#', '\\', '[::1]', '%2e',
                     '127.1', '0x7f', 'ü', 'я', '。', '\r\n', '\0', '\x1b', ' ', '--flag', 'xn--')),
    max_size=8,
).map(''.join)  # fmt: skip


def sealed(body: bytes) -> bytes:
    """Return ``body`` as a record with a right checksum."""
    return b'phyware-credential 1\ncrc32 %08x\n%s' % (zlib.crc32(body), body)


def records() -> st.SearchStrategy[bytes]:
    """Return bytes of records: any, cut, with odd lines, and odd lines well sealed."""
    lines = [*GOOD.split(b'\n')[2:], b'expiry -', b'obtained ' + b'9' * 30, b'%', b' ', b'kind x',
             b'storage keyring', b'host %ffffff', b'scopes \xff', b'serial 1e9', b'']
    body = st.lists(st.sampled_from(lines), max_size=24).map(b'\n'.join)
    return (
        st.binary(max_size=200) | st.integers(0, len(GOOD)).map(lambda end: GOOD[:end])
        | body.map(sealed) | st.binary(max_size=40).map(sealed)
    )


class HostileParserTests(unittest.TestCase):
    def refused(self, call: Callable[[], Any]) -> bool:
        """Tell whether ``call`` raised Validation, without an echo that a terminal obeys."""
        try:
            call()
        except Validation as error:
            self.assertTrue(f'{error.message}{error.remediation}'.isascii())
            self.assertTrue(f'{error.message}{error.remediation}'.isprintable())
            return True
        return False

    @FEW
    @given(header_values() | ANY_TEXT)
    def test_case_53_retry_after(self, value: str) -> None:
        seconds = parse_retry_after(value, 1.8e9)

        self.assertTrue(seconds is None or 0 <= seconds < float('inf'), (value, seconds))

    @FEW
    @given(header_values() | ANY_TEXT)
    def test_case_54_79_challenge(self, value: str) -> None:
        found = bearer_challenge(value)

        self.assertTrue(all(type(text) is str for text in found.values()))

    @FEW
    @given(st.integers(300, 599), bodies(PROBLEM), fields('WWW-Authenticate', 'Location'))
    def test_case_54_55_79_problem(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        error = error_from_response(Response(status, 'https://x.io/a', Headers(headers), body))

        text = f'{error.message} {error.remediation}'
        self.assertIsInstance(error, PhywareError)
        self.assertEqual(text, clean(text, limit=700))

    @FEW
    @given(records())
    def test_case_7_54_record(self, data: bytes) -> None:
        try:
            found = record.loads(data, '/the/path')
        except (CorruptRecord, NewerFormat) as error:
            self.assertIn('/the/path', error.message)
        else:
            self.assertEqual(found, record.loads(record.dumps(found), 'x'))

    @FEW
    @given(records())
    def test_case_7_54_the_fast_path_reads_no_more_than_the_store(self, data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f'{folder}/hosts')
            path = f'{folder}/hosts/{host_slug(HOST)}'
            descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
            os.write(descriptor, data)
            os.close(descriptor)

            found = stored({'PHYWARE_CONFIG_DIR': folder, 'PHYCLOUD_URL': HOST})

        if found is not None:
            self.assertEqual(record.loads(data, 'x').host, HOST)

    def fails(self, call: Callable[[], Any]) -> bool:
        try:
            call()
        except PhywareError:
            return True
        return False

    @FEW
    @given(st.binary(max_size=60) | st.text(max_size=30).map(str.encode)
           | ANY_TEXT.map(lambda text: text.encode('utf-16', 'surrogatepass')))
    def test_case_80_86_token_on_stdin(self, data: bytes) -> None:
        stdin = io.TextIOWrapper(io.BytesIO(data), 'ascii')
        context = Context(stdin, io.StringIO(), io.StringIO(), {})

        if not self.refused(lambda: read_token(context)):
            stdin.buffer.seek(0)
            token = read_token(context).reveal()
            self.assertTrue(is_token(token))
            framed = data.removeprefix('\ufeff'.encode()).removesuffix(b'\n').removesuffix(b'\r')
            self.assertEqual(framed, token.encode())

    @FEW
    @given(ANY_TEXT | URL_PIECES)
    def test_case_80_84_85_hosts(self, text: str) -> None:
        for call in (normalize_host, check_endpoint, origin):
            self.refused(lambda call=call: call(text))  # type: ignore[misc]
        if not self.refused(lambda: normalize_host(text)):
            host = normalize_host(text)
            self.assertTrue(host.isascii() and host.isprintable() and ' ' not in host)
            self.assertEqual(host, normalize_host(host))

    @FEW
    @given(ANY_TEXT | URL_PIECES)
    def test_case_58_addresses_that_may_be_opened(self, text: str) -> None:
        if safe_to_open(text):
            self.assertRegex(text, r'\Ahttps?://[!-~]+\Z')
            self.assertNotIn('@', text.split('/')[2])
            self.assertFalse(self.refused(lambda: origin(text)))

    @FEW
    @given(ANY_TEXT, st.none() | st.integers(1, 60))
    def test_case_79_clean(self, text: str, limit: int | None) -> None:
        shown = clean(text, limit)

        self.assertFalse(HIDDEN & {unicodedata.category(char) for char in shown})
        self.assertTrue(limit is None or len(shown) <= limit)
        self.assertNotIn('\n', shown)
