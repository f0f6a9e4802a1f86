"""Where a login is stored: a keyring, or a file by the person's own word.

Layer: functional test.
"""

from __future__ import annotations

from phyware_auth.store import codec
from tests.functional.cli import CloudTestCase, Result
from tests.functional.fault_case import KILLED, FaultCase
from tests.functional.transport_server import closed_port

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


class KeyringCase(FaultCase):
    """A keyring backend of the test's own: the library chooses it by variable.

    The first host is stored in a file, the second comes into the keyring.
    """

    def setUp(self) -> None:
        super().setUp()
        modules = self.home / 'modules'
        modules.mkdir()
        self.backend = modules / 'test_keyring_backend.py'
        self.backend.write_text(BACKEND)
        self.secrets = modules / 'secrets.json'
        del self.environ['PHYWARE_CREDENTIAL_STORE']
        self.environ['PYTHON_KEYRING_BACKEND'] = 'test_keyring_backend.Keyring'
        path = [str(modules), *filter(None, [self.environ.get('PYTHONPATH')])]
        self.environ['PYTHONPATH'] = ':'.join(path)

    def shown_token(self) -> str:
        """Return the second host's token, which a command has to find in the keyring."""
        return self.auth('token', '--host', self.other_url).stdout.strip()

    def logout(self, *words: str, status: int = 0) -> Result:
        return self.auth('logout', '--host', self.other_url, '-o', 'json', *words, status=status)


class KeyringTest(KeyringCase):
    def test_secrets_are_in_the_keyring_only(self) -> None:
        self.auth('login', '--host', self.other_url, '--no-browser')
        old = self.shown_token()
        shown = self.auth('status', '-o', 'json').json()
        self.assertEqual('keyring', shown['source'])
        self.assertEqual('keyring (test_keyring_backend.Keyring)', shown['storage'])

        self.assertIs(True, self.auth('refresh', '--force', '-o', 'json').json()['refreshed'])
        new = self.shown_token()

        for token in (old, new):
            self.assertNotIn(token, self.stored_text())
        self.assertIn(new, self.secrets.read_text())
        self.assertEqual(200, self.userinfo(new))
        [gone] = self.logout().json()
        self.assertEqual('removed', gone['local'])
        self.assertEqual('{}', self.secrets.read_text())
        self.assertEqual(401, self.userinfo(new))

    def test_case_33_a_keyring_that_was_uninstalled_is_named_and_can_be_forgotten(self) -> None:
        self.login_pat(self.other_url)
        self.backend.unlink()
        place = f'the item of {self.other_url} in test_keyring_backend.Keyring'

        plain = self.logout(status=1)
        self.assertIn(place, plain.error()['message'])
        self.assertIn('--local', plain.error()['remediation'])
        local = self.logout('--local', status=1)

        self.assertEqual('failed', local.json()[0]['local'])
        self.assertIn(place, local.error()['message'])
        self.assertFalse(self.record(self.other_url).exists())
        self.assertEqual('NOT_FOUND', self.logout('--local', status=3).error()['code'])
        self.assert_first_host_works()

    def test_case_33_the_local_part_goes_where_the_host_is_down(self) -> None:
        self.login_pat(self.other_url)
        gone = self.record(self.other_url)
        text = gone.read_text()
        port = self.enterContext(closed_port())
        fields = codec.decode(text.encode())
        fields['revocation_endpoint'] = f'http://localhost:{port}/oauth/revoke'
        gone.write_bytes(codec.encode(fields))

        result = self.logout()

        self.assertEqual(('failed', 'removed'), tuple(
            result.json()[0][name] for name in ('access_token', 'local')
        ))
        self.assertIn('the access_token was not revoked', result.stderr)
        self.assertFalse(gone.exists())
        self.assertEqual('{}', self.secrets.read_text())


class TornTest(KeyringCase):
    """Security case 32: the record of a host and its secret in the keyring disagree."""

    def assert_secret_missing(self) -> None:
        result = self.auth('status', '--host', self.other_url, status=2)
        self.assertIn(f'the keyring holds no secret for {self.other_url}', result.stderr)

    def test_case_32_an_item_deleted_by_hand_is_said_and_mended_by_a_login(self) -> None:
        self.login_pat(self.other_url)
        self.secrets.unlink()

        self.assert_secret_missing()
        self.login_pat(self.other_url)

        self.assertEqual(self.cloud.pat, self.shown_token())
        self.assert_first_host_works()

    def test_case_32_a_login_killed_between_its_writes_is_mended_by_a_logout(self) -> None:
        # After the record, before the keyring: where its directory is synchronised.
        result = self.faulty('fsync:signal=KILL:when=4')
        self.assertEqual(KILLED, result.exit_code)
        self.assertNotIn(self.cloud.pat, self.secrets.read_text())

        self.assert_secret_missing()
        self.assertEqual('removed', self.logout().json()[0]['local'])

        self.auth('token', '--host', self.other_url, status=2)
        self.assert_first_host_works()

    def test_case_32_a_refresh_killed_between_its_writes_loses_nothing(self) -> None:
        self.auth('login', '--host', self.other_url, '--no-browser')
        old = self.shown_token()
        # After the keyring, before the record, which is what it writes last.
        number = self.own_calls('rename', words=('refresh', '--force'))[-1][1]
        between = self.shown_token()
        result = self.faulty(f'rename:signal=KILL:when={number}', 'refresh', '--force')
        self.assertEqual(KILLED, result.exit_code)

        new = self.shown_token()
        self.assertEqual(3, len({old, between, new}))
        self.assertEqual(200, self.userinfo(new))
        self.auth('refresh', '--force', '--host', self.other_url)
        self.assert_first_host_works()

    def test_case_32_a_logout_killed_between_its_writes_is_ended_by_the_next(self) -> None:
        self.login_pat(self.other_url)
        words = ('logout', '--local', '--host', self.other_url)
        result = self.faulty('unlink:signal=KILL:when=1', *words)
        self.assertEqual((KILLED, '{}'), (result.exit_code, self.secrets.read_text()))

        self.assert_secret_missing()
        self.assertEqual('removed', self.logout().json()[0]['local'])
        self.assertFalse(self.record(self.other_url).exists())
