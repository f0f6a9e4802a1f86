"""phyware.declared: what an option says of itself, and the variable it is read from."""

from __future__ import annotations

import argparse
import unittest

from phyware.declared import completed_by, completer_of, env_of, from_env, names_default
from tests.unit.phyware.plugins import PluginCase

SOURCE = '''
from phyware.command import Command
from phyware.declared import from_env

class Echo(Command):
    """Say what was given"""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        from_env(parser.add_argument('--region', default='eu', help='where'), 'ACME_REGION')
        from_env(parser.add_argument('--count', type=int, choices=[1, 2]), 'ACME_COUNT')
        from_env(parser.add_argument('--name', required=True), 'ACME_NAME')
        return parser

    def take_action(self, parsed_args):
        self.app.stdout.write(f'{parsed_args.region} {parsed_args.count!r} {parsed_args.name}')
'''


class FromEnvTest(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.install('acme', SOURCE, acme_echo='Echo')
        self.cli.environ['ACME_NAME'] = 'n'

    def said(self, *argv: str) -> str:
        result = self.cli.run('acme', 'echo', *argv)
        self.assertEqual((0, ''), (result.exit_code, result.stderr))
        return result.stdout

    def test_the_option_wins_over_the_variable_and_that_over_the_default(self) -> None:
        self.assertEqual('eu None n', self.said())
        self.cli.environ |= {'ACME_REGION': 'us', 'ACME_COUNT': '2'}
        self.assertEqual('us 2 n', self.said())
        self.assertEqual('ap 1 m', self.said('--region', 'ap', '--count', '1', '--name', 'm'))

    def test_an_empty_variable_is_none(self) -> None:
        self.cli.environ['ACME_REGION'] = ''

        self.assertEqual('eu None n', self.said())

    def test_what_is_required_may_come_from_the_variable(self) -> None:
        del self.cli.environ['ACME_NAME']

        self.assertEqual(4, self.cli.run('acme', 'echo').exit_code)

    def test_a_value_that_is_no_choice_is_refused_and_not_shown(self) -> None:
        for value in ('3', 's3cret'):
            self.cli.environ['ACME_COUNT'] = value
            result = self.cli.run('acme', 'echo')
            self.assertEqual(4, result.exit_code)
            self.assertIn('--count: ACME_COUNT holds no value for this option', result.stderr)
            self.assertNotIn('s3cret', result.stderr)
            self.assertEqual('eu 1 n', self.said('--count', '1'))

    def test_help_names_it(self) -> None:
        self.cli.environ['ACME_REGION'] = 's3cret'

        self.assertIn('where (env ACME_REGION)', self.said('--help'))
        self.assertNotIn('s3cret', self.said('--help'))


class DeclaredTest(unittest.TestCase):
    def setUp(self) -> None:
        self.parser = argparse.ArgumentParser()

    def test_only_an_option_of_one_value_can_be_read(self) -> None:
        for action in (self.parser.add_argument('word'),
                       self.parser.add_argument('--flag', action='store_true'),
                       self.parser.add_argument('--many', nargs='+')):
            with self.subTest(action.dest), self.assertRaises(ValueError):
                from_env(action, 'X')
            self.assertIsNone(env_of(action))

    def test_what_is_said_is_found_again(self) -> None:
        action = self.parser.add_argument('--x')

        self.assertIs(action, completed_by(names_default(from_env(action, 'X'), 'd'), 'm:f'))
        self.assertEqual(('X', 'm:f'), (env_of(action), completer_of(action)))
        self.assertEqual('', completer_of(self.parser.add_argument('--y')))
