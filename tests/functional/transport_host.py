"""An OAuth host of one test's own making, and the installed command to ask it.

Layer: test fixture.
"""

from __future__ import annotations

import json
import ssl
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.functional.cli import SECONDS, CliTestCase, Result
from tests.functional.transport_server import (
    Authority,
    Connection,
    Script,
    ScriptedServer,
    answering,
)

KEY = 'phk_canary0123456789'
_ENDPOINTS = {
    'token_endpoint': '/token', 'device_authorization_endpoint': '/device',
    'revocation_endpoint': '/revoke', 'userinfo_endpoint': '/userinfo',
    'phycloud_sessions_endpoint': '/sessions',
}


def document(value: object, status: int = 200, **headers: str) -> bytes:
    """Return an answer with ``value`` as JSON."""
    body = json.dumps(value).encode()
    fields = {'Content-Length': str(len(body)), **headers}
    head = ''.join(f'{name.replace("_", "-")}: {field}\r\n' for name, field in fields.items())
    return f'HTTP/1.1 {status} Status\r\n{head}\r\n'.encode() + body


USUAL = {
    '/userinfo': document({'sub': '1', 'email': 'ada@example.org'}),
    '/device': document({
        'device_code': 'canary-device', 'user_code': 'ABCD', 'verification_uri': 'https://x/',
        'expires_in': 600, 'interval': 1,
    }),
    '/token': document({
        'access_token': 'canary-access', 'refresh_token': 'canary-refresh',
        'token_type': 'Bearer', 'expires_in': 3600,
    }),
    '/revoke': document({}),
    '/sessions': document({'sessions': [{'id': 'ses_1'}], 'next_cursor': None}),
    '/sessions/ses_1': b'HTTP/1.1 204 Gone\r\n\r\n',
}


class Host(ScriptedServer):
    """A host with ``USUAL`` answers by path.

    :param answers: in place of those; by path below the host, or for ``/`` all of them
    :param path: the path of the host's own URL
    :param tls: for https
    :param metadata: members in place of the usual ones
    """

    def __init__(
        self, answers: Mapping[str, bytes] | None = None, path: str = '',
        tls: ssl.SSLContext | None = None, **metadata: str,
    ) -> None:
        self._answers = {**USUAL, **(answers or {})}
        self._path = path
        self._metadata = metadata
        super().__init__(self._script_of_host, tls)
        self.host = self.url + path

    def paths(self) -> list[str]:
        """Return method and path of each request, in order."""
        return [request.partition(b' HTTP/')[0].decode() for request in self.requests]

    def sent(self) -> str:
        """Return all that was sent."""
        return '\n'.join(request.decode() for request in self.requests)

    def _script_of_host(self, connection: Connection) -> None:
        while request := connection.read_request():
            path = request.split(b' ')[1].decode().partition('?')[0]
            connection.send(self._answer(path))

    def _answer(self, path: str) -> bytes:
        if '/' in self._answers:
            return self._answers['/']
        if path == f'/.well-known/oauth-authorization-server{self._path}':
            endpoints: dict[str, Any] = {
                name: self.host + below for name, below in _ENDPOINTS.items()
            }
            return document({'issuer': self.host, **endpoints, **self._metadata})
        return self._answers.get(path.removeprefix(self._path), document({}, 404))


class HostCase(CliTestCase):
    """Servers that end with the test, and the command in a home of its own."""

    def host(
        self, answers: Mapping[str, bytes] | None = None, path: str = '',
        tls: ssl.SSLContext | None = None, **metadata: str,
    ) -> Host:
        """Return a running host."""
        host = Host(answers, path, tls, **metadata)
        self.addCleanup(host.close)
        return host

    def recorder(self, script: Script | None = None) -> ScriptedServer:
        """Return a server that is only there to be asked nothing."""
        server = ScriptedServer(script or answering(document({})))
        self.addCleanup(server.close)
        return server

    def authority(self) -> Authority:
        """Return a certificate authority."""
        return Authority(Path(self.enterContext(tempfile.TemporaryDirectory())))

    def together(self, *lines: str, stdin: str = KEY, **environ: str) -> list[Result]:
        """Run command lines at the same time, each with ``stdin`` to read."""
        usual, self.environ = self.environ, self.environ | environ
        started = [self.start(*line.split(), stdin=subprocess.PIPE) for line in lines]
        self.environ = usual
        outputs = [process.communicate(stdin, SECONDS) for process in started]
        return [
            Result(process.returncode, *output)
            for process, output in zip(started, outputs, strict=True)
        ]

    def log_in(self, host: str, *words: str) -> None:
        """Store a PAT for ``host``."""
        self.auth('login', '--with-token', '--host', host, *words, stdin=KEY)
