"""phyware.hosts: one spelling of a host, and everything odd refused."""

from __future__ import annotations

import unittest

import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from phyware.errors import Validation
from phyware.hosts import normalize_host, origin

_ANY_TEXT = st.text(st.characters(codec=None))
_PIECES = ['h', 'A.b', ':', ':443', ':0443', ':8', '/', '.', '..', '%2e', '%41', '%c3', '@', '?', '#', '\\', '[::1]', '[', ']', '127.1', '1.2.3.4', 'ü', 'я', '。', '／', '℀', 'ß', ';', '-', '_', '%', 'xn--', 'xn--bcher-kva', '0x7f', 'localhost', 'http://', '//', '', '', '\u200d']  # noqa: E501
_NEARLY_URLS = st.builds(
    lambda scheme, pieces: scheme + ''.join(pieces),
    st.sampled_from(['https://', 'http://', 'HTTPS://h', '']),
    st.lists(st.sampled_from(_PIECES), max_size=6),
)


class RefusesMixin(unittest.TestCase):
    def refused(self, text: str, *, insecure: bool = False) -> Validation:
        with self.assertRaises(Validation) as caught:
            normalize_host(text, allow_insecure_http=insecure)
        return caught.exception


class NormalFormTest(unittest.TestCase):
    """Security case 84 and the section "Host URL" of the contract."""

    def assert_normal(self, expected: str, *texts: str) -> None:
        for text in texts:
            with self.subTest(text):
                self.assertEqual(expected, normalize_host(text))

    def test_case_84_spellings_of_one_host_are_one_key(self) -> None:
        self.assert_normal(
            'https://cloud.phyware.io',
            'https://cloud.phyware.io',
            'cloud.phyware.io',
            'cloud.phyware.io/',
            'HTTPS://Cloud.PhyWare.IO',
            'https://cloud.phyware.io:443',
            'https://cloud.phyware.io:0443/',
            'https://cloud.phyware.io./',
            'https://cloud.phyware.io/.',
            'https://cloud。phyware。io',
        )

    def test_case_84_ipv6_spellings_are_one_key(self) -> None:
        self.assert_normal(
            'http://[::1]:8000',
            'http://[::1]:8000',
            'http://[0:0:0:0:0:0:0:1]:8000/',
            'http://[0000::0001]:08000',
        )
        self.assert_normal('https://[2001:db8::a]', '[2001:DB8::A]', 'https://[2001:db8:0::000a]:443')

    def test_case_84_an_idn_and_its_punycode_are_one_key(self) -> None:
        self.assert_normal(
            'https://xn--bcher-kva.example',
            'https://bücher.example',
            'https://BÜCHER.example',
            'https://bu\u0308cher.example',
            'https://xn--bcher-kva.example',
            'https://XN--BCHER-KVA.example',
        )

    def test_the_path_is_kept_in_one_spelling(self) -> None:
        self.assert_normal(
            'https://x.io/tenant',
            'x.io/tenant',
            'https://x.io/tenant/',
            'https://x.io/./tenant/.',
            'https://x.io/%74enant',
            'https://x.io/%2E/tenant',
        )
        self.assert_normal('https://x.io/Te/a%C3%A9', 'https://x.io/Te/a%c3%a9')

    def test_other_ports_stay_and_lose_their_zeros(self) -> None:
        self.assert_normal('https://x.io:8443', 'https://x.io:08443/')
        self.assert_normal('https://x.io:80', 'https://x.io:80')
        self.assert_normal('http://localhost', 'http://localhost:80')

    def test_http_is_fine_on_loopback(self) -> None:
        self.assert_normal('http://localhost:8000', 'http://LOCALHOST:8000/', 'http://localhost.:8000')
        self.assert_normal('http://127.255.0.9', 'http://127.255.0.9:80')

    def test_names_that_look_odd_but_are_right(self) -> None:
        self.assert_normal('https://r3---sn-x.example', 'https://r3---sn-x.example')
        self.assert_normal('https://1e100.net', 'https://1e100.net')
        self.assert_normal('https://xn--fa-hia.de', 'https://faß.de')
        self.assert_normal('https://xn--5ck2ev60hx5v.jp', 'https://東京タワ.jp')


class RefusedTest(RefusesMixin):
    """Security cases 73, 76, 80 and 85."""

    def test_case_80_85_url_forms(self) -> None:
        for text in (
            'https://user@h', 'https://user:pw@h', 'https://@h', 'user:pw@h', 'https://h#f',
            'https://h#', 'https://h?q=1', 'https://h/?', 'https://h\\x', 'https:\\\\h',
            'https://h x', ' https://h', 'https://h ', 'https://h\t', 'https://h\r\nX: y',
            'https://h\n', 'https://h\0', 'https://\x7fh', 'https://h\u00a0', 'https://h\u200b.io',
            '\ufeffhttps://h', 'https://h\u202e', 'https://\ud800', 'https://%68', 'https://h%00',
            'https://[fe80::1%25eth0]', 'https://[fe80::1%eth0]', 'https://h:99999',
            'https://h:65536', 'https://h:0', 'https://h:-1', 'https://h:', 'https://h:8x',
            'https://h:٨٠', 'https://h:443:443', 'https:///x', 'https://', 'https://:443', '', '/',
            '//h', 'h:8443', 'h:8443/x', 'localhost:8000', '[::1]:80', 'https:h', 'https:/h',
            'ftp://h', 'file:///etc/passwd', 'javascript://h', 'https+x://h', '://h',
        ):  # fmt: skip
            with self.subTest(text):
                self.refused(text, insecure=True)

    def test_case_85_names_and_addresses(self) -> None:
        for host in (
            '127.1', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '2130706433', '1.2.3.08',
            '1.2.3.256', '1.2.3.4.5', 'a.1', '0.0.0.0', '１２７.１', '[::]', '[::ffff:127.0.0.1]',
            '[::ffff:7f00:1]', '[1::2::3]', '[::1', '::1', '[v1.x]', '[]', '[127.0.0.1]', '.',
            '..', 'a..b', '.a', 'a..', '-a', 'a-', 'a_b', '*.a', 'phk_0123456789', 'a' * 64,
            '.'.join(['a' * 50] * 6), 'xn--', 'xn--a', 'xn--abc-', '☃.net', 'a／b', 'a℀b',
            'a\u00adb', '١٢.com',
        ):  # fmt: skip
            with self.subTest(host):
                self.refused(f'https://{host}')

    def test_case_85_mixed_scripts_are_refused_and_shown_as_punycode(self) -> None:
        for host in ('раypal.com', 'xn--ypal-43d9g.com', 'gοogle.com', 'аpple.com', 'x.бank.com'):
            with self.subTest(host):
                error = self.refused(f'https://{host}')
                self.assertIn('xn--', error.message)
                self.assertTrue((error.message + error.remediation).isascii())

    def test_paths_that_servers_read_differently(self) -> None:
        for path in (
            '/..', '/a/../b', '/%2e%2e/b', '/.%2E', '//', '/a//b', '//evil.example', '/a%2fb',
            '/a%5cb', '/%00', '/%0d%0a', '/%252e', '/%', '/%zz', '/é', '/a"b', '/<', '/a|b',
        ):  # fmt: skip
            with self.subTest(path):
                self.refused(f'https://h{path}')

    def test_case_76_http_is_for_loopback_only(self) -> None:
        for host in (
            'x.io', 'localhost.evil', '127.0.0.1.evil', 'evil.localhost', '0.0.0.0', '128.0.0.1',
            '10.0.0.1', '[::2]', '[::ffff:127.0.0.1]', 'localhost.localdomain', '127.evil',
        ):  # fmt: skip
            with self.subTest(host):
                self.refused(f'http://{host}')

    def test_case_76_the_hint_names_the_variable_that_allows_it(self) -> None:
        error = self.refused('http://bücher.example/secret-path')

        self.assertIn('PHYWARE_ALLOW_INSECURE_HTTP=1', error.remediation)
        self.assertIn('xn--bcher-kva.example', error.message)
        self.assertNotIn('secret-path', error.message + error.remediation)

    def test_case_76_allowed_http_is_a_host_like_any_other(self) -> None:
        host = normalize_host('http://X.io:81/', allow_insecure_http=True)

        self.assertEqual('http://x.io:81', host)

    def test_a_bare_port_gets_the_url_to_write(self) -> None:
        self.assertIn('https://h:8443', self.refused('h:8443/x').remediation)
        self.assertNotIn('http://h', self.refused('h:8443').remediation)
        self.assertIn('http://localhost:8000', self.refused('localhost:8000').remediation)
        self.assertIn('http://[::1]:80', self.refused('[::1]:80').remediation)

    def test_case_85_messages_and_causes_hold_no_secret(self) -> None:
        for text in (
            'https://u:CANARY@h', 'https://u:CANARY@[h', 'https://h/?t=CANARY', 'https://h#CANARY',
            'CANARY:x', 'https://u:CANARY@h\\', 'https://h/CANARY/../x', 'https://u:CANARY@a℀b',
            'u:CANARY@h:1', 'phk_CANARY', 'https://h:CANARY', 'https://CANARY_',
            'http://x.io/CANARY', 'https://CANARYé\u200b',
        ):  # fmt: skip
            with self.subTest(text):
                error: BaseException | None = self.refused(text)
                while error is not None:
                    self.assertNotIn('canary', (str(error) + repr(vars(error))).lower())
                    error = error.__context__

    def test_case_73_what_two_parsers_read_differently_is_refused(self) -> None:
        for text in ('http://evil\\@good/', 'https://good\\.evil/', 'https://good#@evil/', 'https://evil;@good'):
            with self.subTest(text):
                self.refused(text, insecure=True)


class NormalFormPropertyTest(unittest.TestCase):
    def normal(self, text: str) -> str | None:
        try:
            return normalize_host(text, allow_insecure_http=True)
        except Validation as error:
            self.assertTrue(error.message.isascii())
            return None

    @given(st.one_of(_ANY_TEXT, _NEARLY_URLS))
    def test_any_text_is_refused_or_has_a_stable_plain_form(self, text: str) -> None:
        host = self.normal(text)

        if host is not None:
            self.assertEqual(host, self.normal(host))
            self.assertRegex(host, r"\Ahttps?://[a-z0-9.:\[\]-]+(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*\Z")

    @given(_NEARLY_URLS)
    def test_case_73_other_parsers_read_the_same_host(self, text: str) -> None:
        host = self.normal(text)

        if host is not None:
            prepared = requests.Request('GET', f'{host}/x').prepare().url or ''
            self.assertEqual(f'{host}/x', prepared)
            self.assertEqual(origin(host)[:2], (parse_url(host).scheme, parse_url(host).host))
