"""phyware.hosts: what is asked about URLs that are no host, and file names."""

from __future__ import annotations

import re
import unittest

from hypothesis import given
from hypothesis import strategies as st

from phyware.errors import Validation
from phyware.hosts import check_endpoint, host_slug, is_insecure, is_loopback_url, origin

_ANY_TEXT = st.text(st.characters(codec=None))


class EndpointTest(unittest.TestCase):
    def test_endpoints_are_used_byte_for_byte(self) -> None:
        for url in (
            'https://x.io/oauth/token',
            'https://X.io:0443/a/../b?x=1&y=%2f',
            'http://127.0.0.1:8000/t',
            'https://other.example//t',
            'https://x.io/' + 'a' * 2035,
        ):
            self.assertEqual(url, check_endpoint(url))

    def test_http_elsewhere_only_if_allowed(self) -> None:
        with self.assertRaises(Validation):
            check_endpoint('http://x.io/token')
        self.assertEqual('http://x.io/t', check_endpoint('http://x.io/t', allow_insecure_http=True))

    def test_case_62_unsafe_endpoints_are_refused(self) -> None:
        for url in (
            '', '/token', 'x.io/token', 'ftp://x.io/t', 'https://u:CANARY@x.io/t',
            'https://x.io/t#f', 'https://x.io/t#', 'https://x.io\\@evil/t', 'https://x.io/a b',
            'https://x.io/\r\n', 'https://x.io/é', 'https://bücher.de/', 'https://127.1/t',
            'https://x.io:0/', 'https:///t', 'https://[::1%25lo]/', 'https://x.io/"',
            'https://x.io/<', 'https://x.io/' + 'a' * 2036, 'http://localhost.evil/t',
            'javascript:alert(1)', 'https://x.io/t\x1b',
        ):  # fmt: skip
            with self.subTest(url), self.assertRaises(Validation) as caught:
                check_endpoint(url)
            self.assertNotIn('CANARY', caught.exception.message)


class OriginTest(unittest.TestCase):
    def test_default_ports_are_filled_in(self) -> None:
        self.assertEqual(('https', 'x.io', 443), origin('https://X.io/a?b#c'))
        self.assertEqual(('http', 'x.io', 80), origin('HTTP://x.io'))
        self.assertEqual(('http', '[::1]', 8000), origin('http://[0::1]:8000/'))

    def test_what_differs_in_scheme_host_port_or_dot_differs(self) -> None:
        urls = ('https://x.io', 'http://x.io:443', 'https://x.io:444', 'https://y.io', 'https://x.io.')

        self.assertEqual(len(urls), len({origin(url) for url in urls}))

    def test_case_73_odd_urls_have_no_origin(self) -> None:
        for url in (
            'http://evil\\@good/', 'https://u@x.io', 'x.io', 'ftp://x.io', 'https://x.io\n',
            'https://x.io/a b', 'https://',
        ):  # fmt: skip
            with self.subTest(url), self.assertRaises(Validation):
                origin(url)

    def test_case_75_loopback_is_told_by_its_literal_name(self) -> None:
        for url in ('http://localhost:1/x', 'https://127.3.2.1', 'http://[::1]', 'http://localhost./'):
            self.assertTrue(is_loopback_url(url), url)
        for url in ('http://localhost.evil', 'http://x.localhost', 'http://127.evil', 'http://128.0.0.1'):
            self.assertFalse(is_loopback_url(url), url)
        self.assertFalse(is_loopback_url('http://127.1'))

    def test_case_76_insecure_is_http_beyond_this_machine(self) -> None:
        self.assertTrue(is_insecure('http://x.io'))
        self.assertTrue(is_insecure('gopher://localhost'))
        self.assertFalse(is_insecure('https://x.io'))
        self.assertFalse(is_insecure('http://localhost:8000'))


class HostSlugTest(unittest.TestCase):
    def test_a_host_becomes_a_readable_file_name(self) -> None:
        self.assertEqual('https_3a_2f_2fx.io_3a8443_2f_54_5f', host_slug('https://x.io:8443/T_'))

    def test_names_with_a_meaning_are_not_produced(self) -> None:
        slugs = [host_slug(host) for host in ('', '.', '..', '-a')]

        self.assertEqual(['_', '_2e', '_2e.', '_2da'], slugs)

    def test_long_hosts_end_in_a_digest_and_still_differ(self) -> None:
        one, two = host_slug('https://x.io/' + 'a' * 300), host_slug('https://x.io/' + 'a' * 301)

        self.assertEqual([200, 200], [len(one), len(two)])
        self.assertEqual('a' * 200, host_slug('a' * 200))
        self.assertIn('_sha256-', host_slug('a' * 201))
        self.assertNotEqual(one, two)
        self.assertRegex(one, r'\Ahttps_3a_2f_2fx\.io_2fa+_sha256-[0-9a-f]{64}\Z')

    @given(_ANY_TEXT)
    def test_the_slug_is_a_safe_name_and_can_be_turned_back(self, host: str) -> None:
        slug = host_slug(host)

        self.assertRegex(slug, r'\A[a-z0-9_][a-z0-9._-]{0,199}\Z')
        if '_sha256-' not in slug and slug != '_':
            raw = re.sub(r'_(..)|(.)', lambda m: chr(int(m[1], 16)) if m[1] else m[2], slug)
            self.assertEqual(host, raw.encode('latin-1').decode('utf-8', 'surrogatepass'))
