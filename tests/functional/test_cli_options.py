"""The options of every command, their variables, and which host is meant.

Layer: functional test.
"""

from __future__ import annotations

import csv
import http.server
import io
import json
import threading
from typing import ClassVar

import yaml

from tests.functional.cli import FIELDS, CliTestCase, CloudTestCase

KEY = 'phk_canary0123456789'


class OutputTest(CloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.environ |= {'PHYCLOUD_API_KEY': self.cloud.pat, 'PHYCLOUD_URL': self.url}

    def test_each_flag_before_and_after_the_command(self) -> None:
        expected = {'token': self.cloud.pat, 'expiry': None, 'host': self.url}
        flags = (['-o', 'json'], ['--output', 'json'], ['-f', 'json'], ['--format=json'])

        for flag in flags:
            with self.subTest(flag):
                self.assertEqual(expected, self.auth('token', *flag).json())
                self.assertEqual(expected, self.run_cli(*flag, 'auth', 'token').json())
        self.assertEqual(expected, self.auth('token', '-ojson').json())

    def test_the_flag_after_the_command_wins(self) -> None:
        shown = self.run_cli('-o', 'table', 'auth', 'status', '-o', 'json').json()

        self.assertEqual(FIELDS, list(shown))

    def test_every_format_of_one_thing(self) -> None:
        shown = {name: self.auth('status', '-o', name).stdout for name in (
            'table', 'json', 'yaml', 'csv', 'value', 'markdown', 'html', 'tsv', 'plain',
        )}

        expected = json.loads(shown['json'])
        self.assertEqual(expected, yaml.safe_load(shown['yaml']))
        names, values = list(csv.reader(io.StringIO(shown['csv'])))
        self.assertEqual(FIELDS, names)
        self.assertEqual(expected['user'], values[0])
        self.assertEqual(expected['user'], shown['value'].splitlines()[0])
        self.assertEqual(['\t'.join(FIELDS)], shown['tsv'].splitlines()[:1])
        self.assertRegex(shown['markdown'], rf'\| user +\| {expected["user"]} ')
        self.assertRegex(shown['html'], rf'(?s)<t[dh]>user *</t[dh]>\s*<td>{expected["user"]}')
        self.assertRegex(shown['plain'], rf'(?m)^user +{expected["user"]}')
        self.assertTrue(shown['table'].startswith('+---'))

    def test_every_format_of_a_list(self) -> None:
        self.token_of_other()
        words = ('sessions', 'list', '--user-id', self.cloud.users['other@phyware.example']['id'])

        expected = self.auth(*words, '-o', 'json').json()

        self.assertEqual(1, len(expected))
        for name, wanted in {
            'table': '| %s |', 'yaml': '\n  id: %s\n', 'csv': '"%s",', 'markdown': '| %s |',
            'tsv': '\n%s\t', 'plain': '\n%s ', 'html': '<td>%s', 'value': '%s ',
        }.items():
            with self.subTest(name):
                self.assertIn(wanted % expected[0]['id'], self.auth(*words, '-o', name).stdout)

    def test_one_column(self) -> None:
        self.assertEqual(
            f'{self.url}\n', self.auth('status', '-f', 'value', '-c', 'host').stdout
        )


class KeyAndHostTest(CloudTestCase):
    def test_options_before_and_after_the_command(self) -> None:
        options = ['--url', self.url, '--api-key', self.cloud.pat]

        after = self.auth('status', '-o', 'json', *options).json()
        before = self.run_cli(*options, 'auth', 'status', '-o', 'json').json()

        self.assertEqual(before, after)
        self.assertEqual(('option', None), (after['source'], after['storage']))
        self.assertEqual((self.url, 'pat'), (after['host'], after['token_kind']))

    def test_variables(self) -> None:
        self.environ |= {'PHYCLOUD_API_KEY': self.cloud.pat, 'PHYCLOUD_URL': f'{self.url}/'}

        shown = self.auth('status', '-o', 'json').json()

        self.assertEqual(('environment', None), (shown['source'], shown['storage']))
        self.assertEqual((self.url, 'demo@phyware.example'), (shown['host'], shown['user']))

    def test_option_wins_over_the_variable(self) -> None:
        self.environ |= {'PHYCLOUD_API_KEY': KEY, 'PHYCLOUD_URL': self.url}

        self.assertEqual(
            f'{self.cloud.pat}\n', self.auth('token', '--api-key', self.cloud.pat).stdout
        )

    def test_variable_needs_no_store(self) -> None:
        self.environ |= {'PHYCLOUD_API_KEY': self.cloud.pat, 'PHYCLOUD_URL': self.url}
        self.environ |= {'HOME': '/nonexistent', 'PHYWARE_CREDENTIAL_STORE': 'nonsense'}

        for config in ('/nonexistent/config', '/proc/config', 'relative'):
            with self.subTest(config):
                self.environ['PHYWARE_CONFIG_DIR'] = config
                self.auth('status' if config == 'relative' else 'token')
        self.auth('sessions', 'list', '--limit', '1')
        del self.environ['PHYWARE_CONFIG_DIR'], self.environ['HOME']
        self.assertEqual(f'{self.cloud.pat}\n', self.auth('token').stdout)

    def test_variable_wins_over_what_is_stored_and_does_not_read_it(self) -> None:
        self.login_pat()
        for path in self.config.rglob('*'):
            if path.is_file():
                path.write_bytes(b'\0 not a record')
        self.environ |= {'PHYCLOUD_API_KEY': KEY, 'PHYCLOUD_URL': self.url}

        result = self.auth('token')

        self.assertEqual((f'{KEY}\n', ''), (result.stdout, result.stderr))

    def test_variable_and_option_are_not_stored(self) -> None:
        self.auth('status', '--url', self.url, '--api-key', self.cloud.pat)

        self.assertEqual('', self.stored_text())


class PrecedenceTest(CliTestCase):
    """Nothing is asked of these hosts."""

    def host(self, *words: str) -> str:
        """Return the host that ``status --offline`` is about."""
        return str(self.auth('status', '--offline', '-o', 'json', *words, status=2).json()['host'])

    def test_host_url_variable_active_default(self) -> None:
        self.config.mkdir(mode=0o700)
        self.assertEqual('http://localhost:8000', self.host())
        self.config.joinpath('active').write_text('https://active.example\n')
        self.assertEqual('https://active.example', self.host())
        self.environ['PHYCLOUD_URL'] = 'https://variable.example'
        self.assertEqual('https://variable.example', self.host())
        self.assertEqual('https://url.example', self.host('--url', 'https://url.example'))

        both = self.host('--url', 'https://url.example', '--host', 'HTTPS://HOST.example:443/')

        self.assertEqual('https://host.example', both)

    def test_empty_variables_count_as_unset(self) -> None:
        self.environ |= {'PHYCLOUD_URL': '', 'PHYCLOUD_API_KEY': ''}

        self.assertEqual('http://localhost:8000', self.host())


class Recorder(http.server.BaseHTTPRequestHandler):
    """Remembers the header fields of each request, and has nothing."""

    seen: ClassVar[list[dict[str, str]]] = []

    def answer(self) -> None:
        """Record, then say 404."""
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        self.send_response(404)
        self.send_header('Content-Length', '0')
        self.end_headers()

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class WithheldKeyTest(CliTestCase):
    """Security case 77: the key in the environment is for its own host only."""

    other: str

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        Recorder.seen.clear()
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Recorder)
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.other = f'http://127.0.0.1:{server.server_port}'

    def test_case_77_key_is_not_sent_to_another_host(self) -> None:
        self.environ |= {'PHYCLOUD_API_KEY': KEY, 'PHYCLOUD_URL': 'https://own.example'}
        commands = (['status'], ['token'], ['refresh'], ['sessions', 'list'],
                    ['sessions', 'revoke', 'ses_1'])

        for words, option in zip(commands, ['--host', '--url'] * 3, strict=False):
            with self.subTest(words=words, option=option):
                result = self.auth(*words, option, self.other, status=2)
                self.assertIn(f'PHYCLOUD_API_KEY is not sent to {self.other}', result.stderr)
                self.assertNotIn(KEY, result.stdout + result.stderr)
        self.assertEqual([], Recorder.seen)

    def test_case_77_without_a_url_the_key_is_for_the_default_host(self) -> None:
        self.environ['PHYCLOUD_API_KEY'] = KEY
        self.config.mkdir(mode=0o700)
        self.config.joinpath('active').write_text(f'{self.other}\n')

        shown = self.auth('status', '--offline', '-o', 'json').json()
        self.auth('sessions', 'list', '--host', self.other, status=2)

        self.assertEqual('http://localhost:8000', shown['host'])
        self.assertEqual([], Recorder.seen)

    def test_case_77_a_login_at_another_host_does_not_get_the_key(self) -> None:
        self.environ['PHYCLOUD_API_KEY'] = KEY
        Recorder.seen.clear()

        self.auth('login', '--with-token', '--host', self.other, status=3, stdin='phk_another')

        self.assertNotEqual([], Recorder.seen)
        self.assertEqual([], [sent for sent in Recorder.seen if 'authorization' in sent])
        Recorder.seen.clear()
