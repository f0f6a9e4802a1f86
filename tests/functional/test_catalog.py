"""The catalog of the installed commands: what it promises, and what they do.

Layer: functional test.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]

from tests.functional.catalog_case import catalog, entry, printed, validate
from tests.functional.cli import CliTestCase, CloudTestCase, LoggedInTestCase

SYNOPSES = (
    'phyware auth login [OPTIONS]',
    'phyware auth logout [OPTIONS]',
    'phyware auth status [OPTIONS]',
    'phyware auth token [OPTIONS]',
    'phyware auth refresh [OPTIONS]',
    'phyware auth switch [OPTIONS] --host <URL>',
    'phyware auth sessions list [OPTIONS]',
    'phyware auth sessions revoke [OPTIONS] <SESSION_ID>',
)


class SchemaTest(CliTestCase):
    def test_it_follows_the_schema_that_is_published_with_it(self) -> None:
        schema = json.loads(printed('commands', 'catalog', '--schema'))

        self.assertEqual('urn:phyware:schema:catalog:1', schema['$id'])
        validate(catalog(), schema)
        validate(catalog(), {'$ref': schema['$id']})

    def test_the_schema_refuses_what_is_no_catalog(self) -> None:
        schema = {'$ref': 'urn:phyware:schema:catalog:1'}
        for key in entry('auth login'):
            without = {k: v for k, v in entry('auth login').items() if k != key}
            with self.subTest(key), self.assertRaises(jsonschema.ValidationError):
                validate({'schema_version': 1, 'commands': [without]}, schema)
        for change in ({'state': 'broken'}, {'output_schema': {'type': 'text'}}, {'plugin': None}):
            changed = {**entry('auth login'), **change}
            with self.subTest(change), self.assertRaises(jsonschema.ValidationError):
                validate({'schema_version': 1, 'commands': [changed]}, schema)

    def test_the_synopses_are_those_of_the_specification(self) -> None:
        found = {one['synopsis'] for one in catalog()['commands']}

        self.assertEqual(set(), set(SYNOPSES) - found)

    def test_the_options_are_those_of_the_specification(self) -> None:
        options = {one['name']: one for one in entry('auth sessions list')['options']}
        options |= {one['name']: one for one in entry('auth login')['options']}
        shown = {name: [one[key] for key in ('type', 'required', 'default', 'env')]
                 for name, one in options.items()}

        self.assertEqual(
            {
                '--url': ['string', False, 'http://localhost:8000', 'PHYCLOUD_URL'],
                '--api-key': ['string', False, None, 'PHYCLOUD_API_KEY'],
                '--output': ['string', False, 'table', None],
                '--host': ['string', False, None, None],
                '--with-token': ['boolean', False, False, None],
                '--user-id': ['string', False, None, None],
            },
            {name: shown[name] for name in (
                '--url', '--api-key', '--output', '--host', '--with-token', '--user-id')},
        )
        self.assertEqual(['admin:sessions'], entry('auth sessions list')['scopes'])
        self.assertTrue(entry('auth sessions revoke')['arguments'][0]['required'])

    def test_it_is_the_same_whatever_the_environment_holds(self) -> None:
        self.environ |= {
            'PHYCLOUD_URL': 'http://127.0.0.1:1', 'PHYCLOUD_API_KEY': 'phk_c4nary',
            'PHYWARE_MAX_WIDTH': '77', 'COLUMNS': '33', 'PHYWARE_AUTH_PROVIDER': 'api-key',
        }
        result = self.run_cli('-o', 'json', '--api-key', 'phk_c4nary', 'commands', 'catalog')

        self.assertEqual(catalog(), result.json())
        self.assertNotIn('phk_c4nary', result.stdout)

    def test_one_command_and_one_group_are_what_all_of_it_says(self) -> None:
        one = self.run_cli('commands', 'catalog', 'auth', 'login', '-o', 'json').json()
        group = self.run_cli('commands', 'catalog', 'auth sessions', '-o', 'json').json()
        unknown = self.run_cli('commands', 'catalog', 'auth', 'lgoin', status=4)

        self.assertEqual({'schema_version': 1, 'commands': [entry('auth login')]}, one)
        self.assertEqual(['phyware auth sessions list', 'phyware auth sessions revoke'],
                         [found['name'] for found in group['commands']])
        self.assert_error(unknown, 'VALIDATION', "unknown command 'auth lgoin'", 'Did you mean')

    def test_other_formats_and_columns_give_a_list(self) -> None:
        table = self.run_cli('commands', 'catalog', 'auth').stdout
        names = self.run_cli('commands', 'catalog', 'auth', '-o', 'json', '-c', 'name').json()

        self.assertRegex(table, r'\| phyware auth login +\| Log in with a device code.* \| phyware')
        self.assertEqual({'name': 'phyware auth login'}, names[0])
        validate(names, entry('commands catalog')['output_schema'])

    def test_help_says_the_same(self) -> None:
        for name in ('auth login', 'devcloud start', 'commands catalog'):
            shown = self.run_cli('help', *name.split()).stdout
            found = entry(name)
            for one in found['examples']:
                self.assertIn(f'  {one["command"]}\n      {one["purpose"]}\n', shown)
            codes = [f'  {one["code"]}  {one["meaning"]}\n' for one in found['exit_codes']]
            self.assertIn('exit codes:\n' + ''.join(codes), shown)


class OutputTest(LoggedInTestCase):
    """What each command writes follows the schema it gives of it."""

    def written(self, *words: str, status: int = 0, stdin: str | None = None) -> Any:
        """Run a command with -o json, check its output and return it."""
        result = self.auth(*words, '-o', 'json', status=status, stdin=stdin)
        name = ' '.join(words[:2] if words[0] == 'sessions' else words[:1])
        validate(result.json(), entry(f'auth {name}')['output_schema'])
        return result.json()

    def test_who_is_logged_in(self) -> None:
        self.assertIsNotNone(self.written('status')['expiry'])
        self.assertIn('token', self.written('status', '--offline', '--show-token'))
        self.assertIs(False, self.written('refresh')['refreshed'])
        self.assertIsNotNone(self.written('token')['token'])
        self.assertEqual(self.url, self.written('switch', '--host', self.url)['host'])

    def test_what_is_null_may_be(self) -> None:
        self.login_pat(self.other_url)

        self.assertIsNone(self.written('token')['expiry'])
        self.assertEqual('pat', self.written('status')['token_kind'])
        none = self.written('status', '--host', 'http://127.0.0.1:9', status=2)
        self.assertEqual({None}, {none[key] for key in ('user', 'scopes', 'expiry', 'source')})

    def test_sessions(self) -> None:
        self.token_of_other()
        user_id = self.cloud.users['other@phyware.example']['id']
        rows = self.written('sessions', 'list', '--user-id', user_id)

        self.assertNotEqual([], self.written('sessions', 'list', '--limit', '2'))
        self.assertEqual('revoked', self.written('sessions', 'revoke', rows[0]['id'])['state'])

    def test_login_and_logout(self) -> None:
        words = ('--with-token', '--host', self.other_url)
        self.assertEqual('valid', self.written('login', *words, stdin=self.cloud.pat)['state'])
        self.assertEqual('removed', self.written('logout', '--host', self.other_url)[0]['local'])

    def test_the_bare_token(self) -> None:
        result = self.auth('token')

        schema = entry('auth token')['output_schema']
        validate(result.stdout, schema)
        self.assertIn('the bare token', json.dumps(schema))


class ErrorTest(CloudTestCase):
    """What a command fails with is among the errors it gives, remediation included."""

    def failed(self, *words: str, **given: Any) -> dict[str, Any]:
        """Run a command that fails, and return the entry of its error."""
        error = self.auth(*words, '-o', 'json', **given).error()
        name = ' '.join(words[:2] if words[0] == 'sessions' else words[:1])
        known = {one['code']: one for one in entry(f'auth {name}')['errors']}
        self.assertIn(error['code'], known)
        self.assertEqual(error['exit_code'], known[error['code']]['exit_code'])
        self.assertNotEqual('', known[error['code']]['remediation'])
        return dict(known[error['code']])

    def test_each_kind_of_failure(self) -> None:
        nobody = 'http://127.0.0.1:9'
        self.failed('token', status=2)
        self.failed('status', '--host', self.url, status=2)
        self.failed('refresh', '--host', self.url, status=2)
        self.failed('logout', '--host', self.url, status=3)
        self.failed('switch', '--host', self.url, status=3)
        self.failed('login', '--host', nobody, '--no-browser', status=1)
        self.failed('login', '--host', 'ftp://x', status=4)
        self.failed('status', '--bogus', status=4)

    def test_not_found_is_that_of_the_specification(self) -> None:
        self.login_pat()

        self.assertEqual(3, self.failed('sessions', 'revoke', 'ses_none', status=3)['exit_code'])


class CoreOutputTest(CliTestCase):
    def test_what_core_writes_follows_its_schemas(self) -> None:
        (self.home / 'here').mkdir()
        for name, *words in (
            ('plugin list',), ('plugin show', 'phyware'), ('plugin doctor',),
            ('plugin new', 'demo', '--directory', str(self.home / 'here')),
            ('commands catalog', '-c', 'state'),
        ):
            with self.subTest(name):
                result = self.run_cli(*name.split(), *words, '-o', 'json')
                validate(result.json(), entry(name)['output_schema'])
