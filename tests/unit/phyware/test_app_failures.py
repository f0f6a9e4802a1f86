"""phyware.app: what becomes of a command that fails, whatever way it chooses."""

from __future__ import annotations

import io
import logging
import sys
import threading
from pathlib import Path
from typing import Any
from unittest import mock

from phyware.app import PhywareApp, main
from phyware.context import Context
from phyware.testing import CliResult
from tests.unit.phyware.plugins import PLAIN_COMMAND, PluginCase

CANARY = 'c4nary-value'

# One statement at each place where a plugin's code runs; each of both kinds.
SOURCE = '''
import os, sys
from cliff.command import Command as Plain
from phyware import errors
from phyware.command import Command as Own

class Mixin:
    """Fail"""
    def __init__(self, app, app_args, cmd_name=None):
        super().__init__(app, app_args, cmd_name)
        {init}
    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        {parser}
        return parser
    def take_action(self, parsed_args):
        {action}

class PlainFail(Mixin, Plain): pass
class OwnFail(Mixin, Own): pass
'''
KINDS = ('PlainFail', 'OwnFail')


class FailureCase(PluginCase):
    def failing(self, *argv: str, kind: str = 'OwnFail', **places: str) -> CliResult:
        """Run a command of a new package that has a statement at one of the places."""
        source = SOURCE.format(**{'init': 'pass', 'parser': 'pass', 'action': 'pass'} | places)
        with self.another_site():
            self.install('acme', source, acme_fail=kind)
            result = self.cli.run('acme', 'fail', *argv)
            self.assertNotIn('Traceback' if '--debug' not in argv else '\0', result.stderr)
            return result


class ActionTest(FailureCase):
    def test_trap_11_errors_of_phyware_have_their_status(self) -> None:
        for name, status in (('Unauthorized', 2), ('NotFound', 3), ('Validation', 4),
                             ('ServerFailed', 5), ('ConnectionFailed', 1)):
            for kind in KINDS:
                with self.subTest(name, kind=kind):
                    result = self.failing(kind=kind, action=f'raise errors.{name}("what", "now")')
                    self.assertEqual(status, result.exit_code)
                    self.assertRegex(result.stderr, r'\A[A-Z_]+: what\nnow\n\Z')

    def test_trap_11_as_json_wherever_it_was_asked_for(self) -> None:
        result = self.failing('-o', 'json', action='raise errors.NotFound("what", "now")')

        self.assertEqual(
            {'code': 'NOT_FOUND', 'message': 'what', 'remediation': 'now', 'exit_code': 3},
            result.error(),
        )

    def test_what_a_plugin_says_of_its_own_failure_is_shown_and_named(self) -> None:
        for failure in ('RuntimeError("no robot")', 'BaseException("no robot")'):
            with self.subTest(failure):
                result = self.failing(action=f'raise {failure}')
                self.assertEqual(1, result.exit_code)
                self.assertRegex(result.stderr, r'\AERROR: \w+: no robot\nIt comes from the command'
                                                r" 'acme fail' of the package acme: ")

    def test_trap_12_system_exit_is_a_status(self) -> None:
        for code, status in (('', 0), ('0', 0), ('7', 7), ('None', 0)):
            with self.subTest(code):
                result = self.failing(action=f'sys.exit({code})')
                self.assertEqual((status, ''), (result.exit_code, result.stderr))
        result = self.failing(action='sys.exit("no robot")')
        self.assertEqual(1, result.exit_code)
        self.assertIn('ERROR: no robot\n', result.stderr)

    def test_signals_and_pipes_have_their_statuses(self) -> None:
        for failure, status, said in (
            ('KeyboardInterrupt', 130, 'Interrupted\n'), ('BrokenPipeError', 141, ''),
        ):
            for place in ('init', 'parser', 'action'):
                with self.subTest(failure, place=place):
                    result = self.failing(**{place: f'raise {failure}'})
                    self.assertEqual((status, said), (result.exit_code, result.stderr))

    def test_a_file_that_is_not_there_is_named(self) -> None:
        result = self.failing(action='open("/absent/file")')

        self.assertEqual(1, result.exit_code)
        self.assertIn('No such file or directory: /absent/file\n', result.stderr)

    def test_what_it_returns_is_the_status(self) -> None:
        for value, status in (('None', 0), ('3', 3), ('True', 1), ('255', 255), ('256', 1),
                              ('-1', 1), ('[]', 0)):
            with self.subTest(value):
                self.assertEqual(status, self.failing(action=f'return {value}').exit_code)

    def test_what_is_no_status_is_an_error(self) -> None:
        result = self.failing(action='return ("a", "b")')

        self.assertEqual(1, result.exit_code)
        self.assertIn('ERROR: the command returned a tuple, not an exit status\n', result.stderr)


class BuildTest(FailureCase):
    def test_trap_12_an_error_while_building_names_the_package(self) -> None:
        for place in ('init', 'parser'):
            for failure in ('ValueError("odd")', 'SystemExit(0)', 'BaseException', 'OSError("x")'):
                for kind in KINDS:
                    with self.subTest(failure, place=place, kind=kind):
                        result = self.failing(kind=kind, **{place: f'raise {failure}'})
                        self.assertEqual((1, ''), (result.exit_code, result.stdout))
                        self.assertIn("ERROR: the command 'acme fail' of the package acme failed: ",
                                      result.stderr)

    def test_trap_26_options_that_clash_are_the_plugins_fault(self) -> None:
        result = self.failing(parser='parser.add_argument("--a"); parser.add_argument("--a")')

        self.assertEqual(1, result.exit_code)
        self.assertIn('of the package acme failed: ArgumentError', result.stderr)

    def test_case_65_an_odd_argument_type_does_not_repeat_the_value(self) -> None:
        odd = 'def odd(value): raise KeyError(value)'
        result = self.failing(CANARY, parser=f'{odd}\n        parser.add_argument("x", type=odd)')

        self.assertEqual(1, result.exit_code)
        self.assertIn('ERROR: KeyError\n', result.stderr)
        self.assertNotIn(CANARY, result.stderr)

    def test_trap_27_a_stray_percent_in_help_is_contained(self) -> None:
        result = self.failing('--help', parser='parser.add_argument("--a", help="50% of it")')

        self.assertEqual(1, result.exit_code)
        self.assertIn('package acme', result.stderr)

    def test_what_makes_no_command_is_named(self) -> None:
        self.install('odd', 'def make(*args, **kwargs): return object()', odd='make')
        self.install('abstract', 'from cliff.command import Command as C', abstract='C')

        for name, cause in (('odd', 'it made a object, not'), ('abstract', "Can't instantiate")):
            said = self.cli.run(name).stderr
            self.assertIn(f'package {name} failed: TypeError: {cause}', said)

    def test_traps_15_and_17_a_broken_plugin_harms_its_own_command_only(self) -> None:
        self.install('broken', 'import sys; sys.exit(0)', broken_run='X', auth_extra='X')
        self.install('sound', PLAIN_COMMAND, sound_run='Echo')

        result = self.cli.run('broken', 'run')
        self.assertEqual((1, ''), (result.exit_code, result.stdout))
        self.assertIn('the plugin package broken cannot be loaded: SystemExit: 0', result.stderr)
        self.assertEqual(0, self.cli.run('sound', 'run').exit_code)
        self.assertEqual(2, self.cli.run('auth', 'status').exit_code)

    def test_trap_18_two_plugins_with_one_name_are_refused_by_name(self) -> None:
        for package in ('one', 'two'):
            self.install(package, PLAIN_COMMAND, robots_run='Echo')
        result = self.cli.run('robots', 'run')

        self.assertEqual((1, ''), (result.exit_code, result.stdout))
        self.assertIn("'robots run' is claimed by one, two\nUninstall one of them\n", result.stderr)


class LeakTest(FailureCase):
    """Nothing of a key in what a failure shows (security case 63)."""

    def test_trap_13_not_even_with_debug(self) -> None:
        self.cli.environ['PHYCLOUD_API_KEY'] = CANARY
        read = 'key = self.app.session.select().api_key.reveal(); '
        for failure in ('raise ValueError(key)', 'raise errors.NotFound(key, key)', 'sys.exit(key)',
                        'import logging; logging.error(key); logging.getLogger("x").debug(key)',
                        'open("/" + key)', 'self.app.say(key)', 'raise KeyError(dict(a=key))'):
            log = Path(self.home, 'log')
            for options in ((), ('-o', 'json'), ('-vvv', '--debug', '--log-file', str(log))):
                with self.subTest(failure, options=options):
                    result = self.failing(*options, action=read + failure)
                    written = log.read_text() if log.exists() else ''
                    self.assertNotIn(CANARY, result.stdout + result.stderr + written)
                    self.assertIn('***', result.stderr)

    def test_trap_13_debug_shows_where_it_happened(self) -> None:
        for failure in ('ValueError("odd")', 'errors.NotFound("odd")'):
            result = self.failing('--debug', action=f'raise {failure}')
            self.assertIn('in take_action\n', result.stderr)

    def test_a_question_that_nobody_can_answer_is_told_from_other_ends_of_a_file(self) -> None:
        for action, text in (
            ('input()', 'it asks for input, and there is none\nRun it on a terminal'),
            ('raise EOFError("Ran out of input")', 'EOFError: Ran out of input\nIt comes from'),
        ):
            with self.subTest(action), mock.patch('sys.stdin', io.StringIO()):
                self.assertIn(f'ERROR: {text}', self.failing(action=action).stderr)

    def test_an_error_of_an_odd_status_is_never_success(self) -> None:
        for odd in ('0', '256', '-1', '"x"'):
            action = f'error = errors.NotFound("odd"); error.exit_code = {odd}; raise error'
            self.assertEqual(1, self.failing(action=action).exit_code)

    def test_debug_after_a_command_that_cannot_be_loaded_shows_where_as_well(self) -> None:
        self.install('acme', 'def broken():\n    raise ValueError\nbroken()', acme_run='Run')
        for argv, shown in ((('--debug',), True), (('--', '--debug'), False), ((), False)):
            with self.subTest(argv):
                result = self.cli.run('acme', 'run', *argv)
                self.assertEqual('in broken\n' in result.stderr, shown, result.stderr)

    def test_trap_14_no_handler_stays(self) -> None:
        before = list(logging.getLogger().handlers)
        for action in ('raise ValueError', 'return 0', 'sys.exit(1)'):
            self.failing('-vvv', action=action)

        self.assertEqual(before, logging.getLogger().handlers)


class StreamTest(PluginCase):
    def run_with(self, stdout: Any, *argv: str) -> tuple[int, str]:
        stderr = io.StringIO()
        status = main(list(argv), Context(io.StringIO(), stdout, stderr, self.cli.environ))
        return status, stderr.getvalue()

    def test_case_91_a_stream_that_fails_when_written_or_flushed(self) -> None:
        for error, status, lines in (
            (OSError(28, 'No space left on device'), 1, 2), (BrokenPipeError(), 141, 0),
        ):
            for method in ('write', 'flush'):
                stdout = io.StringIO()
                setattr(stdout, method, _raiser(error))
                for argv in (('--version',), ('--help',), ('auth', '--help'), ('auth', 'status'),
                             ('auth', 'status', '--help'), ('help', 'auth', 'status')):
                    with self.subTest(argv, error=error, method=method):
                        ending, text = self.run_with(stdout, *argv)
                        self.assertEqual((status, lines), (ending, text.count('\n')), text)

    def test_trap_29_clean_up_hears_of_every_ending(self) -> None:
        self.install('sound', PLAIN_COMMAND, sound='Echo')
        heard: list[tuple[int, BaseException | None]] = []

        class App(PhywareApp):
            def clean_up(self, cmd: Any, result: int, err: BaseException | None) -> None:
                heard.append((result, err))

        App(Context(io.StringIO(), io.StringIO(), io.StringIO(), self.cli.environ)).run(['sound'])
        self.assertEqual([(0, None)], heard)


def _raiser(error: BaseException) -> Any:
    def fail(*args: Any) -> None:
        raise error

    return fail


class ThreadTest(PluginCase):
    def test_a_command_line_runs_in_any_thread(self) -> None:
        self.install('sound', PLAIN_COMMAND, sound='Echo')
        results: list[int] = []
        thread = threading.Thread(target=lambda: results.append(self.cli.run('sound').exit_code))
        thread.start()
        thread.join(180)

        self.assertEqual([0], results)
        self.assertIn('sound', sys.modules)
