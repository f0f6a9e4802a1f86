"""The csv format: RFC 4180 quoting, which the csv module reads back."""

from __future__ import annotations

import csv
import io
import unittest
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from phyware.errors import Validation
from phyware.secret import Secret
from tests.unit.phyware.formatters.support import HOSTILE, Bytes, Terminal, emit_list, listed, shown

# Surrogates are left out because no stream takes them: they are escaped.
_TEXT = st.text(st.characters(codec='utf-8'))


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline='')))


class CSVTest(unittest.TestCase):
    def test_a_heading_and_rows(self) -> None:
        text = listed('csv', ('ID', 'Name'), [(1, 'a'), (2, None)])

        self.assertEqual('"ID","Name"\n1,"a"\n2,""\n', text)

    def test_an_empty_list_has_its_heading(self) -> None:
        self.assertEqual('"ID","Name"\n', listed('csv', ('ID', 'Name'), []))

    def test_one_object_is_a_list_of_one(self) -> None:
        self.assertEqual('"ID","Name"\n1,"a"\n', shown('csv', ('ID', 'Name'), (1, 'a')))

    def test_values_of_other_types(self) -> None:
        row = (['a', 'b'], {'k': [1]}, Secret('pw'), Bytes(2048), True, 10**5000, 1.5)

        [_, cells] = parsed(listed('csv', tuple('abcdefg'), [row]))

        self.assertEqual(
            ['a,b', '{"k": [1]}', '***', '2048', 'True', hex(10**5000), '1.5'], cells
        )

    def test_quote_modes(self) -> None:
        expected = {
            'all': '"A","B"\n"1","x,y"\n', 'nonnumeric': '"A","B"\n1,"x,y"\n',
            'minimal': 'A,B\n1,"x,y"\n', 'none': 'A,B\n1,x\\,y\n',
        }
        for mode, text in expected.items():
            with self.subTest(mode):
                self.assertEqual(
                    text, listed('csv', ('A', 'B'), [(1, 'x,y')], quote_mode=mode)
                )

    def test_an_empty_line_cannot_be_written_without_quotes(self) -> None:
        with self.assertRaisesRegex(Validation, 'only be written with quotes'):
            listed('csv', ('A',), [(None,)], quote_mode='none')

    def test_a_backslash_is_no_escape(self) -> None:
        self.assertEqual('"A"\n"C:\\x ""y"""\n', listed('csv', ('A',), [('C:\\x "y"',)]))

    def test_what_a_spreadsheet_takes_for_a_formula_is_left_alone(self) -> None:
        self.assertEqual('"A"\n"=1+1"\n', listed('csv', ('A',), [('=1+1',)]))

    def test_a_percent_sign_is_a_percent_sign(self) -> None:
        self.assertEqual('"%s"\n"50%d"\n', listed('csv', ('%s',), [('50%d',)]))

    def test_case_79_control_characters_are_visible_on_a_terminal_only(self) -> None:
        terminal = Terminal()
        emit_list('csv', ('A',), [(HOSTILE,)], terminal)

        self.assertTrue(terminal.getvalue().replace('\n', '').isprintable())
        self.assertIn(r'\x1b]0;x\x07', terminal.getvalue())
        self.assertEqual([['A'], [HOSTILE]], parsed(listed('csv', ('A',), [(HOSTILE,)])))

    @settings(deadline=None)
    @given(
        st.lists(st.tuples(_TEXT, st.one_of(_TEXT, st.integers(), st.none()))),
        st.sampled_from(['all', 'nonnumeric', 'minimal']),
    )
    def test_what_is_written_is_read_back(self, rows: list[Any], mode: str) -> None:
        text = listed('csv', ('A', 'B'), rows, quote_mode=mode)

        expected = [[a, '' if b is None else str(b)] for a, b in rows]
        self.assertEqual([['A', 'B'], *expected], parsed(text))
