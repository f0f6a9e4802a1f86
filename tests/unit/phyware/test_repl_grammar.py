"""phyware.repl: words, grammar, and the word that is being typed."""

from __future__ import annotations

import shlex
import unittest

from hypothesis import given
from hypothesis import strategies as st

from phyware.errors import Validation
from phyware.repl.grammar import Step, Target, parse
from phyware.repl.typed import quoted, typed
from phyware.repl.words import tokens

SECRET = 'c4naryvalue'


class WordsTest(unittest.TestCase):
    def test_quotes_and_backslashes_are_as_in_a_shell(self) -> None:
        for line, words in {
            '''a "b c" 'd e' f\\ g''': ['a', 'b c', 'd e', 'f g'],
            '''x"y"'z' ""''': ['xyz', ''],
            r'''"a\"b" 'a\b' "a\b"''': ['a"b', 'a\\b', 'a\\b'],
            'tab\tand  spaces': ['tab', 'and', 'spaces'],
            'a#b #c d': ['a#b'],
            "é '\u2028'": ['é', '\u2028'],
        }.items():
            with self.subTest(line):
                self.assertEqual(words, [token.text for token in tokens(line)])

    @given(st.lists(st.text(min_size=1), min_size=1))
    def test_what_shlex_quotes_comes_back(self, words: list[str]) -> None:
        found = list(tokens(' '.join(map(shlex.quote, words))))

        self.assertEqual(words, [token.text for token in found])
        self.assertFalse([token for token in found if token.operator or token.quote])

    @given(st.text(alphabet='ab "\'\\;|>#\n', max_size=40))
    def test_any_line_is_cut_without_end_or_overlap(self, line: str) -> None:
        at = 0
        for token in tokens(line):
            self.assertLessEqual(at, token.start)
            self.assertLess(token.start, token.end)
            at = token.end
        self.assertLessEqual(at, len(line))

    def test_a_long_line_takes_no_long_time(self) -> None:
        for line in ('"' * 99_999, "'a" * 50_001, '\\' * 99_999, 'a' * 100_000 + '"'):
            self.assertTrue(list(tokens(line)))


class GrammarTest(unittest.TestCase):
    def test_commands_programs_and_files(self) -> None:
        for line, steps in {
            '': [], ' ; ;': [],
            'a b;c': [Step(('a', 'b')), Step(('c',))],
            'a | b c|d': [Step(('a',), (('b', 'c'), ('d',)))],
            'a > f': [Step(('a',), (), Target('f'))],
            '>>f a': [Step(('a',), (), Target('f', append=True))],
            'a | b > "f g"': [Step(('a',), (('b',),), Target('f g'))],
            '''a ";" '|' \\> ">>"''': [Step(('a', ';', '|', '>', '>>'))],
            'a $HOME * `b` & c': [Step(('a', '$HOME', '*', '`b`', '&', 'c'))],
            'a ~/x "~/x" b~': [Step(('a', '/h/x', '~/x', 'b~'))],
        }.items():
            with self.subTest(line):
                self.assertEqual(steps, parse(line, '/h'))

    def test_what_is_refused_repeats_no_word(self) -> None:
        for line in (
            f'{SECRET} "', f'{SECRET} \\', f'| {SECRET}', f'{SECRET} |', f'a || {SECRET}',
            f'{SECRET} >', f'{SECRET} > ; a', f'{SECRET} > f > g', f'{SECRET} > f | b',
            f'{SECRET} 2> f', f'{SECRET} > &2', f'{SECRET} >&2', '> f', f'{SECRET} > ""',
        ):
            with self.subTest(line), self.assertRaises(Validation) as caught:
                parse(line)
            self.assertNotIn(SECRET, f'{caught.exception.message}{caught.exception.remediation}')


class TypedTest(unittest.TestCase):
    def test_the_place_of_the_cursor(self) -> None:
        for line, (words, prefix, start) in {
            '': ((), '', 0), 'au': ((), 'au', 0), 'auth ': (('auth',), '', 5),
            'a; auth st': (('auth',), 'st', 8), 'a "b c': (('a',), 'b c', 2),
            "a --x='b c": (('a',), '--x=b c', 2), 'a b\\ c': (('a',), 'b c', 2),
        }.items():
            with self.subTest(line):
                at = typed(line)
                assert at is not None
                self.assertEqual((words, prefix, start), (at.words, at.prefix, at.start))

    def test_a_file_after_the_arrow_and_nothing_after_the_bar(self) -> None:
        for line, is_file in {'a > f': True, 'a >> ': True, 'a f': False}.items():
            at = typed(line)
            assert at is not None
            self.assertEqual(is_file, at.is_file, line)
        self.assertIsNone(typed('a | b'))
        self.assertIsNone(typed('a # b'))

    @given(st.text(min_size=1), st.sampled_from(['', '"', "'"]))
    def test_what_is_offered_reads_as_it_is_meant(self, text: str, quote: str) -> None:
        self.assertEqual([text], [token.text for token in tokens(quoted(text, quote))])
