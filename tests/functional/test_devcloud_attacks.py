"""What a page of another origin in the same Chromium can do to a devcloud (case 92)."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.functional.devcloud_server import DevCloud
from tests.functional.test_devcloud import post
from tests.functional.test_devcloud_pages import PageTestCase


class _EvilPage(BaseHTTPRequestHandler):
    """A page on another port: the same site to a cookie, another origin to us.

    It approves the code of its target by itself; without one it stays where it is.
    """

    target = ''

    def do_GET(self) -> None:
        url, _, code = self.target.partition(' ')
        submit = 'setTimeout(() => document.forms[0].submit(), 200)' if code else ''
        body = (
            f'<!doctype html><form method="post" action="{url}/device">'
            f'<input name="user_code" value="{code}"><input name="decision" value="approve">'
            f'</form><iframe src="{url}/device"></iframe>'
            f'<script>{submit}</script>'
        ).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class AttackTest(PageTestCase):
    def evil_page(self, code: str) -> str:
        handler = type('Handler', (_EvilPage,), {'target': f'{self.cloud.url} {code}'})
        server = ThreadingHTTPServer(('127.0.0.1', 0), handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f'http://127.0.0.1:{server.server_port}/'

    def test_case_92_another_page_cannot_approve(self) -> None:
        codes = post(self.cloud, '/oauth/device').json()
        self.sign_in('/device', 'Approve a device')

        self.driver.get(self.evil_page(codes['user_code']))
        self.wait_for_heading('Not allowed')

        self.assertEqual(f'{self.cloud.url}/device', self.driver.current_url)
        self.assertEqual('authorization_pending', self.poll(codes)['error'])

    def test_case_92_scripts_of_another_page_read_nothing(self) -> None:
        self.sign_in('/device', 'Approve a device')
        self.driver.get(self.evil_page(''))

        answer = self.driver.execute_async_script(
            'const done = arguments[1]; fetch(arguments[0], {credentials: "include"})'
            '.then(r => r.text()).then(done, error => done("refused: " + error.name));',
            f'{self.cloud.url}/keys',
        )

        self.assertEqual('refused: TypeError', answer)

    def test_two_devclouds_do_not_sign_each_other_out(self) -> None:
        with DevCloud() as other:
            self.sign_in('/keys', 'API keys')
            self.driver.get(f'{other.url}/login')
            self.find('#email').send_keys(other.email)
            self.find('#password').send_keys(other.password)
            self.submit('main button', 'A PhyCloud')

            self.driver.get(f'{self.cloud.url}/keys')

            self.wait_for_heading('API keys')
