"""What counts as an answer, and which numbers are survived."""

from __future__ import annotations

import math
import unittest

from phyware.errors import ConnectionFailed
from phyware_auth.oauth.answers import json_object
from tests.unit.phyware_auth.authcase import HOST, answer

NO_OBJECTS = {
    'nothing': b'',
    'list': b'[{"access_token": "canary"}]',
    'string': b'"canary"',
    'null': b'null',
    'number': b'5',
    'html': b'<html>canary',
    'cut off': b'{"access_token": "canary',
    'deep list': b'[' * 200_000,
    'deep object': b'{"a":' * 200_000,
    'deep member': b'{"a":' + b'[' * 200_000,
    'duplicate': b'{"access_token": "canary", "access_token": "evil"}',
    'nested duplicate': b'{"x": {"canary": 1, "canary": 2}}',
    'two documents': b'{}{}',
    'UTF-16': '{"a": 1}'.encode('utf-16'),
    'not UTF-8': b'{"canary": "\xff"}',
    'form': b'access_token=canary&token_type=bearer',
}


class AnswerTests(unittest.TestCase):
    def test_case_54_answers_that_are_no_object(self) -> None:
        for name, body in NO_OBJECTS.items():
            with self.subTest(name), self.assertRaises(ConnectionFailed) as caught:
                json_object(answer(body))

            self.assertEqual(
                caught.exception.message,
                f'{HOST} gave an unexpected answer (not a JSON object)',
            )
            self.assertIsNone(caught.exception.__context__)

    def test_case_54_a_byte_order_mark_is_no_harm(self) -> None:
        self.assertEqual(json_object(answer(b'\xef\xbb\xbf{"a": 1}')), {'a': 1})

    def test_json_with_another_content_type(self) -> None:
        response = answer(b'{"a": 1}', Content_Type='text/html; charset=latin-1')

        self.assertEqual(json_object(response), {'a': 1})

    def test_case_46_numbers_that_json_has_not(self) -> None:
        read = json_object(answer(b'{"a": NaN, "b": Infinity, "c": -Infinity, "d": 1e400}'))

        self.assertTrue(math.isnan(read['a']))
        self.assertEqual((read['b'], read['c'], read['d']), (math.inf, -math.inf, math.inf))

    def test_case_46_numbers_of_many_digits(self) -> None:
        digits = b'9' * 5000

        read = json_object(answer(b'{"a": ' + digits + b', "b": -' + digits + b', "c": 3600}'))

        self.assertEqual((read['a'], read['b'], read['c']), (math.inf, -math.inf, 3600))
        self.assertIsInstance(read['c'], int)
