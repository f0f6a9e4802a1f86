"""phyware.formatters.rows: what is a row, and how many values it has."""

from __future__ import annotations

import itertools
import unittest
from collections.abc import Iterable, Iterator
from typing import Any

from phyware.errors import WrongData
from phyware.formatters.rows import checked, each_checked, is_row


class Indexed:
    """Has ``__getitem__`` and nothing else, as rows of old libraries do."""

    def __getitem__(self, place: int) -> str:
        return ('a', 'b')[place]


class NoList(list[int]):
    def __len__(self) -> int:
        return 2


SOUND: tuple[Any, ...] = (('a', 'b'), ['a', 'b'], Indexed(), {'a': 1, 'b': 2}.keys())
NONE: tuple[Any, ...] = ({'a': 1, 'b': 2}, 'ab', b'ab', 7, None, dict, Indexed)


def _at_once(rows: Iterable[Any]) -> list[Any]:
    return checked(rows, 2)


def _each(rows: Iterable[Any]) -> list[Any]:
    return list(each_checked(rows, 2))


class RowsTest(unittest.TestCase):
    def test_values_one_after_the_other(self) -> None:
        for row in (*SOUND, iter(('a', 'b'))):
            self.assertTrue(is_row(row), row)
        for check in (_at_once, _each):
            for row in (*SOUND, iter(('a', 'b'))):
                with self.subTest(check.__name__, row=row):
                    self.assertEqual([('a', 'b')], list(map(tuple, check([row]))))

    def test_one_value_and_values_by_name_are_none(self) -> None:
        for row in NONE:
            self.assertFalse(is_row(row), row)
            for check in (_at_once, _each):
                with self.subTest(check.__name__, row=row), self.assertRaisesRegex(
                    WrongData, f'a row is a {type(row).__name__}, not one value for each column'
                ):
                    check([row])

    def test_too_few_and_too_many(self) -> None:
        for row, said in (
            (('a',), '1 value'), ((), '0 values'), (('a', 'b', 'c'), 'more than 2 values'),
            (itertools.count(), 'more than 2 values'), (NoList([1, 2, 3]), 'more than 2 values'),
        ):
            for check in (_at_once, _each):
                with self.subTest(check.__name__, said=said), self.assertRaisesRegex(
                    WrongData, f'^row 2 has {said} for 2 columns$'
                ):
                    check([('a', 'b'), row])

    def test_each_comes_before_the_next_is_asked_for(self) -> None:
        def rows() -> Iterator[tuple[str, str]]:
            yield 'a', 'b'
            raise AssertionError('too early')

        self.assertEqual(('a', 'b'), next(each_checked(rows(), 2)))
