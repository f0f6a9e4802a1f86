"""The table format on a long list: widths from the first page, right to the last one."""

from __future__ import annotations

import io
import unittest
from typing import Any

import wcwidth
from hypothesis import given, settings
from hypothesis import strategies as st

from phyware.formatters.columns import Column
from phyware.formatters.stream import MOST_ROWS
from phyware.formatters.table_text import TableText
from tests.unit.phyware.formatters.support import Recorder, Source, emit_list, listed

_CELLS = st.text(st.sampled_from('ab-|+ 世界日e\u0301👍ñ'), max_size=20).map(str.strip)
_BATCHES = st.lists(
    st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=4), min_size=1, max_size=5
)


def _columns(rows: list[Any]) -> list[Column]:
    texts = list(zip(*rows, strict=True))
    return [
        Column('Näme', list(texts[0]), right=False), Column('数', list(texts[1]), right=True)
    ]


def _padded(text: str, width: int, right: bool) -> str:
    gap = ' ' * (width - wcwidth.wcswidth(text))
    return gap + text if right else text + gap


def _reference(batches: list[list[Any]]) -> str:
    """Return the table, drawn cell by cell with one width for each batch and column."""
    widths, lines = [4, 2], list[str]()
    for number, batch in enumerate(batches):
        cells = [[wcwidth.wcswidth(row[place]) for row in batch] for place in (0, 1)]
        wider = [max(width, *found) for width, found in zip(widths, cells, strict=True)]
        rule = f'+-{"-" * wider[0]}-+-{"-" * wider[1]}-+'
        if number == 0:
            heading = f'| {_padded("Näme", wider[0], False)} | {_padded("数", wider[1], True)} |'
            lines += [rule, heading, rule]
        elif wider != widths:
            lines.append(rule)
        widths = wider
        lines += [
            f'| {_padded(left, widths[0], False)} | {_padded(right, widths[1], True)} |'
            for left, right in batch
        ]
    return '\n'.join([*lines, rule, ''])


class BatchesTest(unittest.TestCase):
    @settings(deadline=None, max_examples=100)
    @given(_BATCHES)
    def test_batches_are_drawn_as_the_reference_does(self, batches: list[list[Any]]) -> None:
        table = TableText(None, 8)

        text = ''.join([*(table.batch(_columns(batch)) for batch in batches), table.end()])

        self.assertEqual(_reference(batches), text)

    @settings(deadline=None, max_examples=60)
    @given(_BATCHES, st.integers(20, 60))
    def test_with_a_limit_no_line_is_wider_and_nothing_is_cut_off(
        self, batches: list[list[Any]], limit: int
    ) -> None:
        table = TableText(limit, 4)

        text = ''.join([*(table.batch(_columns(batch)) for batch in batches), table.end()])

        self.assertLessEqual(max(map(wcwidth.wcswidth, text.splitlines())), limit)
        cells = ''.join(cell for batch in batches for row in batch for cell in row)
        for character in 'ab世日👍ñ':
            self.assertEqual(cells.count(character), text.count(character))


class PagesTest(unittest.TestCase):
    def test_the_first_page_is_written_before_the_second_is_read(self) -> None:
        source = Source(3 * MOST_ROWS)
        stdout = Recorder(source)

        emit_list('table', ('Id', 'Name'), source, stdout)

        self.assertEqual(MOST_ROWS, stdout.taken_at_write[0])
        self.assertEqual(MOST_ROWS, stdout.taken_at_flush[0])
        self.assertLessEqual(max(_steps(stdout.taken_at_write)), MOST_ROWS)

    def test_a_wider_cell_below_draws_a_rule_and_is_whole(self) -> None:
        rows = [('a', 'b')] * (MOST_ROWS + 1) + [('世界' * 3, 'b')]

        lines = listed('table', ('A', 'B'), rows).splitlines()

        first, second = lines[:MOST_ROWS + 3], lines[MOST_ROWS + 3:]
        self.assertEqual({len('+---+---+')}, set(map(wcwidth.wcswidth, first)))
        self.assertEqual([
            '+--------------+---+',
            '| a            | b |',
            '| 世界世界世界 | b |',
            '+--------------+---+',
        ], second)

    def test_columns_stay_aligned_as_on_the_first_page(self) -> None:
        rows = [(1, 'x')] * MOST_ROWS + [('n/a', 2)]

        line = listed('table', ('Size', 'B'), rows).splitlines()[-2]

        self.assertEqual('|  n/a | 2 |', line)

    def test_an_error_below_leaves_the_pages_before_it(self) -> None:
        stdout = io.StringIO()
        with self.assertRaises(ConnectionResetError):
            emit_list('table', ('Id', 'Name'), Source(3000, fail_at=2000), stdout)

        self.assertEqual(2000, stdout.getvalue().count('name'))


def _steps(counts: list[int]) -> list[int]:
    return [after - before for before, after in zip([0, *counts], counts, strict=False)]
