"""phyware.formatters.values and keys: what a cell means in every format."""

from __future__ import annotations

import unittest
from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from phyware.errors import GenericError
from phyware.formatters.keys import key_names
from phyware.formatters.values import CellText, rfc3339, to_plain
from phyware.secret import Secret
from tests.unit.phyware.formatters.support import Bytes

_HUMAN = CellText(human=True, joiner=', ')
_MACHINE = CellText(human=False, joiner=',')


class State(Enum):
    ON = 'on'


class Level(IntEnum):
    HIGH = 3


class Word(str):
    __slots__ = ()


class PlainTest(unittest.TestCase):
    def test_types_that_json_does_not_know(self) -> None:
        moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
        expected = {
            '2026-01-02T01:04:05Z': moment, '2026-01-02': date(2026, 1, 2), '***': Secret('pw'),
            '/tmp/x': Path('/tmp/x'), 'on': State.ON, 3: Level.HIGH, 'word': Word('word'),
            'a\\xff': b'a\xff', '1.10': Decimal('1.10'), 2048: Bytes(2048),
            '00000000-0000-0000-0000-000000000001': UUID(int=1),
        }
        for plain, value in expected.items():
            with self.subTest(plain):
                self.assertEqual(plain, to_plain(value))
                self.assertIn(type(to_plain(value)), (str, int))

    def test_containers_become_lists_and_dicts_all_the_way(self) -> None:
        value: OrderedDict[str, object] = OrderedDict(a=({'z', 'b'}, frozenset()))
        value['b'] = MappingProxyType({'s': Secret('pw')})

        self.assertEqual({'a': [['b', 'z'], []], 'b': {'s': '***'}}, to_plain(value))

    def test_keys_become_what_json_has(self) -> None:
        value = {State.ON: 1, 2: 2, None: 3, Secret('pw'): 4, (1, 2): 5, float('nan'): 6}

        self.assertEqual(
            {'on': 1, 2: 2, None: 3, '***': 4, '[1, 2]': 5, 'nan': 6}, to_plain(value)
        )

    def test_a_value_that_contains_itself_is_an_error(self) -> None:
        value: list[object] = []
        value.append(value)

        with self.assertRaisesRegex(GenericError, 'nested too deeply'):
            to_plain(value)

    def test_times_are_rfc_3339_in_utc(self) -> None:
        self.assertEqual('2026-01-02T03:04:05Z', rfc3339(datetime(2026, 1, 2, 3, 4, 5)))
        self.assertEqual(
            '2026-01-02T03:04:05.000006Z', rfc3339(datetime(2026, 1, 2, 3, 4, 5, 6, UTC))
        )


class CellTextTest(unittest.TestCase):
    def test_human_and_machine_forms(self) -> None:
        self.assertEqual(('2 KiB', '2048'), (_HUMAN(Bytes(2048)), _MACHINE(Bytes(2048))))
        self.assertEqual(('a, b', 'a,b'), (_HUMAN(['a', 'b']), _MACHINE(['a', 'b'])))
        self.assertEqual('1,,***', _MACHINE([1, None, Secret('pw')]))

    def test_none_is_what_the_format_says(self) -> None:
        self.assertEqual('', _HUMAN(None))
        self.assertEqual('None', CellText(human=False, joiner=',', none='None')(None))

    def test_nested_containers_are_json(self) -> None:
        value = {'a': [1, {'s': Secret('pw')}], 'é': float('nan')}

        self.assertEqual('{"a": [1, {"s": "***"}], "é": null}', _HUMAN(value))
        self.assertEqual('[[1], "x"]', _HUMAN([[1], 'x']))

    def test_a_column_reads_as_its_cells_do(self) -> None:
        for column in ([1, 'a', 1.5, True], [None, ['x'], Word('w'), Level.HIGH], [10**5000, 'a']):
            self.assertEqual([_HUMAN(cell) for cell in column], _HUMAN.column(column))

    def test_an_integer_too_long_to_print_is_hexadecimal(self) -> None:
        self.assertEqual(hex(10**5000), _HUMAN(10**5000))
        self.assertEqual(str(10**300), _HUMAN(10**300))


class KeysTest(unittest.TestCase):
    def test_keys_are_stable_snake_case(self) -> None:
        self.assertEqual(['id', 'created_at', 'name'], key_names(['ID', 'Created At', ' name ']))

    def test_no_column_is_lost_to_an_equal_key(self) -> None:
        self.assertEqual(['a_b', 'a_b_2', 'a_b_3'], key_names(['A B', 'a_b', 'a b']))
