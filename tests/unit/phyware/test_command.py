"""phyware.command: what a plugin author subclasses."""

from __future__ import annotations

import sys
import unittest
from typing import Any
from unittest import mock

import requests_mock

from phyware import extensions
from phyware.command import Command, CommandBase, Lister, ShowOne, description_of
from phyware.entryfiles import EntryFiles
from phyware.formatters import FORMATS
from phyware.testing import CliResult, FakeProvider
from tests.unit.phyware.plugins import PluginCase

SOURCE = '''
from phyware.command import Command, Example, Lister, ShowOne

class List(Lister):
    """List robots"""
    examples = (Example('phyware robots list', 'All of them'),)
    def take_action(self, parsed_args):
        return ('name', 'serial_no', 'tags'), [('b', 2, ['x', 'y']), ('a\\x1b[2J', 1, [])]

class Show(ShowOne):
    """Show a robot"""
    def take_action(self, parsed_args):
        return ('name', 'serial_no', 'tags'), ('b', 2, ['x', 'y'])

class Get(Command):
    """Get robots from the API, twice"""
    def take_action(self, parsed_args):
        for _ in range(2):
            self.app.stdout.write(str(self.cloud.get('/api/v1/robots').json()))
        assert self.cloud is self.cloud

class Clash(Lister):
    """Have an option that the formatters have"""
    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('--quote')
        return parser
    def take_action(self, parsed_args):
        return (), ()
'''
ROBOT = {'name': 'b', 'serial_no': 2, 'tags': ['x', 'y']}


class CommandCase(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.install('robots', SOURCE, robots_list='List', robots_show='Show', robots_get='Get',
                     robots_clash='Clash')

    def good(self, *argv: str) -> CliResult:
        result = self.cli.run(*argv)
        self.assertEqual((0, ''), (result.exit_code, result.stderr))
        return result


class DisplayTest(CommandCase):
    def test_every_format_is_there(self) -> None:
        outputs = {self.good('robots', 'list', '-o', name).stdout for name in FORMATS}

        self.assertEqual(len(FORMATS), len(outputs))

    def test_every_flag_chooses_it(self) -> None:
        outputs = {
            self.good(*argv).stdout
            for argv in (('robots', 'list', '-o', 'csv'), ('robots', 'list', '--output=csv'),
                         ('robots', 'list', '-f', 'csv'), ('robots', 'list', '--format', 'csv'),
                         ('-o', 'csv', 'robots', 'list'), ('robots', '-o', 'csv', 'list'))
        }

        self.assertEqual({'"name","serial_no","tags"\n"b",2,"x,y"\n"a\x1b[2J",1,""\n'}, outputs)

    def test_json_has_the_names_and_the_values_of_the_table(self) -> None:
        self.assertEqual([ROBOT, {'name': 'a\x1b[2J', 'serial_no': 1, 'tags': []}],
                         self.good('robots', 'list', '-o', 'json').json())
        self.assertEqual(ROBOT, self.good('robots', 'show', '-o', 'json').json())
        self.assertIn('| serial_no | 2', self.good('robots', 'show').stdout)

    def test_columns_are_chosen_and_sorted_as_in_cliff(self) -> None:
        self.assertEqual([{'serial_no': 1}, {'serial_no': 2}], self.good(
            'robots', 'list', '-o', 'json', '-c', 'Serial No', '--sort-column', 'serial_no').json())

    def test_a_column_that_is_not_there_is_the_users_mistake(self) -> None:
        for command in ('list', 'show'):
            error = self.cli.run('robots', command, '-c', 'nosuch', '-o', 'json').error()
            self.assertEqual(('VALIDATION', 'no column is named nosuch'),
                             (error['code'], error['message']))
            self.assertEqual('Columns: name, serial_no, tags', error['remediation'])

    def test_one_of_several_that_is_not_there_is_told(self) -> None:
        for command in ('list', 'show'):
            result = self.cli.run('robots', command, '-c', 'nosuch', '-c', 'Serial No',
                                  '-o', 'value')
            self.assertEqual((0, '2'), (result.exit_code, result.stdout.split()[0]))
            self.assertEqual('warning: no column is named nosuch; Columns: name, serial_no, tags\n',
                             result.stderr)

    def test_trap_21_only_the_formatter_chosen_is_imported(self) -> None:
        for module in [name for name in sys.modules if name.startswith('phyware.formatters.')]:
            if module.endswith(('csv_format', 'yaml_format', 'table')):
                sys.modules.pop(module)
        self.good('robots', 'list', '-o', 'json')

        self.assertNotIn('phyware.formatters.csv_format', sys.modules)
        self.assertNotIn('phyware.formatters.yaml_format', sys.modules)

    def test_trap_22_widths_come_from_the_environment_given(self) -> None:
        self.install('wide', SOURCE.replace("'b', 2", "'b ' * 40, 2"), wide_show='Show')
        wide = self.good('wide', 'show').stdout
        self.cli.environ['CLIFF_FIT_WIDTH'] = 'yes'
        self.assertEqual(wide, self.good('wide', 'show').stdout)
        self.cli.environ['PHYWARE_MAX_WIDTH'] = '40'

        self.assertGreater(len(wide.splitlines()[0]), 80)
        self.assertEqual(40, len(self.good('wide', 'show').stdout.splitlines()[0]))

    def test_trap_26_an_option_of_a_formatter_cannot_be_taken(self) -> None:
        result = self.cli.run('robots', 'clash')

        self.assertEqual(1, result.exit_code)
        self.assertIn('of the package robots failed: ArgumentError: argument --quote: conflicting',
                      result.stderr)

    def test_metadata_is_read_once_for_a_command_line(self) -> None:
        with mock.patch.object(extensions, 'EntryFiles', wraps=EntryFiles) as counted:
            self.good('robots', 'list')

        self.assertEqual(1, counted.call_count)

    def test_a_broken_package_harms_no_format_of_another(self) -> None:
        self.site.install('acme-formats', '''
            from cliff.formatters.base import ListFormatter
            class Quiet(ListFormatter):
                def add_argument_group(self, parser):
                    pass
                def emit_list(self, column_names, data, stdout, parsed_args):
                    stdout.write('quiet')
        ''', {'phyware.formatters.list': {'quiet': 'Quiet'}})
        self.site.metadata('broken', '[phyware.formatters.list]\nno equals sign\n')

        self.assertEqual('quiet', self.good('robots', 'list', '-o', 'quiet').stdout)

    def test_a_format_of_another_package_is_taken_too(self) -> None:
        self.site.install('acme-formats', '''
            from cliff.formatters.base import ListFormatter
            class Shout(ListFormatter):
                def add_argument_group(self, parser):
                    pass
                def emit_list(self, column_names, data, stdout, parsed_args):
                    stdout.write(' '.join(column_names).upper())
        ''', {'phyware.formatters.list': {'shout': 'Shout'}})

        for argv in (('-o', 'shout', 'robots', 'list'), ('robots', 'list', '-f', 'shout')):
            self.assertEqual('NAME SERIAL_NO TAGS', self.good(*argv).stdout)
        self.assertEqual(4, self.cli.run('-o', 'shout', 'robots', 'show').exit_code)


class CloudTest(CommandCase):
    def test_a_command_calls_the_api_and_sees_no_token(self) -> None:
        provider = FakeProvider('t0ken')
        self.cli.provider = provider
        with requests_mock.Mocker() as api:
            api.get('https://cloud.example/api/v1/robots', json=['r'])
            result = self.good('robots', 'get', '--url', 'https://cloud.example')

        self.assertEqual("['r']['r']", result.stdout)
        self.assertEqual({'Bearer t0ken'},
                         {call.headers['Authorization'] for call in api.request_history})
        self.assertEqual(['https://cloud.example'], provider.asked)


class DescribedTest(unittest.TestCase):
    def test_the_texts_of_base_classes_describe_no_command(self) -> None:
        for base in (Command, Lister, ShowOne, CommandBase):
            self.assertEqual('', description_of(type('Bare', (base,), {'__module__': 'acme'})))

    def test_the_nearest_docstring_does(self) -> None:
        parent: Any = type('Parent', (Command,), {'__doc__': '  Say\n\n  more', '__module__': 'a'})
        child = type('Child', (parent,), {'__module__': 'a'})

        self.assertEqual('Say\n\nmore', description_of(child))
        self.assertEqual('Given', description_of(type('C', (child,), {'_description': 'Given'})))
