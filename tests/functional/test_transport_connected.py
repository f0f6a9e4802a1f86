"""When whoever sends a grant is told that it is about to be sent."""

from __future__ import annotations

import tempfile
from pathlib import Path

from phyware.secret import Secret
from phyware.transport import Transport
from tests.functional.transport_case import TransportCase
from tests.functional.transport_server import (
    OK,
    Authority,
    Connection,
    ScriptedServer,
    answering,
)

ELSEWHERE = '192.0.2.1'
FORM = {'refresh_token': Secret('canary-of-the-tests')}


class Stop(BaseException):
    """Ctrl-C, at the moment when the connection stands."""


def stop() -> None:
    raise Stop


class ConnectedTests(TransportCase):
    def setUp(self) -> None:
        super().setUp()
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.authority = Authority(Path(folder))
        self.bundle = str(self.authority.bundle)

    def tls_server(self, *names: str) -> ScriptedServer:
        server = ScriptedServer(answering(OK), self.authority.server_context(*names))
        self.addCleanup(server.close)
        return server

    def assert_told_before(self, transport: Transport, url: str, target: ScriptedServer) -> None:
        """Check that nothing is sent to ``target`` before the call, and all after it."""
        with self.assertRaises(Stop):
            transport.post_form(url, FORM, connected=stop)
        target.settle(connections=1)
        self.assertEqual((target.connections, target.requests), (1, []))

        told: list[int] = []
        transport.post_form(url, FORM, connected=lambda: told.append(target.connections))

        self.assertEqual((len(told), len(target.requests)), (1, 1))

    def test_case_39_before_a_byte_of_the_request(self) -> None:
        for server in (self.server(answering(OK)), self.tls_server()):
            with self.subTest(server.url):
                transport = self.transport(ca_bundle=self.bundle)
                self.assert_told_before(transport, server.url, server)

    def test_case_39_once_the_tunnel_of_a_proxy_stands(self) -> None:
        target = self.tls_server(ELSEWHERE)

        def script(connection: Connection) -> None:
            connection.read_request()
            connection.send(b'HTTP/1.1 200 Connected\r\n\r\n')
            connection.relay(target.port)

        environ = {'HTTPS_PROXY': self.server(script).url}
        transport = self.transport(environ, ca_bundle=self.bundle)

        self.assert_told_before(transport, f'https://{ELSEWHERE}/token', target)

    def test_case_39_not_where_no_connection_stands(self) -> None:
        silent = self.server(lambda connection: connection.hang())
        transport = self.transport(connect_timeout=0.3)

        self.failure(
            lambda: transport.post_form(silent.url.replace('http', 'https'), FORM, connected=stop)
        )
