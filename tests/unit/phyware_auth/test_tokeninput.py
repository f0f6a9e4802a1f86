"""A token on stdin, however it is mangled (security case 86)."""

from __future__ import annotations

import io
import locale
import unittest
from typing import Any
from unittest import mock

from phyware.context import ClosedStream, Context
from phyware.errors import Validation
from phyware.secret import Secret
from phyware.testing import Terminal
from phyware_auth.tokeninput import read_token

TOKEN = 'phk_Canary-0.9_~+/=='


class Counting(io.BytesIO):
    """Bytes that remember how many were asked for."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked = -1 if size is None else size
        return super().read(size)


def context_of(stdin: Any) -> Context:
    return Context(stdin, io.StringIO(), io.StringIO(), {})


def stdin_of(data: bytes, encoding: str = 'utf-8') -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding)


class TokenInputTests(unittest.TestCase):
    def read(self, stdin: Any) -> str:
        return read_token(context_of(stdin)).reveal()

    def assert_refused(self, stdin: Any) -> Validation:
        context = context_of(stdin)
        with self.assertRaises(Validation) as caught:
            read_token(context)
        shown = f'{caught.exception!r} {caught.exception.remediation}'
        self.assertNotIn('Canary', shown)
        self.assertNotIn('Canary', str(caught.exception.__context__))
        self.assertEqual((context.stdout.tell(), context.stderr.tell()), (0, 0))
        return caught.exception

    def test_case_86_one_line_end_and_a_byte_order_mark_are_taken_off(self) -> None:
        for before in (b'', b'\xef\xbb\xbf'):
            for after in (b'', b'\n', b'\r\n'):
                with self.subTest(before + after):
                    stdin = stdin_of(before + TOKEN.encode() + after)

                    self.assertEqual(self.read(stdin), TOKEN)

    def test_case_86_what_is_no_token(self) -> None:
        token = TOKEN.encode()
        for name, data in {
            'empty': b'', 'line end': b'\n', 'CRLF': b'\r\n', 'mark alone': b'\xef\xbb\xbf',
            'blanks': b'   ', 'leading blank': b' ' + token, 'trailing blank': token + b' \n',
            'tab': b'\t' + token, 'two line ends': token + b'\n\n',
            'two lines': token + b'\nCanary', 'inner BOM': 'Ca\ufeffnary'.encode(),
            'NUL': token + b'\x00', 'inner NUL': b'Ca\x00nary', 'é': 'Canaryé'.encode(),
            'latin-1': b'Canary\xe9', 'U+200B': 'Canary\u200b'.encode(), 'quotes': b'"Canary"',
            'UTF-16': TOKEN.encode('utf-16'), 'UTF-16 LE': TOKEN.encode('utf-16-le'),
            'two marks': b'\xef\xbb\xbf' * 2 + token, 'header': b'Bearer Canary',
            'variable': b'PAT=Canary', 'fullwidth': 'Ｃanary'.encode(), 'not UTF-8': b'\xff\xfe',
            'equals alone': b'===',
        }.items():
            with self.subTest(name):
                self.assert_refused(stdin_of(data))

    def test_case_86_longest(self) -> None:
        token = 'x' * 16382

        self.assertEqual(self.read(stdin_of(f'{token}\r\n'.encode())), token)
        for stdin in (stdin_of(b'x' * 16385), io.StringIO('x' * 16385)):
            self.assertIn('longer than a token', self.assert_refused(stdin).message)

    def test_case_86_ten_megabytes_are_not_read(self) -> None:
        data = Counting(b'x' * 10_000_000)

        stdin = io.TextIOWrapper(data)
        error = self.assert_refused(stdin)

        self.assertIn('longer than a token', error.message)
        self.assertLessEqual(data.asked, 16385)
        self.assertLessEqual(data.tell(), 16385)

    def test_case_86_closed_stdin(self) -> None:
        closed, shut = stdin_of(b''), io.StringIO()
        closed.close()
        shut.close()
        for stdin in (ClosedStream(), closed, shut):
            with self.subTest(type(stdin).__name__):
                error = self.assert_refused(stdin)

                self.assertIn('stdin is closed', error.message)

    def test_case_86_the_locale_does_not_matter(self) -> None:
        self.addCleanup(locale.setlocale, locale.LC_ALL, locale.setlocale(locale.LC_ALL, 'C'))

        self.assertEqual(self.read(stdin_of(TOKEN.encode(), 'ascii')), TOKEN)
        refused = self.assert_refused(stdin_of('Canaryé'.encode(), 'ascii'))
        self.assertIn('is not a token', refused.message)

    def test_text_streams_without_bytes(self) -> None:
        self.assertEqual(self.read(io.StringIO(f'{TOKEN}\n')), TOKEN)
        self.assert_refused(io.StringIO('Canary\ud800'))

    def test_case_86_a_terminal_gets_a_hidden_prompt(self) -> None:
        stdin = Terminal('never read')
        with mock.patch('getpass.getpass', return_value=TOKEN) as asked:
            token = read_token(context_of(stdin))

        self.assertEqual(token, Secret(TOKEN))
        asked.assert_called_once_with('Token: ')
        self.assertEqual(stdin.tell(), 0)

    def test_case_86_what_is_typed_is_checked_as_well(self) -> None:
        with mock.patch('getpass.getpass', return_value='Canary x'):
            self.assert_refused(Terminal())

    def test_hint_says_how(self) -> None:
        error = self.assert_refused(stdin_of(b''))

        self.assertEqual(error.message, 'no token came on stdin')
        self.assertIn('| phyware auth login --with-token', error.remediation)
