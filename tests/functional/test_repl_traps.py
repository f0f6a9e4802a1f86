"""What cliff's shell gets wrong, seen on a terminal (traps R1 to R13).

Layer: functional test.
"""

from __future__ import annotations

from tests.functional.repl_case import PROMPT, ReplTestCase

SECRET = 'c4naryS3CRETc4nary'


class TrapsTest(ReplTestCase):
    def test_trap_r1_options_at_the_start_are_no_commands_and_are_not_shown(self) -> None:
        screen = self.shell('--api-key', SECRET, '--log-file', f'{SECRET}.log', 'shell')

        self.assertEqual([], screen.run(''))
        self.assertNotIn(SECRET, screen.text)
        self.assertEqual(0, screen.end())

    def test_trap_r2_the_prompt_is_the_host(self) -> None:
        self.environ['PHYCLOUD_URL'] = 'https://cloud.example.org'
        screen = self.shell(prompt='phyware cloud.example.org>')

        self.assertNotIn('(Cmd)', screen.text)
        self.assertEqual(0, screen.end('\x04'))

    def test_trap_r3_tab_completes(self) -> None:
        screen = self.shell()
        screen.complete('auth sess', 'auth sessions')
        screen.complete('auth sessions revo', 'auth sessions revoke')
        screen.complete('say --col', 'say --colour')
        shown = screen.complete('say --colour gr', 'say --colour green')

        self.assertNotIn('Error', shown)
        self.assertEqual(0, screen.end())

    def test_trap_r4_quotes_and_semicolons_are_as_in_a_shell(self) -> None:
        screen = self.shell()

        self.assertEqual(["['a b', 'c;d', 'e|f', 'g>h']"],
                         screen.run("""say "a b" 'c;d' e\\|f "g>h" """))
        self.assertEqual(["['a']", "['b']"], screen.run('say a; say b;'))
        self.assertEqual(['VALIDATION: a quote is not closed'], screen.run('say "a')[:1])
        self.assertEqual(4, screen.end())

    def test_trap_r5_a_file_and_a_program_get_the_output(self) -> None:
        screen = self.shell()

        self.assertEqual([], screen.run('say a > out.txt; say b >> out.txt'))
        self.assertEqual("['a']\n['b']\n", (self.home / 'out.txt').read_text())
        self.assertEqual(["['A B']"], screen.run("say 'a b' | tr a-z A-Z"))
        self.assertEqual([], screen.run('say a | cat | tr a b > out.txt'))
        self.assertEqual("['b']\n", (self.home / 'out.txt').read_text())
        self.assertEqual(0, screen.end())

    def test_trap_r6_there_is_no_way_to_a_shell_an_editor_or_python(self) -> None:
        self.environ['EDITOR'] = 'touch'
        (self.home / 'lines').write_text('say escaped\n')
        screen = self.shell()
        for line in ('!touch escaped', 'shell touch escaped', 'py open("escaped", "w")',
                     'run_pyscript lines', '@lines', '@@lines', 'run_script lines',
                     '_relative_run_script lines', 'ipy', 'quit now', '?'):
            with self.subTest(line):
                self.assertIn('VALIDATION: ', screen.run(line)[0])
        screen.run('edit escaped')
        screen.run('say $(touch escaped) `touch escaped` & touch escaped')

        self.assertEqual([], list(self.home.glob('escaped*')))
        self.assertEqual(0, screen.end())

    def test_trap_r7_global_options_hold_for_a_line(self) -> None:
        screen = self.shell('--url', 'https://a.example', 'shell', prompt='phyware a.example>')
        hosts = {'': 'https://a.example', '--url https://b.example': 'https://b.example'}
        for options, host in hosts.items():
            shown = screen.run(f'{options} auth status --offline -o value -c host')
            self.assertEqual(host, shown[0])
        self.assertIn('Traceback (most recent call last):',
                      screen.run('auth status --offline --debug'))
        self.assertNotIn('Traceback (most recent call last):', screen.run('auth status --offline'))
        self.assertEqual(2, screen.end())

    def test_trap_r8_what_is_no_command_in_batch_is_none_here(self) -> None:
        screen = self.shell()
        for line in ('au status', 'auth stat', 'auth status --offl', 'exi'):
            with self.subTest(line):
                batch = self.run_cli(*line.split(), status=4)
                self.assertEqual(batch.stderr.splitlines(), screen.run(line))
        self.assertEqual(4, screen.end())

    def test_trap_r9_what_ends_a_command_ends_nothing_else(self) -> None:
        screen = self.shell()

        self.assertEqual([], screen.run('leave'))
        self.assertIn('it broke', screen.run('break')[0])
        screen.type('sleep\r')
        screen.look(lambda seen: seen.lines[-1] == 'sleeping')
        screen.type('\x03')
        screen.wait()
        self.assertEqual('Interrupted', screen.lines[-2].removeprefix('^C'))
        screen.run('leave')
        self.assertEqual(7, screen.end())

    def test_trap_r10_what_comes_through_a_pipe_is_not_run_unasked(self) -> None:
        result = self.run_cli(stdin=f'say hello\n{SECRET}\n', status=4)

        self.assertEqual('', result.stdout)
        self.assertNotIn(SECRET, result.stderr)
        self.assertEqual("['hello']\n''\n['world']\n", self.run_cli(
            'shell', '--script', '-', stdin='say hello\nread\nsay world\n').stdout)

    def test_trap_r11_a_script_stops_at_the_first_failure(self) -> None:
        lines = 'say a\nleave\nsay b\n'

        self.assertEqual("['a']\n", self.script(lines, status=7).stdout)
        self.assertEqual("['a']\n['b']\n", self.script(lines, '--keep-going').stdout)

    def test_trap_r12_a_plugins_command_is_not_hidden_by_one_of_cmd2(self) -> None:
        screen = self.shell()
        for name in ('set', 'alias', 'edit', 'macro run', 'shortcuts'):
            with self.subTest(name):
                self.assertEqual(["['x']"], screen.run(f'{name} x'))
        self.assertNotIn("['x']", screen.run('history'))
        self.assertIn('VALIDATION: unknown', self.run_cli('history', 'x', status=4).stderr)
        self.assertEqual(0, screen.end())

    def test_trap_r13_no_earlier_line_is_suggested(self) -> None:
        screen = self.shell()
        screen.run('say hello')
        screen.run(f'auth status --offline --api-key {SECRET}')
        screen.run('')
        for typed in ('say h', 'auth st'):
            screen.type(typed)
            screen.see_typed(typed)
            self.assertEqual(f'{PROMPT} {typed}', screen.lines[-1])
            screen.clear()
        # The arrow keys know the one line that has no secret.
        screen.type('\x1b[A')
        screen.see_typed('say hello')
        screen.clear()
        self.assertEqual(['    1  say hello'], screen.run('history'))
