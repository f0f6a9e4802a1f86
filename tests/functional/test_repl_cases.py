"""Secrets, signals and broken output in the shell, as the security cases have them.

Layer: functional test.
"""

from __future__ import annotations

import signal

from tests.functional.repl_case import ReplTestCase

TOKEN = 'phk_3xAmpLe9tOkEn4neverToBeKept'
OPAQUE = 'q8Zr5vT2kLm9wXc4'


class SecretsTest(ReplTestCase):
    def test_case_68_no_secret_is_kept_and_there_is_no_shell(self) -> None:
        before = {path for path in self.home.rglob('*') if path.is_file()}
        screen = self.shell()
        screen.run('say hello')
        for line in (
            TOKEN, OPAQUE, 'hunter2', f'say {TOKEN}', f'auth status --api-key {OPAQUE} --offline',
            f'auth status --offline --api-key={OPAQUE}', f'auth logout {OPAQUE}', ' say spaced',
            f'say --password {OPAQUE}', 'say https://me:hunter2@cloud.example.org',
            '!id > escaped',
        ):
            screen.run(line)
        self.assertEqual(['    1  say hello'], screen.run('history'))
        self.assertEqual(0, screen.end())

        made = {path for path in self.home.rglob('*') if path.is_file()} - before
        self.assertNotIn(self.home / 'escaped', made)
        for path in made:
            text = path.read_text(errors='replace')
            self.assertFalse([word for word in (TOKEN, OPAQUE, 'hello') if word in text], path)

    def test_case_67_a_program_does_not_get_the_key(self) -> None:
        self.environ |= {'PHYCLOUD_API_KEY': TOKEN, 'PHYCLOUD_URL': 'http://localhost:8000',
                         'KEPT': 'kept'}
        screen = self.shell()
        shown = screen.run('say a | env | grep -E "^(PHY|KEPT)"')

        self.assertEqual(['KEPT=kept'], shown)
        self.assertEqual(0, screen.end())

    def test_case_79_what_was_pasted_cannot_command_the_terminal(self) -> None:
        screen = self.shell()
        # Ctrl-Q takes the next key as it is: Escape.
        screen.run("say 'a\x11\x1b]0;owned'")

        self.assertEqual(["    1  say 'a\\x1b]0;owned'"], screen.run('history'))
        self.assertEqual(0, screen.end())


class SignalsTest(ReplTestCase):
    def test_case_61_ctrl_c_ends_the_command_and_not_the_shell(self) -> None:
        screen = self.shell()
        screen.type('sleep; say after\r')
        screen.look(lambda seen: seen.lines[-1] == 'sleeping')
        screen.type('\x03')
        screen.wait()

        self.assertIn('Interrupted', screen.lines[-2])
        self.assertNotIn("['after']", screen.text)
        self.assertEqual(130, screen.end('\x04'))

    def test_ctrl_c_at_the_prompt_clears_the_line(self) -> None:
        screen = self.shell()
        screen.type('say never')
        screen.see_typed('say never')
        screen.clear()

        self.assertEqual(["['b']"], screen.run('say b'))
        self.assertEqual(0, screen.end())

    def test_case_61_ctrl_c_is_for_the_program_that_reads(self) -> None:
        screen = self.shell()
        screen.type('say a | sh -c "cat; exec sleep 600"\r')
        screen.look(lambda seen: seen.lines[-1] == "['a']")
        screen.type('\x03')
        screen.wait()

        self.assertEqual(130, screen.end())

    def test_sigterm_ends_the_shell_with_its_status(self) -> None:
        screen = self.shell()
        screen.child.kill(signal.SIGTERM)
        self.assertEqual(143, screen.end(''))
        screen = self.shell()
        screen.type('sleep\r')
        screen.look(lambda seen: seen.lines[-1] == 'sleeping')
        screen.child.kill(signal.SIGTERM)
        self.assertEqual(143, screen.end(''))


class OutputTest(ReplTestCase):
    def test_case_91_a_reader_that_goes_and_a_full_disk_end_the_command_only(self) -> None:
        screen = self.shell()

        self.assertEqual(['line 0'], screen.run('many | head -1'))
        [error, _] = screen.run('many > /dev/full')
        self.assertTrue(error.startswith('ERROR: input or output failed: No space'), error)
        self.assertEqual(["['still here']"], screen.run("say 'still here'"))
        self.assertEqual(0, screen.end())

    def test_what_cannot_be_written_or_started_is_said_before_the_command_runs(self) -> None:
        screen = self.shell()

        self.assertTrue(screen.run('sleep > /nowhere/file')[0].startswith('ERROR: '))
        self.assertTrue(screen.run('sleep | nosuchprogram')[0].startswith('ERROR: the program'))
        self.assertEqual(1, screen.end())

    def test_a_command_that_fails_spoils_no_file(self) -> None:
        kept = self.home / 'kept.txt'
        kept.write_text('precious\n' * 9)
        screen = self.shell()
        screen.run('nosuch > kept.txt; leave > kept.txt; say --nosuch > kept.txt')
        self.assertEqual('precious\n' * 9, kept.read_text())

        screen.run('say short > kept.txt')
        self.assertEqual("['short']\n", kept.read_text())

    def test_a_table_for_a_program_is_plain_and_no_colour_is_none(self) -> None:
        self.environ['NO_COLOR'] = '1'
        screen = self.shell()
        shown = screen.run('auth status --offline | head -2 | cat -v')

        self.assertIn('| Field      | Value                 |', shown)
        colours = {cell.fg for row in screen.cells for cell in row}
        self.assertEqual({'default'}, colours)

    def test_trap_1_the_status_is_that_of_the_last_command(self) -> None:
        for lines, status in {
            ('leave', 'say a'): 0, ('say a', 'leave'): 7, ('leave', ''): 7,
            ('say a | grep z',): 1, ('leave | cat',): 7, ('nosuch',): 4, ('"',): 4,
        }.items():
            with self.subTest(lines):
                self.script('\n'.join(lines), '--keep-going', status=status)
        screen = self.shell()
        screen.run('leave')
        self.assertEqual(7, screen.end('quit\r'))
