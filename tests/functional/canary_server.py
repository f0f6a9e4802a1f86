"""Hosts that fail in every way, all behind one proxy that asks for a password.

Layer: test fixture.  ``https://MODE.example/RUN`` is a host of its own for each
run; what has its name begin with ``bad-`` shows a certificate nobody trusts.
A host quotes every secret it was sent wherever its answer has room for text.
"""

from __future__ import annotations

import http.server
import json
import socket
import ssl
import struct
import tempfile
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.functional.transport_server import Authority

HANG_SECONDS = 60


class CanaryHosts(http.server.ThreadingHTTPServer):
    """The proxy and all that is behind it.

    ``seen`` has each request by run, as text, and ``tunnels`` each CONNECT.

    :param secrets: ``access``, ``refresh`` and ``device`` are what hosts issue
    :param user: user and password of the proxy
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, secrets: dict[str, str], user: tuple[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix='phyware-canary-')
        directories = [Path(self._folder.name, name) for name in ('good', 'bad')]
        for directory in directories:
            directory.mkdir()
        self._good, self._bad = map(Authority, directories)
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self.secrets = secrets
        self.seen: dict[str, list[str]] = {}
        self.tunnels: list[str] = []
        self.stopped = threading.Event()
        super().__init__(('127.0.0.1', 0), _Tunnel)
        name, password = (quote(part, safe='') for part in user)
        self.proxy = f'http://{name}:{password}@127.0.0.1:{self.server_port}'
        self.bundle = str(self._good.bundle)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def end(self) -> None:
        """Stop, and let go of what hangs."""
        self.stopped.set()
        self.shutdown()
        self.server_close()
        self._folder.cleanup()

    def context(self, name: str) -> ssl.SSLContext:
        """Return the certificate of a host; one each."""
        with self._lock:
            if name not in self._contexts:
                authority = self._bad if name.startswith('bad-') else self._good
                self._contexts[name] = authority.server_context(name)
            return self._contexts[name]

    def note(self, run: str, text: str) -> None:
        """Remember a request."""
        with self._lock:
            self.seen.setdefault(run, []).append(text)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what the tests are about."""


class _Tunnel(http.server.BaseHTTPRequestHandler):
    """A connection: CONNECT first, then requests to one host over TLS."""

    protocol_version = 'HTTP/1.1'
    server: CanaryHosts
    name = ''

    def do_CONNECT(self) -> None:
        """Open the tunnel, at whose other end this is again."""
        self.name = self.path.partition(':')[0]
        self.server.tunnels.append(f'{self.name} {self.headers["Proxy-Authorization"]}')
        self.send_response(200)
        self.end_headers()
        self.close_connection = False
        self.connection = self.server.context(self.name).wrap_socket(
            self.connection, server_side=True
        )
        self.rfile = self.connection.makefile('rb')
        self.wfile = self.connection.makefile('wb', buffering=0)

    def do_GET(self) -> None:
        """Answer as the host's name says."""
        sent = self.rfile.read(int(self.headers.get('Content-Length', 0))).decode()
        path = self.path.partition('?')[0]
        document = '/.well-known/oauth-authorization-server/'
        if path.startswith(document):
            self._json(self._metadata(path.removeprefix(document)))
            return
        run, _, endpoint = path[1:].partition('/')
        request = f'{self.command} {self.path}\n{self.headers}\n{sent}'
        self.server.note(run, request)
        if endpoint == 'device':
            self._json(self._device_code())
        else:
            self._misbehave(endpoint, request)

    do_POST = do_DELETE = do_GET

    def finish(self) -> None:
        """Close the connection; socketserver has only its outer socket."""
        super().finish()
        self.connection.close()

    @property
    def _mode(self) -> str:
        return self.name.partition('.')[0]

    def _metadata(self, run: str) -> dict[str, Any]:
        if run == 'openid-configuration':
            return {}
        base = f'https://{"bad-" if self._mode == "tls" else ""}{self.name}/{run}'
        return {
            'issuer': f'https://{self.name}/{run}',
            'device_authorization_endpoint': f'https://{self.name}/{run}/device',
            'token_endpoint': f'{base}/token',
            'revocation_endpoint': f'{base}/revoke',
            'userinfo_endpoint': f'{base}/userinfo',
            'phycloud_sessions_endpoint': f'{base}/sessions',
            'scopes_supported': ['openid', 'offline_access', 'admin:sessions'],
        }

    def _device_code(self) -> dict[str, Any]:
        works = self._mode in ('ok', 'crash')
        page = f'https://{self.name}/page'
        return {
            'device_code': self.server.secrets['device'], 'user_code': 'ABCD-EFGH',
            'verification_uri': page, 'verification_uri_complete': f'{page}?code=ABCD-EFGH',
            'expires_in': 600 if works else 10, 'interval': 1,
        }

    def _misbehave(self, endpoint: str, request: str) -> None:
        mode = self._mode
        if mode == 'timeout':
            self.server.stopped.wait(HANG_SECONDS)
            self.close_connection = True
        elif mode == 'reset':
            # A socket that is closed with this option set sends RST.
            linger = struct.pack('ii', 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            socket.socket(fileno=self.connection.detach()).close()
            self.close_connection = True
        elif mode == 'json':
            self._send(200, ('{"access_token": "' + request).encode())
        elif mode in ('401', '500'):
            self._json(self._refusal(request), int(mode))
        else:
            self._json(self._answer(endpoint))

    def _refusal(self, request: str) -> dict[str, Any]:
        """Quote what was sent, in the middle of a text and where it is cut off."""
        return {
            'title': request, 'detail': f'{"x" * 185} {request.rpartition("token=")[2]} {request}',
            'error_description': request,
        }

    def _answer(self, endpoint: str) -> dict[str, Any]:
        secrets = self.server.secrets
        answers: dict[str, dict[str, Any]] = {
            'token': {
                'access_token': secrets['access'], 'refresh_token': secrets['refresh'],
                'token_type': 'Bearer', 'expires_in': 3600,
            },
            'userinfo': {'sub': '1', 'email': 'demo@phyware.example'},
            'sessions': {'sessions': [{'id': 'ses_1'}], 'next_cursor': None},
        }
        return answers.get(endpoint, {})

    def _json(self, answer: dict[str, Any], status: int = 200) -> None:
        self._send(status, json.dumps(answer).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Set-Cookie', 'session=cookie')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
