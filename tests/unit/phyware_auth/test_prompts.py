"""Questions to a person, where there is one."""

from __future__ import annotations

import io
import unittest
from typing import Any
from unittest import mock

from phyware.context import ClosedStream, Context
from phyware.errors import Validation
from phyware.secret import Secret
from phyware.testing import Terminal
from phyware_auth.prompts import ask, ask_hidden, confirm


class BytesTerminal(io.TextIOWrapper):
    """A terminal on which any bytes can be typed."""

    def isatty(self) -> bool:
        return True


def context_of(stdin: Any) -> Context:
    return Context(stdin, io.StringIO(), io.StringIO(), {})


def shown(context: Context) -> str:
    assert isinstance(context.stderr, io.StringIO)
    return context.stderr.getvalue()


class AskTests(unittest.TestCase):
    def test_answer_of_a_person(self) -> None:
        context = context_of(Terminal(' ada@example.org \nmore\n'))

        self.assertEqual(ask(context, 'E-mail', 'Name it'), 'ada@example.org')
        self.assertEqual(shown(context), 'E-mail: ')

    def test_without_a_terminal_nothing_is_read_or_shown(self) -> None:
        closed = io.StringIO()
        closed.close()
        for stdin in (io.StringIO('canary\n'), ClosedStream(), closed):
            with self.subTest(type(stdin).__name__):
                context = context_of(stdin)

                with self.assertRaises(Validation) as caught:
                    ask(context, 'E-mail', 'Name it with --email')

                self.assertEqual(caught.exception.remediation, 'Name it with --email')
                self.assertEqual(shown(context), '')

    def test_nothing_typed_or_end_of_input(self) -> None:
        for typed in ('\n', '  \n', ''):
            with self.subTest(typed), self.assertRaises(Validation) as caught:
                ask(context_of(Terminal(typed)), 'E-mail', 'Name it')

            self.assertEqual(caught.exception.message, 'E-mail was left empty')

    def test_bytes_that_are_no_text(self) -> None:
        with self.assertRaises(Validation) as caught:
            ask(context_of(BytesTerminal(io.BytesIO(b'\xff\n'), 'utf-8')), 'E-mail', 'Name it')

        self.assertEqual(caught.exception.message, 'E-mail was left empty')
        self.assertFalse(confirm(context_of(BytesTerminal(io.BytesIO(b'y\xff'), 'utf-8')), '?'))


class HiddenTests(unittest.TestCase):
    def test_what_is_typed_is_a_secret(self) -> None:
        with mock.patch('getpass.getpass', return_value='canary é') as asked:
            answer = ask_hidden(context_of(Terminal()), 'Password')

        self.assertEqual(answer, Secret('canary é'))
        asked.assert_called_once_with('Password: ')

    def test_case_87_no_terminal_is_an_error_before_anything_is_read(self) -> None:
        # The real getpass, on a machine without a controlling terminal.
        stdin = io.StringIO('canary\n')
        with (
            mock.patch('os.open', side_effect=OSError), mock.patch('sys.stdin', stdin),
            self.assertRaises(Validation) as caught,
        ):
            ask_hidden(context_of(stdin), 'Password')

        self.assertEqual(stdin.tell(), 0)
        self.assertIn('cannot be asked without a terminal', caught.exception.message)
        self.assertIsNone(caught.exception.__cause__)

    def test_case_87_getpass_would_show_what_is_typed(self) -> None:
        # What the case is about: without our filter, it reads on.
        import getpass

        stdin = io.StringIO('canary\n')
        with (
            mock.patch('os.open', side_effect=OSError), mock.patch('sys.stdin', stdin),
            mock.patch('sys.stderr', io.StringIO()), self.assertWarns(getpass.GetPassWarning),
        ):
            self.assertEqual(getpass.getpass(), 'canary')

    def test_end_of_input_or_a_terminal_that_is_gone(self) -> None:
        for reason in (EOFError, OSError(5, 'Input/output error')):
            with (
                self.subTest(reason),
                mock.patch('getpass.getpass', side_effect=reason),
                self.assertRaises(Validation),
            ):
                ask_hidden(context_of(Terminal()), 'Password')

    def test_nothing_typed(self) -> None:
        with (
            mock.patch('getpass.getpass', return_value=''),
            self.assertRaises(Validation) as caught,
        ):
            ask_hidden(context_of(Terminal()), 'Password')

        self.assertEqual(caught.exception.message, 'Password was left empty')

    def test_case_65_bytes_that_are_no_text_are_not_shown(self) -> None:
        bad = UnicodeDecodeError('utf-8', b'canary\xff', 6, 7, 'invalid start byte')
        with (
            mock.patch('getpass.getpass', side_effect=bad),
            self.assertRaises(Validation) as caught,
        ):
            ask_hidden(context_of(Terminal()), 'Password')

        self.assertNotIn('canary', repr(caught.exception))
        self.assertIsNone(caught.exception.__context__)

    def test_ctrl_c_is_ctrl_c(self) -> None:
        with (
            mock.patch('getpass.getpass', side_effect=KeyboardInterrupt),
            self.assertRaises(KeyboardInterrupt),
        ):
            ask_hidden(context_of(Terminal()), 'Password')


class ConfirmTests(unittest.TestCase):
    def test_only_yes_is_yes(self) -> None:
        for typed, expected in (
            ('y\n', True), ('YES\n', True), (' y \n', True), ('n\n', False), ('\n', False),
            ('', False), ('yep\n', False), ('\x00y\n', False),
        ):
            with self.subTest(typed):
                context = context_of(Terminal(typed))

                self.assertEqual(confirm(context, 'Sure?'), expected)
                self.assertEqual(shown(context), 'Sure? [y/N] ')
