"""A host whose sessions are prepared before anybody asks: cheap pages, any number of them.

``python -m tests.bench.page_server ROWS`` prints its URL.  No HTTP library: it
must cost next to nothing beside what is measured (P9).
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from collections.abc import Iterator

PAGE = 1000
_DISTINCT = 8
_CURSOR = re.compile(rb'[?&]cursor=(\d+)')
_HEAD = (
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n'
)


class Pages:
    """The pages of ``rows`` sessions; a cursor is the number of a page."""

    def __init__(self, rows: int) -> None:
        self.connections = 0
        self._rows = rows
        self._bodies = [_body(number * PAGE, PAGE) for number in range(_DISTINCT)]

    def answer(self, request: bytes) -> list[bytes]:
        """Return the pieces of the answer to a request."""
        if request.startswith(b'GET /connections '):
            return _answer(b'{"connections": %d}' % self.connections)
        found = _CURSOR.search(request.partition(b'\r\n')[0])
        number = int(found[1]) if found else 0
        left = self._rows - number * PAGE
        body = self._bodies[number % _DISTINCT] if left >= PAGE else _body(0, max(left, 0))
        following = b'"%d"}' % (number + 1) if left > PAGE else b'null}'
        return _answer(body, following)


def _answer(*pieces: bytes) -> list[bytes]:
    return [_HEAD.format(length=sum(map(len, pieces))).encode(), *pieces]


def _body(first: int, count: int) -> bytes:
    """Return a page but for the value of its last member."""
    rows = json.dumps([_session(number) for number in range(first, first + count)])
    return f'{{"sessions": {rows}, "next_cursor": '.encode()


def _session(number: int) -> dict[str, object]:
    return {
        'id': f'ses_{number * 2654435761 % 2**40:010x}', 'user_id': 'usr_4f0c1a9b2d',
        'user': 'ada@example.org', 'client': 'phyware 1.0 on Linux', 'ip': '192.0.2.17',
        'created_at': '2026-01-02T03:04:05Z', 'last_seen_at': '2026-01-02T04:05:06Z',
        'expires_at': '2026-02-01T03:04:05Z', 'current': number == 0,
    }


def serve(listener: socket.socket, pages: Pages) -> None:
    """Answer until the process ends; each connection has a thread."""
    while True:
        connection, _ = listener.accept()
        pages.connections += 1
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_converse, args=(connection, pages), daemon=True).start()


def _converse(connection: socket.socket, pages: Pages) -> None:
    with connection:
        try:
            for request in _requests(connection):
                for piece in pages.answer(request):
                    connection.sendall(piece)
        except OSError:
            return


def _requests(connection: socket.socket) -> Iterator[bytes]:
    waiting = b''
    while piece := connection.recv(65536):
        waiting += piece
        while b'\r\n\r\n' in waiting:
            request, _, waiting = waiting.partition(b'\r\n\r\n')
            yield request


def main() -> None:
    """Serve on a free port of loopback."""
    listener = socket.create_server(('127.0.0.1', 0))
    print(f'http://127.0.0.1:{listener.getsockname()[1]}', flush=True)
    serve(listener, Pages(int(sys.argv[1])))


if __name__ == '__main__':
    main()
