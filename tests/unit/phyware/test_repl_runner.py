"""phyware.repl.runner and what is kept from line to line."""

from __future__ import annotations

import os
from unittest import mock

from phyware.kept import Kept
from phyware.repl import fast
from phyware.testing import CliResult, Terminal
from tests.unit.phyware.plugins import COMMANDS, PROVIDERS, PluginCase

_SOURCE = '''
    import logging, sys
    from cliff.command import Command
    from cliff.hooks import CommandHook
    from phyware.auth import AuthProvider, Credential
    from phyware.secret import Secret

    class Provider(AuthProvider):
        """Say when it is made"""
        made = 0
        def __init__(self, request):
            Provider.made += 1
            self.key = request.api_key
        def credential(self, host):
            return Credential(host, Secret('acme-token'), 'oauth', 'acme')
        def reject(self, credential):
            return None
        def identity(self, host):
            return None

    class Ask(Command):
        """Present the credential"""
        def take_action(self, parsed_args):
            self.app.auth.credential()
            self.app.stdout.write(f'{Provider.made}\\n')

    class Warn(Command):
        """Log"""
        def take_action(self, parsed_args):
            logging.getLogger('acme').warning('only once')

    class Hook(CommandHook):
        """Refuse"""
        def get_parser(self, parser):
            return parser
        def get_epilog(self):
            return ''
        def before(self, parsed_args):
            raise RuntimeError('not here')
        def after(self, parsed_args, return_code):
            return return_code
'''


_PHYWARE_COMMAND = '''
    from cliff.command import Command

    class Mine(Command):
        """Say so"""
        def take_action(self, parsed_args):
            self.app.stdout.write('mine\\n')
'''


class RunnerCase(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.site.install('acme', _SOURCE, {
            COMMANDS: {'ask': 'Ask', 'warn': 'Warn', 'exit_now': 'Ask', 'quit': 'Ask'},
            PROVIDERS: {'acme': 'Provider'},
        })

    def lines(self, *lines: str, options: tuple[str, ...] = (), status: int = 0) -> CliResult:
        """Run lines as a script that goes on after failures."""
        path = os.path.join(self.home, 'lines')
        with open(path, 'w', encoding='utf-8') as script:
            script.write('\n'.join(lines))
        result = self.cli.run(*options, 'shell', '--script', path, '--keep-going')
        self.assertEqual(status, result.exit_code, result.stderr)
        return result


class RunnerTest(RunnerCase):
    def test_a_providers_object_serves_all_lines_until_the_key_is_another(self) -> None:
        asks = ('ask', 'ask', 'ask --api-key k1', 'ask --api-key k1', 'ask --api-key k2', 'ask')
        result = self.lines(*asks, options=('--auth-provider', 'acme'))

        self.assertEqual(['1', '1', '2', '2', '3', '4'], result.stdout.split())

    def test_a_log_line_is_written_once(self) -> None:
        self.assertEqual('WARNING: only once\n', self.lines('warn').stderr)

    def test_options_of_the_shell_are_those_of_each_line(self) -> None:
        result = self.lines(
            'auth status --offline -c host', 'auth status --offline --url https://b.example '
            '-o value -c host', options=('--url', 'https://a.example', '-o', 'json'), status=2)

        self.assertIn('"host": "https://a.example"', result.stdout)
        self.assertTrue(result.stdout.endswith('\nhttps://b.example\n'), result.stdout)

    def test_an_error_is_json_where_the_shell_was_asked_for_it(self) -> None:
        for line in ('nosuch', '"', 'ask > /nowhere/x', 'history x'):
            with self.subTest(line):
                path = os.path.join(self.home, 'line')
                with open(path, 'w', encoding='utf-8') as script:
                    script.write(line)
                result = self.cli.run('-o', 'json', 'shell', '--script', path)
                self.assertIn(result.error()['code'], ('VALIDATION', 'ERROR'))

    def test_trap_r12_the_words_of_the_shell_are_nobodys_command(self) -> None:
        self.assertEqual(4, self.cli.run('quit').exit_code)
        self.assertEqual(4, self.cli.run('exit', 'now').exit_code)
        self.lines('ask --auth-provider acme', 'quit', 'nosuch')

    def test_a_command_may_be_pasted_with_the_programs_name(self) -> None:
        result = self.lines('phyware ask --auth-provider acme', 'phyware history', 'phyware exit',
                            'nosuch')

        self.assertEqual(
            '1\n    1  phyware ask --auth-provider acme\n', result.stdout
        )

    def test_a_plugins_command_of_that_name_is_the_plugins(self) -> None:
        self.site.install('odd', _PHYWARE_COMMAND, {COMMANDS: {'phyware_ask': 'Mine'}})

        self.assertEqual('mine\n', self.lines('phyware ask').stdout)

    def test_a_policy_hook_of_the_shell_holds(self) -> None:
        self.site.install('policy', _SOURCE, {f'{COMMANDS}.shell': {'no': 'Hook'}})
        result = self.lines('ask', status=1)

        self.assertIn('not here', result.stderr)
        self.assertEqual('', result.stdout)

    def test_help_says_what_the_shell_has(self) -> None:
        result = self.lines('help', 'help auth')

        self.assertEqual(1, result.stdout.count('\nIn the shell:\n'))
        self.assertIn('usage: phyware auth <command>', result.stdout)


class KeptTest(RunnerCase):
    def test_one_thing_a_slot(self) -> None:
        kept, made = Kept(), iter(range(9))
        found = [kept.get(slot, key, lambda: next(made))
                 for slot, key in (('a', 1), ('a', 1), ('b', 1), ('a', 2), ('a', 1), ('b', 1))]

        self.assertEqual([0, 0, 1, 2, 3, 1], found)

    def test_a_batch_run_keeps_nothing(self) -> None:
        for made in ('1', '2'):
            result = self.cli.run('--auth-provider', 'acme', 'ask')
            self.assertEqual(f'{made}\n', result.stdout)


class FastTest(PluginCase):
    def test_it_declines_options_and_whoever_has_no_terminal(self) -> None:
        with mock.patch('phyware.repl.fast.run_interactive') as opened:
            self.assertIsNone(fast.shell(['--script', 'x']))
            with mock.patch('sys.stdin', Terminal()):
                self.assertIsNone(fast.shell([]))
        opened.assert_not_called()

    def test_on_a_terminal_it_opens_and_children_do_not_get_the_key(self) -> None:
        key = {'PHYCLOUD_API_KEY': 'c4naryvalue'}
        terminal = mock.patch.multiple('sys', stdin=Terminal(), stdout=Terminal())
        with terminal, mock.patch.dict(os.environ, key), mock.patch(
                'phyware.repl.fast.run_interactive', return_value=5) as opened:
            self.assertEqual(5, fast.shell([]))
            self.assertNotIn('PHYCLOUD_API_KEY', os.environ)
        self.assertEqual('c4naryvalue', opened.call_args.args[0].context.environ[[*key][0]])

    def test_what_breaks_it_is_said_and_does_not_begin_again(self) -> None:
        terminal = mock.patch.multiple(
            'sys', stdin=Terminal(), stdout=Terminal(), stderr=Terminal())
        with terminal, mock.patch(
                'phyware.repl.fast.run_interactive', side_effect=RuntimeError('x')):
            self.assertEqual(1, fast.shell([]))
