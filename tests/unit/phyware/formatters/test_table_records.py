"""A list of too many columns for a terminal: a block of fields for each row."""

from __future__ import annotations

import fcntl
import os
import struct
import termios
import unittest
from collections.abc import Iterable
from typing import Any

from phyware.formatters.record_text import RecordText
from phyware.formatters.stream import MOST_ROWS
from tests.unit.phyware.formatters.support import Recorder, Source, emit_list, listed, read_terminal

NAMES = tuple(f'name_{number}' for number in range(9))
SIZE = 'HHHH'


def on_terminal(rows: Iterable[Any], width: int, **options: Any) -> list[str]:
    """Return the lines that a terminal of ``width`` cells is sent for a list."""
    controller, terminal = os.openpty()
    with open(terminal, 'w', encoding='utf-8') as stdout, open(controller, 'rb') as reader:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack(SIZE, 24, width, 0, 0))
        emit_list('table', NAMES, rows, stdout, **options)
        return read_terminal(stdout, reader.fileno()).splitlines()


class TerminalRecorder(Recorder):
    """A terminal of ten cells that remembers how many rows had been taken."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._controller, self._terminal = os.openpty()
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack(SIZE, 24, 10, 0, 0))

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._terminal

    def close(self) -> None:
        for descriptor in (self._controller, self._terminal):
            os.close(descriptor)
        super().close()


def row(number: int) -> tuple[str, ...]:
    return tuple(f'cell {number}.{place}' for place in range(9))


class RecordsTest(unittest.TestCase):
    def test_each_row_is_a_block_where_the_columns_do_not_fit(self) -> None:
        lines = on_terminal([row(1), row(2)], 60)

        self.assertEqual([
            '+--------+----------+',
            '| Field  | Value    |',
            '+--------+----------+',
            '| name_0 | cell 1.0 |',
        ], lines[:4])
        self.assertEqual('+--------+----------+', lines[12])
        self.assertEqual('| name_0 | cell 2.0 |', lines[13])
        self.assertEqual((23, '+--------+----------+'), (len(lines), lines[-1]))

    def test_a_long_value_is_wrapped_and_nothing_is_cut_off(self) -> None:
        long = ' '.join(f'word{number}' for number in range(30))

        lines = on_terminal([(long, *row(1)[1:])], 60)

        self.assertEqual({60}, set(map(len, lines)))
        values = ' '.join(line[11:-2].strip() for line in lines if line.startswith('| '))
        self.assertIn(long, values)

    def test_columns_that_fit_stay_columns(self) -> None:
        # Nine of eight cells, each with its padding, and the border.
        for rows in ([row(1)], [('x' * 100, *row(1)[1:])]):
            lines = on_terminal(rows, 9 * 11 + 1)
            self.assertTrue(lines[1].startswith('| name_0   | name_1   |'), lines)
            self.assertEqual({100}, set(map(len, lines)))

    def test_who_asks_for_a_width_gets_columns(self) -> None:
        columns = on_terminal([row(1)], 60, max_width=60)

        self.assertTrue(columns[1].startswith('| name_0'))
        self.assertEqual(columns, on_terminal([row(1)], 60, fit_width=True))

    def test_a_pipe_gets_columns(self) -> None:
        self.assertTrue(listed('table', NAMES, [row(1)]).splitlines()[1].startswith('| name_0'))

    def test_an_empty_list_with_its_headings(self) -> None:
        self.assertEqual([''], on_terminal([], 20))
        self.assertTrue(on_terminal([], 20, print_empty=True)[1].startswith('| name_0'))

    def test_the_next_page_goes_on_below_a_rule(self) -> None:
        text = RecordText(NAMES, 60, 16)

        first = text.batch([row(1)]).splitlines()
        same, wider = (text.batch([row(number)]).splitlines() for number in (2, 3000))

        self.assertEqual('| name_8 | cell 1.8 |', first[-1])
        self.assertEqual(['+--------+----------+', '| name_0 | cell 2.0 |'], same[:2])
        self.assertEqual(['+--------+-------------+', '| name_0 | cell 3000.0 |'], wider[:2])

    def test_what_a_page_brings_is_shown_before_the_next_is_asked_for(self) -> None:
        source = Source(2 * MOST_ROWS)
        recorder = self.enterContext(TerminalRecorder(source))

        emit_list('table', ('a', 'b'), source, recorder)

        self.assertEqual([MOST_ROWS, 2 * MOST_ROWS], recorder.taken_at_write[:2])
