"""phyware.plain: commands of other cliff projects, unchanged."""

from __future__ import annotations

import json
import sys
import unittest
import warnings
from unittest import mock

from cliff import command, lister, show
from stevedore import _cache

from phyware.command import Command
from phyware.plain import adapted
from phyware.testing import CliResult
from tests.unit.phyware.plugins import PluginCase

SOURCE = '''
import logging
from cliff.columns import FormattableColumn
from cliff.command import Command
from cliff.lister import Lister
from cliff.show import ShowOne

class Gigabytes(FormattableColumn):
    def human_readable(self):
        return '%d GB' % self._value

class List(Lister):
    """List robots"""
    log = logging.getLogger(__name__)
    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('--out')
        parser.add_argument('name', nargs='?')
        return parser
    def take_action(self, parsed_args):
        self.log.info('listing')
        return ('Name', 'Serial No'), (('b\\x1b[2J', Gigabytes(2)), ('a', Gigabytes(1)))

class Show(ShowOne):
    """Show a robot"""
    def take_action(self, parsed_args):
        return ('Name', 'Serial No'), ('b', 2)

class Run(Command):
    """Run"""
    def take_action(self, parsed_args):
        self.app.stdout.write('%s %s\\n' % (self.cmd_name, type(self).__qualname__))

class Nameless(Run):
    def __init__(self, app, app_args):
        super().__init__(app, app_args)

class KeywordOnly(Run):
    def __init__(self, app, app_args, *, cmd_name):
        super().__init__(app, app_args, cmd_name)

class Anything(Run):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

def function(app, app_args):
    return Run(app, app_args)

class OwnEpilog(Run):
    def get_epilog(self):
        return 'epilog of its own, then ' + super().get_epilog()

class OwnFormatters(List):
    @property
    def formatter_namespace(self):
        return 'acme.formatters'
    @property
    def formatter_default(self):
        return 'shout'

class Shout:
    def add_argument_group(self, parser):
        parser.add_argument('--louder', action='store_true')
    def emit_list(self, column_names, data, stdout, parsed_args):
        stdout.write(' '.join(column_names).upper() + '!' * parsed_args.louder)
'''
COMMANDS = {f'p_{name.lower()}': name for name in (
    'List', 'Show', 'Run', 'Nameless', 'KeywordOnly', 'Anything', 'function', 'OwnEpilog',
    'OwnFormatters',
)}


class PlainCase(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.site.install('acme', SOURCE, {
            'phyware.commands': COMMANDS, 'acme.formatters': {'shout': 'Shout'},
        })

    def good(self, *argv: str) -> CliResult:
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            result = self.cli.run(*argv)
        self.assertEqual((0, ''), (result.exit_code, result.stderr))
        return result


class RunTest(PlainCase):
    def test_every_kind_of_factory_runs_and_knows_its_name(self) -> None:
        for name in ('Run', 'Nameless', 'KeywordOnly', 'Anything'):
            with self.subTest(name):
                text = self.good('p', name.lower()).stdout
                self.assertEqual(f'p {name.lower()} {name}\n', text)
        self.assertEqual('p function Run\n', self.good('p', 'function').stdout)

    def test_help_is_the_commands_own(self) -> None:
        for name, text in (('list', 'List robots'), ('show', 'Show a robot'), ('run', 'Run')):
            self.assertIn(f'\n\n{text}\n\n', self.good('p', name, '--help').stdout)
        self.assertIn('epilog of its own, then', self.good('p', 'ownepilog', '--help').stdout)

    def test_no_package_is_asked_whose_module_it_is(self) -> None:
        asked = mock.patch.object(command, '_get_distribution_for_module', side_effect=KeyError)
        with asked:
            self.good('p', 'run')

    def test_its_log_goes_where_ours_goes(self) -> None:
        self.assertEqual('INFO: listing\n', self.cli.run('-v', 'p', 'list').stderr)


class DisplayTest(PlainCase):
    def test_output_and_format_are_one_switch(self) -> None:
        for argv in (('p', 'list', '-o', 'json'), ('p', 'list', '-f', 'json'),
                     ('-o', 'json', 'p', 'list'), ('p', 'list', '--format=json')):
            with self.subTest(argv):
                self.assertEqual(
                    [{'name': 'b\x1b[2J', 'serial_no': 2}, {'name': 'a', 'serial_no': 1}],
                    self.good(*argv).json(),
                )
        self.assertEqual({'name': 'b', 'serial_no': 2}, self.good('p', 'show', '-o', 'json').json())

    def test_trap_24_25_it_is_written_by_our_formatters_and_for_no_eval(self) -> None:
        table = self.good('p', 'list').stdout

        self.assertIn('| Name ', table)
        self.assertIn('1 GB', table)
        self.assertNotIn('\x1b', table)
        self.assertIn('| Name', self.good('p', 'list', '-o', 'markdown').stdout)
        self.assertEqual(4, self.cli.run('p', 'show', '-f', 'shell').exit_code)

    def test_options_of_cliff_and_of_the_plugin_work(self) -> None:
        result = self.good('p', 'list', 'x', '--out', 'y', '-f', 'json', '--noindent', '-c', 'name',
                           '--sort-column', 'Name')
        self.assertEqual([{'name': 'a'}, {'name': 'b\x1b[2J'}], json.loads(result.stdout))
        self.assertEqual(1, result.stdout.count('\n'))
        self.assertEqual(4, self.cli.run('p', 'list', '-c', 'nosuch').exit_code)

    def test_traps_19_and_21_no_formatter_of_cliffs_is_loaded(self) -> None:
        for name in [name for name in sys.modules if name.startswith('cliff.formatters.')]:
            if not name.endswith(('base', 'formatters')):
                sys.modules.pop(name)
        with mock.patch.object(_cache, 'get_group_all', side_effect=AssertionError):
            self.good('p', 'list', '-o', 'json')

        self.assertNotIn('cliff.formatters.yaml_format', sys.modules)

    def test_formatters_of_a_group_of_its_own_are_used(self) -> None:
        self.assertEqual('NAME SERIAL NO!', self.good('p', 'ownformatters', '--louder').stdout)


class AdaptedTest(unittest.TestCase):
    def test_cliffs_classes_stay_as_they_are(self) -> None:
        before = [dict(vars(kind)) for kind in (command.Command, lister.Lister, show.ShowOne)]
        plain = type('Plain', (lister.Lister,), {'__doc__': 'Plain', '__module__': 'acme'})
        found = adapted(plain)

        self.assertTrue(issubclass(found, plain))
        self.assertEqual(('Plain', 'acme', 'Plain'),
                         (found.__name__, found.__module__, found.__doc__))
        after = [dict(vars(kind)) for kind in (command.Command, lister.Lister, show.ShowOne)]
        self.assertEqual(before, after)

    def test_what_a_class_does_itself_is_left_to_it(self) -> None:
        def own(self: object) -> None:
            """Load nothing."""

        plain = type('Plain', (command.Command,), {'_load_hooks': own})

        self.assertIs(own, adapted(plain)._load_hooks)

    def test_our_own_classes_and_what_is_no_class_are_not_touched(self) -> None:
        for thing in (Command, int, len, None):
            self.assertIs(thing, adapted(thing))
