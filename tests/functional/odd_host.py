"""Hosts that answer what no host should: one server, as many hosts as are asked for.

Layer: test fixture.  A host is a path of the server, so a test can have many at
once; each endpoint has its own list of answers, of which the last is repeated.
"""

from __future__ import annotations

import http.server
import json
import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.functional.cli import CliTestCase

TOKENS = {
    'access_token': 'access-canary', 'token_type': 'Bearer', 'refresh_token': 'refresh-canary',
}  # fmt: skip
USER = {'sub': 'u1', 'email': 'ada@example.org'}
CODE = 'WDJB-MJHT'
ENDPOINTS = {
    'token_endpoint': 'token', 'device_authorization_endpoint': 'device',
    'revocation_endpoint': 'revoke', 'userinfo_endpoint': 'userinfo',
    'phycloud_sessions_endpoint': 'sessions',
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """A status, a body (JSON of what is no bytes), and header fields."""

    status: int = 200
    body: Any = b''
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        """Return the bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


PENDING = Answer(400, {'error': 'authorization_pending'})
DENIED = Answer(400, {'error': 'access_denied'})
PAGE = b'<!doctype html><h1>A page of a proxy</h1>'


class OddHosts:
    """The server.  ``asked`` holds ``HOST ENDPOINT`` of each request, metadata aside."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        handler = type('Handler', (_Handler,), {'hosts': self})
        self._server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
        self.origin = f'http://127.0.0.1:{self._server.server_port}'
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def add(self, name: str, **answers: Answer | list[Answer]) -> str:
        """Make a host; return its URL.

        :param answers: for ``metadata``, ``openid``, ``device``, ``token``,
            ``userinfo``, ``sessions`` and ``revoke``; good ones where not given
        """
        for endpoint, given in {**self._usual(name), **answers}.items():
            listed = given if isinstance(given, list) else [given]
            self._answers[name, endpoint] = list(listed)
        return f'{self.origin}/{name}'

    def document(self, name: str, **changes: Any) -> dict[str, Any]:
        """Return the metadata of a host, with changes."""
        base = f'{self.origin}/{name}'
        endpoints = {member: f'{base}/{path}' for member, path in ENDPOINTS.items()}
        return {'issuer': base, **endpoints, **changes}

    def device(self, name: str, **changes: Any) -> dict[str, Any]:
        """Return the answer of a host's device endpoint, with changes."""
        usual = {
            'device_code': 'device-canary', 'user_code': CODE, 'expires_in': 600, 'interval': 1,
            'verification_uri': f'{self.origin}/{name}/page',
        }  # fmt: skip
        return {**usual, **changes}

    def next_answer(self, name: str, endpoint: str) -> Answer:
        """Return what the host says now, and note that it was asked."""
        if endpoint not in ('metadata', 'openid'):
            self.asked.append(f'{name} {endpoint}')
        waiting = self._answers.get((name, endpoint), [Answer(404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def _usual(self, name: str) -> dict[str, Answer | list[Answer]]:
        return {
            'metadata': Answer(200, self.document(name)),
            'device': Answer(200, self.device(name)),
            'token': Answer(200, TOKENS),
            'userinfo': Answer(200, USER),
        }


class OddHostsTestCase(CliTestCase):
    """A server of odd hosts for each class."""

    hosts: ClassVar[OddHosts]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.hosts = OddHosts()
        cls.addClassCleanup(cls.hosts.close)


class _Handler(http.server.BaseHTTPRequestHandler):
    hosts: ClassVar[OddHosts]

    def do_GET(self) -> None:
        """Find host and endpoint, and give the next answer."""
        words = self.path.partition('?')[0].strip('/').split('/')
        if words[:2] == ['.well-known', 'oauth-authorization-server']:
            name, endpoint = words[2], 'metadata'
        elif words[1:] == ['.well-known', 'openid-configuration']:
            name, endpoint = words[0], 'openid'
        else:
            name, endpoint = words[0], words[1] if len(words) > 1 else ''
        self._send(self.hosts.next_answer(name, endpoint))

    do_DELETE = do_GET

    def do_POST(self) -> None:
        """Read the form, then answer."""
        self.rfile.read(int(self.headers['Content-Length']))
        self.do_GET()

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {'Content-Length': str(len(answer.data)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
