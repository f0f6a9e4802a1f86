"""The answer of the device authorization endpoint (RFC 8628 section 3.2)."""

from __future__ import annotations

import unittest
from typing import Any

from phyware.errors import ConnectionFailed
from phyware_auth.oauth.answers import json_object
from phyware_auth.oauth.device import DeviceAuthorization, parse_device_authorization
from tests.unit.phyware_auth.authcase import DEVICE_ANSWER, HOST, answer, without


def parsed(**changes: Any) -> DeviceAuthorization:
    return parse_device_authorization({**DEVICE_ANSWER, **changes})


class MembersTests(unittest.TestCase):
    def assert_refused(self, given: dict[str, Any]) -> None:
        with self.assertRaises(ConnectionFailed) as caught:
            parse_device_authorization(given)
        self.assertIn('unexpected answer', caught.exception.message)
        self.assertNotIn('canary', caught.exception.message)

    def test_full_answer(self) -> None:
        authorization = parsed()

        self.assertEqual(authorization.device_code.reveal(), 'device-canary')
        self.assertEqual(authorization.user_code, 'WDJB-MJHT')
        self.assertEqual(authorization.verification_uri, f'{HOST}/device')
        self.assertEqual(
            authorization.verification_uri_complete, f'{HOST}/device?user_code=WDJB-MJHT'
        )
        self.assertEqual((authorization.expires_in, authorization.interval), (900, 5))
        self.assertNotIn('canary', repr(authorization))

    def test_what_must_be_there(self) -> None:
        for name in ('device_code', 'user_code', 'verification_uri', 'expires_in'):
            for value in (None, '', ['canary'], {'canary': 1}, True):
                with self.subTest(f'{name}: {value}'):
                    self.assert_refused({**DEVICE_ANSWER, name: value})
            with self.subTest(name):
                self.assert_refused(without(DEVICE_ANSWER, name))

    def test_device_codes_that_are_none(self) -> None:
        for code in ('canary\n', 'canaryé', 'canary\x00', 'x' * 100_000, 5):
            with self.subTest(repr(code)[:20]):
                self.assert_refused({**DEVICE_ANSWER, 'device_code': code})

    def test_user_code_that_nobody_could_type(self) -> None:
        self.assertEqual(parsed(user_code='A' * 2048).user_code, 'A' * 2048)
        self.assert_refused({**DEVICE_ANSWER, 'user_code': 'A' * 2049})

    def test_lives_that_are_none(self) -> None:
        for life in (0, -1, 'x', float('nan'), float('-inf')):
            with self.subTest(life):
                self.assert_refused({**DEVICE_ANSWER, 'expires_in': life})

    def test_life_of_at_most_a_day(self) -> None:
        for life, expected in ((1, 1), ('600', 600), (1e9, 86400), (float('inf'), 86400)):
            with self.subTest(life):
                self.assertEqual(parsed(expires_in=life).expires_in, expected)

    def test_case_58_an_address_of_any_length_does_not_stop_the_login(self) -> None:
        long = f'{HOST}/{"x" * 65536}'

        authorization = parsed(verification_uri=long, verification_uri_complete=long)

        self.assertEqual(authorization.verification_uri, long)
        self.assertIsNone(authorization.verification_uri_complete)

    def test_complete_address_is_optional(self) -> None:
        for value in (None, '', 5, ['x'], {'a': 1}, True):
            with self.subTest(value):
                complete = parsed(verification_uri_complete=value).verification_uri_complete

                self.assertIsNone(complete)

    def test_verification_url_of_google_is_no_rfc_name(self) -> None:
        given = {**without(DEVICE_ANSWER, 'verification_uri'), 'verification_url': f'{HOST}/d'}

        self.assert_refused(given)


class IntervalTests(unittest.TestCase):
    def interval(self, literal: str) -> int:
        """Return the interval made of a JSON literal."""
        body = (
            '{"device_code":"x","user_code":"x","verification_uri":"x","expires_in":900,'
            f'"interval":{literal}}}'
        )
        return parse_device_authorization(json_object(answer(body.encode()))).interval

    def test_case_51_missing(self) -> None:
        given = without(DEVICE_ANSWER, 'interval')

        self.assertEqual(parse_device_authorization(given).interval, 5)
        self.assertEqual(self.interval('null'), 5)

    def test_case_51_each(self) -> None:
        for literal, expected in (
            ('"5"', 5), ('0', 1), ('-1', 1), ('1e9', 60), ('NaN', 5), ('true', 5), ('7', 7),
            ('7.9', 7), ('60', 60), ('61', 60), ('1e400', 60), ('-1e400', 1), ('9' * 5000, 60),
            ('"x"', 5), ('[5]', 5), ('{}', 5), ('""', 5), ('0.5', 1),
        ):
            with self.subTest(literal[:9]):
                self.assertEqual(self.interval(literal), expected)
