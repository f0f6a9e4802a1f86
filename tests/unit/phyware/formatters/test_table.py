"""The table format: cliff's look, aligned, and nothing that a terminal obeys."""

from __future__ import annotations

import argparse
import fcntl
import io
import os
import re
import struct
import termios
import unittest
from datetime import UTC, datetime
from unittest import mock

import wcwidth

from phyware.formatters.table_width import shared_widths, table_width, width_limit
from phyware.secret import Secret
from tests.unit.phyware.formatters.support import (
    HOSTILE,
    Bytes,
    Terminal,
    emit_list,
    listed,
    read_terminal,
    shown,
)


class TableTest(unittest.TestCase):
    def test_a_list(self) -> None:
        text = listed('table', ('ID', 'Name'), [(1, 'a'), (20, 'long name')])

        self.assertEqual(
            '+----+-----------+\n'
            '| ID | Name      |\n'
            '+----+-----------+\n'
            '|  1 | a         |\n'
            '| 20 | long name |\n'
            '+----+-----------+\n',
            text,
        )

    def test_one_object(self) -> None:
        text = shown('table', ('ID', 'Scopes'), (1, ['a', 'b']))

        self.assertEqual(
            '+--------+-------+\n'
            '| Field  | Value |\n'
            '+--------+-------+\n'
            '| ID     | 1     |\n'
            '| Scopes | a, b  |\n'
            '+--------+-------+\n',
            text,
        )

    def test_an_empty_list_is_an_empty_line_or_its_heading(self) -> None:
        self.assertEqual('\n', listed('table', ('ID',), []))
        self.assertEqual('\n', shown('table', (), ()))
        self.assertEqual(
            '+----+\n| ID |\n+----+\n+----+\n', listed('table', ('ID',), [], print_empty=True)
        )

    def test_values_of_other_types(self) -> None:
        row = (None, '', True, {'k': [None]}, datetime(2026, 1, 2, tzinfo=UTC), Secret('pw'),
               Bytes(2048), 10**30, '007', '1e5')

        cells = listed('table', tuple('abcdefghij'), [row]).splitlines()[3].split('|')[1:-1]

        self.assertEqual(
            ['', '', 'True', '{"k": [null]}', '2026-01-02T00:00:00Z', '***', '2 KiB',
             str(10**30), '007', '1e5'],
            [cell.strip() for cell in cells],
        )

    def test_wide_characters_line_up(self) -> None:
        rows = [('世界', 1), ('ascii', 2), ('e\u0301', 3), ('👍', 4)]

        lines = listed('table', ('Näme', '数'), rows).splitlines()

        self.assertEqual({wcwidth.wcswidth(lines[0])}, set(map(wcwidth.wcswidth, lines)))
        self.assertIn('| 世界  |  1 |', lines)

    def test_case_79_nothing_is_left_that_a_terminal_obeys(self) -> None:
        for text in (
            listed('table', (HOSTILE, 'B'), [(HOSTILE, [HOSTILE, {HOSTILE: 1}])]),
            shown('table', (HOSTILE,), (HOSTILE,)),
        ):
            lines = text.splitlines()
            self.assertTrue(all(line.isprintable() for line in lines))
            self.assertEqual({len(lines[0])}, set(map(len, lines)))
            self.assertIn(r'a\x1b]0;x\x07b\x9b31mc\u202ed\u200be\x7ff\r\ng\u2028h', text)

    def test_a_long_cell_that_is_made_visible_is_not_cut_off(self) -> None:
        self.assertIn('x' * 500 + r'\x1b', listed('table', ('A',), [('x' * 500 + '\x1b',)]))

    def test_a_row_is_one_line(self) -> None:
        self.assertEqual(5, len(listed('table', ('A',), [('one\ntwo',)]).splitlines()))


class WrappingTest(unittest.TestCase):
    def test_max_width_wraps_and_cuts_nothing_off(self) -> None:
        text = listed('table', ('ID', 'Text'), [(1, 'one two three four')], max_width=20)

        self.assertEqual(
            '+----+-------------+\n'
            '| ID | Text        |\n'
            '+----+-------------+\n'
            '|  1 | one two     |\n'
            '|    | three four  |\n'
            '+----+-------------+\n',
            text,
        )

    def test_a_long_cell_is_wrapped_in_parts_and_nothing_is_cut_off(self) -> None:
        for word in ('x', '\u4e16', 'some words '):
            text = (word * 2000)[:2000]
            with mock.patch('wcwidth.wrap', wraps=wcwidth.wrap) as wrap:
                drawn = listed('table', ('A',), [(text,)], max_width=30)
            longest = max(len(call.args[0]) for call in wrap.call_args_list)
            cells = ''.join(re.findall(r'^\| (.*) \|$', drawn, re.MULTILINE)[1:])
            with self.subTest(word):
                self.assertLess(longest, 300)
                self.assertEqual(''.join(text.split()), ''.join(cells.split()))

    def test_wide_characters_are_wrapped_by_their_width(self) -> None:
        lines = listed('table', ('A',), [('世界' * 10,)], max_width=20).splitlines()

        self.assertEqual({20}, set(map(wcwidth.wcswidth, lines)))
        self.assertEqual('世界' * 10, ''.join(line.strip('| ') for line in lines[3:-1]))

    def test_a_pipe_is_never_wrapped(self) -> None:
        cell = 'word ' * 100

        self.assertIn(cell, listed('table', ('A',), [(cell,)]))

    def test_a_terminal_is_fitted(self) -> None:
        controller, terminal = os.openpty()
        self.addCleanup(os.close, controller)
        with open(terminal, 'w', encoding='utf-8') as stdout:
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 40, 0, 0))
            emit_list('table', ('A', 'B'), [('word ' * 20, 'x')], stdout)
            lines = read_terminal(stdout, controller).splitlines()

        self.assertLessEqual(max(map(len, lines)), 40)
        self.assertEqual(20, '\n'.join(lines).count('word'))

    def test_columns_that_fit_their_share_keep_their_width(self) -> None:
        widths = shared_widths([4, 50, 60], limit=60, least=8)

        self.assertEqual([4, 23, 23], widths)
        self.assertEqual(60, table_width(widths))

    def test_no_column_gets_less_than_the_least(self) -> None:
        self.assertEqual([8, 8, 5], shared_widths([50, 50, 5], limit=10, least=8))


class WidthLimitTest(unittest.TestCase):
    def _limit(self, stdout: io.StringIO, **options: object) -> int | None:
        def size_of(descriptor: int) -> os.terminal_size:
            if descriptor != 0:
                raise OSError
            return os.terminal_size((77, 24))

        return width_limit(stdout, argparse.Namespace(**options), size_of)

    def test_a_pipe_has_no_limit(self) -> None:
        self.assertIsNone(self._limit(io.StringIO()))
        self.assertIsNone(self._limit(io.StringIO(), max_width=0, fit_width=False))

    def test_max_width_is_the_limit(self) -> None:
        self.assertEqual(30, self._limit(io.StringIO(), max_width=30, fit_width=True))

    def test_fit_width_asks_the_terminal_behind_a_pager(self) -> None:
        self.assertEqual(77, self._limit(io.StringIO(), fit_width=True))

    def test_a_terminal_that_does_not_tell_its_size_has_no_limit(self) -> None:
        self.assertIsNone(self._limit(Terminal(), fit_width=False))
