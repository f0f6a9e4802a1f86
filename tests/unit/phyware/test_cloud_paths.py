"""Where a plugin's path may lead: below the host, or nowhere."""

from __future__ import annotations

import unittest

from phyware.cloud import api_url
from phyware.errors import Validation

HOST = 'https://cloud.example'
TENANT = 'https://cloud.example/tenant'


class PathTests(unittest.TestCase):
    def test_paths_are_joined_to_the_host(self) -> None:
        self.assertEqual(api_url(HOST, '/api/v1/robots'), f'{HOST}/api/v1/robots')
        self.assertEqual(api_url(TENANT, '/api?x=1'), f'{TENANT}/api?x=1')
        self.assertEqual(api_url(HOST, '/'), f'{HOST}/')

    def test_a_path_that_forgot_its_slash_is_told_so(self) -> None:
        for path in ('api/v1/robots?key=canary', 'robots', '', 'a/b://c', 'robots:8/x'):
            with self.subTest(path), self.assertRaises(Validation) as caught:
                api_url(HOST, path)
            self.assertRegex(caught.exception.message, '^The (path|URL) (does not begin|is not b)')
            self.assertNotIn('canary', caught.exception.message)

    def test_names_are_left_as_they_are(self) -> None:
        for path in ('/a%2Fb', '/a%20b', '/..a', '/a..b', '/é', '/a@b:c', '/x?next=/../y'):
            with self.subTest(path):
                self.assertEqual(api_url(HOST, path), HOST + path)

    def test_absolute_urls_below_the_host(self) -> None:
        for url in (f'{TENANT}/api?page=2', TENANT, f'{TENANT}/', f'{TENANT}?x={"c" * 4000}'):
            with self.subTest(url):
                self.assertEqual(api_url(TENANT, url), url)

    def assert_refused(self, host: str, *paths: str) -> None:
        for path in paths:
            with self.subTest(path), self.assertRaises(Validation):
                api_url(host, path)

    def test_case_72_urls_of_other_hosts(self) -> None:
        self.assert_refused(
            TENANT,
            'https://evil.example/tenant/api',
            'https://cloud.example:8443/tenant/api',
            'http://cloud.example/tenant/api',
            'https://cloud.example/other',
            'https://cloud.example/tenantry',
            'https://cloud.example/',
            'https://cloud.example.evil.example/tenant/',
            'https://cloud.example@evil.example/tenant/',
            'https://user@cloud.example/tenant/',
        )

    def test_case_73_what_parsers_read_differently(self) -> None:
        self.assert_refused(
            HOST,
            'https://evil.example\\@cloud.example/',
            '/\\evil.example',
            '//evil.example/api',
            '/api\r\nX: y',
            '/api\x00',
            '/a b',
            '/a\tb',
            '/api#fragment',
            'http://[::1/api',
        )

    def test_climbing(self) -> None:
        self.assert_refused(
            TENANT,
            '/../other',
            '/a/..',
            '/%2e%2E/other',
            '/%252e%252e/other',
            '/a%2F..%2Fb',
            '/..%5Cother',
            f'{TENANT}/../other',
        )

    def test_what_is_no_path(self) -> None:
        self.assert_refused(HOST, '', 'api/v1', 'javascript:alert(1)', '?x', '.evil.example/x')
