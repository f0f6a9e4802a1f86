"""P10: for ordinary data the bytes are those of cliff's own formatters."""

from __future__ import annotations

import argparse
import io
import unittest
from typing import Any

from cliff.formatters import commaseparated, json_format, table, value, yaml_format
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.phyware.formatters.support import listed, shown

_OPTIONS = {
    'noindent': False, 'max_width': 0, 'fit_width': False, 'print_empty': False,
    'quote_mode': 'nonnumeric',
}
_THEIRS: dict[str, Any] = {
    'json': json_format.JSONFormatter(), 'table': table.TableFormatter(),
    'csv': commaseparated.CSVLister(), 'value': value.ValueFormatter(),
    'yaml': yaml_format.YAMLFormatter(),
}
# The columns are named as json names them, since cliff does not normalise keys.
_COLUMNS = ('id', 'name', 'size', 'ratio', 'active')
_WORDS = st.from_regex(
    r'[a-z][a-z0-9./:_-]{0,11}( [a-zA-Z"#][a-z0-9,;-]{0,30}){0,6}', fullmatch=True
)
# Each takes two cells, in cliff's table as in ours.
_WIDE = st.text(st.sampled_from('ab 世界日本語ハ한글👍🚀'), max_size=12).map(str.strip)
_ROWS = st.lists(
    st.tuples(
        _WORDS, _WORDS, st.integers(), st.floats(allow_nan=False, allow_infinity=False),
        st.booleans(),
    ),
    max_size=8,
)


def _theirs(name: str, method: str, data: Any, **options: Any) -> str:
    stdout = io.StringIO()
    emit = getattr(_THEIRS[name], method)
    emit(_COLUMNS, data, stdout, argparse.Namespace(**{**_OPTIONS, **options}))
    return stdout.getvalue()


class EqualBytesTest(unittest.TestCase):
    def test_a_long_list(self) -> None:
        # A table takes its widths from the first 1000 rows; none is wider below.
        rows = [
            (f'{n:08x}-aa', f'robot number {n}', n * 37, n / 8, n % 3 == 0)
            for n in reversed(range(3000))
        ]
        for name in _THEIRS:
            with self.subTest(name):
                self.assertEqual(_theirs(name, 'emit_list', rows), listed(name, _COLUMNS, rows))

    @settings(deadline=None, max_examples=40)
    @given(st.lists(st.tuples(_WIDE, st.integers()), max_size=8))
    def test_tables_of_wide_characters(self, rows: list[Any]) -> None:
        rows = [(text, '', number, 0.5, True) for text, number in rows]

        self.assertEqual(
            _theirs('table', 'emit_list', rows), listed('table', _COLUMNS, rows)
        )

    @settings(deadline=None, max_examples=40)
    @given(_ROWS, st.booleans())
    def test_lists(self, rows: list[Any], noindent: bool) -> None:
        for name in _THEIRS:
            self.assertEqual(
                _theirs(name, 'emit_list', rows, noindent=noindent),
                listed(name, _COLUMNS, rows, noindent=noindent),
                name,
            )

    @settings(deadline=None, max_examples=40)
    @given(_ROWS.filter(bool))
    def test_one_object(self, rows: list[Any]) -> None:
        for name in ('json', 'table', 'value', 'yaml'):
            self.assertEqual(
                _theirs(name, 'emit_one', rows[0]), shown(name, _COLUMNS, rows[0]), name
            )

    @settings(deadline=None, max_examples=40)
    @given(_ROWS.filter(bool), st.integers(1, 120))
    def test_tables_of_a_limited_width(self, rows: list[Any], width: int) -> None:
        self.assertEqual(
            _theirs('table', 'emit_list', rows, max_width=width),
            listed('table', _COLUMNS, rows, max_width=width),
        )
        self.assertEqual(
            _theirs('table', 'emit_one', rows[0], max_width=width),
            shown('table', _COLUMNS, rows[0], max_width=width),
        )

    def test_nested_values_in_json_and_yaml(self) -> None:
        rows: list[Any] = [
            ('a', ['x', 'y'], {'k': [1, {'z': None}]}, [], {}), ('b', None, [[1], 2], [True], {})
        ]
        for name in ('json', 'yaml'):
            with self.subTest(name):
                self.assertEqual(_theirs(name, 'emit_list', rows), listed(name, _COLUMNS, rows))
                self.assertEqual(
                    _theirs(name, 'emit_one', rows[0]), shown(name, _COLUMNS, rows[0])
                )
