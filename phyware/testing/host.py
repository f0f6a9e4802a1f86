"""A host on loopback that answers what a test says.

Layer: shipped for plugin authors; nothing imports it at run time.  It is a
real server, so a command is tested with the HTTP client that it will have.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Call:
    """One request that the host received.

    :param path: without the query, still percent-encoded
    :param token: of ``Authorization: Bearer TOKEN``, empty without one
    :param body: the JSON of the request, or the fields of its form; None if it has none
    """

    method: str
    path: str
    query: Mapping[str, str]
    token: str = field(repr=False)
    body: Any = field(default=None, repr=False)


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


class FakeHost(contextlib.AbstractContextManager['FakeHost']):
    """A PhyCloud host of a test; it listens while its block runs.

    What nobody said an answer for is 404.  ``calls`` are the requests so far.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._answers: dict[tuple[str, str], list[_Answer]] = {}
        self._server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), _handler(self))
        # The default of half a second is what each test would wait at its end.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Return the host in normal form."""
        return f'http://127.0.0.1:{self._server.server_port}'

    def answer(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say what a request gets; said again, what the next one gets.

        The last answer is repeated.

        :param path: without a query
        :param body: what is sent as JSON; bytes are sent as they are
        """
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = _Answer(status, b'' if status == 204 else raw, headers or {})
        self._answers.setdefault((method, path), []).append(given)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _reply(self, call: Call) -> _Answer:
        self.calls.append(call)
        answers = self._answers.get((call.method, call.path))
        if not answers:
            return _Answer(404, b'{"title": "Not Found"}', {'Content-Type': _PROBLEM})
        return answers.pop(0) if len(answers) > 1 else answers[0]


_PROBLEM = 'application/problem+json'


def _handler(host: FakeHost) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def _serve(self) -> None:
            answer = host._reply(_call(self))
            kind = _PROBLEM if answer.status >= 400 else 'application/json'
            headers = {'Content-Type': kind, **answer.headers}
            self.send_response(answer.status)
            for name, value in {**headers, 'Content-Length': str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler


def _call(request: http.server.BaseHTTPRequestHandler) -> Call:
    url = urlsplit(request.path)
    raw = request.rfile.read(int(request.headers.get('Content-Length') or 0))
    kind, _, token = (request.headers.get('Authorization') or '').partition(' ')
    return Call(
        request.command,
        url.path,
        dict(parse_qsl(url.query, keep_blank_values=True)),
        token if kind == 'Bearer' else '',
        _body(raw, request.headers.get('Content-Type') or ''),
    )


def _body(raw: bytes, kind: str) -> Any:
    if kind.startswith('application/x-www-form-urlencoded'):
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))
    return json.loads(raw) if raw else None
