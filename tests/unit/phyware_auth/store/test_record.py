"""phyware_auth.store.record: a host's record and its text form."""

from __future__ import annotations

import unittest

from hypothesis import given
from hypothesis import strategies as st

from phyware.secret import Secret
from phyware_auth.store import codec
from phyware_auth.store.errors import CorruptRecord, NewerFormat
from phyware_auth.store.record import HostRecord, dumps, loads
from tests.unit.phyware_auth.store.fakes import keyring_record, oauth_record

_TEXT = st.text(st.characters(codec='utf-8'))
_SCOPES = st.lists(st.from_regex(r'[!#-\[\]-~]+', fullmatch=True), max_size=4).map(tuple)
_NUMBER = st.integers(-(10**16), 10**16)
_RECORDS = st.builds(
    HostRecord,
    host=_TEXT,
    kind=st.sampled_from(['oauth', 'pat']),
    storage=st.just('file'),
    client_id=_TEXT,
    issuer=_TEXT,
    obtained=_NUMBER,
    user=st.none() | _TEXT,
    scopes=st.none() | _SCOPES,
    expiry=st.none() | _NUMBER,
    token_endpoint=st.none() | _TEXT,
    session_id=st.none() | _TEXT,
    access_token=st.none() | st.text(min_size=1).map(Secret),
    refresh_token=st.none() | st.text(min_size=1).map(Secret),
    generation=_TEXT,
    serial=st.integers(0, 10**9),
    leftovers=_SCOPES,
)


def with_fields(**changes: str | None) -> bytes:
    fields = codec.decode(dumps(oauth_record(generation='g')))
    changed = {**fields, **changes}
    return codec.encode({name: text for name, text in changed.items() if text is not None})


class RecordTest(unittest.TestCase):
    @given(_RECORDS)
    def test_any_record_comes_back(self, record: HostRecord) -> None:
        self.assertEqual(loads(dumps(record), 'x'), record)

    def test_keyring_storage_leaves_the_tokens_out(self) -> None:
        record = keyring_record(generation='g', leftovers=('a.B', 'c.D'))
        data = dumps(record)
        self.assertNotIn(b'access-1', data)
        self.assertNotIn(b'refresh-1', data)
        self.assertEqual(loads(data, 'x'), record._replace(access_token=None, refresh_token=None))

    def test_no_scopes_and_unknown_scopes_differ(self) -> None:
        for scopes in ((), None):
            with self.subTest(scopes=scopes):
                self.assertEqual(loads(dumps(oauth_record(scopes=scopes)), 'x').scopes, scopes)

    def test_a_key_of_the_future_is_ignored(self) -> None:
        self.assertEqual(loads(with_fields(colour='blue'), 'x').user, 'ada@example.org')

    def test_case_7_what_is_no_record_is_corrupt_and_the_path_is_named(self) -> None:
        for data in (
            b'{',
            codec.encode({}),
            with_fields(host=None),
            with_fields(generation=None),
            with_fields(kind='magic'),
            with_fields(storage='cloud'),
            with_fields(storage='keyring'),
            with_fields(expiry='1e400'),
            with_fields(expiry='9' * 5000),
            with_fields(expiry='9' * 19),
            with_fields(expiry='\u0661'),
            with_fields(obtained='-'),
            with_fields(obtained=''),
            with_fields(serial='NaN'),
        ):
            with self.subTest(data=data[-80:]), self.assertRaises(CorruptRecord) as caught:
                loads(data, '/x/y')
            self.assertIn('/x/y', caught.exception.message)

    def test_case_8_a_newer_record_says_so(self) -> None:
        with self.assertRaises(NewerFormat) as caught:
            loads(b'phyware-credential 99\nanything', '/x/y')
        self.assertIn('written by a newer phyware', caught.exception.message)

    def test_case_65_no_token_in_the_repr(self) -> None:
        text = repr(oauth_record())
        self.assertNotIn('access-1', text)
        self.assertNotIn('refresh-1', text)
