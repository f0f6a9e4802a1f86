"""phyware.outcome: what each exception becomes on stderr and as an exit status."""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path
from typing import IO, TextIO

from cliff.help import HelpExit

from phyware import errors
from phyware.context import Context
from phyware.outcome import Outcome
from phyware.parsing import HelpShown

SECRET = 'c4nary-value'


class FullDisk(io.StringIO):
    """A stream whose flush fails, as one on a full disk does."""

    def flush(self) -> None:
        raise OSError(28, 'No space left on device')


class OutcomeCase(unittest.TestCase):
    def setUp(self) -> None:
        self.stdout: TextIO = io.StringIO()
        self.stderr = io.StringIO()

    def ending(self, error: BaseException, **settings: bool) -> tuple[int, str]:
        """Return status and stderr of an invocation that ``error`` ends."""
        context = Context(io.StringIO(), self.stdout, self.stderr, {})
        context.redactor.add(SECRET)
        outcome = Outcome(context)
        vars(outcome).update(settings)
        return outcome.status_of(error), self.stderr.getvalue()


class ErrorTest(OutcomeCase):
    def test_trap_11_each_error_has_its_status_and_two_lines(self) -> None:
        for kind, status in (
            (errors.GenericError, 1), (errors.ConnectionFailed, 1), (errors.Unauthorized, 2),
            (errors.NotFound, 3), (errors.Validation, 4), (errors.ServerFailed, 5),
        ):
            with self.subTest(kind):
                self.stderr = io.StringIO()
                self.assertEqual(
                    (status, f'{kind.code}: what\nand now\n'), self.ending(kind('what', 'and now'))
                )

    def test_without_a_remediation_it_is_one_line(self) -> None:
        self.assertEqual((3, 'NOT_FOUND: what\n'), self.ending(errors.NotFound('what', '')))

    def test_trap_11_as_json_it_is_one_object(self) -> None:
        status, text = self.ending(errors.NotFound('what', 'and now'), as_json=True)

        self.assertEqual(3, status)
        self.assertEqual(
            {'error': {'code': 'NOT_FOUND', 'message': 'what', 'remediation': 'and now',
                       'exit_code': 3}},
            json.loads(text),
        )
        self.assertEqual(1, text.count('\n'))

    def test_case_79_texts_are_one_clean_line_each(self) -> None:
        error = errors.NotFound('a\x1b[2J\nERROR: b', 'c\u202e' + 'd' * 9000)
        for as_json in (False, True):
            self.stderr = io.StringIO()
            _, text = self.ending(error, as_json=as_json)
            self.assertTrue(text.isascii() or not as_json)
            self.assertNotIn('\x1b', text)
            self.assertNotIn('\u202e', text)
            self.assertEqual(1 if as_json else 2, text.count('\n'))
            self.assertLess(len(text), 3000)

    def test_case_63_secrets_are_redacted(self) -> None:
        for as_json in (False, True):
            for error in (errors.NotFound(f'no {SECRET}', SECRET), SystemExit(f'at {SECRET}'),
                          FileNotFoundError(2, 'No such file', f'/{SECRET}')):
                with self.subTest(error):
                    _, text = self.ending(error, as_json=as_json)
                    self.assertIn('***', text)
                    self.assertNotIn(SECRET, text)

    def test_case_65_what_is_unexpected_is_named_by_its_type_only(self) -> None:
        status, text = self.ending(ValueError('phk_canary'))

        self.assertEqual(1, status)
        self.assertTrue(text.startswith('ERROR: unexpected ValueError\nThis is a bug: '), text)
        self.assertEqual(2, text.count('\n'))

    def test_trap_13_debug_adds_a_traceback_redacted_and_clean(self) -> None:
        try:
            raise ValueError(f'bad \x1b[2J {SECRET}')
        except ValueError as error:
            _, text = self.ending(error, debug=True)

        self.assertIn('Traceback (most recent call last):\n', text)
        self.assertIn('ValueError: bad \\x1b[2J ***\n', text)
        self.assertNotIn(SECRET, text)
        self.assertTrue(text.splitlines()[-2].startswith('ERROR: '))

    def test_an_error_class_that_raises_itself_is_reported_still(self) -> None:
        class Odd(errors.PhywareError):
            def as_dict(self) -> dict[str, object]:
                raise KeyError('odd')

        status, text = self.ending(Odd())
        self.assertEqual((1, 'ERROR: unexpected KeyError'), (status, text.splitlines()[0]))

    def test_errors_of_argparse_are_the_users(self) -> None:
        for error in (argparse.ArgumentError(None, 'odd'), argparse.ArgumentTypeError('odd')):
            self.assertEqual(4, self.ending(error)[0])


class ExitTest(OutcomeCase):
    def test_help_is_a_success(self) -> None:
        for error in (HelpShown(), HelpExit()):
            self.assertEqual((0, ''), self.ending(error))

    def test_trap_12_system_exit_keeps_its_number(self) -> None:
        for code, status in ((None, 0), (0, 0), (7, 7), (True, 1), (256 + 3, 3), (-1, 255)):
            with self.subTest(code=code):
                self.assertEqual((status, ''), self.ending(SystemExit(code)))

    def test_trap_12_system_exit_with_a_text_is_an_error(self) -> None:
        status, text = self.ending(SystemExit('no: way'))

        self.assertEqual((1, 'ERROR: no: way'), (status, text.splitlines()[0]))

    def test_system_exit_with_what_cannot_be_shown(self) -> None:
        class Rude:
            def __str__(self) -> str:
                raise SystemExit(0)

        self.assertEqual(1, self.ending(SystemExit(Rude()))[0])

    def test_signals(self) -> None:
        self.assertEqual((130, 'Interrupted\n'), self.ending(KeyboardInterrupt()))
        self.stderr = io.StringIO()
        self.assertEqual((141, ''), self.ending(BrokenPipeError()))


class StreamTest(OutcomeCase):
    def test_case_91_what_failed_is_said_with_the_name_of_the_file(self) -> None:
        for error, text in (
            (OSError(28, 'No space left on device'), 'No space left on device'),
            (FileNotFoundError(2, 'No such file', '/a\x1b'), 'No such file: /a\\x1b'),
            (OSError(), 'OSError'),
        ):
            with self.subTest(text):
                self.stderr = io.StringIO()
                status, said = self.ending(error)
                self.assertEqual((1, f'ERROR: input or output failed: {text}'),
                                 (status, said.splitlines()[0]))

    def test_case_91_output_that_did_not_go_out_is_no_success(self) -> None:
        self.stdout = FullDisk()
        for error in (HelpShown(), SystemExit(0), SystemExit(3)):
            with self.subTest(error):
                self.stderr = io.StringIO()
                status, text = self.ending(error)
                self.assertEqual((1, 1), (status, text.count('ERROR: ')))

    def test_a_stdout_that_a_command_closed(self) -> None:
        self.stdout = io.TextIOWrapper(io.BytesIO())
        self.stdout.close()

        self.assertEqual(1, self.ending(SystemExit(0))[0])
        self.assertEqual(4, self.ending(errors.Validation())[0])

    def test_a_stderr_that_is_gone_changes_no_status(self) -> None:
        closed = io.TextIOWrapper(io.BytesIO())
        closed.close()
        for stderr in (FullDisk(), closed):
            context = Context(io.StringIO(), self.stdout, stderr, {})
            self.assertEqual(4, Outcome(context).status_of(errors.Validation('what')))


class DescriptorTest(unittest.TestCase):
    """A stdout with a real descriptor, in a process of its own."""

    SCRIPT = '''
        import os, sys
        from phyware.context import Context
        from phyware.outcome import Outcome
        context = Context.from_system()
        {0}
        status = Outcome(context).status_of({1})
        os.write(2, os.readlink('/proc/self/fd/1').encode() + b'\\n')
        sys.exit(status)
    '''

    def run_script(self, before: str, error: str, stdout: int | IO[str]) -> tuple[int, str]:
        script = textwrap.dedent(self.SCRIPT.format(before, error))
        result = subprocess.run([sys.executable, '-c', script], stdout=stdout, timeout=60,
                                stderr=subprocess.PIPE, text=True, check=False)
        return result.returncode, result.stderr

    def test_case_91_a_closed_pipe_is_silent(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        self.addCleanup(os.close, writer)
        before = "context.stdout.reconfigure(write_through=False); context.stdout.write('x')"
        ending = self.run_script(before, 'BrokenPipeError()', writer)

        self.assertEqual((141, '/dev/null\n'), ending)

    def test_a_stdout_that_works_is_kept_whatever_the_command_failed_with(self) -> None:
        for error in ("FileNotFoundError(2, 'No such file', 'x')", 'BrokenPipeError()'):
            with self.subTest(error), tempfile.NamedTemporaryFile('w') as file:
                self.run_script("context.stdout.write('before')", error, file)
                self.assertEqual('before', Path(file.name).read_text())
