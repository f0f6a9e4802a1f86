"""phyware.text: what others say can't command the terminal."""

from __future__ import annotations

import unicodedata
import unittest

from hypothesis import given
from hypothesis import strategies as st

from phyware.text import clean, clean_each

_ANY_TEXT = st.text(st.characters(codec=None))
_HIDDEN = {'Cc', 'Cf', 'Cs', 'Co', 'Cn', 'Zl', 'Zp'}


class CleanTest(unittest.TestCase):
    """Security case 79, rule 18."""

    def test_case_79_every_kind_of_attack_is_shown_as_an_escape(self) -> None:
        attacks = {
            '\x1b]52;c;eHg=\x07': r'\x1b]52;c;eHg=\x07',
            '\x1b[2J': r'\x1b[2J',
            '\x9b31m': r'\x9b31m',
            'a\rb\x08': r'a\rb\x08',
            'one\ntwo\u2028three\u2029': r'one\ntwo\u2028three\u2029',
            '\u202egnp.exe': r'\u202egnp.exe',
            'a\u200bb\ufeff': r'a\u200bb\ufeff',
            '\ud800': r'\ud800',
            '\ue000': r'\ue000',
            '\U000e0041': r'\U000e0041',
            'nul\0': r'nul\x00',
        }
        for attack, shown in attacks.items():
            with self.subTest(shown):
                self.assertEqual(shown, clean(attack))

    def test_ordinary_text_stays_as_it_is(self) -> None:
        for text in ('Grüße, 世界!', 'a\u00a0b', r'C:\temp', 'é', '👍'):
            self.assertEqual(text, clean(text))

    def test_long_text_ends_in_an_ellipsis_at_the_limit(self) -> None:
        self.assertEqual('x' * 200, clean('x' * 200))
        self.assertEqual('x' * 199 + '…', clean('x' * 201))
        self.assertEqual('abc…', clean('abcdef', 4))

    def test_the_limit_counts_escapes_as_they_are_shown(self) -> None:
        self.assertEqual(r'\x1b\x1…', clean('\x1b' * 5, 8))

    def test_a_limit_of_none_keeps_all(self) -> None:
        self.assertEqual('x' * 5000, clean('x' * 5000, None))

    def test_objects_are_shown_by_their_str(self) -> None:
        self.assertEqual(r'bad\x1b', clean(ValueError('bad\x1b')))
        self.assertEqual('7', clean(7))

    @given(_ANY_TEXT, st.integers(1, 50))
    def test_nothing_hidden_survives_and_the_limit_holds(self, text: str, limit: int) -> None:
        shown = clean(text, limit)

        self.assertFalse(_HIDDEN & {unicodedata.category(char) for char in shown})
        self.assertLessEqual(len(shown), limit)
        self.assertEqual(shown, clean(shown, limit))

    @given(st.lists(st.text(max_size=9), max_size=5), st.none() | st.integers(0, 9))
    def test_each_of_many_is_what_it_is_alone(self, texts: list[str], limit: int | None) -> None:
        self.assertEqual([clean(text, limit) for text in texts], clean_each(texts, limit))
