"""Where a login is stored: a keyring, or a file by the person's own word.

Layer: functional test.
"""

from __future__ import annotations

from tests.functional.cli import CloudTestCase

BACKEND = '''
import json
import os
import keyring.backend

class Keyring(keyring.backend.KeyringBackend):
    """Keeps secrets in a file beside this module."""
    priority = 5
    path = os.path.join(os.path.dirname(__file__), 'secrets.json')

    def _all(self):
        if not os.path.exists(self.path):
            return {}
        with open(self.path) as stream:
            return json.load(stream)

    def _save(self, secrets):
        with open(self.path, 'w') as stream:
            json.dump(secrets, stream)

    def get_password(self, service, username):
        return self._all().get(f'{service} {username}')

    def set_password(self, service, username, password):
        self._save({**self._all(), f'{service} {username}': password})

    def delete_password(self, service, username):
        secrets = self._all()
        del secrets[f'{service} {username}']
        self._save(secrets)
'''


class NoKeyringTest(CloudTestCase):
    """A machine without a D-Bus session: as CI, containers and SSH have it."""

    def setUp(self) -> None:
        super().setUp()
        del self.environ['PHYWARE_CREDENTIAL_STORE']

    def asked_since(self, before: dict[str, int]) -> set[str]:
        """Return what the host was asked since, but for the counters themselves."""
        after = self.counters()
        asked = {name for name, count in after.items() if count != before.get(name)}
        return asked - {'GET /api/v1/debug/counters'}

    def test_fails_before_the_host_is_contacted(self) -> None:
        before = self.counters()

        for words in ([], ['--with-token']):
            result = self.auth('login', '--host', self.url, *words, status=1, stdin=self.cloud.pat)
            self.assert_error(result, 'ERROR', 'No usable keyring', 'To store the credential in')
            self.assertIn('--insecure-storage', result.stderr)
            self.assertIn('PHYWARE_CREDENTIAL_STORE=file', result.stderr)

        self.assertEqual(set(), self.asked_since(before))
        self.assertEqual('', self.stored_text())

    def test_a_place_that_cannot_be_written_fails_before_the_host_is_contacted(self) -> None:
        before = self.counters()
        self.home.joinpath('file').touch()

        for config in (f'{self.home}/file/config', '/proc/config'):
            self.environ['PHYWARE_CONFIG_DIR'] = config
            result = self.auth('login', '--insecure-storage', '--host', self.url, status=1)
            self.assertTrue(result.stderr.startswith(f'ERROR: {config}'), result.stderr)

        self.assertEqual(set(), self.asked_since(before))

    def test_insecure_storage_is_said_in_the_status(self) -> None:
        words = ('login', '--with-token', '--insecure-storage', '--host', self.url)

        self.auth(*words, stdin=self.cloud.pat)

        shown = self.auth('status', '-o', 'json').json()
        self.assertEqual(('file', 'file'), (shown['source'], shown['storage']))

    def test_asks_on_a_terminal_and_no_means_no(self) -> None:
        before = self.counters()

        child = self.terminal('auth', 'login', '--host', self.url)
        child.expect(r'\[y/N\] ')
        child.sendline('')
        exit_code, shown = self.shown(child)

        self.assertEqual(1, exit_code, shown)
        self.assertIn('No usable keyring', shown)
        self.assertIn('--insecure-storage', shown)
        self.assertEqual(set(), self.asked_since(before))
        self.assertEqual({}, self.stored())

    def test_asks_on_a_terminal_and_yes_means_a_file(self) -> None:
        child = self.terminal('auth', 'login', '--host', self.url)
        child.expect(r'\[y/N\] ')
        child.sendline('y')

        exit_code, shown = self.shown(child)

        self.assertEqual(0, exit_code, shown)
        self.assertRegex(shown, r'\| storage +\| file ')
        self.assertEqual('file', self.stored()['storage'])


class KeyringTest(CloudTestCase):
    """A keyring backend of the test's own: the library chooses it by variable."""

    def setUp(self) -> None:
        super().setUp()
        modules = self.home / 'modules'
        modules.mkdir()
        modules.joinpath('test_keyring_backend.py').write_text(BACKEND)
        self.secrets = modules / 'secrets.json'
        del self.environ['PHYWARE_CREDENTIAL_STORE']
        self.environ['PYTHON_KEYRING_BACKEND'] = 'test_keyring_backend.Keyring'
        path = [str(modules), *filter(None, [self.environ.get('PYTHONPATH')])]
        self.environ['PYTHONPATH'] = ':'.join(path)

    def test_secrets_are_in_the_keyring_only(self) -> None:
        old = self.login_with_keyring()
        shown = self.auth('status', '-o', 'json').json()
        self.assertEqual('keyring', shown['source'])
        self.assertEqual('keyring (test_keyring_backend.Keyring)', shown['storage'])

        self.assertIs(True, self.auth('refresh', '--force', '-o', 'json').json()['refreshed'])
        new = self.auth('token').stdout.strip()

        for token in (old, new):
            self.assertNotIn(token, self.stored_text())
        self.assertIn(new, self.secrets.read_text())
        self.assertEqual(200, self.userinfo(new))
        [gone] = self.auth('logout', '-o', 'json').json()
        self.assertEqual('removed', gone['local'])
        self.assertEqual('{}', self.secrets.read_text())
        self.assertEqual(401, self.userinfo(new))

    def login_with_keyring(self) -> str:
        """Log in by device code; return the access token."""
        self.auth('login', '--host', self.url, '--no-browser')
        return self.auth('token').stdout.strip()
