"""The yaml format: the same data as json, safe to read back and to look at."""

from __future__ import annotations

import io
import unicodedata
import unittest
from datetime import UTC, datetime

import yaml

from phyware.formatters import yaml_text
from phyware.secret import Secret
from tests.unit.phyware.formatters.support import (
    HOSTILE,
    Bytes,
    Encoded,
    Source,
    emit_list,
    listed,
    shown,
)

_HIDDEN = {'Cc', 'Cf', 'Cs', 'Zl', 'Zp'}


class YAMLTest(unittest.TestCase):
    def test_a_list_is_a_sequence_of_mappings_with_normalised_keys(self) -> None:
        text = listed('yaml', ('Size', 'Created At'), [(1, 'x'), (2, None)])

        self.assertEqual('- created_at: x\n  size: 1\n- created_at: null\n  size: 2\n', text)

    def test_one_object_keeps_the_order_of_its_fields(self) -> None:
        text = shown('yaml', ('Z', 'A'), (1, {'c': 1, 'b': [True]}))

        self.assertEqual('z: 1\na:\n  b:\n  - true\n  c: 1\n', text)

    def test_empty_things(self) -> None:
        self.assertEqual('[]\n', listed('yaml', ('A',), []))
        self.assertEqual('{}\n', shown('yaml', (), ()))

    def test_types_that_yaml_does_not_know(self) -> None:
        row = (
            datetime(2026, 1, 2, tzinfo=UTC), ('a',), {'y', 'x'}, Secret('pw'), Bytes(2048),
            {'deep': [Secret('pw')]}, 10**5000,
        )

        seen = yaml.safe_load(shown('yaml', tuple('abcdefg'), row))

        self.assertEqual(
            ['2026-01-02T00:00:00Z', ['a'], ['x', 'y'], '***', 2048, {'deep': ['***']}],
            list(seen.values())[:6],
        )
        self.assertEqual(hex(10**5000), seen['g'])

    def test_text_that_looks_like_something_else_is_quoted(self) -> None:
        values = ('1e5', '0o17', '007', '1.5E-3', 'yes', 'null', '2026-01-01', '.5', '')

        text = shown('yaml', tuple('abcdefghi'), values)

        self.assertEqual(list(values), list(yaml.safe_load(text).values()))
        for value in values:
            self.assertIn(f": '{value}'\n", text)

    def test_numbers_are_bare(self) -> None:
        text = shown('yaml', tuple('abc'), (15, 1.5, 1e300))

        self.assertEqual('a: 15\nb: 1.5\nc: 1.0e+300\n', text)

    def test_a_list_that_two_rows_share_is_written_twice(self) -> None:
        shared = ['x']

        self.assertNotIn('&', listed('yaml', ('A', 'B'), [(shared, shared)] * 2))

    def test_case_79_nothing_is_left_that_a_terminal_obeys_or_hides(self) -> None:
        hostile = HOSTILE + '\u00ad\u2066\U000e0041é'
        rows = [('one',), (hostile,), ('Grüße',), ([{hostile: hostile}],)]

        text = listed('yaml', ('A',), rows)

        self.assertFalse({unicodedata.category(c) for c in text.replace('\n', '')} & _HIDDEN)
        self.assertEqual([{'a': row[0]} for row in rows], yaml.safe_load(text))
        self.assertIn('Grüße', text)

    def test_lone_surrogates(self) -> None:
        text = listed('yaml', ('A',), [('x\ud800é',), ('y',)])

        self.assertEqual('- a: "x\\uD800\\xE9"\n- a: y\n', text)

    def test_without_the_c_library_the_bytes_are_the_same(self) -> None:
        rows = [{'a': 'é', 'b': ['x', None, {'c': 1.5}], 'd': 'long text ' * 20, 'e': '1e5'}]

        fast, python = (
            yaml_text._dump_with(dumper, rows, True)
            for dumper in (yaml_text._Fastest, yaml_text._Python)
        )

        self.assertEqual(python, fast)

    def test_a_stream_without_unicode_gets_ascii(self) -> None:
        stdout = Encoded('latin-1')
        emit_list('yaml', ('A',), [('é世',)], stdout)

        self.assertEqual('- a: "\\xE9\\u4E16"\n', stdout.getvalue())

    def test_an_error_in_the_middle_leaves_whole_items(self) -> None:
        stdout = io.StringIO()
        with self.assertRaises(ConnectionResetError):
            emit_list('yaml', ('A', 'B'), Source(10, fail_at=7), stdout)

        self.assertEqual({'a': 0, 'b': 'name 0'}, yaml.safe_load(stdout.getvalue())[0])
