"""The json format: stable, whole, readable, and nothing that a terminal obeys."""

from __future__ import annotations

import io
import json
import unicodedata
import unittest
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from phyware.errors import GenericError
from phyware.secret import Secret
from tests.unit.phyware.formatters.support import (
    HOSTILE,
    Bytes,
    Encoded,
    Source,
    emit_list,
    emit_one,
    listed,
    shown,
)

_TEXT = st.text(st.characters(codec=None))
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT
_FINITE = _SCALARS.filter(lambda value: value not in (float('inf'), float('-inf')))
_JSON = st.recursive(
    _FINITE, lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner), max_leaves=12
)
_HIDDEN = {'Cc', 'Cf', 'Cs', 'Zl', 'Zp'}


class JSONTest(unittest.TestCase):
    def test_a_list_is_an_array_of_objects_with_normalised_keys(self) -> None:
        text = listed('json', ('ID', 'Created At'), [(1, 'x'), (2, None)])

        self.assertEqual(
            '[\n  {\n    "id": 1,\n    "created_at": "x"\n  },\n'
            '  {\n    "id": 2,\n    "created_at": null\n  }\n]\n',
            text,
        )

    def test_noindent_is_one_line(self) -> None:
        text = listed('json', ('A', 'B'), [(1, ['x', 'y']), (2, {'k': [{}]})], noindent=True)

        self.assertEqual(
            '[{"a": 1, "b": ["x", "y"]}, {"a": 2, "b": {"k": [{}]}}]\n', text
        )
        self.assertEqual('{"a": [1, 2]}\n', shown('json', ('A',), ([1, 2],), noindent=True))

    def test_empty_things(self) -> None:
        self.assertEqual('[]\n', listed('json', ('A',), []))
        self.assertEqual('[]\n', listed('json', ('A',), [], noindent=True))
        self.assertEqual('{}\n', shown('json', (), ()))
        self.assertEqual([{}, {}], json.loads(listed('json', (), [(), ()])))

    def test_nested_values_are_indented_as_the_standard_library_does(self) -> None:
        value = {'a': [], 'b': [1, [2, {}]], 'c': {'d': 'x\ny', 'e': {'f': None}}, 'g': [True]}

        text = shown('json', ('Value',), (value,))

        self.assertEqual(json.dumps({'value': value}, indent=2) + '\n', text)

    def test_types_that_json_does_not_know(self) -> None:
        row = (
            datetime(2026, 1, 2, tzinfo=UTC), ('a', 1), {'y', 'x'}, Secret('pw'), Bytes(2048),
            {'deep': [Secret('pw'), {1: {None: Bytes(1)}}]},
        )

        [seen] = json.loads(listed('json', tuple('abcdef'), [row]))

        self.assertEqual(
            ['2026-01-02T00:00:00Z', ['a', 1], ['x', 'y'], '***', 2048], list(seen.values())[:5]
        )
        self.assertEqual({'deep': ['***', {'1': {'null': 1}}]}, seen['f'])

    def test_nan_and_infinity_are_null_wherever_they_are(self) -> None:
        nan, inf = float('nan'), float('inf')
        row = (nan, -inf, [nan, 1.5], {'a': [{'b': inf}]})

        [seen] = json.loads(listed('json', tuple('abcd'), [row]), parse_constant=self.fail)

        self.assertEqual(
            {'a': None, 'b': None, 'c': [None, 1.5], 'd': {'a': [{'b': None}]}}, seen
        )

    def test_huge_integers(self) -> None:
        row = (10**300, 10**5000, [10**5000])

        [seen] = json.loads(listed('json', tuple('abc'), [row]))

        self.assertEqual([10**300, hex(10**5000), [hex(10**5000)]], list(seen.values()))

    def test_a_percent_sign_in_a_column_is_a_percent_sign(self) -> None:
        self.assertEqual([{'%s_cpu_%': 1}], json.loads(listed('json', ('%s CPU %',), [(1,)])))

    def test_lists_of_text_that_looks_like_json(self) -> None:
        lists = [['a]', '[b', '"', ','], ['\0', ']\0['], [], ['x']]

        text = listed('json', ('A',), [(value,) for value in lists])

        self.assertEqual(lists, [item['a'] for item in json.loads(text)])

    def test_text_beyond_ascii_stays_readable(self) -> None:
        self.assertIn('"Grüße 世界 👍"', listed('json', ('A',), [('Grüße 世界 👍',)]))

    def test_case_79_nothing_is_left_that_a_terminal_obeys_or_hides(self) -> None:
        hostile = HOSTILE + '\ud800\u00ad\u2066\U000e0041é'

        for text in (
            listed('json', (hostile,), [(hostile,)]), shown('json', ('A',), ([{hostile: hostile}],))
        ):
            self.assertFalse({unicodedata.category(c) for c in text.replace('\n', '')} & _HIDDEN)
            self.assertIn('é', text)
        self.assertEqual(hostile, json.loads(shown('json', ('A',), (hostile,)))['a'])

    def test_case_79_a_delete_in_ascii_text_is_escaped(self) -> None:
        self.assertEqual('{\n  "a": "x\\u007fy"\n}\n', shown('json', ('A',), ('x\x7fy',)))

    def test_keys_that_json_does_not_know(self) -> None:
        value = {Secret('pw'): 1, (1, 2): [{Secret('pw'): {}}], None: 2, True: 3}
        expected = {'***': 1, '[1, 2]': [{'***': {}}], 'null': 2, 'true': 3}

        for noindent in (False, True):
            text = shown('json', ('A',), (value,), noindent=noindent)
            self.assertEqual({'a': expected}, json.loads(text))

    def test_a_stream_without_unicode_gets_ascii(self) -> None:
        for encoding in ('ascii', 'latin-1'):
            stdout = Encoded(encoding)
            emit_list('json', ('Ä',), [('é世',)], stdout)
            self.assertTrue(stdout.getvalue().isascii())
            self.assertEqual([{'ä': 'é世'}], json.loads(stdout.getvalue()))

    @settings(deadline=None)
    @given(st.lists(st.tuples(_JSON, _JSON)), st.booleans())
    def test_what_is_written_parses_back_equal(self, rows: list[Any], noindent: bool) -> None:
        text = listed('json', ('A', 'B'), rows, noindent=noindent)

        self.assertEqual([{'a': a, 'b': b} for a, b in rows], json.loads(text))
        text.encode()


class WholeOrUnparsableTest(unittest.TestCase):
    def test_trap_23_an_error_in_the_middle_leaves_what_does_not_parse(self) -> None:
        for noindent in (False, True):
            stdout = io.StringIO()
            with self.assertRaises(ConnectionResetError):
                emit_list('json', ('A', 'B'), Source(10, fail_at=5), stdout, noindent=noindent)

            self.assertIn('name 0', stdout.getvalue())
            with self.assertRaises(json.JSONDecodeError):
                json.loads(stdout.getvalue())

    def test_an_error_before_the_first_row_leaves_nothing(self) -> None:
        stdout = io.StringIO()
        with self.assertRaises(ConnectionResetError):
            emit_list('json', ('A', 'B'), Source(10, fail_at=0), stdout)

        self.assertEqual('', stdout.getvalue())

    def test_a_value_that_contains_itself_leaves_nothing(self) -> None:
        for noindent in (False, True):
            cyclic: dict[str, Any] = {'a': [1]}
            cyclic['a'].append(cyclic)
            stdout = io.StringIO()
            with self.assertRaisesRegex(GenericError, 'nested too deeply'):
                emit_one('json', ('A', 'B'), (1, cyclic), stdout, noindent=noindent)
            self.assertEqual('', stdout.getvalue())
