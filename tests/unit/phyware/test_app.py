"""phyware.app: from a command line to the command that runs."""

from __future__ import annotations

import ast
import io
import sys
from typing import Any
from unittest import mock

from phyware import __version__
from phyware.app import PhywareApp, main
from phyware.context import Context
from phyware.testing import Terminal, run_cli
from tests.unit.phyware.plugins import PLAIN_COMMAND, PluginCase

SECRET = 'c4naryvalue'


class EchoCase(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.install('acme', PLAIN_COMMAND, acme_echo='Echo', acme='Echo')

    def given(self, *argv: str) -> dict[str, Any]:
        """Return what the command of ``argv`` was given."""
        result = self.cli.run(*argv)
        self.assertEqual((0, ''), (result.exit_code, result.stderr))
        found: dict[str, Any] = ast.literal_eval(result.stdout)
        return found

    def refused(self, *argv: str) -> str:
        result = self.cli.run(*argv)
        self.assertEqual((4, ''), (result.exit_code, result.stdout))
        return result.stderr


class WordsTest(EchoCase):
    def test_a_command_gets_what_follows_its_name(self) -> None:
        self.assertEqual({'words': ['a', 'b']}, self.given('acme', 'echo', 'a', 'b'))
        self.assertEqual({'words': ['ech']}, self.given('acme', 'ech'))

    def test_two_dashes_before_a_command_are_dropped(self) -> None:
        for argv in (('--', 'acme', 'echo', 'a'), ('-v', '--', 'acme', 'echo', 'a')):
            with self.subTest(argv):
                self.assertEqual({'words': ['a']}, self.given(*argv))

    def test_two_dashes_after_it_end_its_options(self) -> None:
        for words in (['--help'], ['--log', 'x'], ['-o', 'json']):
            with self.subTest(words):
                self.assertEqual({'words': words}, self.given('acme', 'echo', '--', *words))

    def test_thousands_of_arguments_arrive(self) -> None:
        words = [str(number) for number in range(16_000)]

        self.assertEqual({'words': words}, self.given('acme', 'echo', *words))
        self.assertIn('unknown command', self.refused('nosuch', *words))
        self.assertIn('16000 that', self.refused('auth', 'status', *words))

    def test_words_of_any_kind_arrive(self) -> None:
        words = ['', ' ', 'é', '\ud800', 'a=b', '-', '-1']

        self.assertEqual({'words': words}, self.given('acme', 'echo', *words))


class GlobalOptionTest(EchoCase):
    URL = 'https://cloud.example.org'

    def url_and_format(self, *argv: str) -> tuple[str, bool]:
        """Run ``auth status`` and return the host it used and whether it wrote JSON."""
        result = self.cli.run(*argv)
        is_json = result.stdout.startswith('{')
        host = result.json()['host'] if is_json else result.stdout.split('host')[1].split('|')[1]
        return host.strip(), is_json

    def test_they_stand_before_between_or_after_the_words_of_a_command(self) -> None:
        options = ('--url', self.URL, '-o', 'json')
        for argv in (
            (*options, 'auth', 'status'), ('auth', *options, 'status'),
            ('auth', 'status', *options), (*options[:2], 'auth', *options[2:], 'status'),
            ('auth', f'--url={self.URL}', '--', 'status', '-ojson'),
        ):
            with self.subTest(argv):
                self.assertEqual((self.URL, True), self.url_and_format(*argv))

    def test_what_stands_later_wins(self) -> None:
        argv = ('--url', 'https://first.example', '-o', 'json', 'auth', 'status', '--url', self.URL)

        self.assertEqual((self.URL, True), self.url_and_format(*argv))
        self.assertEqual((self.URL, False), self.url_and_format(*argv, '-o', 'table'))

    def test_trap_8_none_can_be_abbreviated(self) -> None:
        for option in ('--ur', '--outpu', '--debu', '--api', '--verb', '--log'):
            for argv in ((option, 'x', 'auth', 'status'), ('auth', 'status', option, 'x')):
                with self.subTest(argv):
                    self.assertIn(f'unrecognized arguments: {option}\n', self.refused(*argv))

    def test_trap_8_a_plugins_own_options_are_not_swallowed(self) -> None:
        given = self.given('acme', 'echo', '--log', 'foo', '--out', 'x', '--host', 'h')

        self.assertEqual({'log': 'foo', 'out': 'x', 'host': 'h'}, given)

    def test_trap_8_a_plugin_may_even_have_flags_of_ours(self) -> None:
        source = PLAIN_COMMAND.replace("'--log'", "'--url', dest='log'")
        source = source.replace("'--out'", "'-v', '-o', '--output', dest='out'")
        self.install('clash', source, clash='Echo')

        given = self.given('-v', '--url', self.URL, 'clash', '--url', 'mine', '-o', 'json')
        self.assertEqual({'log': 'mine', 'out': 'json'}, given)
        self.assertIn('VALIDATION: unrec', self.refused('clash', '-o', 'json', '--bogus'))

    def test_an_unknown_option_before_the_command_is_refused(self) -> None:
        self.assertIn('unrecognized arguments: --bogus\n',
                      self.refused('--bogus', SECRET, 'acme', 'echo'))

    def test_a_format_that_the_command_lacks_is_refused_wherever_it_stands(self) -> None:
        for argv in (('-o', 'bogus', 'auth', 'status'), ('auth', 'status', '-o', 'bogus'),
                     ('-o', 'bogus', 'acme', 'echo'), ('acme', 'echo', '-o', 'bogus')):
            with self.subTest(argv):
                self.assertIn("invalid choice: 'bogus'", self.refused(*argv))

    def test_plain_commands_find_cliffs_own_options(self) -> None:
        source = PLAIN_COMMAND.replace('given = {', 'o = self.app.options; given = {').replace(
            'repr(given)', 'repr(dict(level=o.verbose_level, debug=o.debug, same=self.app_args))')
        self.install('other', source, other='Echo')
        result = self.cli.run('-vv', 'other')

        self.assertIn("{'level': 3, 'debug': False, 'same': Namespace(", result.stdout)


class NoCommandTest(EchoCase):
    def test_trap_r10_no_arguments_are_a_usage_error(self) -> None:
        for stdin in ('', 'auth login\n', SECRET):
            result = self.cli.run(stdin=stdin)
            self.assertEqual((4, ''), (result.exit_code, result.stdout))
            self.assertIn('VALIDATION: no command was given\nusage: phyware', result.stderr)
            self.assertNotIn(SECRET, result.stderr)
        self.assertEqual(4, self.cli.run('-v').exit_code)
        self.assertEqual(4, self.cli.run('--').exit_code)

    def test_as_json_too(self) -> None:
        self.assertEqual('VALIDATION', self.cli.run('-o', 'json').error()['code'])

    def test_on_a_terminal_they_open_the_shell_with_the_options_given(self) -> None:
        context = Context(Terminal(), Terminal(), io.StringIO(), self.cli.environ)
        with mock.patch('phyware.repl.fast.run_interactive', return_value=3) as opened:
            status = main(['--url', 'https://cloud.example.org'], context)

        self.assertEqual(3, status)
        [shell] = opened.call_args.args
        self.assertEqual('https://cloud.example.org', shell.options.url)

    def test_trap_30_version_needs_no_command_and_no_argv(self) -> None:
        self.assertEqual(f'phyware {__version__}\n', run_cli('--version').stdout)


class UnknownCommandTest(EchoCase):
    def test_trap_3_4_it_is_said_on_stderr_and_exits_4(self) -> None:
        for argv in (('nosuch',), ('auth', 'nosuch'), ('acm',), ('au', 'login'), ('',)):
            with self.subTest(argv):
                self.assertIn('VALIDATION: unknown command', self.refused(*argv))

    def test_case_66_its_arguments_are_never_repeated(self) -> None:
        for argv in (('auth', 'lgoin', '--token', SECRET), ('auth', 'lgoin', SECRET),
                     ('lgoin', f'--token={SECRET}'), ('auth', '--bogus', SECRET),
                     ('--api-key', SECRET, 'lgoin'), (f'{SECRET}!',), ('--', f'-{SECRET}'),
                     ('--', '--version')):
            for extra in ((), ('-o', 'json'), ('--debug',)):
                with self.subTest(argv, extra=extra):
                    self.assertNotIn(SECRET, self.refused(*extra, *argv))


class CoreNameTest(PluginCase):
    def test_case_81_core_wins_and_names_who_wants_its_name(self) -> None:
        module = self.install('thief', 'raise SystemExit', auth_status='X')
        result = self.cli.run('auth', 'status', '-o', 'json')

        self.assertEqual('UNAUTHORIZED', result.error()['code'])
        self.assertIn("warning: 'auth status' is phyware's own", result.stderr)
        self.assertIn('thief', result.stderr)
        self.assertNotIn(module, sys.modules)

    def test_trap_18_cliff_takes_no_name_of_a_plugin(self) -> None:
        self.install('acme', PLAIN_COMMAND, complete='Echo', help='Echo')

        self.assertEqual("{'words': ['x']}\n", self.cli.run('complete', 'x').stdout)
        self.assertIn('is not used', self.cli.run('help').stderr)

    def test_cliffs_complete_is_no_command(self) -> None:
        self.assertEqual(4, self.cli.run('complete').exit_code)


class EntryTest(PluginCase):
    def test_main_reads_the_process(self) -> None:
        with (
            mock.patch('sys.argv', ['phyware', '--version']),
            mock.patch('sys.stdout', io.StringIO()) as stdout,
        ):
            status = main()

        self.assertEqual(0, status)
        self.assertEqual(f'phyware {__version__}\n', stdout.getvalue())

    def test_an_application_that_cannot_start_says_so(self) -> None:
        for error, status in ((KeyboardInterrupt(), 130), (ValueError('odd'), 1)):
            with mock.patch('phyware.app.CommandManager', side_effect=error):
                result = self.cli.run('--version')
            self.assertEqual((status, ''), (result.exit_code, result.stdout))
            self.assertNotIn('Traceback', result.stderr)

    def test_quiet_leaves_out_what_is_said_and_no_warning(self) -> None:
        source = PLAIN_COMMAND.replace(
            'given = {', "self.app.say('by the way'); self.app.warn('look out'); given = {"
        )
        self.install('talker', source, talker_talk='Echo')
        for flags, said in (
            ((), 'by the way\nwarning: look out\n'), (('-q',), 'warning: look out\n'),
        ):
            with self.subTest(flags):
                self.assertEqual(said, self.cli.run('talker', 'talk', *flags).stderr)

    def test_what_is_said_to_the_person_is_clean_and_redacted(self) -> None:
        stderr = io.StringIO()
        context = Context(io.StringIO(), io.StringIO(), stderr, self.cli.environ)
        context.redactor.add(SECRET)
        PhywareApp(context).warn(f'a\x1b[2J {SECRET}\nb')

        self.assertEqual('warning: a\\x1b[2J ***\\nb\n', stderr.getvalue())
