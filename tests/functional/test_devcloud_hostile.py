"""What a web page, another local user and a broken client can do to a devcloud (cases 92 to 94).

Layer: functional test; the attacker writes the bytes of each request.
"""

from __future__ import annotations

import contextlib
import html
import itertools
import re
import socket
import unittest

import requests

from tests.functional.devcloud_server import SECONDS, DevCloud
from tests.functional.test_devcloud import DEVICE_GRANT, log_in, post

EVIL = 'http://evil.example'
LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'


class HostileTestCase(unittest.TestCase):
    cloud: DevCloud

    @classmethod
    def setUpClass(cls) -> None:
        cls.cloud = DevCloud.start()
        cls.addClassCleanup(cls.cloud.stop)

    def signed_in(self) -> requests.Session:
        """Return a browser in which the demo user is signed in."""
        browser = requests.Session()
        self.addCleanup(browser.close)
        browser.trust_env = False
        page = browser.get(f'{self.cloud.url}/login', timeout=SECONDS)
        form = {'email': self.cloud.email, 'password': self.cloud.password, **csrf(page)}
        headers = {'Origin': self.cloud.url}
        browser.post(f'{self.cloud.url}/login', data=form, headers=headers, timeout=SECONDS)
        return browser

    def raw(self, *lines: str, body: str = '') -> bytes:
        """Send a request of these lines; return the answer's head."""
        address = ('127.0.0.1', int(self.cloud.url.rpartition(':')[2]))
        with socket.create_connection(address, 30) as connection:
            head = '\r\n'.join((*lines, f'Content-Length: {len(body)}', 'Connection: close'))
            connection.sendall(f'{head}\r\n\r\n{body}'.encode())
            answer = b''.join(iter(lambda: connection.recv(65536), b''))
        return answer.partition(b'\r\n\r\n')[0]

    def poll(self, codes: dict[str, str]) -> str:
        """Return the error of one poll."""
        device_code = codes['device_code']
        answer = post(self.cloud, '/oauth/token', grant_type=DEVICE_GRANT, device_code=device_code)
        return str(answer.json()['error'])


class PageTest(HostileTestCase):
    def test_case_92_a_form_of_another_site_approves_nothing(self) -> None:
        codes = post(self.cloud, '/oauth/device').json()
        browser = self.signed_in()
        page = browser.get(codes['verification_uri_complete'], timeout=SECONDS)
        # Even one that has somehow learned the token of the form.
        form = {'user_code': codes['user_code'], 'decision': 'approve', **csrf(page)}

        for origin in (EVIL, 'null', None, self.cloud.url.replace('127.0.0.1', 'localhost')):
            with self.subTest(origin):
                headers = {} if origin is None else {'Origin': origin}
                answer = browser.post(
                    f'{self.cloud.url}/device', data=form, headers=headers, timeout=SECONDS
                )
                self.assertEqual(403, answer.status_code)
        self.assertEqual('authorization_pending', self.poll(codes))

    def test_case_92_a_name_that_was_rebound_is_not_served(self) -> None:
        host = self.cloud.url.removeprefix('http://')
        port = host.rpartition(':')[2]
        for path in ('/', '/device', '/api/v1/instance', '/oauth/token', '/nothing'):
            for lines in (
                [f'GET {path} HTTP/1.1', f'Host: evil.example:{port}'],
                [f'GET {path} HTTP/1.1', 'Host: evil.example'],
                [f'GET {path} HTTP/1.1', f'Host: {host}.evil.example:{port}'],
                [f'GET {path} HTTP/1.1', f'Host: evil.example:{port}', f'X-Forwarded-Host: {host}'],
                [f'GET {path} HTTP/1.0'],
            ):
                with self.subTest(lines):
                    self.assertIn(b' 403 ', self.raw(*lines)[:20])
        twice = self.raw('GET / HTTP/1.1', f'Host: {host}', 'Host: evil.example')
        self.assertRegex(twice, rb'\AHTTP/1\.\d (400|403) ')

    def test_case_92_a_preflight_is_refused_and_nothing_is_shared(self) -> None:
        host = self.cloud.url.removeprefix('http://')
        for method, path in itertools.product(
            ('OPTIONS', 'POST', 'GET'), ('/device', '/oauth/token', '/api/v1/sessions')
        ):
            with self.subTest(method=method, path=path):
                head = self.raw(
                    f'{method} {path} HTTP/1.1', f'Host: {host}', f'Origin: {EVIL}',
                    'Access-Control-Request-Method: POST',
                    'Access-Control-Request-Headers: authorization',
                )  # fmt: skip
                if method != 'GET':
                    self.assertIn(b' 403 ', head[:20])
                self.assertNotIn(b'access-control-', head.lower())


class NeighbourTest(HostileTestCase):
    def test_case_93_a_thousand_guesses_find_nothing(self) -> None:
        codes = post(self.cloud, '/oauth/device').json()
        self.assertRegex(codes['user_code'], f'\\A[{LETTERS}]{{4}}-[{LETTERS}]{{4}}\\Z')
        browser = self.signed_in()
        guesses = [''.join(letters) for letters in itertools.product(LETTERS, repeat=4)][:999]

        statuses = [
            browser.get(f'{self.cloud.url}/device', timeout=SECONDS,
                        params={'user_code': f'{guess}-BBBB'}).status_code
            for guess in guesses
        ]  # fmt: skip
        right = browser.get(codes['verification_uri_complete'], timeout=SECONDS)

        self.assertEqual([400] * 10 + [429] * 989, statuses)
        self.assertEqual(429, right.status_code)
        self.assertEqual('authorization_pending', self.poll(codes))

    def test_case_93_only_who_knows_the_secret_of_this_run_approves(self) -> None:
        codes = post(self.cloud, '/oauth/device').json()
        with DevCloud() as other:
            self.assertNotEqual(other.password, self.cloud.password)
            answer = post(
                self.cloud, '/oauth/token', grant_type='password', username=other.email,
                password=other.password,
            )  # fmt: skip
            self.assertEqual('invalid_grant', answer.json()['error'])

        stranger = requests.get(
            codes['verification_uri_complete'], timeout=SECONDS, allow_redirects=False
        )
        self.assertEqual(303, stranger.status_code)
        self.assertTrue(stranger.headers['Location'].startswith('/login?'))
        self.assertEqual('authorization_pending', self.poll(codes))


class BrokenClientTest(HostileTestCase):
    def test_case_94_two_hundred_that_drip_keep_nobody_out(self) -> None:
        address = ('127.0.0.1', int(self.cloud.url.rpartition(':')[2]))
        with contextlib.ExitStack() as stack:
            dripping = [
                stack.enter_context(socket.create_connection(address, 30)) for _ in range(200)
            ]
            for byte in b'POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000':
                for connection in dripping:
                    connection.sendall(bytes([byte]))

            self.assertIn('access_token', log_in(self.cloud))
            for connection in dripping:
                connection.sendall(b'\r\n\r\nx')
            for connection in dripping:
                self.assertIn(b' 413 ', connection.recv(64))
            self.assertIn('access_token', log_in(self.cloud))
        self.assertIsNone(self.cloud.process.poll())


def csrf(page: requests.Response) -> dict[str, str]:
    """Return the field of a page's form that another site cannot know."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return {'csrf_token': html.unescape(found[1])}
