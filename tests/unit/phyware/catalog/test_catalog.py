"""phyware.catalog: entries of sound, odd and broken commands of other packages."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import jsonschema  # type: ignore[import-untyped]

from phyware.app import PhywareApp
from phyware.catalog import build_catalog, schema_text
from phyware.context import Context
from phyware.testing import Terminal
from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND, PluginCase

SOURCE = '''
import argparse, os, sys
print('noise at import')
from phyware.command import Command, Example, Field, Lister, ShowOne
from phyware.declared import from_env
from phyware.errors import Conflict, NotFound

def size(text: str) -> int:
    return int(text)

class List(Lister):
    """List robots

    All of them.
    """
    examples = (Example('phyware robots list', 'All'),)
    agent_notes = 'Ask for few.'
    errors = (NotFound, Conflict)
    scopes = ('robots:read',)
    reads_stdin = 'a list of names'
    output_fields = {'name': 'Its name', 'size': Field('m', 'number', nullable=True)}

    def get_parser(self, prog_name):
        print('noise in a parser')
        parser = super().get_parser(prog_name)
        from_env(parser.add_argument('--region', default='eu', help='of %(default)s'), 'REGION')
        parser.add_argument('--size', type=size, default=3)
        parser.add_argument('--ratio', type=float, required=True)
        parser.add_argument('--tag', action='append', default=[])
        parser.add_argument('--pair', nargs=2, type=int)
        parser.add_argument('--port', type=int, choices=range(1, 65536))
        parser.add_argument('--hidden', help=argparse.SUPPRESS)
        parser.add_argument('--yes', action=argparse.BooleanOptionalAction)
        parser.add_argument('--odd', help='100% of it')
        one = parser.add_mutually_exclusive_group(required=True)
        one.add_argument('--all', action='store_true')
        one.add_argument('--owner')
        parser.add_argument('name', metavar='NAME')
        parser.add_argument('more', metavar='MORE', nargs='*')
        return parser

    def take_action(self, parsed_args):
        return (), ()
'''
LEAKY = '''
import getpass, os
from cliff.command import Command

class Leak(Command):
    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        key = os.environ.get('ACME_KEY', 'nokey')
        parser.add_argument('--key', default=key, help='now ' + key)
        parser.add_argument('--folder', default=os.getcwd())
        parser.add_argument('--cpus', type=int, default=os.cpu_count() + 4711)
        parser.add_argument('--word', default='written')
        parser.add_argument('--token', default='written')
        parser.add_argument('--many', nargs='*', default=['written', key])
        parser.add_argument('--thing', default=object())
        parser.add_argument('--region', default=os.environ.get('ACME_REGION', 'eu'),
                            choices=['eu', 'us'])
        return parser

    def take_action(self, parsed_args):
        pass
'''


class CatalogCase(PluginCase):
    def catalog(self, *names: str) -> dict[str, Any]:
        """Return the entries by name, checked against the published schema."""
        self.stdout = Terminal()
        app = PhywareApp(Context(Terminal(), self.stdout, Terminal(), self.cli.environ))
        built = build_catalog(app, names or None)
        jsonschema.Draft202012Validator(json.loads(schema_text())).validate(built)
        return {one['name'].removeprefix('phyware '): one for one in built['commands']}

    def entry(self, name: str) -> dict[str, Any]:
        return dict(self.catalog(name)[name])

    def inputs(self, name: str) -> dict[str, Any]:
        found = self.entry(name)
        return {one['name']: one for one in (*found['options'], *found['arguments'])}


class EntryTest(CatalogCase):
    def setUp(self) -> None:
        super().setUp()
        self.install('robots', SOURCE, robots_list='List')

    def test_what_the_class_says(self) -> None:
        found = self.entry('robots list')

        self.assertEqual(
            ('phyware robots list [OPTIONS] --ratio <RATIO> <NAME> [<MORE>...]',
             'List robots\n\nAll of them.', 'Ask for few.', ['robots:read'], 'robots', 'ok', None),
            tuple(found[key] for key in ('synopsis', 'description', 'agent_notes', 'scopes',
                                         'plugin', 'state', 'error')))
        self.assertEqual([{'command': 'phyware robots list', 'purpose': 'All'}], found['examples'])
        self.assertEqual([('NOT_FOUND', 3), ('CONFLICT', 4), ('VALIDATION', 4)],
                         [(one['code'], one['exit_code']) for one in found['errors']])
        self.assertEqual([0, 1, 2, 3, 4, 5, 130, 141], [one['code'] for one in found['exit_codes']])

    def test_what_the_parser_says(self) -> None:
        inputs = self.inputs('robots list')
        shown = {name: (one['type'], one['items'], one['default'], one['required'], one['env'])
                 for name, one in inputs.items()}

        self.assertEqual(
            {
                '--region': ('string', None, 'eu', False, 'REGION'),
                '--size': ('integer', None, 3, False, None),
                '--ratio': ('number', None, None, True, None),
                '--tag': ('array', 'string', [], False, None),
                '--pair': ('array', 'integer', None, False, None),
                '--port': ('integer', None, None, False, None),
                '--yes': ('boolean', None, None, False, None),
                '--all': ('boolean', None, False, False, None),
                '--verbose': ('integer', None, 0, False, None),
                '--output': ('string', None, 'table', False, None),
                '--max-width': ('integer', None, 0, False, 'PHYWARE_MAX_WIDTH'),
                'NAME': ('string', None, None, True, None),
                'MORE': ('array', 'string', None, False, None),
            },
            {name: shown[name] for name in (
                '--region', '--size', '--ratio', '--tag', '--pair', '--port', '--yes', '--all',
                '--verbose', '--output', '--max-width', 'NAME', 'MORE')})
        self.assertTrue({'--hidden', '--help'}.isdisjoint(inputs))
        self.assertEqual(('of eu (env REGION)', '100% of it'),
                         (inputs['--region']['help'], inputs['--odd']['help']))
        self.assertEqual(['--yes', '--no-yes'], inputs['--yes']['flags'])
        self.assertIsNone(inputs['--port']['choices'])

    def test_the_input_schema(self) -> None:
        check = jsonschema.Draft202012Validator(self.entry('robots list')['input_schema'])
        good = {'ratio': 1.5, 'name': 'n', 'all': True}

        more: dict[str, Any]
        for more in ({}, {'tag': ['x']}, {'pair': [1, 2]}, {'stdin': 'text'}, {'more': []},
                     {'output': 'json'}, {'verbose': 2}, {'owner': 'o', 'all': False}):
            with self.subTest(more):
                self.assertTrue(check.is_valid({**good, **more}))
        for more in ({'ratio': 'x'}, {'pair': [1]}, {'nosuch': 1}, {'owner': 'o'}, {'size': 'x'},
                     {'output': 'nosuch'}):
            with self.subTest(more):
                self.assertFalse(check.is_valid({**good, **more}))
        self.assertFalse(check.is_valid({'ratio': 1.5, 'name': 'n'}))
        self.assertFalse(check.is_valid({'ratio': 1.5, 'all': True}))

    def test_the_output_schema(self) -> None:
        check = jsonschema.Draft202012Validator(self.entry('robots list')['output_schema'])

        self.assertTrue(check.is_valid([{'name': 'n', 'size': None}, {'name': 'n', 'size': 1.5}]))
        bad: Any
        for bad in ({}, [{'name': 'n'}], [{'name': None, 'size': 1}],
                    [{'name': 'n', 'size': 1, 'more': 1}]):
            self.assertFalse(check.is_valid(bad))

    def test_what_a_plugin_prints_is_not_in_it(self) -> None:
        result = self.cli.run('commands', 'catalog', 'robots', '-o', 'json')

        self.assertEqual('phyware robots list', result.json()['commands'][0]['name'])

    def test_options_given_to_the_catalog_change_nothing(self) -> None:
        plain = self.cli.run('commands', 'catalog', 'robots', '-o', 'json').json()
        self.cli.environ |= {'REGION': 'us', 'PHYWARE_MAX_WIDTH': '9', 'PHYCLOUD_URL': 'x'}

        self.assertEqual(plain, self.cli.run('-o', 'json', '-v', 'commands', 'catalog',
                                             'robots').json())


class PlainTest(CatalogCase):
    def test_a_command_of_plain_cliff(self) -> None:
        self.install('acme', PLAIN_COMMAND + '    examples = 7\n    errors = "none"\n',
                     acme_echo='Echo')
        found = self.entry('acme echo')

        self.assertEqual(('phyware acme echo [OPTIONS] [<WORDS>...]', 'Say what was given', 'ok'),
                         (found['synopsis'], found['description'], found['state']))
        self.assertTrue({'--log', '--out', '--host', '--api-key'}
                        <= {one['name'] for one in found['options']})
        self.assertEqual('string', found['output_schema']['type'])
        self.assertEqual([], found['examples'])

    def test_lists_and_objects_of_plain_cliff(self) -> None:
        self.install('acme', '''
            from cliff.lister import Lister
            from cliff.show import ShowOne
            class L(Lister):
                def take_action(self, parsed_args): pass
            class S(ShowOne):
                def take_action(self, parsed_args): pass
        ''', acme_l='L', acme_s='S')
        found = self.catalog()

        self.assertEqual(('array', {'type': 'object'}), (
            found['acme l']['output_schema']['type'], found['acme l']['output_schema']['items']))
        self.assertEqual('object', found['acme s']['output_schema']['type'])


class DefaultsTest(CatalogCase):
    def test_no_secret_and_nothing_of_the_machine(self) -> None:
        self.install('acme', LEAKY, acme_leak='Leak')
        with _environment(ACME_KEY='s3cret-key', ACME_REGION='us'):
            found = self.entry('acme leak')
        defaults = {one['name']: one['default'] for one in found['options']}

        self.assertNotIn('s3cret-key', json.dumps(found))
        self.assertEqual(
            {'--key': None, '--folder': None, '--cpus': None, '--word': 'written', '--token': None,
             '--many': None, '--thing': None, '--region': None, '--quiet': False},
            {name: defaults[name] for name in ('--key', '--folder', '--cpus', '--word', '--token',
                                               '--many', '--thing', '--region', '--quiet')})

    def test_what_is_written_is_shown(self) -> None:
        self.install('acme', LEAKY, acme_leak='Leak')
        defaults = {one['name']: one['default'] for one in self.entry('acme leak')['options']}

        self.assertEqual(('eu', 'nokey'), (defaults['--region'], defaults['--key']))


class BrokenTest(CatalogCase):
    BROKEN = {
        'exits': 'import sys; sys.exit("bye\\x1b[2J")',
        'raises': '1 / 0',
        'number': 'A = 5',
        'constructor': 'def A(*a, **k): raise RuntimeError("made")',
        'parser': PLAIN_COMMAND + '\nclass A(Echo):\n    def get_parser(self, n): raise SystemExit',
        'data': SOURCE + '\nclass A(List):\n    examples = ("a", "b")',
        'schema': SOURCE + '\nclass A(List):\n    output_schema = {"x": object()}',
        'nan': SOURCE + '\nclass A(List):\n    output_schema = {"x": float("nan")}',
        'error': SOURCE + '\nclass A(List):\n    errors = (ValueError,)',
    }

    def test_trap_17_each_is_named_and_harms_no_other(self) -> None:
        for name, source in self.BROKEN.items():
            self.install(f'acme-{name}', source, **{f'acme_{name}': 'A'})
        self.install('sound', PLAIN_COMMAND, sound_echo='Echo')
        found = self.catalog()

        for name in self.BROKEN:
            with self.subTest(name):
                one = found[f'acme {name}']
                self.assertEqual(('broken', f'acme-{name}', f'phyware acme {name}'),
                                 (one['state'], one['plugin'], one['synopsis']))
                self.assertIn(f'acme-{name}', one['error']['message'])
                self.assertEqual(1, one['error']['exit_code'])
        self.assertEqual('ok', found['sound echo']['state'])
        self.assertEqual('ok', found['auth login']['state'])

    def test_case_79_its_texts_are_clean(self) -> None:
        self.install('acme', self.BROKEN['exits'], acme_exits='A')

        self.assertNotIn('\x1b', self.entry('acme exits')['error']['message'])

    def test_a_name_that_two_claim(self) -> None:
        for name in ('one', 'two'):
            self.install(name, PLAIN_COMMAND, acme_echo='Echo')
        found = self.catalog()['acme echo']

        self.assertEqual(('conflict', None), (found['state'], found['plugin']))
        self.assertEqual("the command 'acme echo' is claimed by one, two",
                         found['error']['message'])
        asked = self.cli.run('commands', 'catalog', 'acme', 'echo', '-o', 'json')
        self.assertEqual([found], asked.json()['commands'])

    def test_the_list_says_it_too(self) -> None:
        self.install('acme', self.BROKEN['raises'], acme_raises='A')
        result = self.cli.run('commands', 'catalog', 'acme', '-o', 'json', '-c', 'state',
                              '-c', 'description')

        self.assertEqual('broken', result.json()[0]['state'])
        self.assertIn('ZeroDivisionError', result.json()[0]['description'])


class SelectionTest(CatalogCase):
    def test_only_what_is_asked_for_is_imported(self) -> None:
        self.install('acme', PLAIN_COMMAND, acme_echo='Echo')
        self.install('other', PLAIN_COMMAND, other_echo='Echo')
        self.catalog('acme echo')

        self.assertIn('acme', sys.modules)
        self.assertNotIn('other', sys.modules)

    def test_p7_many_commands_take_their_number(self) -> None:
        entries = ''.join(f'g{n}_do = acme:Echo\n' for n in range(60))
        self.site.metadata('many', f'[{COMMANDS}]\n{entries}')
        self.site.install('acme', PLAIN_COMMAND, {})

        self.assertEqual(60, sum(name.startswith('g') for name in self.catalog()))

    def test_yaml_is_the_same_document(self) -> None:
        import yaml

        documents = [self.cli.run('commands', 'catalog', 'auth', '-o', name).stdout
                     for name in ('json', 'yaml')]

        self.assertEqual(json.loads(documents[0]), yaml.safe_load(io.StringIO(documents[1])))


class _environment:
    """The process's own environment with these variables, which plugins read."""

    def __init__(self, **variables: str) -> None:
        from unittest import mock

        self._patch = mock.patch.dict('os.environ', variables)

    def __enter__(self) -> None:
        self._patch.__enter__()

    def __exit__(self, *exc_info: object) -> None:
        self._patch.__exit__(None, None, None)
