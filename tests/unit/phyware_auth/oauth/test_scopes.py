"""Which scopes a login asks for."""

from __future__ import annotations

import unittest

from phyware.errors import Validation
from phyware_auth.oauth.scopes import parse_scopes, scopes_to_ask


class ScopesToAskTests(unittest.TestCase):
    def test_all_defaults_where_the_host_lists_none(self) -> None:
        for supported in (None, ()):
            with self.subTest(supported):
                self.assertEqual(
                    scopes_to_ask(supported, None),
                    ('openid', 'email', 'offline_access', 'admin:sessions'),
                )

    def test_defaults_that_the_host_lists(self) -> None:
        self.assertEqual(scopes_to_ask(('email', 'x', 'openid'), None), ('openid', 'email'))

    def test_a_host_without_any_of_them(self) -> None:
        self.assertEqual(scopes_to_ask(('read',), None), ())

    def test_exact_scopes_whatever_the_host_lists(self) -> None:
        self.assertEqual(scopes_to_ask(('openid',), ('write', 'read')), ('write', 'read'))


class ParseScopesTests(unittest.TestCase):
    def test_spaces_commas_and_repetition(self) -> None:
        self.assertEqual(parse_scopes(' b,a  b ,, https://x/a.r '), ('b', 'a', 'https://x/a.r'))

    def test_no_scope_or_characters_that_no_scope_has(self) -> None:
        for text in ('', ' ', ',', 'a"b', 'a\\b', 'é', 'a\x00', 'a\x7f', 'x' * 257):
            with self.subTest(text[:9]), self.assertRaises(Validation) as caught:
                parse_scopes(text)

            self.assertIn('--scopes', caught.exception.remediation)
