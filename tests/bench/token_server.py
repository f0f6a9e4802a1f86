"""A token endpoint that counts: ``POST /token`` refreshes, ``GET /count`` tells how often.

Any other GET gives a page without sessions.

``python -m tests.bench.token_server`` prints its URL (P12).
"""

from __future__ import annotations

import itertools
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Gives new tokens to whoever asks, each time others."""

    protocol_version = 'HTTP/1.1'
    refreshes = itertools.count(1)
    last = 0

    def do_POST(self) -> None:
        """Answer a refresh grant."""
        self.rfile.read(int(self.headers['Content-Length']))
        number = type(self).last = next(self.refreshes)
        self._send({
            'access_token': f'access-{number:037}', 'refresh_token': f'refresh-{number:036}',
            'token_type': 'Bearer', 'expires_in': 86400,
        })

    def do_GET(self) -> None:
        """Tell the number of refreshes so far, or that there are no sessions."""
        counted = self.path == '/count'
        self._send({'count': type(self).last} if counted else {'sessions': []})

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _send(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serve on a free port of loopback."""
    server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    print(f'http://127.0.0.1:{server.server_port}', flush=True)
    server.serve_forever()


if __name__ == '__main__':
    main()
