"""Which variable names the proxy of a URL."""

from __future__ import annotations

import unittest

from phyware.errors import GenericError
from phyware.transport.proxies import proxy_for

PROXY = 'http://proxy.example:3128'


def chosen(url: str, **environ: str) -> str | None:
    proxy = proxy_for(url, environ)
    return None if proxy is None else proxy.reveal()


class ProxyChoiceTests(unittest.TestCase):
    def test_variable_of_the_scheme(self) -> None:
        for name in ('HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'):
            with self.subTest(name):
                self.assertEqual(chosen('https://cloud.example/', **{name: PROXY}), PROXY)

    def test_no_variable_or_that_of_another_scheme(self) -> None:
        self.assertIsNone(chosen('https://cloud.example/', HTTP_PROXY=PROXY))
        self.assertIsNone(chosen('https://cloud.example/', HTTPS_PROXY=''))

    def test_lower_case_and_the_scheme_come_first(self) -> None:
        environ = {'https_proxy': PROXY, 'HTTPS_PROXY': 'http://b', 'ALL_PROXY': 'http://c'}

        self.assertEqual(chosen('https://cloud.example/', **environ), PROXY)

    def test_scheme_may_be_missing(self) -> None:
        proxy = chosen('https://cloud.example/', https_proxy='proxy.example:3128')

        self.assertEqual(proxy, PROXY)

    def test_http_proxy_of_a_cgi_program_is_the_clients(self) -> None:
        environ = {'HTTP_PROXY': PROXY, 'REQUEST_METHOD': 'GET'}

        self.assertIsNone(chosen('http://cloud.example/', **environ))

    def test_case_75_loopback(self) -> None:
        for host in ('localhost:8000', '127.0.0.1', '127.8.8.8:1', '[::1]:8000'):
            with self.subTest(host):
                self.assertIsNone(chosen(f'http://{host}/', HTTP_PROXY=PROXY))

    def test_no_proxy(self) -> None:
        for url, no_proxy in (
            ('https://cloud.example/', 'cloud.example'),
            ('https://a.cloud.example:8443/', 'other, .cloud.example'),
            ('https://a.cloud.example/', 'cloud.example'),
            ('https://cloud.example:8443/', 'cloud.example:8443'),
            ('https://cloud.example/', '*'),
            ('https://192.0.2.7/', '192.0.2.0/24'),
            ('https://[2001:db8::7]/', 'junk/99, 2001:db8::/32'),
        ):
            with self.subTest(no_proxy):
                self.assertIsNone(chosen(url, HTTPS_PROXY=PROXY, NO_PROXY=no_proxy))

    def test_no_proxy_of_others(self) -> None:
        for no_proxy in ('example.org', 'loud.example', 'cloud.example:8443', '192.0.2.0/24', ','):
            with self.subTest(no_proxy):
                proxy = chosen('https://cloud.example/', HTTPS_PROXY=PROXY, no_proxy=no_proxy)
                self.assertEqual(proxy, PROXY)

    def test_case_75_what_is_no_proxy_is_named_but_not_shown(self) -> None:
        for value in (
            'socks5://user:canary@proxy.example',
            'http://user:can/ary@proxy.example:3128',
            'http://:canary@/',
            'http://proxy.example:99999',
            'http://proxy.example\ncanary',
        ):
            with self.subTest(value), self.assertRaises(GenericError) as caught:
                chosen('https://cloud.example/', HTTPS_PROXY=value)
            self.assertEqual(
                str(caught.exception), 'HTTPS_PROXY does not name an http or https proxy'
            )
