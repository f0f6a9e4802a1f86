"""A session in the shell against a real host: login, prompt, completion, reuse.

Layer: functional test.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from phyware_auth.store.store import CredentialStore
from tests.functional.cli import CloudTestCase
from tests.functional.repl_case import PROMPT, ReplTestCase
from tests.functional.site_file import PATIENT_TABS, customize
from tests.functional.store_case import streamless

NOT_RUN = ['Not run: another process has changed the active host; Up and Enter run it there']


class CloudSessionTest(ReplTestCase, CloudTestCase):
    plugin = False

    def test_a_login_and_a_switch_change_the_prompt_and_keep_no_secret(self) -> None:
        screen = self.shell()
        screen.type(f'auth login --password --email {self.cloud.email} --host {self.url}\r')
        screen.see('Password:')
        self.assertTrue(screen.child.waitnoecho())
        screen.prompt = f'phyware {self.url}>'
        screen.type(f'{self.cloud.password}\r')
        screen.wait()
        self.login(host=self.other_url)
        screen.prompt = f'phyware {self.other_url}>'
        screen.run(f'auth switch --host {self.other_url}')

        self.assertNotIn(self.cloud.password, screen.text)
        self.assertEqual(2, len(screen.run('history')))
        self.assertEqual(0, screen.end())

    def test_a_line_is_run_at_the_host_that_its_prompt_names_or_not_at_all(self) -> None:
        for host in (self.other_url, self.url):
            self.login(host=host)
        screen = self.shell(prompt=f'phyware {self.url}>')
        self.auth('switch', '--host', self.other_url)
        screen.prompt = f'phyware {self.other_url}>'

        self.assertEqual(NOT_RUN, screen.run('auth logout'))
        self.assertEqual([self.other_url, self.url], self.hosts())
        screen.type('\x1b[A')
        screen.see_typed('auth logout')
        screen.prompt = PROMPT
        screen.type('\r')
        screen.wait()
        self.assertEqual([self.url], self.hosts())

        self.auth('switch', '--host', self.url)
        screen.type('\r')
        screen.prompt = f'phyware {self.url}>'
        screen.wait()
        self.auth('logout')
        self.assertEqual(0, screen.end())

    def hosts(self) -> list[str]:
        """Return the hosts that have a credential."""
        store = CredentialStore(streamless(self.environ))
        return sorted(store.hosts(), key=[self.other_url, self.url].index)

    def test_tab_completes_hosts_and_the_ids_of_sessions(self) -> None:
        self.login()
        ids = self.auth('sessions', 'list', '-o', 'value', '-c', 'id').stdout.split()
        customize(self, PATIENT_TABS)
        screen = self.shell(prompt=f'phyware {self.url}>')
        screen.complete('auth switch --host ht', f'auth switch --host {self.url}')
        screen.type('auth sessions revoke s\t')
        shown = screen.look(lambda seen: all(number[:20] in seen.text for number in ids[:1]))

        self.assertIn(f'{screen.prompt} auth sessions revoke ses_', shown)
        screen.clear()
        self.assertEqual(0, screen.end())

    def test_completion_of_a_host_that_is_away_shows_nothing(self) -> None:
        self.environ |= {'PHYCLOUD_URL': 'http://127.0.0.1:9', 'PHYCLOUD_API_KEY': 'k' * 20}
        screen = self.shell(prompt='phyware http://127.0.0.1:9>')
        screen.type('auth sessions revoke \t')
        screen.see_typed('auth sessions revoke')
        screen.clear()

        self.assertEqual([], [line for line in screen.lines if 'Error' in line or 'ERROR' in line])
        self.assertEqual(0, screen.end())

    def test_after_a_logout_by_another_process_no_dead_credential_is_used(self) -> None:
        self.login()
        screen = self.shell(prompt=f'phyware {self.url}>')
        self.assertIn(self.cloud.email, '\n'.join(screen.run('auth status')))
        self.auth('logout')
        screen.prompt = PROMPT
        self.assertEqual(NOT_RUN, screen.run('auth sessions list'))
        shown = screen.run('auth sessions list')
        self.assertTrue(shown[0].startswith('UNAUTHORIZED: '), shown)

        self.login()
        screen.prompt = f'phyware {self.url}>'
        self.assertEqual(NOT_RUN, screen.run('auth sessions list'))
        self.assertIn('ses_', '\n'.join(screen.run('auth sessions list')))
        self.assertEqual(0, screen.end())


class CountingHost(BaseHTTPRequestHandler):
    """A host that counts connections and has no session."""

    protocol_version = 'HTTP/1.1'
    connections: ClassVar[list[Any]] = []
    requests: ClassVar[list[str]] = []

    def setup(self) -> None:
        super().setup()
        self.connections.append(self.client_address)

    def do_GET(self) -> None:
        self.requests.append(self.path)
        base = f'http://{self.headers["Host"]}'
        known = {
            '/.well-known/oauth-authorization-server':
                {'issuer': base, 'token_endpoint': f'{base}/oauth/token'},
            '/api/v1/sessions': {'sessions': [], 'next_cursor': None},
        }
        found = known.get(self.path.partition('?')[0])
        body = json.dumps(found).encode()
        self.send_response(404 if found is None else 200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class ReuseTest(ReplTestCase):
    plugin = False

    def setUp(self) -> None:
        super().setUp()
        CountingHost.connections.clear()
        CountingHost.requests.clear()
        server = ThreadingHTTPServer(('127.0.0.1', 0), CountingHost)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.host = f'http://127.0.0.1:{server.server_port}'

    def test_the_second_command_opens_no_connection(self) -> None:
        line = 'auth sessions list -o json\n'
        for lines in (1, 3):
            with self.subTest(lines):
                CountingHost.connections.clear()
                path = self.home / 'lines'
                path.write_text(line * lines)
                self.run_cli('--api-key', 'k' * 20, '--url', self.host, 'shell', '--script',
                             str(path))
                self.assertEqual(1, len(CountingHost.connections))
        listed = [path for path in CountingHost.requests if path.startswith('/api/v1/sessions')]
        self.assertEqual(4, len(listed))

    def test_options_of_the_shell_hold_for_every_line(self) -> None:
        screen = self.shell(
            '--url', self.host, '--api-key', 'k' * 20, '-o', 'json', 'shell',
            prompt=f'phyware {self.host}>')

        self.assertEqual(['[]'], screen.run('auth sessions list'))
        self.assertNotIn(PROMPT, screen.text)
        self.assertEqual(0, screen.end())
