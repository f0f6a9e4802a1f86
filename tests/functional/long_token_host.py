"""A host whose access tokens are as long as a test says.

Layer: test fixture.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


class LongTokenHost:
    """Accepts every token, and gives one of ``length`` characters by device code."""

    def __init__(self, length: int = 0) -> None:
        self._server = ThreadingHTTPServer(('127.0.0.1', 0), _Handler)
        self._server.daemon_threads = True
        self.url = f'http://127.0.0.1:{self._server.server_port}'
        self.token = 'a' * length
        cast(Any, self._server).host = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop to listen."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> dict[str, Any]:
        """Return the JSON object for a path."""
        if path == '/oauth/userinfo':
            return {'sub': 'ada', 'email': 'ada@example.org'}
        if path == '/oauth/device':
            return {
                'device_code': 'd' * 40, 'user_code': 'ABCD-EFGH', 'expires_in': 600,
                'verification_uri': f'{self.url}/device', 'interval': 1,
            }
        if path == '/oauth/token':
            return {'access_token': self.token, 'token_type': 'Bearer', 'expires_in': 3600}
        return {
            'issuer': self.url, 'token_endpoint': f'{self.url}/oauth/token',
            'userinfo_endpoint': f'{self.url}/oauth/userinfo',
            'device_authorization_endpoint': f'{self.url}/oauth/device',
        }


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers['Content-Length']))
        self._answer()

    def _answer(self) -> None:
        host: LongTokenHost = cast(Any, self.server).host
        content = json.dumps(host.answer(self.path)).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(content)))
        self.end_headers()
        self.wfile.write(content)
