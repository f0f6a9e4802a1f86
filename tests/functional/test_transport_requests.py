"""What reaches a server: once, to the right one, over the right connection."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from unittest import mock

from phyware import __version__
from phyware.errors import ConnectionFailed
from phyware.secret import Secret
from phyware.transport import Request
from phyware.transport.message import Limits
from phyware.transport.wire import WireSession, exchange
from tests.functional.transport_case import TransportCase
from tests.functional.transport_server import OK, Connection, answering, closed_port, once

TOKEN = Secret('phk_canary-of-the-tests')


def redirect(status: int, target: str) -> bytes:
    head = f'HTTP/1.1 {status} Moved\r\nLocation: {target}/admin\r\n'
    return f'{head}Set-Cookie: session=1\r\nContent-Length: 0\r\n\r\n'.encode()


class RequestTests(TransportCase):
    def test_headers_of_every_request(self) -> None:
        server = self.server(answering(OK))

        self.transport().get(server.url, TOKEN)

        lines = server.requests[0].decode().split('\r\n')
        self.assertIn('Accept: application/json', lines)
        self.assertIn(f'User-Agent: phyware/{__version__}', lines)
        self.assertIn('Authorization: Bearer phk_canary-of-the-tests', lines)

    def test_form_reveals_its_secrets_only_on_the_wire(self) -> None:
        server = self.server(answering(OK))

        self.transport().post_form(server.url, {'a b': 'é&', 'password': Secret('p w=')})

        head, _, body = server.requests[0].partition(b'\r\n\r\n')
        self.assertEqual(body, b'a+b=%C3%A9%26&password=p+w%3D')
        self.assertIn(b'Content-Type: application/x-www-form-urlencoded', head)

    def test_url_is_used_byte_for_byte(self) -> None:
        server = self.server(answering(OK))

        self.transport().get(f'{server.url}/%7Euser//token%2Fx;v=1/?a=b%20c&d')

        self.assertTrue(
            server.requests[0].startswith(b'GET /%7Euser//token%2Fx;v=1/?a=b%20c&d HTTP/1.1')
        )

    def test_answer_of_any_status_is_returned(self) -> None:
        server = self.server(answering(b'HTTP/1.1 503 No\r\nX-A: b\r\nContent-Length: 2\r\n\r\n{}'))

        response = self.transport().get(f'{server.url}/x')

        self.assertEqual((response.status, response.body), (503, b'{}'))
        self.assertEqual((response.headers['x-a'], response.site), ('b', server.url))


class RedirectTests(TransportCase):
    def test_case_71_redirect_is_returned_and_not_followed(self) -> None:
        target = self.server(answering(OK))
        for status in (301, 302, 303, 307, 308):
            with self.subTest(status):
                server = self.server(answering(redirect(status, target.url)))
                transport = self.transport()

                answers = [
                    transport.get(server.url, TOKEN),
                    transport.post_form(server.url, {'grant': TOKEN}, TOKEN),
                ]

                self.assertEqual([answer.status for answer in answers], [status, status])
                self.assertEqual(len(server.requests), 2)
        self.assertEqual(target.connections, 0)

    def test_case_71_cookies_are_neither_kept_nor_sent(self) -> None:
        server = self.server(
            answering(b'HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}')
        )
        limits = Limits()
        session = self.enterContext(WireSession(limits, ssl.create_default_context))

        for _ in range(2):
            exchange(session, Request('GET', server.url), limits, None)

        self.assertEqual(list(session.cookies), [])
        self.assertNotIn(b'cookie', server.requests[1].lower())


class NetrcTests(TransportCase):
    def setUp(self) -> None:
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        netrc = Path(directory.name) / 'netrc'
        netrc.write_text('default login intruder password from-netrc\n')
        environ = mock.patch.dict(os.environ, {'NETRC': str(netrc), 'HOME': directory.name})
        environ.start()
        self.addCleanup(environ.stop)

    def test_case_70_netrc_never_replaces_the_bearer(self) -> None:
        server = self.server(answering(OK))

        self.transport().get(server.url, TOKEN)

        self.assertIn(b'Authorization: Bearer phk_canary-of-the-tests\r\n', server.requests[0])

    def test_case_70_netrc_is_never_sent(self) -> None:
        server = self.server(answering(OK))

        self.transport().get(server.url)

        self.assertNotIn(b'Authorization', server.requests[0])


class ConnectionTests(TransportCase):
    def test_many_requests_share_one_connection(self) -> None:
        server = self.server(answering(OK))
        transport = self.transport()

        for _ in range(5):
            transport.get(server.url)
            transport.request(Request('POST', server.url, json={'a': 1}))

        self.assertEqual((server.connections, len(server.requests)), (1, 10))

    def test_answers_without_a_body_leave_the_connection_usable(self) -> None:
        server = self.server(answering(b'HTTP/1.1 204 No Content\r\n\r\n'))
        transport = self.transport()

        for _ in range(3):
            transport.request(Request('DELETE', server.url))

        self.assertEqual(server.connections, 1)

    def test_an_answer_that_broke_a_limit_closes_its_connection(self) -> None:
        large = b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a":"b"}'
        server = self.server(answering(OK, large))
        transport = self.transport(max_bytes=8)
        transport.get(server.url)
        self.failure(lambda: transport.get(server.url))

        response = transport.get(server.url)

        self.assertEqual((response.body, server.connections), (b'{}', 2))

    def test_a_connection_the_server_has_closed_is_replaced(self) -> None:
        server = self.server(once(OK))
        transport = self.transport()

        transport.get(server.url)
        server.settle()

        response = transport.get(server.url)

        self.assertEqual((response.status, server.connections), (200, 2))

    def test_case_41_a_form_has_a_connection_of_its_own(self) -> None:
        server = self.server(answering(OK))
        transport = self.transport()
        transport.get(server.url)

        for _ in range(2):
            transport.post_form(server.url, {'grant_type': 'refresh_token'})

        self.assertEqual(server.connections, 3)

    def test_case_41_a_request_that_gets_no_answer_is_not_sent_again(self) -> None:
        def script(connection: Connection) -> None:
            connection.read_request()

        server = self.server(script)
        transport = self.transport()
        for request in (
            Request('POST', server.url, form={'refresh_token': TOKEN}, fresh=True),
            Request('POST', server.url, json={}),
            Request('GET', server.url),
        ):
            with self.subTest(request):
                server.requests.clear()

                error = self.failure(partial(transport.request, request))

                self.assertIsInstance(error, ConnectionFailed)
                self.assertEqual(len(server.requests), 1)

    def test_case_41_nor_on_a_connection_that_was_alive_before(self) -> None:
        def script(connection: Connection) -> None:
            connection.read_request()
            connection.send(OK)
            connection.read_request()

        server = self.server(script)
        transport = self.transport()
        transport.get(server.url)

        error = self.failure(lambda: transport.request(Request('POST', server.url, json={})))

        self.assertIsInstance(error, ConnectionFailed)
        self.assertEqual((server.connections, len(server.requests)), (1, 2))

    def test_nobody_listens(self) -> None:
        url = f'http://127.0.0.1:{self.enterContext(closed_port())}'

        error = self.failure(lambda: self.transport().get(f'{url}/path?secret=1'))

        self.assertEqual(str(error), f'could not connect to {url}: connection refused')
        self.assertIsInstance(error, ConnectionFailed)

    def test_every_address_of_a_name_is_tried(self) -> None:
        server = self.server(answering(OK))
        # Nobody listens at the first: the server has bound 127.0.0.1 alone.
        addresses = ['127.9.9.9', '127.0.0.1']
        with mock.patch('phyware.transport.bounded.lookup', return_value=addresses) as lookup:
            response = self.transport().get(f'http://localhost:{server.port}/')

        self.assertEqual(response.status, 200)
        self.assertEqual(lookup.call_args.args[:2], ('localhost', server.port))
        self.assertIn(f'Host: localhost:{server.port}'.encode(), server.requests[0])


    def test_an_address_that_drops_packets_leaves_time_for_the_next(self) -> None:
        server = self.server(answering(OK))
        full = self.enterContext(socket.create_server(('127.9.9.9', server.port), backlog=0))
        for _ in range(2):
            # A queue that is full makes Linux drop what comes next.
            waiting = self.enterContext(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        transport = self.transport(connect_timeout=2)

        with mock.patch('phyware.transport.bounded.lookup') as lookup:
            lookup.return_value = ['127.9.9.9', '127.0.0.1']
            response = transport.get(f'http://localhost:{server.port}/')

        self.assertEqual(response.status, 200)


class ImportTests(TransportCase):
    def test_http_libraries_are_imported_at_the_first_request(self) -> None:
        code = (
            'import sys, phyware.transport, phyware.cloud, phyware.problems, phyware.retry;'
            "print(*{'requests', 'urllib3', 'ssl', 'http.client'} & set(sys.modules))"
        )

        done = subprocess.run(
            [sys.executable, '-c', code], capture_output=True, text=True, check=True
        )

        self.assertEqual(done.stdout.strip(), '')
