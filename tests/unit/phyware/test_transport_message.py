"""What a request and an answer are, and what of them can be read."""

from __future__ import annotations

import unittest

from phyware.errors import ConnectionFailed, Validation
from phyware.secret import Secret
from phyware.transport import Headers, Request, origin_of, site
from tests.unit.phyware.transport_fakes import HOST, response


class JSONTests(unittest.TestCase):
    def assert_unexpected(self, body: bytes, reason: str) -> None:
        with self.assertRaises(ConnectionFailed) as caught:
            response(200, body).json_object()
        self.assertEqual(str(caught.exception), f'{HOST}/api gave an unexpected answer ({reason})')
        self.assertIsNone(caught.exception.__context__)

    def test_case_54_another_kind_of_value(self) -> None:
        for body in (b'[]', b'"text"', b'null', b'1', b'true'):
            with self.subTest(body):
                self.assert_unexpected(body, 'not a JSON object')

    def test_case_54_no_json(self) -> None:
        for body in (b'', b'{', b'<html>', b'{"a": 1} {"b": 2}', b'\xff\xfe{', b'{"a": "\xe9"}'):
            with self.subTest(body):
                self.assert_unexpected(body, 'not JSON')

    def test_case_54_deep_nesting(self) -> None:
        self.assert_unexpected(b'[' * 200_000, 'not JSON')

    def test_case_54_numbers_json_does_not_have(self) -> None:
        for body in (b'NaN', b'Infinity', b'-Infinity', b'1' * 5000):
            with self.subTest(body):
                self.assert_unexpected(b'{"expires_in": ' + body + b'}', 'not JSON')

    def test_case_54_byte_order_mark_and_repeated_names(self) -> None:
        body = b'\xef\xbb\xbf{"a": 1, "a": 2}'

        self.assertEqual(response(200, body).json_object(), {'a': 2})

    def test_json_labelled_as_html(self) -> None:
        answer = response(200, b'{"a": 1}', content_type='text/html')

        self.assertEqual(answer.json_object(), {'a': 1})

    def test_json_of_any_kind(self) -> None:
        self.assertEqual(response(200, b'[1, null]').json(), [1, None])


class TextTests(unittest.TestCase):
    def test_headers_in_any_case(self) -> None:
        headers = Headers({'WWW-Authenticate': 'Bearer'})

        self.assertEqual(headers['www-authenticate'], 'Bearer')
        self.assertEqual(headers.get('WWW-AUTHENTICATE'), 'Bearer')
        self.assertIsNone(headers.get('X'))
        self.assertEqual(len(headers), 1)

    def test_case_65_repr_shows_no_secret_place(self) -> None:
        answer = response(200, b'body-canary', set_cookie='cookie-canary')
        request = Request(
            'GET', f'{HOST}/?code=canary', form={'a': 'canary'}, bearer=Secret('canary')
        )

        self.assertEqual(repr(answer), 'Response(status=200)')
        self.assertNotIn('canary', repr(request))

    def test_site_is_the_origin_alone(self) -> None:
        self.assertEqual(site('https://user:pass@h.example:8443/path?q'), 'https://h.example:8443')
        self.assertEqual(site('http://[::1/'), 'the host')

    def test_origin_of_a_url_with_a_long_query(self) -> None:
        origin = origin_of(f'{HOST}/x?cursor={"a" * 5000}')

        self.assertEqual(origin, ('https', 'cloud.example', 443))

    def test_case_73_origin_of_a_url_that_parsers_read_differently(self) -> None:
        with self.assertRaises(Validation):
            origin_of('http://evil.example\\@cloud.example/')
