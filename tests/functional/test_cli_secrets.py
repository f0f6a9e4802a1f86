"""Login with a token or a password: how the secret comes in, and what is kept.

Layer: functional test.
"""

from __future__ import annotations

import os
import stat
import subprocess
from importlib.metadata import entry_points
from typing import Any

from tests.functional.cli import PHYWARE, SECONDS, CliTestCase, CloudTestCase

WRONG = 'phk_wrongcanary0123456789'
# Nothing about it looks like a secret.
TYPED = 'hunter2canary'


class TokenTest(CloudTestCase):
    def test_case_86_what_is_no_token_is_refused_unseen(self) -> None:
        cases = {
            'empty': '', 'line end': '\n', 'blanks': '   \n', 'two lines': f'{WRONG}\nmore\n',
            'accent': f'{WRONG}é', 'NUL': f'{WRONG}\0', 'too long': 'x' * 20_000,
        }
        for name, text in cases.items():
            with self.subTest(name):
                result = self.auth('login', '--with-token', stdin=text, status=4)
                self.assertTrue(result.stderr.startswith('VALIDATION: '), result.stderr)
                self.assertNotIn(WRONG, result.stdout + result.stderr)
        self.assertEqual({}, self.stored())

    def test_case_86_one_line_end_and_byte_order_mark_go(self) -> None:
        self.environ['LC_ALL'] = 'C'

        self.auth('login', '--with-token', '--url', self.url, stdin=f'\ufeff{self.cloud.pat}\r\n')

        self.assertEqual(f'{self.cloud.pat}\n', self.auth('token').stdout)

    def test_case_88_a_refused_token_is_not_stored_and_the_old_one_stays(self) -> None:
        self.login_pat()
        words = ('login', '--with-token', '--host', self.url)

        result = self.auth(*words, '-o', 'json', stdin=WRONG, status=2)

        self.assertEqual(('UNAUTHORIZED', 2), (result.error()['code'], result.error()['exit_code']))
        self.assertTrue(result.error()['message'].startswith('Invalid credentials'))
        self.assertEqual(('', False), (result.stdout, WRONG in result.stderr))
        self.assertNotIn(WRONG, self.stored_text())
        self.assertEqual(f'{self.cloud.pat}\n', self.auth('token').stdout)

    def test_case_86_hidden_prompt_on_a_terminal(self) -> None:
        child = self.terminal('auth', 'login', '--with-token', '--host', self.url)
        child.expect('Token: ')
        self.assertTrue(child.waitnoecho(SECONDS))
        child.sendline(self.cloud.pat)

        exit_code, shown = self.shown(child)

        self.assertEqual(0, exit_code, shown)
        self.assertIn('demo@phyware.example', shown)
        self.assertNotIn(self.cloud.pat, shown)

    def test_warns_that_the_variable_wins(self) -> None:
        self.environ['PHYCLOUD_API_KEY'] = WRONG
        words = ('login', '--with-token', '--host', self.url)

        result = self.auth(*words, '-o', 'json', stdin=self.cloud.pat)

        self.assertEqual('file', result.json()['source'])
        self.assertIn('warning: PHYCLOUD_API_KEY is set and wins over this login', result.stderr)
        self.assertEqual(self.cloud.pat, self.stored()['access_token'])

    def test_way_options_exclude_each_other(self) -> None:
        for words in (['--with-token', '--password'], ['--with-token', '--scopes', 'openid'],
                      ['--email', 'demo@phyware.example']):
            with self.subTest(words):
                self.auth('login', '--host', self.url, *words, status=4, stdin=self.cloud.pat)
        self.assertEqual({}, self.stored())


class PasswordTest(CloudTestCase):
    def type_in(self, child: Any, question: str, answer: str, hidden: bool = True) -> None:
        """Answer one question; a hidden one only once the terminal is silent."""
        child.expect(question)
        if hidden:
            self.assertTrue(child.waitnoecho(SECONDS))
        child.sendline(answer)

    def test_email_and_hidden_password(self) -> None:
        child = self.terminal('auth', 'login', '--password', '--host', self.url)
        self.type_in(child, 'E-mail: ', self.cloud.email, hidden=False)
        self.type_in(child, 'Password: ', self.cloud.password)

        exit_code, shown = self.shown(child)

        self.assertEqual(0, exit_code, shown)
        self.assertRegex(shown, r'\| user +\| demo@phyware.example ')
        self.assertNotIn(self.cloud.password, shown)
        self.assertEqual('oauth', self.auth('status', '-o', 'json').json()['token_kind'])
        self.assertNotIn(self.cloud.password, self.stored_text())

    def test_email_option_and_wrong_password(self) -> None:
        words = ('--password', '--email', self.cloud.email, '--host', self.url)
        child = self.terminal('auth', 'login', *words)
        self.type_in(child, 'Password: ', 'not-the-password')

        exit_code, shown = self.shown(child)

        self.assertEqual(2, exit_code, shown)
        self.assertNotIn('E-mail', shown)
        self.assertIn('UNAUTHORIZED: Invalid credentials', shown)
        self.assertIn('Re-run auth login', shown)
        self.assertNotIn('not-the-password', shown)
        self.assertEqual({}, self.stored())

    def test_case_87_no_password_without_a_terminal(self) -> None:
        for words in ([], ['--email', 'demo@phyware.example']):
            with self.subTest(words):
                result = self.auth(
                    'login', '--password', '--host', self.url, *words, status=4,
                    stdin=f'{self.cloud.email}\n{self.cloud.password}\n',
                )
                self.assertNotIn(self.cloud.password, result.stdout + result.stderr)
                self.assertTrue(result.stderr.startswith('VALIDATION: '), result.stderr)

    def test_case_86_87_closed_stdin(self) -> None:
        closed = ['sh', '-c', 'exec "$@" <&-', 'sh', PHYWARE]

        for words in (['--with-token'], ['--password']):
            with self.subTest(words):
                done = subprocess.run(
                    [*closed, 'auth', 'login', *words, '--host', self.url], env=self.environ,
                    cwd=self.home, capture_output=True, text=True, timeout=SECONDS,
                    start_new_session=True, check=False,
                )
                self.assertEqual(4, done.returncode, done.stderr)
                self.assertTrue(done.stderr.startswith('VALIDATION: '), done.stderr)


class ArgumentsTest(CliTestCase):
    """Security case 66: whoever may list processes reads the words of a command."""

    def test_case_66_no_command_takes_a_secret_as_a_word_or_repeats_one(self) -> None:
        found = entry_points(group='phyware.commands')
        own = [ep.name.replace('_', ' ') for ep in found if ep.dist and ep.dist.name == 'phyware']
        more = ('--debug', '-vvv', '--log-file', str(self.home / 'log'))
        options = ('--token', '--access-token', '--refresh-token', '--pat', '--device-code')

        for number, name in enumerate(sorted(own)):
            option = options[number % len(options)]
            with self.subTest(name, option=option):
                # Of a shell that is misspelt, the word is repeated on purpose.
                shell = ('bash',) if name == 'completion' else ()
                words = (*name.split(), *shell, *more, option, TYPED, f'--password={TYPED}', TYPED)
                result = self.run_cli(*words, status=4)
                self.assertNotIn(TYPED, result.stdout + result.stderr)
        self.assertIn('auth login', own)
        self.assertFalse((self.home / 'log').exists())

    def test_case_66_unknown_commands_do_not_repeat_their_arguments(self) -> None:
        for words in (
            ('auth', 'lgoin', '--token', TYPED), ('auth', TYPED), (TYPED, 'login'),
            ('auth', 'login', f'--with-token={TYPED}'), ('help', 'auth', TYPED),
            ('--api-key', TYPED, 'auth', 'lgoin'), ('auth', 'login', '--with-token', TYPED),
        ):
            with self.subTest(words):
                result = self.run_cli(*words, '--debug', status=4)
                self.assertNotIn(TYPED, result.stdout + result.stderr)


class LogFileTest(CliTestCase):
    """Security case 69, with the umask of most systems."""

    def setUp(self) -> None:
        super().setUp()
        self.log = self.home / 'phyware.log'
        self.addCleanup(os.umask, os.umask(0o022))

    def refused(self) -> str:
        result = self.auth('status', '--offline', '--log-file', str(self.log), status=1)
        self.assert_error(result, 'ERROR', f'the log file {self.log} cannot be opened: ')
        return result.stderr

    def test_case_69_it_is_private_whether_new_or_not(self) -> None:
        for made_before in (False, True):
            with self.subTest(made_before=made_before):
                self.log.unlink(missing_ok=True)
                if made_before:
                    self.log.touch(0o666)

                self.auth('status', '--offline', '--log-file', str(self.log), status=2)

                self.assertEqual(0o600, stat.S_IMODE(self.log.stat().st_mode))

    def test_case_69_links_are_not_followed(self) -> None:
        victim = self.home / 'victim'
        for content in (None, 'mine'):
            with self.subTest(content):
                self.log.unlink(missing_ok=True)
                if content is not None:
                    victim.write_text(content)
                self.log.symlink_to(victim)

                self.refused()

                self.assertEqual(content, victim.read_text() if victim.exists() else None)

    def test_case_69_a_fifo_is_refused_read_or_not(self) -> None:
        os.mkfifo(self.log)
        self.refused()
        reader = os.open(self.log, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)

        self.assertIn('not a regular file', self.refused())
