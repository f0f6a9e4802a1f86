"""phyware.formatters.options: one group of options, no surprises from the environment."""

from __future__ import annotations

import argparse
import unittest
from collections.abc import Mapping

from cliff.formatters.base import Formatter

from phyware import formatters


def parsed(*argv: str, lister: bool = True, environ: Mapping[str, str] = {}) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    formatters.add_formatter_options(parser, lister=lister, environ=environ)
    return parser.parse_args(argv)


class OptionsTest(unittest.TestCase):
    def test_defaults(self) -> None:
        expected = argparse.Namespace(
            noindent=False, max_width=0, fit_width=False, print_empty=False, quote_mode='nonnumeric'
        )

        self.assertEqual(expected, parsed())

    def test_values_given(self) -> None:
        args = parsed('--noindent', '--max-width', '40', '--fit-width', '--quote', 'all')

        self.assertEqual((True, 40, True), (args.noindent, args.max_width, args.fit_width))
        self.assertEqual('all', args.quote_mode)

    def test_a_show_command_has_no_print_empty(self) -> None:
        self.assertFalse(hasattr(parsed(lister=False), 'print_empty'))

    def test_the_environment_gives_the_width_and_the_option_wins(self) -> None:
        environ = {'PHYWARE_MAX_WIDTH': '72'}

        self.assertEqual(72, parsed(environ=environ).max_width)
        self.assertEqual(40, parsed('--max-width', '40', environ=environ).max_width)

    def test_a_bad_width_in_the_environment_is_ignored(self) -> None:
        for value in ('yes', '', '-5', '1e3', '8 0', '٣٤', '9' * 5000):
            with self.subTest(value[:9]):
                self.assertEqual(0, parsed(environ={'PHYWARE_MAX_WIDTH': value}).max_width)

    def test_variables_of_cliff_have_no_effect(self) -> None:
        environ = {'CLIFF_FIT_WIDTH': 'yes', 'CLIFF_MAX_TERM_WIDTH': '9'}

        self.assertEqual(parsed(), parsed(environ=environ))

    def test_each_formatter_can_add_its_own_alone(self) -> None:
        expected = {
            'json': {'noindent'}, 'csv': {'quote_mode'},
            'table': {'max_width', 'fit_width', 'print_empty'},
        }
        for name in formatters.FORMATS:
            parser = argparse.ArgumentParser()
            formatter: Formatter = formatters.load_list_formatter(name)
            formatter.add_argument_group(parser)
            with self.subTest(name):
                self.assertEqual(expected.get(name, set()), set(vars(parser.parse_args([]))))
