"""A clock, a context, answers and a provider for tests without a network.

Layer: test fixture.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

from phyware.auth import AuthProvider, Credential, Identity
from phyware.context import Context
from phyware.secret import Secret
from phyware.transport import Headers, Response

HOST = 'https://cloud.example'


class FakeClock:
    """A clock that only a sleeper moves; ``naps`` are the sleeps asked for."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = now
        self.naps: list[float] = []

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self._now += seconds


def context(environ: Mapping[str, str] | None = None, clock: FakeClock | None = None) -> Context:
    return Context(
        io.StringIO(), io.StringIO(), io.StringIO(), environ or {}, clock or FakeClock()
    )


def response(status: int = 200, body: object = b'', **headers: str) -> Response:
    """Return an answer; ``www_authenticate='x'`` is a field of that name."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {name.replace('_', '-'): value for name, value in headers.items()}
    return Response(status, f'{HOST}/api?secret=query', Headers(fields), raw)


def credential(token: str = 'phk_first', host: str = HOST, expiry: int | None = None) -> Credential:
    return Credential(host, Secret(token), 'pat', 'option', expiry)


class FakeProvider(AuthProvider):
    """Gives what it was made with; ``asked`` and ``rejected`` are its calls."""

    def __init__(self, first: object = None, newer: object = None) -> None:
        self._first = first
        self._newer = newer
        self.asked: list[str] = []
        self.rejected: list[Credential] = []

    def credential(self, host: str) -> Credential | None:
        self.asked.append(host)
        return self._first  # type: ignore[return-value]

    def reject(self, credential: Credential) -> Credential | None:
        self.rejected.append(credential)
        return self._newer  # type: ignore[return-value]

    def identity(self, host: str) -> Identity | None:
        return None
