"""phyware_auth.store.codec: what is read is exactly what was written."""

from __future__ import annotations

import subprocess
import sys
import unittest
import zlib

from hypothesis import given
from hypothesis import strategies as st

from phyware_auth.store import codec

_FIELDS = st.dictionaries(
    st.from_regex(r'[a-z][a-z_]{0,20}', fullmatch=True), st.text(st.characters(codec=None))
)


def sealed(body: bytes, head: bytes = b'phyware-credential 1') -> bytes:
    return b'%s\ncrc32 %08x\n%s' % (head, zlib.crc32(body), body)


class CodecTest(unittest.TestCase):
    def test_the_form_is_the_documented_one(self) -> None:
        data = codec.encode({'host': 'https://x.example', 'user': 'é\n%'})
        body = b'host https://x.example\nuser %0000e9%00000a%000025\n'
        self.assertEqual(data, sealed(body))

    @given(_FIELDS)
    def test_any_fields_come_back(self, fields: dict[str, str]) -> None:
        self.assertEqual(codec.decode(codec.encode(fields)), fields)

    @given(_FIELDS)
    def test_case_80_a_value_never_begins_a_line(self, fields: dict[str, str]) -> None:
        lines = codec.encode(fields).decode('ascii').split('\n')
        self.assertEqual(len(lines), len(fields) + 3)
        self.assertTrue(all(line.isprintable() for line in lines))

    @given(_FIELDS, st.data())
    def test_case_4_and_7_a_cut_or_changed_record_is_never_used(
        self, fields: dict[str, str], data: st.DataObject
    ) -> None:
        whole = codec.encode(fields)
        cut = data.draw(st.integers(0, len(whole) - 1))
        damaged = data.draw(st.sampled_from([whole[:cut], whole[cut + 1 :], whole + whole]))
        with self.assertRaises((codec.Malformed, codec.TooNew)):
            codec.decode(damaged)

    def test_case_7_junk_is_malformed(self) -> None:
        good = codec.encode({'host': 'x'})
        for data in (
            b'',
            b'{',
            b'{"version": 99}',
            b'\0' * 300,
            good[:37],
            good.decode().encode('utf-16'),
            good + good,
            codec.encode({})[:-1],
            good.replace(b'\n', b'\r\n'),
            b'phyware-credential 0\n',
            b'phyware-credential 01\n',
            b'phyware-credential \n',
            b'phyware-credential x\n',
        ):
            with self.subTest(data=data[:40]), self.assertRaises(codec.Malformed):
                codec.decode(data)

    def test_a_body_with_a_right_checksum_is_still_checked(self) -> None:
        for body in (
            b'host',
            b'host x',
            b'host\n',
            b'1host x\n',
            b'host x\nhost y\n',
            b'\n',
            b'host \xe9\n',
            b'host a\tb\n',
            b'host %41\n',
            b'host %000041\n',
            b'host %+00e9\n',
            b'host %0000E9\n',
            b'host %ffffff\n',
            b'host %\n',
        ):
            with self.subTest(body=body), self.assertRaises(codec.Malformed):
                codec.decode(sealed(body))

    def test_case_8_a_later_version_is_told_apart(self) -> None:
        for head in (b'phyware-credential 2', b'phyware-credential 99'):
            with self.subTest(head=head), self.assertRaises(codec.TooNew):
                codec.decode(sealed(b'host x\n', head))

    def test_no_error_holds_the_bytes(self) -> None:
        with self.assertRaises(codec.Malformed) as caught:
            codec.decode(sealed(b'access_token phk_canary\xe9\n'))
        self.assertTrue(caught.exception.__suppress_context__)
        self.assertNotIn('canary', repr(caught.exception))

    def test_importing_it_costs_zlib_alone(self) -> None:
        code = (
            'import sys; before = set(sys.modules); import phyware_auth.store.codec;'
            'print(*sorted(set(sys.modules) - before))'
        )
        output = subprocess.run(
            [sys.executable, '-S', '-c', code], capture_output=True, text=True, check=True
        ).stdout
        known = {'phyware_auth', 'phyware_auth.store', 'phyware_auth.store.codec', '__future__'}
        self.assertEqual(set(output.split()) - known, {'zlib'})
