"""phyware.catalog: entries of sound and of odd commands."""

from __future__ import annotations

from typing import Any

import jsonschema  # type: ignore[import-untyped]

from tests.unit.phyware.catalog.catalogcase import SOURCE, CatalogCase
from tests.unit.phyware.plugins import PLAIN_COMMAND


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

    def test_an_exit_status_of_the_commands_own_is_named_in_catalog_and_help(self) -> None:
        self.install('fleet', '''
            from phyware.command import Command
            from phyware.errors import Conflict, PhywareError
            class Locked(PhywareError):
                code, exit_code, default_message = 'LOCKED', 7, 'The robot is locked'
            class Drop(Command):
                """Drop it"""
                errors = (Locked, Conflict)
                def take_action(self, parsed_args): ...
        ''', fleet_drop='Drop')

        codes = self.entry('fleet drop')['exit_codes']

        self.assertIn({'code': 7, 'meaning': 'The robot is locked'}, codes)
        self.assertEqual([0, 1, 2, 3, 4, 5, 7, 130, 141], [one['code'] for one in codes])
        self.assertIn('\n  7  The robot is locked\n  130  ',
                      self.cli.run('fleet', 'drop', '--help').stdout)

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


class HangingTest(CatalogCase):
    """Security case 82: a package that hangs at import is waited for once, and is named."""

    def test_case_82_the_others_are_described(self) -> None:
        self.install('h-hang', 'import threading; threading.Event().wait()', a_run='A', b_run='B')
        self.install('robots', SOURCE, robots_list='List')

        found = self.catalog('a run', 'b run', 'robots list', seconds=3)

        states = {name: one['state'] for name, one in found.items()}
        self.assertEqual(states, {'a run': 'broken', 'b run': 'broken', 'robots list': 'ok'})
        self.assertEqual({found[name]['error']['message'] for name in ('a run', 'b run')},
                         {'the package h-hang did not answer within 3 seconds'})
