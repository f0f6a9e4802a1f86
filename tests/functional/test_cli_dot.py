"""The commands against a server that none of us wrote (django-oauth-toolkit).

Layer: functional test; phyware runs as a process and is known by its output,
its exit code and what the server then thinks of the tokens.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import tempfile
import unittest

from tests.functional.cli import PHYWARE, SECONDS
from tests.functional.dot_server import DotServer, require

USER_CODE = re.compile(rb'user_code=([0-9A-V]{8})\b')


class CliTestCase(unittest.TestCase):
    """A server for the class, an empty configuration for each test."""

    server: DotServer
    client_id = DotServer.client_id
    metadata_at_root = True

    @classmethod
    def setUpClass(cls) -> None:
        require({'phyware_auth.commands.login': 'phyware', 'pexpect': 'pexpect'})
        cls.server = cls.enterClassContext(DotServer(cls.metadata_at_root))

    def setUp(self) -> None:
        home = self.enterContext(tempfile.TemporaryDirectory())
        kept = {name: os.environ[name] for name in ('PATH', 'PYTHONPATH') if name in os.environ}
        self.environ = kept | {
            'HOME': home,
            'LC_ALL': 'C.UTF-8',
            'TERM': 'dumb',
            'PHYWARE_CONFIG_DIR': os.path.join(home, 'config'),
            'PHYWARE_CREDENTIAL_STORE': 'file',
            'PHYCLOUD_CLIENT_ID': self.client_id,
        }

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start ``phyware auth WORDS`` without a terminal."""
        process = subprocess.Popen(
            [PHYWARE, 'auth', *words], env=self.environ,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        self.addCleanup(_end, process)
        return process

    def auth(self, *words: str, status: int = 0) -> tuple[str, str]:
        """Run ``phyware auth WORDS`` to its end; return its output and errors."""
        process = self.start(*words)
        output, errors = process.communicate(timeout=SECONDS)
        self.assertEqual(status, process.returncode, errors.decode())
        return output.decode(), errors.decode()

    def access_token(self) -> str:
        """Return what ``auth token`` prints."""
        return self.auth('token')[0].strip()

    def login_words(self) -> list[str]:
        """Return a device login; the metadata does not say where its code is from."""
        host, endpoint = self.server.url, self.server.device_endpoint
        return ['login', '--host', host, '--no-browser', '--device-endpoint', endpoint]

    def device_login(self, *words: str, status: int = 0, refuse: bool = False) -> str:
        """Log in by device code, decide as a person; return what stderr said."""
        from pexpect import fdpexpect  # type: ignore[import-untyped]

        process = self.start(*self.login_words(), *words)
        errors = fdpexpect.fdspawn(process.stderr, timeout=SECONDS)
        errors.expect(USER_CODE)
        decide = self.server.deny if refuse else self.server.approve
        decide(errors.match[1].decode())
        shown = errors.before + errors.after + errors.read()
        self.assertEqual(status, process.wait(SECONDS), shown.decode())
        return str(shown.decode())


class DeviceLoginTest(CliTestCase):
    def test_login_and_status(self) -> None:
        self.device_login()

        status = json.loads(self.auth('status', '-o', 'json')[0])

        self.assertEqual(self.server.email, status['user'])
        self.assertEqual(self.server.url, status['host'])
        self.assertEqual({'openid', 'email'}, set(status['scopes']))
        expiry = datetime.datetime.fromisoformat(status['expiry'])
        self.assertGreater(expiry, datetime.datetime.now(datetime.UTC))

    def test_login_leaves_one_session(self) -> None:
        access, refresh = self.server.live_tokens()

        self.device_login()

        self.assertEqual((access + 1, refresh + 1), self.server.live_tokens())

    def test_login_again_ends_the_session_before(self) -> None:
        self.device_login()
        live = self.server.live_tokens()

        self.device_login()

        self.assertEqual(live, self.server.live_tokens())

    def test_code_and_page_are_shown(self) -> None:
        shown = self.device_login()

        complete = re.search(r'\S+/device/\?user_code=(\w+)', shown)
        assert complete is not None
        self.assertRegex(shown, rf'{self.server.url}/device/\n')
        self.assertRegex(shown.replace(complete[0], ''), rf'\b{complete[1]}\b')

    def test_metadata_does_not_name_the_device_endpoint(self) -> None:
        _, errors = self.auth('login', '--host', self.server.url, '--no-browser', status=4)

        self.assertIn('--device-endpoint', errors)

    def test_refused(self) -> None:
        self.device_login(status=2, refuse=True)

        self.auth('token', status=2)

    def test_unknown_client(self) -> None:
        self.environ['PHYCLOUD_CLIENT_ID'] = 'nobody'

        _, errors = self.auth(*self.login_words(), status=1)

        self.assertIn('Invalid client_id', errors)


class SessionTest(CliTestCase):
    def test_status_of_a_session_ended_at_the_server_is_not_about_age(self) -> None:
        self.device_login()
        self.server.end_sessions()

        output, errors = self.auth('status', '-o', 'json', status=2)

        self.assertEqual('invalid', json.loads(output)['state'])
        self.assertEqual('UNAUTHORIZED', json.loads(errors)['error']['code'])

    def test_token_is_accepted_by_the_server(self) -> None:
        self.device_login()

        answer = self.server.userinfo(self.access_token())

        self.assertEqual(self.server.email, answer.json()['email'])

    def test_refresh_replaces_the_token(self) -> None:
        self.device_login()
        old = self.access_token()

        self.auth('refresh', '--force')
        new = self.access_token()

        self.assertNotEqual(old, new)
        self.assertEqual(401, self.server.userinfo(old).status_code)
        self.assertEqual(200, self.server.userinfo(new).status_code)

    def test_refresh_twice_uses_the_rotated_token(self) -> None:
        self.device_login()

        self.auth('refresh', '--force')
        self.auth('refresh', '--force')

        self.assertEqual(200, self.server.userinfo(self.access_token()).status_code)

    def test_case_34_refreshes_at_once_do_not_end_the_session(self) -> None:
        self.device_login()
        live = self.server.live_tokens()

        together = [self.start('refresh', '--force') for _ in range(4)]
        errors = [process.communicate(timeout=SECONDS)[1] for process in together]

        self.assertEqual([0] * 4, [process.returncode for process in together], errors)
        self.assertEqual(200, self.server.userinfo(self.access_token()).status_code)
        self.assertEqual(live, self.server.live_tokens())

    def test_logout_ends_both_tokens_at_the_server(self) -> None:
        before = self.server.live_tokens()
        self.device_login()
        token = self.access_token()

        _, errors = self.auth('logout')

        self.assertEqual('', errors)
        self.assertEqual(401, self.server.userinfo(token).status_code)
        self.assertEqual(before, self.server.live_tokens())
        self.auth('token', status=2)

    def test_session_ended_at_the_server(self) -> None:
        self.device_login()
        token = self.access_token()
        self.server.end_sessions()

        _, errors = self.auth('refresh', '--force', status=2)

        self.assertIn('UNAUTHORIZED', errors)
        self.assertNotIn(token, errors)


class WithoutOpenidTest(CliTestCase):
    """The toolkit's userinfo answers 401 to a good token without ``openid``."""

    def test_login_stands_and_the_user_is_unknown(self) -> None:
        self.device_login('--scopes', 'read')

        status = json.loads(self.auth('status', '-o', 'json')[0])

        self.assertEqual(['read'], status['scopes'])
        self.assertFalse(status['user'])

    def test_status_spends_no_refresh_token_on_it(self) -> None:
        self.device_login('--scopes', 'read')
        token = self.access_token()

        self.auth('status')

        self.assertEqual(token, self.access_token())


class PasswordLoginTest(CliTestCase):
    client_id = DotServer.password_client_id

    def login(self, password: str) -> tuple[int | None, str]:
        """Log in on a terminal; return the exit code and all that it showed."""
        import pexpect

        words = ['login', '--host', self.server.url, '--password', '--email', self.server.username]
        terminal = pexpect.spawn(
            PHYWARE, ['auth', *words],
            env=self.environ, timeout=SECONDS, encoding='utf-8',
        )
        self.addCleanup(terminal.close, force=True)
        terminal.expect('(?i)password[^\n]*: ?')
        self.assertTrue(terminal.waitnoecho(SECONDS))
        terminal.sendline(password)
        shown = terminal.read()
        terminal.close()
        return terminal.exitstatus, shown

    def test_login_status_and_token(self) -> None:
        exit_code, shown = self.login(self.server.password)

        self.assertEqual(0, exit_code, shown)
        self.assertNotIn(self.server.password, shown)
        status = json.loads(self.auth('status', '-o', 'json')[0])
        self.assertEqual(self.server.email, status['user'])
        self.assertEqual(200, self.server.userinfo(self.access_token()).status_code)

    def test_refresh_and_logout(self) -> None:
        self.login(self.server.password)
        old = self.access_token()

        self.auth('refresh', '--force')
        new = self.access_token()
        self.auth('logout')

        self.assertNotEqual(old, new)
        self.assertEqual(401, self.server.userinfo(new).status_code)

    def test_wrong_password(self) -> None:
        exit_code, shown = self.login('not-the-password')

        self.assertEqual(2, exit_code, shown)
        self.assertNotIn('not-the-password', shown)
        self.auth('token', status=2)

    def test_host_without_password_login(self) -> None:
        self.environ['PHYCLOUD_CLIENT_ID'] = DotServer.client_id

        exit_code, shown = self.login(self.server.password)

        self.assertEqual(4, exit_code, shown)
        self.assertIn('no password login', shown)


class PrefixOnlyTest(CliTestCase):
    """A mount below a path only: no RFC 8414 document, so no known revocation."""

    metadata_at_root = False

    def test_logout_says_that_the_host_offers_no_revocation(self) -> None:
        self.device_login()
        token = self.access_token()

        _, errors = self.auth('logout')

        self.assertRegex(errors, 'no revocation: the refresh_token')
        self.assertRegex(errors, 'no revocation: the access_token')
        self.assertEqual(200, self.server.userinfo(token).status_code)
        self.auth('token', status=2)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
