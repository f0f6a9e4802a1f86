"""Through which proxy a request goes, and where its password shows up."""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path
from unittest import mock

from phyware.errors import ConnectionFailed
from phyware.secret import Secret
from tests.functional.transport_case import TransportCase
from tests.functional.transport_server import (
    OK,
    Authority,
    Connection,
    ScriptedServer,
    answering,
    closed_port,
    once,
)

# Reserved for documentation (RFC 5737): a request reaches it through the proxy or not at all.
ELSEWHERE = '192.0.2.1'
PASSWORD = 'proxy-canary'


class ProxyTests(TransportCase):
    def environ(self, proxy: ScriptedServer, **more: str) -> dict[str, str]:
        return self.environ_of(proxy.port, **more)

    def environ_of(self, port: int, **more: str) -> dict[str, str]:
        url = f'http://user:{PASSWORD}@127.0.0.1:{port}'
        insecure = {'PHYWARE_ALLOW_INSECURE_HTTP': '1'}
        return {'HTTP_PROXY': url, 'https_proxy': url, **insecure, **more}

    def test_http_goes_through_the_proxy(self) -> None:
        proxy = self.server(answering(OK))

        self.transport(self.environ(proxy)).get(f'http://{ELSEWHERE}/x')

        lines = proxy.requests[0].decode().split('\r\n')
        credentials = base64.b64encode(f'user:{PASSWORD}'.encode()).decode()
        self.assertEqual(lines[0], f'GET http://{ELSEWHERE}/x HTTP/1.1')
        self.assertIn(f'Proxy-Authorization: Basic {credentials}', lines)

    def test_credentials_are_the_bytes_that_the_url_escapes(self) -> None:
        for user_info, sent in (
            ('us%3Aer:p%C3%A9%E2%98%83%2F', b'us:er:p\xc3\xa9\xe2\x98\x83/'), ('u:%FF', b'u:\xff'),
            ('name', b'name:'), (':pass', b':pass'), ('u:a:b', b'u:a:b'),
        ):  # fmt: skip
            with self.subTest(user_info):
                proxy = self.server(answering(OK))
                environ = self.environ(proxy, HTTP_PROXY=f'http://{user_info}@127.0.0.1:{proxy.port}')

                self.transport(environ).get(f'http://{ELSEWHERE}/x')

                header = b'Proxy-Authorization: Basic ' + base64.b64encode(sent)
                self.assertIn(header, proxy.requests[0].split(b'\r\n'))

    def test_https_goes_through_a_tunnel_of_the_proxy(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        authority = Authority(Path(directory.name))
        target = ScriptedServer(answering(OK), authority.server_context(ELSEWHERE))
        self.addCleanup(target.close)

        def script(connection: Connection) -> None:
            connection.read_request()
            connection.send(b'HTTP/1.1 200 Connected\r\n\r\n')
            connection.relay(target.port)

        proxy = self.server(script)
        transport = self.transport(self.environ(proxy), ca_bundle=str(authority.bundle))

        transport.get(f'https://{ELSEWHERE}/x', Secret('phk_canary'))

        self.assertTrue(proxy.requests[0].startswith(f'CONNECT {ELSEWHERE}:443 '.encode()))
        self.assertNotIn(b'phk_canary', proxy.requests[0])
        self.assertNotIn(b'Proxy-Authorization', target.requests[0])

    def test_case_75_loopback_is_never_proxied(self) -> None:
        proxy = self.server(answering(OK))
        server = self.server(answering(OK))

        self.transport(self.environ(proxy)).get(server.url)
        self.transport(self.environ(proxy)).get(server.url.replace('127.0.0.1', 'localhost'))

        self.assertEqual((proxy.connections, len(server.requests)), (0, 2))

    def test_the_environment_of_the_process_does_not_count(self) -> None:
        proxy = self.server(answering(OK))
        transport = self.transport({'PHYWARE_ALLOW_INSECURE_HTTP': '1'}, total_timeout=0.1)

        with mock.patch.dict(os.environ, self.environ(proxy)):
            self.failure(lambda: transport.get(f'http://{ELSEWHERE}/x'))

        self.assertEqual(proxy.connections, 0)

    def test_case_75_refusal_of_the_proxy_shows_no_credentials(self) -> None:
        proxy = self.server(once(b'HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n'))
        transport = self.transport(self.environ(proxy))

        error = self.failure(lambda: transport.get(f'https://{ELSEWHERE}/x?y'))

        self.assertEqual(
            str(error), f'could not connect to https://{ELSEWHERE}: proxy: it refused the request'
        )
        self.assertIsInstance(error, ConnectionFailed)

    def test_case_75_absent_proxy_shows_no_credentials(self) -> None:
        transport = self.transport(self.environ_of(self.enterContext(closed_port())))

        for scheme in ('http', 'https'):
            with self.subTest(scheme):
                url = f'{scheme}://{ELSEWHERE}'
                error = self.failure(lambda url=url: transport.get(url))  # type: ignore[misc]
                self.assertEqual(
                    str(error), f'could not connect to {url}: proxy: connection refused'
                )

    def test_a_proxy_that_drips_its_answer(self) -> None:
        def script(connection: Connection) -> None:
            connection.read_request()
            connection.drip(b'HTTP/1.1 200 OK\r\nX: ' + b'x' * 5000)

        proxy = self.server(script)
        transport = self.transport(self.environ(proxy), total_timeout=0.3)

        error = self.failure(lambda: transport.get(f'https://{ELSEWHERE}'))

        self.assertIn('timed out after 0.3 s', str(error))
