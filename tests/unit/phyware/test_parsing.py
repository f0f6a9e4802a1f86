"""phyware.parsing: exact options, and errors that are raised and keep secrets."""

from __future__ import annotations

import argparse
import io
import sys
import unittest
from typing import Any
from unittest import mock

from autopage.argparse import ArgumentParser as PagingParser

from phyware.errors import Validation
from phyware.parsing import HelpShown, adopt, parse_exactly, usage_error

SECRET = 'c4naryvalue'


class ParsingCase(unittest.TestCase):
    def setUp(self) -> None:
        self.stdout = io.StringIO()
        self.parser = argparse.ArgumentParser(prog='phyware x')
        self.parser.add_argument('--host')
        self.parser.add_argument('--count', type=int)
        self.parser.add_argument('-q', '--quiet', action='store_true')
        self.parser.add_argument('-name')
        self.parser.add_argument('--with-token', action='store_true')

    def parse(self, *argv: str) -> Any:
        adopt(self.parser, self.stdout)
        return parse_exactly(self.parser, argv)

    def refused(self, *argv: str) -> str:
        with (
            mock.patch('sys.stderr', io.StringIO()) as stderr,
            mock.patch('sys.stdout', io.StringIO()) as stdout,
            self.assertRaises(Validation) as caught,
        ):
            self.parse(*argv)
        self.assertEqual(('', '', ''), (stdout.getvalue(), stderr.getvalue(),
                                        self.stdout.getvalue()))
        self.assertEqual("See 'phyware x --help'", caught.exception.remediation)
        return caught.exception.message


class ExactTest(ParsingCase):
    def test_options_are_taken_as_they_are_spelled(self) -> None:
        parsed = self.parse('--host=h', '--count', '3', '-q', '-name', 'n')

        self.assertEqual(('h', 3, True, 'n'),
                         (parsed.host, parsed.count, parsed.quiet, parsed.name))

    def test_trap_8_an_abbreviation_is_unknown(self) -> None:
        self.assertEqual('unrecognized arguments: --hos', self.refused('--hos', 'x'))
        self.assertEqual('unrecognized arguments: --hos', self.refused('--hos=x'))
        self.assertEqual('unrecognized arguments: -n', self.refused('-na', 'x'))

    def test_short_options_still_go_together(self) -> None:
        self.parser.add_argument('-o')
        parsed = self.parse('-qoyaml')

        self.assertEqual((True, 'yaml'), (parsed.quiet, parsed.o))

    def test_subcommands_of_a_parser_are_exact_too(self) -> None:
        below = self.parser.add_subparsers(dest='verb')
        below.add_parser('run', aliases=['go']).add_argument('--speed', type=int)

        self.assertEqual(5, self.parse('go', '--speed', '5').speed)
        self.assertIn('--spee', self.refused('run', '--spee', '5'))
        with self.assertRaisesRegex(Validation, 'invalid int value'):
            self.parse('run', '--speed', 'x')
        with self.assertRaises(HelpShown):
            self.parse('run', '--help')
        self.assertIn('--speed', self.stdout.getvalue())


class ErrorTest(ParsingCase):
    def test_trap_2_what_does_not_fit_is_raised(self) -> None:
        self.assertEqual('argument --host: expected one argument', self.refused('--host'))
        self.assertIn("invalid int value: 'x'", self.refused('--count', 'x'))

    def test_what_is_missing_is_raised(self) -> None:
        self.parser.add_argument('thing')

        self.assertIn('required: thing', self.refused())

    def test_case_66_what_is_left_over_is_counted_and_not_shown(self) -> None:
        for argv in ((SECRET,), (SECRET, '--host', 'h'), ('--', SECRET)):
            with self.subTest(argv):
                self.assertEqual('unrecognized arguments: 1 that the command does not take',
                                 self.refused(*argv).replace('2 that', '1 that'))

    def test_case_66_an_unknown_option_is_named_without_its_value(self) -> None:
        for argv, names in (
            (('--token', SECRET), '--token'),
            ((f'--token={SECRET}',), '--token'),
            ((f'-t{SECRET}',), '-t'),
            ((f'-t={SECRET}', '--b'), '-t, --b'),
        ):
            with self.subTest(argv):
                self.assertEqual(f'unrecognized arguments: {names}', self.refused(*argv))

    def test_case_66_a_value_given_to_a_flag_is_not_shown(self) -> None:
        for word in (f'--with-token={SECRET}', f'-q{SECRET}', f"--with-token='{SECRET}\"\n'"):
            with self.subTest(word):
                message = self.refused(word)
                self.assertNotIn(SECRET, message)
                self.assertRegex(message, '^argument (--with-token|-q/--quiet): ')

    def test_case_79_what_is_shown_of_a_value_is_clean(self) -> None:
        message = self.refused('--count', 'a\x1b]52;c;x\x07\n' + 'b' * 5000)

        self.assertNotIn('\x1b', message)
        self.assertLessEqual(len(message), 200)

    def test_an_error_of_the_parsers_own(self) -> None:
        adopt(self.parser, self.stdout)
        with self.assertRaisesRegex(Validation, 'said so'):
            self.parser.exit(2, 'said so')

    def test_a_usage_error_says_where_help_is(self) -> None:
        self.assertEqual("See 'phyware --help'", usage_error('phyware', 'no').remediation)


class HelpTest(ParsingCase):
    def test_trap_9_help_goes_to_the_stream_given(self) -> None:
        with mock.patch('sys.stdout', None), self.assertRaises(HelpShown):
            self.parse('--host', 'x', '--help')

        self.assertTrue(self.stdout.getvalue().startswith('usage: phyware x'))

    def test_case_67_help_starts_no_pager(self) -> None:
        self.parser = PagingParser(prog='phyware x')
        terminal = mock.Mock(wraps=io.StringIO(), isatty=lambda: True, closed=False)
        with (
            mock.patch('subprocess.Popen') as started,
            mock.patch.object(sys, 'stdout', terminal),
            self.assertRaises(HelpShown),
        ):
            self.parse('--help')

        started.assert_not_called()
        self.assertIn('usage: phyware x', self.stdout.getvalue())

    def test_a_version_is_shown_there_too(self) -> None:
        self.parser.add_argument('--version', action='version', version='acme 1')
        with self.assertRaises(HelpShown):
            self.parse('--version')

        self.assertEqual('acme 1\n', self.stdout.getvalue())
