"""The answer of a token endpoint, good, odd and hostile."""

from __future__ import annotations

import unittest
from typing import Any

from phyware.errors import ConnectionFailed
from phyware_auth.oauth.answers import json_object
from phyware_auth.oauth.tokens import Tokens, parse_tokens
from tests.unit.phyware_auth.authcase import SUCCESS, answer, text_of, without

ASKED = ('openid', 'email')


def parsed(**changes: Any) -> Tokens:
    return parse_tokens({**SUCCESS, **changes}, ASKED)


class TokensTests(unittest.TestCase):
    def assert_refused(self, given: dict[str, Any]) -> None:
        with self.assertRaises(ConnectionFailed) as caught:
            parse_tokens(given, ASKED)
        self.assertIn('unexpected answer', caught.exception.message)
        self.assertNotIn('canary', caught.exception.message)

    def test_success(self) -> None:
        tokens = parsed()

        self.assertEqual(text_of(tokens.access_token), 'access-new')
        self.assertEqual(text_of(tokens.refresh_token), 'refresh-new')
        self.assertEqual((tokens.expires_in, tokens.scopes), (3600, ('openid', 'email')))
        self.assertNotIn('-new', repr(tokens))

    def test_only_what_must_be_there(self) -> None:
        tokens = parse_tokens({'access_token': 'x', 'token_type': 'bearer'}, ASKED)

        self.assertIsNone(tokens.refresh_token)
        self.assertEqual((tokens.expires_in, tokens.scopes), (None, ASKED))

    def test_id_token_and_members_nobody_knows_are_ignored(self) -> None:
        for value in ('eyJ.e30.', 5, None, ['x'], {'a': 1}):
            with self.subTest(value):
                self.assertEqual(parsed(id_token=value, state=value), parsed())

    def test_token_type_in_any_case(self) -> None:
        for kind in ('Bearer', 'bearer', 'BEARER'):
            with self.subTest(kind):
                self.assertEqual(parsed(token_type=kind), parsed())

    def test_case_56_another_token_type(self) -> None:
        for kind in ('mac', 'DPoP', '', 'bearer ', None, 5, ['Bearer'], True):
            with self.subTest(kind):
                self.assert_refused({**SUCCESS, 'token_type': kind})
        self.assert_refused(without(SUCCESS, 'token_type'))

    def test_case_56_access_tokens_that_are_none(self) -> None:
        for value in (
            None, '', 5, True, ['canary'], {'canary': 1}, 'canary\nb', 'canary b', 'canaryé',
            'canary\u200b', 'canary\x00', '"canary"', 'canary,', 'x' * 100_000, '=',
        ):
            with self.subTest(repr(value)[:20]):
                self.assert_refused({**SUCCESS, 'access_token': value})
        self.assert_refused(without(SUCCESS, 'access_token'))

    def test_case_56_refresh_tokens_that_are_none(self) -> None:
        for value in (5, False, ['canary'], 'canary\nb', 'canaryé', 'canary\x7f', 'x' * 100_000):
            with self.subTest(repr(value)[:20]):
                self.assert_refused({**SUCCESS, 'refresh_token': value})

    def test_case_36_no_refresh_token(self) -> None:
        for value in (None, ''):
            with self.subTest(value):
                self.assertIsNone(parsed(refresh_token=value).refresh_token)

    def test_tokens_of_every_length_that_real_servers_give(self) -> None:
        for length in (1, 30, 4_000, 16384):
            with self.subTest(length):
                token = 'x' * length

                self.assertEqual(text_of(parsed(access_token=token).access_token), token)
                self.assertEqual(text_of(parsed(refresh_token=token).refresh_token), token)

    def test_case_56_longer_ones(self) -> None:
        for name in ('access_token', 'refresh_token'):
            with self.subTest(name):
                self.assert_refused({**SUCCESS, name: 'x' * 16385})

    def test_missing_access_token_is_said(self) -> None:
        with self.assertRaises(ConnectionFailed) as caught:
            parsed(access_token=None)

        self.assertIn('there is no access_token in it', caught.exception.message)

    def test_refresh_token_may_hold_any_visible_ascii(self) -> None:
        token = '0.AS8 {"a":1}/+=~!'

        self.assertEqual(text_of(parsed(refresh_token=token).refresh_token), token)


class ExpiryTests(unittest.TestCase):
    def expires_in(self, literal: str) -> int | None:
        """Return what is made of a JSON literal."""
        body = f'{{"access_token":"x","token_type":"bearer","expires_in":{literal}}}'
        return parse_tokens(json_object(answer(body.encode())), None).expires_in

    def test_numbers_and_their_text(self) -> None:
        for literal, expected in (('3600', 3600), ('"3600"', 3600), ('59.9', 59), ('1', 1)):
            with self.subTest(literal):
                self.assertEqual(self.expires_in(literal), expected)

    def test_case_46_far_too_long(self) -> None:
        for literal in ('1e400', 'Infinity', '9' * 5000, '1e18', '316224001', f'"{"9" * 20}"'):
            with self.subTest(literal[:12]):
                self.assertEqual(self.expires_in(literal), 316_224_000)

    def test_case_46_unknown(self) -> None:
        for literal in (
            'NaN', 'true', 'false', 'null', '""', '"x"', '"-5"', '"1e5"', '" 60"', '"\u0663"',
            '[3600]', '{}', f'"{"9" * 21}"',
        ):
            with self.subTest(literal[:12]):
                self.assertIsNone(self.expires_in(literal))

    def test_case_46_a_token_that_is_over_when_it_comes_has_no_known_end(self) -> None:
        # Some servers mean "never" by it.  Taken at its word, each command
        # would refresh once more and present nothing.
        for literal in ('0', '-1', '-Infinity', '"0"', '0.5', '-1e400', '-' + '9' * 5000):
            with self.subTest(literal[:12]):
                self.assertIsNone(self.expires_in(literal))


class ScopeTests(unittest.TestCase):
    def test_text_and_list(self) -> None:
        for value in ('read  write', ['read', 'write'], ['read write'], ' read write '):
            with self.subTest(value):
                self.assertEqual(parsed(scope=value).scopes, ('read', 'write'))

    def test_absent_or_odd_is_as_asked(self) -> None:
        for value in (None, 5, True, {'openid': 1}, ['openid', 5], [None]):
            with self.subTest(value):
                self.assertEqual(parsed(scope=value).scopes, ASKED)
        self.assertEqual(parse_tokens(without(SUCCESS, 'scope'), ASKED).scopes, ASKED)

    def test_empty_grants_nothing(self) -> None:
        self.assertEqual(parsed(scope='').scopes, ())

    def test_case_79_scopes_are_kept_harmless_and_few(self) -> None:
        scopes = parsed(scope='a\x1b]0;x\x07 b\u202e ' + 'c ' * 5000).scopes

        assert scopes is not None
        self.assertEqual(scopes[:2], ('a\\x1b]0;x\\x07', 'b\\u202e'))
        self.assertEqual(len(scopes), 200)
