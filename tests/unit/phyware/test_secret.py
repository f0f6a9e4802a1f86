"""phyware.secret: a secret shows itself to nobody."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
import unittest
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from phyware.secret import Secret

_ANY_TEXT = st.text(st.characters(codec=None))


@dataclass(frozen=True)
class Holder:
    token: Secret


class SecretTest(unittest.TestCase):
    """Security case 65, rule 17."""

    def test_reveal_gives_the_text(self) -> None:
        self.assertEqual('c4nary', Secret('c4nary').reveal())

    def test_case_65_nothing_that_shows_an_object_shows_the_text(self) -> None:
        secret = Secret('c4nary')
        shown = [
            str(secret),
            f'{secret} {secret!r} {secret:>10} {secret:x}',
            '%s %r' % (secret, secret),  # noqa: UP031 - this form as well
            repr([secret]) + repr(Holder(secret)) + ascii(secret),
            repr(dir(secret)),
        ]

        self.assertNotIn('c4nary', ' '.join(shown))
        self.assertEqual("*** Secret('***') *** ***", shown[1])

    def test_case_65_ways_out_are_closed_with_an_error_that_shows_nothing(self) -> None:
        secret = Secret('c4nary')
        ways: tuple[Callable[[Any], object], ...] = (
            pickle.dumps, copy.copy, copy.deepcopy, json.dumps, vars, iter, len, list,
            Secret.__getstate__, lambda given: asdict(Holder(given)),
        )  # fmt: skip
        for way in ways:
            with self.subTest(way.__name__), self.assertRaises(TypeError) as caught:
                way(secret)
            self.assertNotIn('c4nary', ''.join(traceback.format_exception(caught.exception)))

    def test_equality_is_that_of_the_texts(self) -> None:
        self.assertEqual(Secret('a'), Secret('a'))
        self.assertNotEqual(Secret('a'), Secret('b'))
        self.assertNotEqual(Secret('a'), 'a')
        self.assertEqual(1, len({Secret('a'), Secret('a')}))

    def test_case_65_half_a_surrogate_pair_compares_without_an_error(self) -> None:
        self.assertEqual(Secret('\ud800'), Secret('\ud800'))
        self.assertNotEqual(Secret('\ud83d\udd11'), Secret('\U0001f511'))
        self.assertNotEqual(Secret('é'), Secret('e'))

    def test_an_empty_secret_is_false(self) -> None:
        self.assertFalse(Secret(''))
        self.assertTrue(Secret(' '))

    @given(_ANY_TEXT, _ANY_TEXT)
    def test_comparing_never_raises_and_agrees_with_hashing(self, one: str, two: str) -> None:
        self.assertEqual(one == two, Secret(one) == Secret(two))
        self.assertEqual(hash(Secret(one)), hash(Secret(one)))
