"""phyware.options: the options of every command, and those that a plugin keeps."""

from __future__ import annotations

import argparse
import unittest
from typing import Any

from phyware.errors import Validation
from phyware.formatters import FORMATS
from phyware.options import (
    GLOBAL_OPTIONS,
    GlobalOptions,
    add_global_options,
    cliff_options,
    output_flags,
    requested_output,
    use_output,
)

KEY = 'phk_c4nary'


def parser_with(*own: str, **kwargs: Any) -> argparse.ArgumentParser:
    """Return a command's parser with an option of its own, then the global ones."""
    parser = argparse.ArgumentParser(prog='phyware x', allow_abbrev=False)
    if own:
        parser.add_argument(*own, **kwargs)
    add_global_options(parser)
    return parser


class MergeTest(unittest.TestCase):
    def merged(self, *argv: str, before: GlobalOptions | None = None) -> GlobalOptions:
        return (before or GlobalOptions()).merged(parser_with().parse_args(argv))

    def test_every_option_arrives(self) -> None:
        self.assertEqual(
            GlobalOptions('u', KEY, 'p', 'c', 2, True, 'l', True, 'yaml'),
            self.merged(
                '--url', 'u', '--api-key', KEY, '--auth-provider', 'p', '--ca-bundle', 'c', '-vv',
                '-q', '--log-file', 'l', '--debug', '-o', 'yaml',
            ),
        )

    def test_what_is_not_given_stays(self) -> None:
        before = GlobalOptions('u', KEY, 'p', 'c', 1, True, 'l', True, 'yaml')

        self.assertEqual(before, self.merged(before=before))

    def test_what_is_given_again_wins_but_verbosity_adds_up(self) -> None:
        before = GlobalOptions(url='u', verbose=1)
        after = self.merged('--url', 'w', '-v', before=before)

        self.assertEqual(('w', 2), (after.url, after.verbose))

    def test_an_empty_value_is_given_too(self) -> None:
        after = self.merged('--url=', '--api-key=', before=GlobalOptions(url='u', api_key=KEY))

        self.assertEqual(('', ''), (after.url, after.api_key))

    def test_case_65_the_key_is_not_in_the_repr(self) -> None:
        self.assertNotIn(KEY, repr(GlobalOptions(api_key=KEY)))


class OwnFlagTest(unittest.TestCase):
    """An option of a plugin is the plugin's (cliff-traps 8)."""

    def test_any_flag_of_ours_can_be_a_plugins(self) -> None:
        flags = [flag for option in GLOBAL_OPTIONS for flag in option.flags]
        for flag in (*flags, '-o', '--output', '-f', '--format'):
            with self.subTest(flag):
                parsed = parser_with(flag, dest='mine').parse_args([flag, 'value'])
                self.assertEqual('value', parsed.mine)
                self.assertEqual(GlobalOptions(), GlobalOptions().merged(parsed))

    def test_the_other_spelling_stays_ours(self) -> None:
        parsed = parser_with('-v', dest='mine').parse_args(['-v', 'x', '--verbose'])
        self.assertEqual(1, GlobalOptions().merged(parsed).verbose)

        parsed = parser_with('-o', dest='mine').parse_args(['-o', 'x', '--output', 'csv'])
        self.assertEqual('csv', GlobalOptions().merged(parsed).output)

    def test_destinations_do_not_meet(self) -> None:
        parsed = parser_with('--mine', dest='url').parse_args(['--mine', 'x', '--url', 'u'])

        self.assertEqual(('x', 'u'), (parsed.url, GlobalOptions().merged(parsed).url))

    def test_a_flag_that_only_begins_alike_is_not_ours(self) -> None:
        for flag in ('--out', '--log', '--u', '--deb'):
            with self.subTest(flag):
                parsed = parser_with(flag, dest='mine').parse_args([flag, 'value'])
                self.assertEqual(('value', GlobalOptions()),
                                 (parsed.mine, GlobalOptions().merged(parsed)))


class OutputTest(unittest.TestCase):
    def display(self) -> argparse.ArgumentParser:
        """Return the parser of a command with formatters, as cliff makes it."""
        choices = ['acme', 'json', 'table', '1%']
        return parser_with('-f', '--format', dest='formatter', choices=choices, default='table')

    def test_all_four_flags_are_one_switch(self) -> None:
        for parser, dest in ((self.display(), 'formatter'), (parser_with(), 'phyware_output')):
            for flag in ('-o', '--output', '-f', '--format'):
                with self.subTest(flag, dest=dest):
                    self.assertEqual('json', getattr(parser.parse_args([flag, 'json']), dest))

    def test_help_lists_the_formats_once_ours_first(self) -> None:
        text = ' '.join(self.display().format_help().split())

        self.assertIn('[-o FORMAT]', text)
        self.assertIn('--format FORMAT output format: table, json, 1%, acme; table if', text)
        self.assertEqual(1, text.count('acme'))

    def test_a_format_before_the_command_is_where_it_starts(self) -> None:
        parser = self.display()
        use_output(parser, 'acme')

        self.assertEqual('acme', parser.parse_args([]).formatter)
        self.assertEqual('json', parser.parse_args(['-o', 'json']).formatter)

    def test_a_format_the_command_does_not_have_is_refused(self) -> None:
        for parser, output in ((self.display(), 'csv'), (parser_with(), 'acme')):
            with self.subTest(output), self.assertRaises(Validation) as caught:
                use_output(parser, output)
            self.assertIn(f"invalid choice: '{output}'", caught.exception.message)

    def test_a_plugin_s_own_formatter_option_is_left_alone(self) -> None:
        parser = parser_with('--formatter', default='black')
        use_output(parser, 'json')

        self.assertEqual('black', parser.parse_args([]).formatter)

    def test_flags_a_plugin_has_taken_do_not_choose(self) -> None:
        self.assertEqual(['--output', '-f', '--format'], output_flags(parser_with('-o', dest='m')))
        self.assertEqual(4, len(output_flags(self.display())))

    def test_every_format_is_offered(self) -> None:
        for name in FORMATS:
            self.assertEqual(name, parser_with().parse_args(['-o', name]).phyware_output)


class RequestedTest(unittest.TestCase):
    def test_it_is_read_however_it_is_spelled(self) -> None:
        for argv in ('-o json', '-ojson', '-o=json', '--output json', '--output=json', '-f json',
                     '--format=json', 'auth x --url u -o json -v', '-o csv -o json'):
            with self.subTest(argv):
                self.assertEqual('json', requested_output(argv.split()))

    def test_none_where_nobody_asked(self) -> None:
        for argv in ('', 'auth json', '-- -o json', '--out json', '-o', 'x --outputs=json'):
            with self.subTest(argv):
                self.assertIsNone(requested_output(argv.split()))

    def test_a_flag_of_a_plugin_does_not_ask(self) -> None:
        self.assertIsNone(requested_output(['-o', 'json', '-ojson'], ['--output']))


class CliffTest(unittest.TestCase):
    def test_commands_of_plain_cliff_find_what_they_know(self) -> None:
        for options, level in (
            (GlobalOptions(), 1), (GlobalOptions(quiet=True), 0), (GlobalOptions(verbose=2), 3),
        ):
            self.assertEqual(level, cliff_options(options).verbose_level)
        found = cliff_options(GlobalOptions(debug=True, log_file='f', api_key=KEY))
        self.assertEqual((True, 'f'), (found.debug, found.log_file))
        self.assertNotIn(KEY, str(found))
