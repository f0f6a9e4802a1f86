"""Command lines, hosts and keys that cannot be, and output that cannot be written.

Layer: functional test.
"""

from __future__ import annotations

import os
import subprocess

from tests.functional.cli import PHYWARE, SECONDS
from tests.functional.test_cli_errors import KEY, Answer, ErrorsTestCase, Row, ScriptedHost

NO_ANSWER = Answer(0)


class UsageErrorsTest(ErrorsTestCase):
    """Nothing of it reaches the host."""

    def tearDown(self) -> None:
        self.assertEqual([], ScriptedHost.asked)
        super().tearDown()

    def test_command_lines_that_cannot_be(self) -> None:
        lines = {
            'auth login --with-token --password': 'argument --password: not allowed with',
            'auth login --nonsense': 'unrecognized arguments: --nonsense',
            'auth status --offlin': 'unrecognized arguments: --offlin',
            'auth status extra': 'unrecognized arguments: 1 that the command does not take',
            'auth switch': 'the following arguments are required: --host',
            'auth sessions revoke': 'the following arguments are required: SESSION_ID',
            'auth --nonsense': 'unrecognized arguments: --nonsense',
        }
        for line, message in lines.items():
            with self.subTest(line):
                row = Row(NO_ANSWER, 'VALIDATION', 4, message, 'See ')
                self.assert_reported(tuple(line.split()), row)

    def test_unknown_commands(self) -> None:
        lines = {
            'auth lgoin': ("unknown command 'auth lgoin'", 'Did you mean: auth login, '),
            'foo': ("unknown command 'foo'", "See 'phyware --help'"),
            'logn': ("unknown command 'logn'", "See 'phyware --help'"),
        }
        for line, (message, remediation) in lines.items():
            with self.subTest(line):
                row = Row(NO_ANSWER, 'VALIDATION', 4, message, remediation)
                self.assert_reported(tuple(line.split()), row)

    def test_formats_that_do_not_exist(self) -> None:
        for words in (['auth', 'status', '-o', 'nope'], ['-o', 'nope', 'auth', 'status'],
                      ['auth', 'status', '-o']):
            with self.subTest(words):
                result = self.run_cli(*words, status=4)
                self.assertTrue(result.stderr.startswith('VALIDATION: argument '), result.stderr)

    def test_no_words_at_all(self) -> None:
        result = self.run_cli(status=4)

        self.assert_error(result, 'VALIDATION', 'no command was given', 'usage: phyware [options]')

    def test_case_66_values_are_not_repeated(self) -> None:
        for words in (['auth', 'lgoin', '--token', KEY], ['auth', 'status', KEY], [KEY],
                      ['auth', 'token', f'--token={KEY}']):
            with self.subTest(words):
                result = self.run_cli(*words, status=4)
                self.assertNotIn(KEY, result.stdout + result.stderr)

    def test_case_85_hosts_that_cannot_be(self) -> None:
        urls = (
            'ftp://x.example', 'https://user:pw@x.example', 'https://x.example?q', 'https://',
            'https://x.example:99999', 'https://x y.example',
            'x.example:8443', 'http://x.example', '',
        )
        for number, url in enumerate(urls):
            with self.subTest(url):
                option = ('--host', '--url')[number % 2]
                result = self.auth('status', f'{option}={url}', '-o', 'json', status=4)
                self.assertEqual('VALIDATION', result.error()['code'])
                self.assertNotIn('pw', result.stderr)
        self.environ['PHYCLOUD_URL'] = 'ftp://x.example'
        self.auth('status', status=4)

    def test_keys_that_cannot_be(self) -> None:
        for key in ('', 'two words', 'é', 'a\nb'):
            with self.subTest(key):
                result = self.auth('status', f'--api-key={key}', status=4)
                self.assertIn('--api-key is not a token', result.stderr)

    def test_plain_http_where_the_environment_allows_it(self) -> None:
        self.environ |= {'PHYWARE_ALLOW_INSECURE_HTTP': '1'}
        del self.environ['PHYCLOUD_API_KEY']
        self.environ['PHYCLOUD_URL'] = 'http://x.invalid'

        result = self.auth('status', '--offline', '-o', 'json', status=2)

        self.assertEqual('http://x.invalid', result.json()['host'])


class OutputErrorsTest(ErrorsTestCase):
    """Where the words cannot be written."""

    def test_case_91_a_full_disk_is_said(self) -> None:
        command = [PHYWARE, 'auth', 'token']

        with open('/dev/full', 'w') as full:
            process = subprocess.run(
                command, env=self.environ, cwd=self.home, stdout=full, stderr=subprocess.PIPE,
                text=True, timeout=SECONDS, check=False,
            )

        self.assertEqual(1, process.returncode)
        self.assertTrue(process.stderr.startswith('ERROR: input or output failed: No space left'))

    def test_case_91_a_closed_pipe_ends_silently(self) -> None:
        reader, writer = os.pipe()
        # Closed once the command has started, it may be too late.
        os.close(reader)

        with open(writer, 'w') as unread:
            process = subprocess.run(
                [PHYWARE, 'auth', 'token'], env=self.environ, cwd=self.home, stdout=unread,
                stderr=subprocess.PIPE, text=True, timeout=SECONDS, check=False,
            )

        self.assertEqual((141, ''), (process.returncode, process.stderr))
