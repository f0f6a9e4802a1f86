"""Errors of OAuth endpoints, and of what stands before them."""

from __future__ import annotations

import unittest

from phyware.errors import (
    ConnectionFailed,
    Forbidden,
    GenericError,
    NotFound,
    PhywareError,
    RateLimited,
    ServerFailed,
    Unauthorized,
    Validation,
)
from phyware_auth.oauth.refusal import Refusal, error_of, is_busy, refusal_of
from tests.unit.phyware_auth.authcase import answer


class RefusalTests(unittest.TestCase):
    def test_code_and_description(self) -> None:
        response = answer({'error': 'invalid_scope', 'error_description': 'No such scope.'}, 400)

        self.assertEqual(str(refusal_of(response)), 'invalid_scope (No such scope.)')

    def test_description_is_optional_and_a_text(self) -> None:
        for description in (None, '', 5, ['x'], {'a': 1}):
            with self.subTest(description):
                found = refusal_of(answer({'error': 'x', 'error_description': description}, 400))

                self.assertEqual(found, Refusal('x'))
                self.assertEqual(str(found), 'x')

    def test_bodies_that_hold_no_refusal(self) -> None:
        for body in (
            b'', b'<html>', b'[]', b'null', b'{}', b'{"error": ""}', b'{"error": 5}',
            b'{"error": null}', b'{"error": ["x"]}', b'{"error": "a", "error": "b"}', b'\xff',
        ):
            with self.subTest(body):
                self.assertIsNone(refusal_of(answer(body, 400)))

    def test_case_55_79_text_of_the_server_is_cleaned_and_short(self) -> None:
        found = refusal_of(answer({'error': 'e\x1b' + 'x' * 99, 'error_description': 'd' * 999}))

        assert found is not None
        self.assertTrue(found.code.startswith('e\\x1bx'))
        self.assertEqual((len(found.code), len(found.description)), (60, 200))


class ErrorTests(unittest.TestCase):
    def error(self, body: object, status: int = 400) -> PhywareError:
        return error_of(answer(body, status))

    def test_unknown_client_names_the_variable(self) -> None:
        for status in (400, 401):
            with self.subTest(status):
                error = self.error({'error': 'invalid_client'}, status)

                self.assertIs(type(error), Unauthorized)
                self.assertIn('PHYCLOUD_CLIENT_ID', error.remediation)

    def test_any_other_refusal(self) -> None:
        error = self.error({'error': 'invalid_scope', 'error_description': 'No.'})

        self.assertIs(type(error), GenericError)
        self.assertEqual(error.message, 'the host refused: invalid_scope (No.)')

    def test_case_43_busy_whatever_the_body_says(self) -> None:
        for status, kind in ((429, RateLimited), (500, ServerFailed), (503, ServerFailed)):
            for body in ({'error': 'invalid_client'}, {'error': 'invalid_grant'}, b'<html>'):
                with self.subTest(f'{status} {body!r}'):
                    self.assertIs(type(self.error(body, status)), kind)

    def test_answers_without_a_refusal_are_what_their_status_says(self) -> None:
        for status, kind in (
            (400, Validation), (401, Unauthorized), (403, Forbidden), (404, NotFound),
            (302, GenericError), (204, ConnectionFailed), (200, ConnectionFailed),
        ):
            with self.subTest(status):
                error = self.error(b'<html>canary', status)

                self.assertIs(type(error), kind)
                self.assertNotIn('canary', error.message)

    def test_busy(self) -> None:
        statuses = (200, 302, 400, 429, 499, 500, 599)
        busy = [status for status in statuses if is_busy(answer({}, status))]

        self.assertEqual(busy, [429, 500, 599])
