"""phyware.hostnames: writing systems, and addresses no URL parser has seen before."""

from __future__ import annotations

import unittest

import idna

from phyware.errors import Validation
from phyware.hostnames import ascii_host, is_loopback_host


class ScriptsTest(unittest.TestCase):
    """Security case 85, mixed-script IDN; UTS 39 section 5.2, highly restrictive."""

    def test_names_of_one_writing_system_are_fine(self) -> None:
        for name in (
            'пример.example', 'ελλάδα.example', 'παράδειγμα', 'مثال.example', 'עברית', 'ไทย',
            'हिन्दी', 'հայերեն', 'ქართული', 'q\u0308.example', 'l·l.example', 'naïve-2',
            'пример.bücher.例え',
        ):  # fmt: skip
            with self.subTest(name):
                self.assertIn('xn--', ascii_host(name))

    def test_a_joiner_belongs_to_the_letters_around_it(self) -> None:
        label = idna.alabel('क्\u200dष').decode('ascii')

        self.assertEqual(label, ascii_host(label))

    def test_east_asian_names_mix_by_nature(self) -> None:
        for name in (
            'abc東京', 'abcひらがな', 'abcカタカナ', 'ひカ', '東ひカー', '々東',
            'ㄅ東', 'abcㄅ', '한東', 'abc한국',
        ):  # fmt: skip
            with self.subTest(name):
                self.assertIn('xn--', ascii_host(name))

    def test_other_mixes_are_refused_with_the_punycode(self) -> None:
        for name in (
            'bаnk', 'bаnk.example', 'αb', 'аα', 'ひ한', 'ㄅひ', 'ㄅ한', '東а', 'a१', 'aա',
            'x.bаnk.example',
        ):  # fmt: skip
            with self.subTest(name):
                with self.assertRaises(Validation) as caught:
                    ascii_host(name)
                self.assertRegex(caught.exception.message, r'writing systems: xn--[a-z0-9-]+\Z')


class AddressTest(unittest.TestCase):
    def test_an_address_in_brackets_is_checked_here_too(self) -> None:
        self.assertEqual('[1::a]', ascii_host('[1:0:0:0:0:0:0:A]'))
        for host in ('[1::2::3]', '[]', '[127.0.0.1]', '[::]', '[::ffff:1.2.3.4]', '[fe80::1%1]'):
            with self.subTest(host), self.assertRaises(Validation):
                ascii_host(host)

    def test_the_longest_name_has_253_characters(self) -> None:
        longest = '.'.join(['a' * 63] * 3 + ['b' * 61])

        self.assertEqual(longest, ascii_host(longest + '.'))
        with self.assertRaises(Validation):
            ascii_host(longest + 'b')

    def test_loopback_is_literal(self) -> None:
        for host in ('localhost', '127.0.0.1', '127.255.255.254', '[::1]'):
            self.assertTrue(is_loopback_host(host), host)
        for host in ('localhost.x', '127.0.0.1.x', '127.x', '128.0.0.1', '1.27.0.0', '[::2]', 'x'):
            self.assertFalse(is_loopback_host(host), host)
