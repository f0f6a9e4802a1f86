"""``token`` and ``status`` of a credential that another package's provider presents.

Layer: unit test.
"""

from __future__ import annotations

from typing import Any

from tests.unit.phyware.plugins import PROVIDERS, Site
from tests.unit.phyware_auth.authcase import HOST, USERINFO
from tests.unit.phyware_auth.commands.commandcase import CommandCase

PROVIDER = '''
from phyware.auth import AuthProvider, Credential, Identity
from phyware.secret import Secret

class Vault(AuthProvider):
    def credential(self, host):
        return Credential(host, Secret('from-the-vault'), 'oauth', 'vault', 1_800_003_600)
    def reject(self, credential): ...
    def identity(self, host):
        return Identity(host, 'vault', user='robot', expiry=EXPIRY)

class Empty(Vault):
    def credential(self, host): ...
    def identity(self, host): ...

def vault(request): return Vault()
def empty(request): return Empty()
EXPIRY = 1_800_003_600
'''


class PresentedTest(CommandCase):
    """Somebody is logged in as well, and that must not be shown."""

    def setUp(self) -> None:
        super().setUp()
        site = self.enterContext(Site())
        names = {'vault': 'vault', 'empty': 'empty'}
        site.install('acme', PROVIDER, {PROVIDERS: names})
        self.cli.environ['PHYWARE_AUTH_PROVIDER'] = 'vault'
        self.saved()
        self.serve_metadata()

    def status(self, *words: str) -> Any:
        return self.auth('status', *words, '-o', 'json').json()

    def test_token_prints_what_commands_present(self) -> None:
        self.assertEqual(self.auth('token').stdout, 'from-the-vault\n')
        shown = self.auth('token', '-o', 'json').json()
        self.assertEqual(
            shown, {'token': 'from-the-vault', 'expiry': '2027-01-15T09:00:00Z', 'host': HOST}
        )

    def test_status_asks_the_server_about_it(self) -> None:
        self.serve(USERINFO, {'sub': 'svc', 'scope': 'a b'}, method='GET')
        shown = self.status()
        self.assertEqual(
            (shown['user'], shown['scopes'], shown['source'], shown['storage'], shown['state']),
            ('svc', ['a', 'b'], 'vault', None, 'valid'),
        )
        sent = self.http.request_history[-1].headers['Authorization']
        self.assertEqual(sent, 'Bearer from-the-vault')

    def test_offline_status_is_the_identity_that_it_tells(self) -> None:
        shown = self.status('--offline')
        self.assertEqual((shown['user'], shown['source'], shown['state']),
                         ('robot', 'vault', 'valid'))
        self.assertEqual(self.http.call_count, 0)

    def test_refresh_validates_it_and_leaves_the_stored_login_alone(self) -> None:
        self.serve(USERINFO, {'sub': 'svc', 'scope': 'a b'}, method='GET')
        for flags in ((), ('--force',)):
            with self.subTest(flags):
                result = self.auth('refresh', *flags, '-o', 'json')
                shown = result.json()
                self.assertEqual((shown['source'], shown['refreshed']), ('vault', False))
                self.assertEqual(
                    'warning: what the auth provider vault presents is validated only: '
                    'the provider itself refreshes it\n', result.stderr,
                )
        self.assertEqual(['/oauth/userinfo'] * 2, [
            call.path for call in self.http.request_history if 'well-known' not in call.path
        ])

    def test_refresh_of_nothing_names_the_provider(self) -> None:
        self.cli.environ['PHYWARE_AUTH_PROVIDER'] = 'empty'
        result = self.auth('refresh', status=2)

        self.assertIn('the auth provider empty has none for', result.stderr)

    def test_switch_says_who_wins_over_it(self) -> None:
        result = self.auth('switch', '--host', HOST)

        said = f'warning: the auth provider vault is chosen and wins over the active host {HOST}\n'
        self.assertEqual(said, result.stderr)

    def test_logout_says_who_goes_on_presenting(self) -> None:
        result = self.auth('logout', '--local')

        self.assertIn('warning: the auth provider vault is still chosen and will be used\n',
                      result.stderr)

    def test_nothing_presented_is_not_logged_in_whatever_is_stored(self) -> None:
        self.cli.environ['PHYWARE_AUTH_PROVIDER'] = 'empty'
        self.refused('token', code='UNAUTHORIZED', status=2)
        for words in (('status',), ('status', '--offline')):
            result = self.auth(*words, '-o', 'json', status=2)
            self.assertEqual(result.json()['state'], 'none')

    def test_a_provider_that_is_not_there_is_no_reason_for_another_credential(self) -> None:
        self.cli.environ['PHYWARE_AUTH_PROVIDER'] = 'absent'
        for verb in ('token', 'status'):
            result = self.auth(verb, status=4)
            self.assertEqual(result.stdout, '')
            self.assertIn('no auth provider is named absent', result.stderr)
