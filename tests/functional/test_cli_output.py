"""What goes out, where it cannot (security case 91).

Layer: functional test.  The redirections are a shell's, as a person writes them.
"""

from __future__ import annotations

import subprocess
from typing import Any

from tests.functional.cli import PHYWARE, SECONDS, Result
from tests.functional.odd_host import PENDING, TOKENS, Answer, OddHostsTestCase

KEY = 'phk_key0123456789'
FAILED = 'ERROR: input or output failed: '
PAGES, ROWS = 200, 1000
# Descriptor 3 is a pipe whose reader is gone: after "| true" it may still be there.
UNREAD = 'mkfifo unread; true <unread & exec 3>unread; wait; rm unread;'


class OutputTestCase(OddHostsTestCase):
    def use(self, **answers: Any) -> None:
        """Make the host of this test."""
        self.environ['PHYCLOUD_URL'] = self.hosts.add(self.id().rpartition('.')[2], **answers)

    def shell(self, script: str, stdin: str = '') -> Result:
        """Run a script of bash in which ``"$@"`` is ``phyware``."""
        done = subprocess.run(
            ['bash', '-c', script, 'bash', PHYWARE], env=self.environ, cwd=self.home, input=stdin,
            capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip
        return Result(done.returncode, done.stdout, done.stderr)

    def assert_said_once(self, result: Result) -> None:
        """Check an output error: its two lines and nothing else."""
        self.assertEqual(1, result.exit_code, result.stderr)
        self.assertTrue(result.stderr.startswith(FAILED), result.stderr)
        self.assertEqual(2, len(result.stderr.splitlines()), result.stderr)


class ListTest(OutputTestCase):
    def setUp(self) -> None:
        super().setUp()
        rows = [{'id': f'ses_{number}', 'user': 'ada'} for number in range(ROWS)]
        pages = [Answer(200, {'sessions': rows, 'next_cursor': f'c{n}'}) for n in range(PAGES)]
        self.use(sessions=[*pages, Answer(200, {'sessions': [], 'next_cursor': None})])
        self.environ['PHYCLOUD_API_KEY'] = KEY
        self.hosts.asked.clear()

    def test_case_91_a_reader_that_goes_ends_a_long_list_silently(self) -> None:
        for output in ('csv', 'value'):
            with self.subTest(output):
                result = self.shell(
                    f'"$@" auth sessions list -o {output} | head -1; exit ${{PIPESTATUS[0]}}'
                )

                self.assertEqual((141, ''), (result.exit_code, result.stderr))
                self.assertEqual(1, len(result.stdout.splitlines()))
                # It ended long before the list did.
                self.assertLess(len(self.hosts.asked), PAGES)

    def test_case_91_a_list_of_200_000_lines_goes_out_whole(self) -> None:
        result = self.shell('"$@" auth sessions list -o value -c id | wc -l')

        self.assertEqual((0, ''), (result.exit_code, result.stderr))
        self.assertEqual(PAGES * ROWS, int(result.stdout))

    def test_case_91_a_list_that_nothing_takes(self) -> None:
        for redirection in ('>/dev/full', '>&-'):
            with self.subTest(redirection):
                self.assert_said_once(self.shell(f'"$@" auth sessions list -o csv {redirection}'))


class LoginOutputTest(OutputTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.use()

    def stored_token(self) -> bool:
        """Tell whether the login was stored, and forget it."""
        stored = KEY in self.stored_text()
        for path in (self.config / 'hosts').iterdir():
            path.unlink()
        return stored

    def test_case_91_a_login_is_stored_although_its_output_failed(self) -> None:
        login = '"$@" auth login --with-token'

        for redirection in ('>/dev/full', '>&-'):
            with self.subTest(redirection):
                self.assert_said_once(self.shell(f'{login} {redirection}', KEY))
                self.assertTrue(self.stored_token())
        result = self.shell(f'{UNREAD} {login} >&3 3>&-', KEY)
        self.assertEqual((141, ''), (result.exit_code, result.stderr))
        self.assertTrue(self.stored_token())

    def test_case_91_a_reader_that_goes_while_the_code_is_approved(self) -> None:
        self.use(token=[PENDING, Answer(200, TOKENS)])

        result = self.shell(f'{UNREAD} "$@" auth login >&3 3>&-')

        self.assertEqual(141, result.exit_code, result.stderr)
        self.assertTrue(result.stderr.endswith('Ctrl-C gives up.\n'), result.stderr)
        self.assertIn('access-canary', self.stored_text())

    def test_case_91_no_stderr_does_not_stop_a_login(self) -> None:
        for redirection in ('2>&-', '2>/dev/full'):
            with self.subTest(redirection):
                result = self.shell(f'"$@" auth login --with-token -o value {redirection}', KEY)
                self.assertEqual((0, ''), (result.exit_code, result.stderr))
                self.assertIn('ada@example.org', result.stdout)
                self.assertTrue(self.stored_token())

    def test_case_60_91_a_code_that_cannot_be_shown_is_not_waited_for(self) -> None:
        self.hosts.asked.clear()

        result = self.shell('"$@" auth login 2>/dev/full')

        self.assertEqual((1, ''), (result.exit_code, result.stdout))
        self.assertEqual(['device'], [entry.split()[1] for entry in self.hosts.asked])
        self.assertNotIn('canary', self.stored_text())

    def test_case_91_a_full_stderr_changes_no_exit_status(self) -> None:
        for words, status in (('auth status', 2), ('auth lgoin', 4), ('--debug auth status', 2),
                              (f'auth status --offline --api-key {KEY} --host {self.hosts.origin} '
                               '-vvv', 0)):  # fmt: skip
            with self.subTest(words):
                self.assertEqual(status, self.shell(f'"$@" {words} 2>/dev/full').exit_code)

    def test_case_91_help_and_version(self) -> None:
        for words in ('--help', '--version', 'auth login --help', 'auth --help'):
            with self.subTest(words):
                self.assert_said_once(self.shell(f'"$@" {words} >/dev/full'))
                self.assert_said_once(self.shell(f'"$@" {words} >&-'))
