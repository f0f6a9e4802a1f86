"""phyware.catalog: what breaks, what hides, and what is chosen."""

from __future__ import annotations

import io
import json
import sys
from unittest import mock

from tests.unit.phyware.catalog.catalogcase import SOURCE, CatalogCase
from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND

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


class DefaultsTest(CatalogCase):
    def test_no_secret_and_nothing_of_the_machine(self) -> None:
        self.install('acme', LEAKY, acme_leak='Leak')
        with mock.patch.dict('os.environ', ACME_KEY='s3cret-key', ACME_REGION='us'):
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
