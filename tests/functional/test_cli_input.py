"""What comes in: tokens on stdin, passwords, hosts (security cases 80 and 84 to 88).

Layer: functional test.
"""

from __future__ import annotations

import os
import subprocess

from tests.functional.cli import PHYWARE, SECONDS, CloudTestCase, Result

TOKEN = 'phk_wrongcanary0123456789'
NO_TOKENS = {
    'empty': b'', 'blanks': b'  \n', 'leading blank': f' {TOKEN}\n'.encode(),
    'two lines': f'{TOKEN}\nmore\n'.encode(), 'two line ends': f'{TOKEN}\n\n'.encode(),
    'UTF-16': TOKEN.encode('utf-16'), 'UTF-16 BE': TOKEN.encode('utf-16-be'),
    'NUL': f'{TOKEN}\0'.encode(), 'accent': f'{TOKEN}é'.encode(), 'latin-1': b'phk_canary\xe9',
    'zero width': f'{TOKEN}\u200b'.encode(), 'CR inside': f'{TOKEN}\rX: y\n'.encode(),
    'header': f'Bearer {TOKEN}'.encode(), 'ten megabytes': b'canary' * 1_700_000,
}  # fmt: skip


class InputTestCase(CloudTestCase):
    def fed(self, data: bytes, *words: str) -> Result:
        """Run a command line with these bytes on stdin."""
        done = subprocess.run(
            [PHYWARE, 'auth', *words], env=self.environ, cwd=self.home, input=data,
            capture_output=True, check=False, timeout=SECONDS, start_new_session=True,
        )  # fmt: skip
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def asked(self) -> dict[str, int]:
        """Return how often the host was asked for anything but this."""
        return {name: n for name, n in self.counters().items() if 'counters' not in name}

    def assert_unseen(self, result: Result) -> None:
        """Check that an input was refused without an echo."""
        self.assertEqual((4, ''), (result.exit_code, result.stdout), result.stderr)
        self.assertTrue(result.stderr.startswith('VALIDATION: '), result.stderr)
        self.assertEqual(2, len(result.stderr.splitlines()))
        self.assertNotIn('canary', result.stderr)
        self.assertNotIn('canary', self.stored_text())


class TokenFormsTest(InputTestCase):
    def test_case_80_86_what_is_no_token_in_the_locale_c(self) -> None:
        # A locale without UTF-8, which Python does not mend by itself.
        self.environ |= {'LC_ALL': 'C', 'PYTHONCOERCECLOCALE': '0', 'PYTHONUTF8': '0'}
        before = self.asked()

        for name, data in NO_TOKENS.items():
            with self.subTest(name):
                self.assert_unseen(self.fed(data, 'login', '--with-token', '--host', self.url))

        self.assertEqual(before, self.asked())

    def test_case_86_a_byte_order_mark_and_a_line_end_go(self) -> None:
        self.environ |= {'LC_ALL': 'C', 'PYTHONCOERCECLOCALE': '0', 'PYTHONUTF8': '0'}
        data = f'\ufeff{self.cloud.pat}\r\n'.encode()

        result = self.fed(data, 'login', '--with-token', '--host', self.url)

        self.assertEqual(0, result.exit_code, result.stderr)
        self.assertEqual(self.cloud.pat, self.stored()['access_token'])

    def test_case_86_endless_stdin_is_not_read_to_its_end(self) -> None:
        with open('/dev/zero', 'rb') as zeros:
            process = self.start('auth', 'login', '--with-token', stdin=zeros)

            self.assert_unseen(self.finish(process))

    def test_case_86_88_typed_at_a_hidden_prompt_and_refused(self) -> None:
        child = self.terminal('auth', 'login', '--with-token', '--host', self.url)
        child.expect('Token: ')
        self.assertTrue(child.waitnoecho(SECONDS))
        child.sendline(TOKEN)

        exit_code, shown = self.shown(child)

        self.assertEqual(2, exit_code, shown)
        self.assertNotIn('canary', shown + self.stored_text())

    def test_case_88_a_host_that_is_down_leaves_the_old_login_as_it_was(self) -> None:
        self.login_pat()
        record = self.stored_text()
        down = 'http://127.0.0.1:1'
        self.assertIn(self.cloud.pat, record)

        result = self.fed(TOKEN.encode(), 'login', '--with-token', '--host', down, '-o', 'json')

        self.assertEqual((1, 'CONNECTION'), (result.exit_code, result.error()['code']))
        self.assertNotIn('canary', result.stderr)
        self.assertEqual(record, self.stored_text())


class HostFormsTest(InputTestCase):
    def test_case_84_spellings_of_one_host_are_one_entry(self) -> None:
        self.login_pat()
        port = self.url.rpartition(':')[2]

        for spelling in (f'HTTP://127.0.0.1:{port}', f'{self.url}/', f'http://127.0.0.1:0{port}/.'):
            with self.subTest(spelling):
                shown = self.auth('status', '--offline', '--host', spelling, '-o', 'json').json()
                self.assertEqual((self.url, 'valid'), (shown['host'], shown['state']))
        self.fed(self.cloud.pat.encode(), 'login', '--with-token', '--host', f'HTTP://{self.url[7:]}/')
        self.assertEqual(1, self.stored_text().count('phyware-credential '))

    def test_case_80_85_hosts_that_cannot_be_are_neither_stored_nor_asked(self) -> None:
        port = self.url.rpartition(':')[2]
        before = self.asked()
        hosts = (
            f'{self.url}\r\nX: y', f'{self.url}\n', f'http://user:pw@127.0.0.1:{port}',
            f'{self.url}#f', f'{self.url}?q', f'http:\\\\127.0.0.1:{port}', f'{self.url} ',
            f'{self.url}\t', f'http://%31.0.0.1:{port}', f'http://[::1%25lo]:{port}',
            'http://127.0.0.1:99999', 'http:///x', f'127.0.0.1:{port}', 'ftp://127.0.0.1',
            f'http://127.1:{port}', f'http://0x7f000001:{port}', 'https://раypal.com',
        )
        for host in hosts:
            with self.subTest(host):
                result = self.fed(self.cloud.pat.encode(), 'login', '--with-token', '--host', host)
                self.assert_unseen(result)
                self.assertNotIn('pw', result.stderr)
        self.assertIn('xn--', result.stderr)
        self.assertEqual(('', before), (self.stored_text(), self.asked()))

    def test_case_80_an_email_with_a_line_end(self) -> None:
        words = ('login', '--password', '--host', self.url, '--email', 'ada@x.example\r\nX: y')
        child = self.terminal('auth', *words)

        exit_code, shown = self.shown(child)

        self.assertEqual(4, exit_code, shown)
        self.assertIn('VALIDATION: --email', shown)
        self.assertNotIn('Password', shown)


class PasswordTest(InputTestCase):
    def test_case_87_without_a_controlling_terminal_nothing_is_asked_or_read(self) -> None:
        secret = 'canary-typed-into-a-pipe\n'
        for redirected in (subprocess.PIPE, subprocess.DEVNULL):
            with self.subTest(redirected):
                process = self.start(
                    'auth', 'login', '--password', '--email', 'ada@x.example', '--host', self.url,
                    stdin=redirected,
                )  # fmt: skip
                stdout, stderr = process.communicate(
                    secret if redirected == subprocess.PIPE else None, timeout=SECONDS
                )
                self.assert_unseen(Result(process.returncode, stdout, stderr))
                self.assertIn('without a terminal', stderr)

    def test_case_87_a_terminal_behind_a_redirected_stdin_is_asked_there(self) -> None:
        script = '"$@" </dev/null'
        import pexpect  # type: ignore[import-untyped]

        words = [PHYWARE, 'auth', 'login', '--password', '--email', self.cloud.email]
        child = pexpect.spawn(
            'sh', ['-c', script, 'sh', *words, '--host', self.url], env=self.environ,
            cwd=str(self.home), timeout=SECONDS, encoding='utf-8',
        )  # fmt: skip
        self.addCleanup(child.close, force=True)
        child.expect('Password: ')
        self.assertTrue(child.waitnoecho(SECONDS))
        child.sendline(self.cloud.password)
        child.expect(pexpect.EOF)
        child.close()

        self.assertEqual(0, child.exitstatus, os.fsdecode(str(child.before)))
