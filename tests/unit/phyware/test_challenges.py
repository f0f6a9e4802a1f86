"""What can be read from ``WWW-Authenticate``, and that nothing breaks on it."""

from __future__ import annotations

import unittest

from hypothesis import given
from hypothesis import strategies as st

from phyware.challenges import bearer_challenge


class ChallengeTests(unittest.TestCase):
    def test_parameters(self) -> None:
        found = bearer_challenge('Bearer realm="a, b", error="invalid_token", Scope="r w"')

        self.assertEqual(found, {'realm': 'a, b', 'error': 'invalid_token', 'scope': 'r w'})

    def test_spellings(self) -> None:
        for header in ('bearer scope=rw', 'BEARER   scope = "rw"', 'Bearer scope="r\\w" ,'):
            with self.subTest(header):
                self.assertEqual(bearer_challenge(header), {'scope': 'rw'})

    def test_other_schemes_are_passed_over(self) -> None:
        for header in (
            'Basic realm="x", Bearer scope="rw"',
            'Basic realm="x, Bearer scope=\\"evil\\"", Bearer scope="rw", DPoP scope="no"',
            'Negotiate, NTLM TlRM==, Bearer scope="rw"',
            'Bearer scope="rw", Bearer scope="second"',
            'Bearer scope="rw", scope="again"',
        ):
            with self.subTest(header):
                self.assertEqual(bearer_challenge(header).get('scope'), 'rw')

    def test_of_several_the_first_counts(self) -> None:
        for header in ('Bearer realm="a", Bearer scope="b"', 'Bearer realm="a", DPoP scope="b"'):
            with self.subTest(header):
                self.assertEqual(bearer_challenge(header), {'realm': 'a'})

    def test_nothing_to_read(self) -> None:
        for header in (None, '', 'Bearer', 'Basic scope="x"', ',,,', '"', 'scope="x"'):
            with self.subTest(header):
                self.assertEqual(bearer_challenge(header), {})

    def test_length_is_bounded(self) -> None:
        header = f'Bearer realm="{"a" * 10_000_000}", scope="x"'

        self.assertNotIn('scope', bearer_challenge(header))

    @given(st.text(alphabet='Bearer scope="\\, \t\x00é=', max_size=60))
    def test_any_text_gives_text(self, junk: str) -> None:
        found = bearer_challenge(f'Bearer {junk}')

        self.assertTrue(all(isinstance(value, str) for value in found.values()))
