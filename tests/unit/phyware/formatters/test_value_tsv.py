"""The value and tsv formats: lines for scripts."""

from __future__ import annotations

import unittest

from phyware.secret import Secret
from tests.unit.phyware.formatters.support import (
    HOSTILE,
    Bytes,
    Terminal,
    emit_list,
    emit_one,
    listed,
    shown,
)


class ValueTest(unittest.TestCase):
    def test_the_values_of_a_row_share_a_line(self) -> None:
        text = listed('value', ('A', 'B', 'C'), [(1, 'a', None), (2, 'b', True)])

        self.assertEqual('1 a None\n2 b True\n', text)

    def test_the_values_of_one_object_have_lines_of_their_own(self) -> None:
        self.assertEqual('1\na b\nNone\n', shown('value', ('A', 'B', 'C'), (1, 'a b', None)))

    def test_an_empty_list_is_nothing(self) -> None:
        self.assertEqual('', listed('value', ('A',), []))

    def test_values_of_other_types(self) -> None:
        row = (['a', 'b'], {'k': [1]}, Secret('pw'), Bytes(2048), 10**5000)
        expected = f'a,b {{"k": [1]}} *** 2048 {hex(10**5000)}\n'

        self.assertEqual(expected, listed('value', tuple('abcde'), [row]))
        self.assertEqual(f'1 {hex(10**5000)}\n', listed('value', ('A', 'B'), [(1, 10**5000)]))

    def test_a_percent_sign_is_a_percent_sign(self) -> None:
        self.assertEqual('50%d %s\n', listed('value', ('A', 'B'), [('50%d', '%s')]))

    def test_case_79_control_characters_are_visible_on_a_terminal_only(self) -> None:
        for emit, data in ((emit_list, [(HOSTILE,)]), (emit_one, (HOSTILE,))):
            terminal = Terminal()
            emit('value', ('A',), data, terminal)
            self.assertTrue(terminal.getvalue().replace('\n', '').isprintable())
        self.assertEqual(f'{HOSTILE}\n', listed('value', ('A',), [(HOSTILE,)]))


class TSVTest(unittest.TestCase):
    def test_a_heading_and_rows(self) -> None:
        text = listed('tsv', ('ID', 'Name'), [(1, 'a b'), (2, None)])

        self.assertEqual('ID\tName\n1\ta b\n2\t\n', text)

    def test_one_object_is_a_list_of_one(self) -> None:
        self.assertEqual('ID\tName\n1\ta\n', shown('tsv', ('ID', 'Name'), (1, 'a')))

    def test_an_empty_list_has_its_heading(self) -> None:
        self.assertEqual('ID\tName\n', listed('tsv', ('ID', 'Name'), []))

    def test_tabs_and_line_breaks_of_a_value_are_escaped(self) -> None:
        self.assertEqual(
            'A\tB\na\\tb\\nc\\rd\tC:\\\\x\n', listed('tsv', ('A', 'B'), [('a\tb\nc\rd', 'C:\\x')])
        )

    def test_values_of_other_types(self) -> None:
        row = (['a', 'b'], {'k': 1}, Secret('pw'), Bytes(2048), False)

        self.assertIn(
            '\na,b\t{"k": 1}\t***\t2048\tFalse\n', listed('tsv', tuple('abcde'), [row])
        )

    def test_case_79_control_characters_are_visible_on_a_terminal_only(self) -> None:
        terminal = Terminal()
        emit_list('tsv', (HOSTILE, 'B'), [(HOSTILE, 1)], terminal)

        lines = terminal.getvalue().split('\n')
        self.assertEqual(3, len(lines))
        self.assertTrue(all(part.isprintable() for line in lines for part in line.split('\t')))
        self.assertIn('\x1b', listed('tsv', ('A',), [(HOSTILE,)]))
