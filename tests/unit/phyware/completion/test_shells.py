"""phyware.completion.shells and bash: what shells send, and what they are handed."""

from __future__ import annotations

import shlex
import subprocess
import unittest

from phyware.completion.bash import bash_word, read_line
from phyware.completion.shells import SHELLS, Typed, read_typed, script, written

BREAKS = ' \t\n"\'@><=;|&(:'


class ReadTest(unittest.TestCase):
    def test_words_of_zsh_and_fish(self) -> None:
        self.assertEqual(Typed(('auth', 'a b'), ''), read_typed('zsh', 'auth\0a b\0\0'))
        self.assertEqual(Typed((), 'au'), read_typed('fish', 'au\0'))
        self.assertEqual(Typed((), ''), read_typed('fish', '\0'))

    def test_powershell_ends_with_a_line(self) -> None:
        self.assertEqual(Typed(('auth',), ''), read_typed('powershell', 'auth\0\0\r\n'))

    def test_the_line_of_bash(self) -> None:
        for line, words, last, kept in (
            ('phyware au', (), 'au', 0),
            ('phyware auth ', ('auth',), '', 0),
            ('phyware --url http://lo', ('--url',), 'http://lo', 5),
            ('phyware --url=http://lo', (), '--url=http://lo', 11),
            ("phyware 'a b' c\\ d", ('a b',), 'c d', 0),
            ('phyware "a\\"b\\c" \'\' x', ('a"b\\c', ''), 'x', 0),
            ('phyware $(x) `y` z', ('$(x)', '`y`'), 'z', 0),
        ):
            with self.subTest(line):
                self.assertEqual(
                    Typed(words, last, False, kept), read_typed('bash', f'{BREAKS}\0{line}\0'))

    def test_an_open_quote(self) -> None:
        for quote in '\'"':
            self.assertEqual(Typed((), 'http:', True, 0),
                             read_typed('bash', f'{BREAKS}\0phyware {quote}http:\0'))

    def test_where_bash_does_not_break_nothing_is_kept(self) -> None:
        self.assertEqual(Typed((), 'a:b'), read_typed('bash', ' \0phyware a:b\0'))

    def test_what_no_script_sends(self) -> None:
        for text in ('', 'phyware', '\0', 'a\0b\0c\0', f'{BREAKS}\0ph\0'):
            self.assertIsNone(read_typed('bash', text))


class WrittenTest(unittest.TestCase):
    def test_a_word_of_bash_is_read_back_as_it_was(self) -> None:
        for text in ('plain', 'a b', '$(id)`id`', "it's", '"q"', '~root', '#c', '!1', 'x;y&z|w',
                     '{a,b}', '*?[x]', 'ü€', '\\', '<(x)', '=x', 'a\u00a0b'):
            word = bash_word(text, quoted=False)
            assert word is not None
            done = subprocess.run(
                ['bash', '--norc', '-c', f'printf %s {word}'], capture_output=True, text=True,
                check=True, env={'PATH': '/nowhere:/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'},
            )
            self.assertEqual(text, done.stdout)
            self.assertEqual([text], shlex.split(word))

    def test_inside_of_quotes_only_plain_words_are_given(self) -> None:
        self.assertEqual('http://a', bash_word('http://a', quoted=True))
        for text in ('a b', '$x', "it's", '`x`', '"'):
            self.assertIsNone(bash_word(text, quoted=True))

    def test_what_bash_keeps_is_not_given_again(self) -> None:
        typed = read_typed('bash', f'{BREAKS}\0phyware --url http://lo\0')
        assert typed is not None

        self.assertEqual('//localhost:8000', written('bash', typed, 'http://localhost:8000'))
        self.assertEqual('http://localhost:8000', written('fish', typed, 'http://localhost:8000'))

    def test_a_line_without_end_is_read_to_the_end(self) -> None:
        self.assertEqual('a\\', read_line("phyware 'a\\").last)
        self.assertEqual((), read_line('').words)


class ScriptTest(unittest.TestCase):
    def test_each_asks_phyware_on_path_and_passes_nothing_as_an_argument(self) -> None:
        for shell in SHELLS:
            text = script(shell)
            with self.subTest(shell):
                self.assertIn(f'completion {shell} --candidates 2>', text)
                self.assertNotIn('eval', text)
                self.assertNotIn('Invoke-Expression', text)

    def test_powershell(self) -> None:
        text = script('powershell')

        self.assertIn("Register-ArgumentCompleter -Native -CommandName 'phyware'", text)
        self.assertIn('-CommandType Application', text)
        self.assertIn('EscapeSingleQuotedStringContent($word)', text)
        for opening, closing in ('()', '{}', '[]'):
            self.assertEqual(text.count(opening), text.count(closing))
