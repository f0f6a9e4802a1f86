"""Sessions without a login, and a gate in front of a devcloud where tests meet.

Layer: test fixture.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, cast
from urllib.parse import parse_qs

from phyware.secret import Secret
from phyware_auth.store.record import FILE, OAUTH, HostRecord
from phyware_auth.store.store import CredentialStore
from tests.functional.cli import SECONDS, CloudTestCase, Result, direct
from tests.functional.site_file import PATIENT_REQUESTS, customize
from tests.functional.store_case import streamless

Hook = Callable[[], object]
LIFE = 3600
# In each process of the command: a clock that is wrong, or other waits.
_SITE = f'''
import os, time
offset = float(os.environ.get('TEST_CLOCK_OFFSET', '0'))
if os.environ.get('TEST_CLOCK_JUMPS'):
    real, calls = time.time, []
    time.time = lambda: calls.append(0) or real() + (7200 if len(calls) % 2 else 0)
elif os.environ.get('TEST_CLOCK_STANDS'):
    time.time = lambda: float(os.environ['TEST_CLOCK_STANDS'])
elif offset:
    real = time.time
    time.time = lambda: real() + offset
if os.environ.get('TEST_LONG_ANSWERS'):
    exec({PATIENT_REQUESTS!r})
if os.environ.get('TEST_GATE_SECONDS'):
    import sys
    from phyware_auth import fastgate
    fastgate._SECONDS = float(os.environ['TEST_GATE_SECONDS'])
    # As long as anything on the path is new, no index is written.
    sys.path.remove(os.path.dirname(__file__))
if os.environ.get('TEST_LONG_WAITS'):
    from phyware_auth import refresh
    from phyware_auth.store import stamps
    refresh.LOCK_SECONDS = stamps.LIFETIME = float(os.environ['TEST_LONG_WAITS'])
if os.environ.get('TEST_SHORT_WAITS'):
    from phyware.transport.client import Transport
    from phyware_auth import refresh
    Transport.__init__.__kwdefaults__['total_timeout'] = 3.0
    refresh.LOCK_SECONDS = float(os.environ['TEST_SHORT_WAITS'])
'''


class RefreshTestCase(CloudTestCase):
    """Logins that are stored by the test: as ``auth login`` does, in no time."""

    faults: ClassVar[tuple[str, ...]] = ('revoke-one',)

    def setUp(self) -> None:
        super().setUp()
        self.store = CredentialStore(streamless(self.environ))
        self._grants = self._counted()

    def session(self, left: int = -10, *, host: str | None = None, **changes: Any) -> HostRecord:
        """Store a new session whose access token is good for that many seconds."""
        answer = self.grant(
            grant_type='password', username=self.cloud.email, password=self.cloud.password,
            scope='openid email offline_access admin:sessions',
        ).json()
        tokens = {name: Secret(answer[name]) for name in ('access_token', 'refresh_token')}
        return self.keep(host or self.url, left, **tokens, **changes)

    def keep(self, host: str, left: int, **changes: Any) -> HostRecord:
        """Store a login of ``host`` with these tokens, and make it the active one.

        :param left: the seconds the token is good for, by the clock of ``site``
        """
        now = int(self.environ.get('TEST_CLOCK_STANDS') or time.time())
        record = HostRecord(
            host=host, kind=OAUTH, storage=FILE, client_id='phyware-cli', issuer=host,
            obtained=now + left - LIFE, expiry=now + left, user=self.cloud.email,
            scopes=('openid', 'email', 'offline_access', 'admin:sessions'),
            token_endpoint=f'{host}/oauth/token', revocation_endpoint=f'{host}/oauth/revoke',
            userinfo_endpoint=f'{host}/oauth/userinfo',
            sessions_endpoint=f'{host}/api/v1/sessions',
        )
        self.store.save_login(record._replace(**changes))
        self.store.set_active(host)
        return self.loaded(host)

    def loaded(self, host: str | None = None) -> HostRecord:
        """Return what is stored, as a new process finds it."""
        found = CredentialStore(streamless(self.environ)).load(host or self.url)
        assert found is not None
        return found

    def grants(self) -> int:
        """Return how many refreshes the server was asked for during this test."""
        return self._counted() - self._grants

    def _counted(self) -> int:
        return self.counters().get('grant refresh_token', 0)

    def refresh_works(self, token: str | None) -> bool:
        """Try a refresh token, which spends it."""
        answer = self.grant(grant_type='refresh_token', refresh_token=token or '')
        return answer.status_code == 200

    def site(self, **variables: str) -> None:
        """Let each process of the command run with a clock or with waits of its own.

        TEST_LONG_WAITS is the seconds for the lock, and for how long a failure is
        remembered.  TEST_SHORT_WAITS is those for the lock alone; a host gets 3 to
        answer, and with TEST_LONG_ANSWERS far more than in life.  TEST_GATE_SECONDS
        is for the gate of the fast functions.  The clock stands at TEST_CLOCK_STANDS.
        """
        customize(self, _SITE)
        self.environ |= variables

    def results(self, processes: list[subprocess.Popen[str]]) -> list[Result]:
        """Return what each of ``processes`` did."""
        return [self.finish(process) for process in processes]

    def gate(self) -> Gate:
        """Return a gate in front of the devcloud, at which what is asked may wait for long."""
        self.site(TEST_LONG_ANSWERS='1')
        gate = Gate(self.url)
        self.addCleanup(gate.check)
        self.addCleanup(gate.stop)
        return gate


class Gate:
    """A host in front of a devcloud: what passes can wait for what a test does.

    :param target: the devcloud's URL; answers name the gate's own instead
    """

    def __init__(self, target: str) -> None:
        self._hooks: dict[tuple[str, str], Hook] = {}
        self._failures: list[BaseException] = []
        self._server = _Server(('127.0.0.1', 0), _Passage)
        cast(Any, self._server).gate = self
        self.target = target
        self.url = f'http://127.0.0.1:{self._server.server_port}'
        self.seen: list[str] = []
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def once(self, moment: str, what: str, hook: Hook) -> None:
        """Call ``hook`` once, before or after the devcloud gets such a request.

        :param moment: ``before`` or ``after``
        :param what: a grant type, or ``revoke`` and a hint, or a path
        """
        self._hooks[moment, what] = hook

    def stop(self) -> None:
        """Stop to listen."""
        self._server.shutdown()
        self._server.server_close()

    def check(self) -> None:
        """Fail as a hook did, and if one was never called."""
        for failure in self._failures:
            raise failure
        assert not self._hooks, f'never called: {list(self._hooks)}'

    def reached(self, moment: str, what: str) -> None:
        """Call the hook of this place, if there is one."""
        hook = self._hooks.pop((moment, what), None)
        try:
            if hook is not None:
                hook()
        except BaseException as failure:  # noqa: BLE001 - raised by ``check`` in the test's thread
            self._failures.append(failure)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hooks have killed."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Passage(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._pass(b'')

    def do_DELETE(self) -> None:
        self._pass(b'')

    def do_POST(self) -> None:
        self._pass(self.rfile.read(int(self.headers['Content-Length'])))

    def _pass(self, body: bytes) -> None:
        gate: Gate = cast(Any, self.server).gate
        what = self._what(body)
        gate.seen.append(what)
        gate.reached('before', what)
        names = ('Authorization', 'Content-Type', 'Accept')
        headers = {name: self.headers[name] for name in names if name in self.headers}
        answer = direct().request(
            self.command, f'{gate.target}{self.path}', data=body, headers=headers, timeout=SECONDS
        )
        gate.reached('after', what)
        content = answer.content.replace(gate.target.encode(), gate.url.encode())
        # A client that a hook has killed takes no answer.
        with contextlib.suppress(OSError):
            self.send_response(answer.status_code)
            self.send_header('Content-Type', answer.headers.get('Content-Type', 'text/plain'))
            self.send_header('Content-Length', str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def _what(self, body: bytes) -> str:
        form = parse_qs(body.decode())
        if self.path == '/oauth/token':
            return form['grant_type'][0]
        if self.path == '/oauth/revoke':
            return f'revoke {form["token_type_hint"][0]}'
        return self.path.partition('?')[0]
