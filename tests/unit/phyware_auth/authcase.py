"""A host that requests-mock plays, and a home, for the tests of ``phyware_auth``.

Layer: test fixture.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import unittest
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import requests_mock

from phyware.context import Context
from phyware.secret import Secret
from phyware.testing import FakeBrowser, FakeClock
from phyware.transport import Headers, Response
from phyware_auth.service.deps import Deps
from phyware_auth.store.choice import StorageChoice
from phyware_auth.store.record import FILE, HostRecord
from tests.unit.phyware_auth.store.fakes import Machine, answer_in_peace, oauth_record

HOST = 'https://cloud.example'
OTHER = 'https://other.example'
METADATA = f'{HOST}/.well-known/oauth-authorization-server'
OPENID = f'{HOST}/.well-known/openid-configuration'
TOKEN = f'{HOST}/oauth/token'
DEVICE = f'{HOST}/oauth/device'
REVOKE = f'{HOST}/oauth/revoke'
USERINFO = f'{HOST}/oauth/userinfo'
SESSIONS = f'{HOST}/api/v1/sessions'
IN_A_FILE = StorageChoice(FILE)

DOCUMENT: dict[str, Any] = {
    'issuer': HOST,
    'token_endpoint': TOKEN,
    'device_authorization_endpoint': DEVICE,
    'revocation_endpoint': REVOKE,
    'userinfo_endpoint': USERINFO,
    'phycloud_sessions_endpoint': SESSIONS,
    'scopes_supported': ['openid', 'email', 'offline_access', 'admin:sessions'],
}
SUCCESS: dict[str, Any] = {
    'access_token': 'access-new',
    'token_type': 'Bearer',
    'expires_in': 3600,
    'refresh_token': 'refresh-new',
    'scope': 'openid email',
}
DEVICE_ANSWER: dict[str, Any] = {
    'device_code': 'device-canary',
    'user_code': 'WDJB-MJHT',
    'verification_uri': f'{HOST}/device',
    'verification_uri_complete': f'{HOST}/device?user_code=WDJB-MJHT',
    'expires_in': 900,
    'interval': 5,
}
PENDING = {'status_code': 400, 'json': {'error': 'authorization_pending'}}


def without(answer: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return ``answer`` without these members."""
    return {name: value for name, value in answer.items() if name not in names}


def answer(body: object = b'', status: int = 200, url: str = TOKEN, **headers: str) -> Response:
    """Return what the transport would; ``Retry_After='3'`` is a header field."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {name.replace('_', '-'): value for name, value in headers.items()}
    return Response(status, url, Headers(fields), raw)


def full_record(host: str = HOST, **changes: object) -> HostRecord:
    """Return a login with every endpoint (of ``HOST``), good for an hour."""
    values: dict[str, Any] = {
        'token_endpoint': TOKEN,
        'revocation_endpoint': REVOKE,
        'userinfo_endpoint': USERINFO,
        'sessions_endpoint': SESSIONS,
    }
    return oauth_record(host, **{**values, **changes})


def text_of(secret: Secret | None) -> str | None:
    """Return the text of a secret, for a comparison that shows the difference."""
    return None if secret is None else secret.reveal()


class AuthCase(unittest.TestCase):
    """Store, transport and clock, with a host that answers as it is told."""

    def setUp(self) -> None:
        super().setUp()
        answer_in_peace(self)
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix='phyware-test-'))
        self.directory = os.path.join(folder, 'config')
        self.http = self.enterContext(requests_mock.Mocker(case_sensitive=True))
        self.clock = FakeClock()
        self.browser = FakeBrowser()
        self.warnings: list[str] = []
        self.environ: dict[str, str] = {'PHYWARE_CONFIG_DIR': self.directory, 'HOME': folder}
        self.machine = Machine()
        self.context = self.new_context()
        self.deps = Deps(self.context, self.warnings.append)
        self.store, self.transport = self.deps.store, self.deps.transport

    def new_context(self, stdin: io.TextIOBase | None = None) -> Context:
        """Return a context of this home, with streams of its own."""
        return Context(
            stdin or io.StringIO(), io.StringIO(), io.StringIO(),  # type: ignore[arg-type]
            self.environ, self.clock, self.browser, kept=self.machine,
        )

    def serve(self, url: str, *answers: Any, method: str = 'POST') -> Any:
        """Let ``url`` give these answers, the last one for ever.

        An answer is a JSON object, or keyword arguments of requests-mock if it
        has ``status_code``, ``content``, ``text`` or ``exc`` in it.
        """
        listed = [given if _is_raw(given) else {'json': given} for given in answers]
        return self.http.register_uri(method, url, listed)

    def serve_metadata(self, **changes: Any) -> None:
        """Serve the host's metadata document, members of None left out."""
        document = {**DOCUMENT, **changes}
        self.serve(METADATA, {n: v for n, v in document.items() if v is not None}, method='GET')
        self.serve(OPENID, {'status_code': 404}, method='GET')

    def saved(self, **changes: Any) -> HostRecord:
        """Store a login and return it as ``load`` gives it."""
        self.store.save_login(full_record(**changes))
        return self.stored()

    def stored(self, host: str = HOST) -> HostRecord:
        """Return what is stored."""
        record = self.store.load(host)
        assert record is not None
        return record

    def requests_to(self, url: str) -> list[dict[str, str]]:
        """Return the forms (or queries) that were sent to ``url``, in their order."""
        sent = [r for r in self.http.request_history if r.url.partition('?')[0] == url]
        return [dict(parse_qsl(request.text or request.query)) for request in sent]


def _is_raw(given: Mapping[str, Any]) -> bool:
    return any(name in given for name in ('status_code', 'content', 'text', 'exc', 'json'))
