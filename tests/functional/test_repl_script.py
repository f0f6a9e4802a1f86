"""``phyware shell --script`` and lines from a pipe; what opens a shell at all.

Layer: functional test.
"""

from __future__ import annotations

import subprocess

from tests.functional.cli import PHYWARE, SECONDS
from tests.functional.repl_case import PROMPT, ReplTestCase


class ScriptTest(ReplTestCase):
    def test_comments_blank_lines_and_exit(self) -> None:
        result = self.script('# a comment\n\n  say a # another\nsay "#b"\nleave\nexit\nsay c\n',
                             '--keep-going', status=7)

        self.assertEqual("['a']\n['#b']\n", result.stdout)

    def test_it_says_where_it_stopped_and_leaves_the_rest_of_the_line_out(self) -> None:
        result = self.script('say a\nsay b; nosuch; say c\nsay d\n', status=4)

        self.assertEqual("['a']\n['b']\n", result.stdout)
        last = result.stderr.splitlines()[-1]
        self.assertTrue(last.endswith('script.phyware stopped at line 2'), last)

    def test_a_value_in_quotes_begins_no_other_line(self) -> None:
        for mark in '\u2028\u2029\x85\x0b\x0c\x1c':
            text = f'\ufeffsay "a{mark}leave{mark}b"\r\nsay c\r\n'
            for result in (self.script(text, '--keep-going'), self.run_cli(
                'shell', '--script', '-', '--keep-going', stdin=text,
            )):
                with self.subTest(mark):
                    self.assertEqual(f"[{f'a{mark}leave{mark}b'!r}]\n['c']\n", result.stdout)

    def test_as_json_the_error_stays_the_last_line(self) -> None:
        path = self.home / 'script.phyware'
        path.write_text('nosuch\n')
        result = self.run_cli('-o', 'json', 'shell', '--script', str(path), status=4)

        self.assertEqual('VALIDATION', result.error()['code'])

    def test_a_script_that_cannot_be_read(self) -> None:
        (self.home / 'latin').write_bytes(b'say \xe9\n')
        for path, status, code in (('nowhere', 1, 'ERROR'), ('latin', 4, 'VALIDATION')):
            with self.subTest(path):
                result = self.run_cli('shell', '--script', path, status=status)
                self.assertEqual(code, result.stderr.partition(':')[0])

    def test_a_command_has_the_stdin_of_the_process_unless_the_script_does(self) -> None:
        path = self.home / 'script.phyware'
        path.write_text('read\n')

        result = self.run_cli('shell', '--script', str(path), stdin='given')
        self.assertEqual("'given'\n", result.stdout)
        self.assertEqual("''\n", self.run_cli('shell', '--script', '-', stdin='read\n').stdout)

    def test_a_shell_in_a_shell_is_refused(self) -> None:
        result = self.script('shell --script script.phyware\n', status=4)

        self.assertIn('VALIDATION: this is the shell already', result.stderr)
        self.assertIn('VALIDATION: --keep-going goes with --script',
                      self.run_cli('shell', '--keep-going', status=4).stderr)


class StreamTest(ReplTestCase):
    def test_lines_of_a_pipe_run_as_they_come(self) -> None:
        process = self.start('shell', stdin=subprocess.PIPE)
        assert process.stdin is not None and process.stdout is not None
        for word in ('a', 'b'):
            process.stdin.write(f'say {word}\n')
            process.stdin.flush()
            self.assertEqual(f"['{word}']\n", process.stdout.readline())
        stdout, _ = process.communicate('leave\nread\nleave\n', timeout=SECONDS)

        self.assertEqual((7, "''\n"), (process.returncode, stdout))

    def test_bare_phyware_opens_the_shell_on_a_terminal_only(self) -> None:
        screen = self.shell('-q')
        self.assertEqual([PROMPT], screen.lines)
        self.assertEqual(0, screen.end())
        self.assertEqual('', self.run_cli(status=4).stdout)


class FirstPromptTest(ReplTestCase):
    plugin = False

    def test_it_comes_before_cliff_is_imported_and_the_shell_is_the_same(self) -> None:
        self.run_cli('auth', 'status', '--offline', status=2)
        self.environ['PYTHONPROFILEIMPORTTIME'] = '1'
        log = self.home / 'imports.txt'
        self.program('logged', f'exec {PHYWARE} "$@" 2> {log}')
        screen = self.shell(program=str(self.home / 'bin' / 'logged'))

        first = log.read_text()
        self.assertIn(' cmd2.cmd2\n', first)
        for name in ('cliff', 'stevedore', 'requests', 'keyring', 'tabulate', 'pygments'):
            self.assertNotRegex(first, rf' {name}(\.\w+)*\n')
        self.assertEqual('http://localhost:8000',
                         screen.run('auth status --offline -o value -c host')[0])
        self.assertEqual(2, screen.end())
