"""An answer ends in time, has a size, and is whole, or it is an error."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from typing import Any
from unittest import mock

from urllib3.response import HTTPResponse

from phyware.errors import ConnectionFailed
from tests.functional.transport_case import TransportCase
from tests.functional.transport_server import OK, Connection, Script, answering, once

CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
GZIPPED = b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n'


def after_request(action: str, data: bytes, first: bytes = b'') -> Script:
    """Return a script: read a request, send ``first``, then drip or pour ``data``."""

    def script(connection: Connection) -> None:
        connection.read_request()
        connection.send(first)
        getattr(connection, action)(data)

    return script


class DeadlineTests(TransportCase):
    """The time is that of the whole request, not of one recv."""

    def assert_times_out(self, script: Script) -> None:
        server = self.server(script)
        transport = self.transport(total_timeout=0.3)

        # Looked up in another thread, which may not get its turn within 0.3 s.
        with mock.patch('phyware.transport.bounded.lookup', return_value=['127.0.0.1']):
            error = self.failure(lambda: transport.get(server.url))

        self.assertEqual(
            str(error), f'{server.url} gave no usable answer: timed out after 0.3 s'
        )
        self.assertIsInstance(error, ConnectionFailed)

    def test_case_57_dripping_body(self) -> None:
        head = b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n'
        self.assert_times_out(after_request('drip', b'x' * 5000, head))

    def test_case_57_dripping_chunks(self) -> None:
        self.assert_times_out(after_request('drip', b'1\r\nx\r\n' * 1000, CHUNKED))

    def test_case_57_dripping_headers(self) -> None:
        self.assert_times_out(after_request('drip', b'HTTP/1.1 200 OK\r\nX: ' + b'x' * 5000))

    def test_case_57_interim_answers_without_end(self) -> None:
        self.assert_times_out(after_request('drip', b'HTTP/1.1 100 Continue\r\n\r\n' * 1000))

    def test_case_42_silence(self) -> None:
        self.assert_times_out(lambda connection: connection.hang())

    def test_the_next_request_has_its_full_time(self) -> None:
        def script(connection: Connection) -> None:
            connection.read_request()
            connection.send(OK)
            connection.read_request()
            connection.hang()

        server = self.server(script)
        # The first may need long on a busy machine, the second gets no answer ever.
        transport = self.transport(total_timeout=5)

        first = transport.get(server.url)

        self.assertEqual(first.status, 200)
        error = self.failure(lambda: transport.get(server.url))
        self.assertIn('timed out after 5 s', str(error))


class SizeTests(TransportCase):
    """What is too large is not read on, whatever it is packed in."""

    def assert_too_large(self, script: Script) -> None:
        server = self.server(script)
        transport = self.transport(max_bytes=64 * 1024)

        error = self.failure(lambda: transport.get(server.url))

        self.assertEqual(
            str(error), f'{server.url} gave an unexpected answer (more than 65536 bytes)'
        )

    def test_case_57_declared_length(self) -> None:
        head = b'HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n'
        self.assert_too_large(after_request('drip', b'', head))

    def test_case_57_body_without_end(self) -> None:
        head = b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'
        self.assert_too_large(after_request('pour', b'x' * 4096, head))

    def test_case_57_chunks_without_end(self) -> None:
        self.assert_too_large(after_request('pour', b'1000\r\n' + b'x' * 4096 + b'\r\n', CHUNKED))

    def test_case_57_chunk_of_negative_size(self) -> None:
        self.assert_too_large(after_request('pour', b'x' * 4096, CHUNKED + b'-1\r\n'))

    def test_case_57_headers_without_end(self) -> None:
        self.assert_too_large(after_request('pour', b'HTTP/1.1 100 Continue\r\n\r\n' * 100))

    def test_case_57_redirect_with_a_body_without_end(self) -> None:
        head = b'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n'
        self.assert_too_large(after_request('pour', b'x' * 4096, head))

    def test_case_57_gzip_bomb(self) -> None:
        bomb = zlib.compressobj(9, zlib.DEFLATED, 31).compress(bytes(64 << 20))
        script = once(GZIPPED + bomb)
        self.transport().get(self.server(answering(OK)).url)

        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        self.assert_too_large(script)

        self.assertLess(tracemalloc.get_traced_memory()[1], 4 << 20)

    def test_case_57_gzip_bomb_of_300_mb_costs_64_kb_and_no_more(self) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = b''.join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
        self.assertLess(len(bomb), 310_000)
        reads: list[int] = []
        real = HTTPResponse.read

        def read(response: HTTPResponse, *args: Any, **kwargs: Any) -> bytes:
            data = real(response, *args, **kwargs)
            reads.append(len(data))
            return data

        with mock.patch.object(HTTPResponse, 'read', read):
            self.assert_too_large(once(GZIPPED + bomb))

        self.assertLessEqual(sum(reads), 64 * 1024 + 16 * 1024)

    def test_the_largest_allowed(self) -> None:
        server = self.server(once(GZIPPED + gzip.compress(bytes(64 * 1024))))

        response = self.transport(max_bytes=64 * 1024).get(server.url)

        self.assertEqual(len(response.body), 64 * 1024)


class BrokenAnswerTests(TransportCase):
    """Half an answer is no answer; the reason says what broke."""

    def assert_reason(self, answer: bytes, reason: str) -> None:
        server = self.server(once(answer))
        error = self.failure(lambda: self.transport().get(server.url))
        self.assertEqual(str(error), f'{server.url} gave {reason}')
        self.assertIsInstance(error, ConnectionFailed)

    def test_closed_without_an_answer(self) -> None:
        self.assert_reason(b'', 'no usable answer: the connection was closed without an answer')

    def test_closed_early(self) -> None:
        answer = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}'
        self.assert_reason(
            answer, 'no usable answer: the connection was closed before its end'
        )

    def test_broken_chunks(self) -> None:
        reason = 'no usable answer: the connection was closed before its end'
        for broken in (b'5\r\nhel', b'zz\r\nhello\r\n', b'5\r\nhello\r\n'):
            with self.subTest(broken):
                self.assert_reason(CHUNKED + broken, reason)

    def test_chunk_size_no_reader_accepts(self) -> None:
        self.assert_reason(CHUNKED + b'-5\r\nhello', 'no usable answer: the connection broke')

    def test_not_http(self) -> None:
        self.assert_reason(b'SSH-2.0-OpenSSH_9.2\r\n', 'no usable answer: it is not HTTP')

    def test_too_many_headers(self) -> None:
        answer = b'HTTP/1.1 200 OK\r\n' + b'X: y\r\n' * 200 + b'\r\n'
        self.assert_reason(answer, 'no usable answer: its headers are not HTTP')

    def test_header_without_a_colon(self) -> None:
        answer = b'HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 0\r\n\r\n'
        with self.assertNoLogs(level='WARNING'):
            self.assert_reason(answer, 'no usable answer: its headers are not HTTP')

    def test_contradicting_lengths(self) -> None:
        answer = b'HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n{}'
        self.assert_reason(answer, 'no usable answer: its headers contradict each other')

    def test_broken_compression(self) -> None:
        self.assert_reason(GZIPPED + b'no gzip', 'no usable answer: it cannot be decompressed')

    def test_compression_nobody_asked_for(self) -> None:
        answer = b'HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}'
        self.assert_reason(
            answer, 'an unexpected answer (its content encoding was not asked for)'
        )
