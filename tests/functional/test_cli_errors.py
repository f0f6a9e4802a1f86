"""The table of errors: every code and every exit status, in text and in JSON.

Layer: functional test; the host is scripted, so that it can say anything.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import ClassVar

from tests.functional.cli import CliTestCase

KEY = 'phk_canary0123456789'
RAW = '<h1>raw page of a proxy</h1>'
PROBLEM = 'application/problem+json'
KEY_SCOPE = 'Give the variable PHYCLOUD_API_KEY a key that has the scope '
CREDENTIALS = ('Invalid credentials', 'Re-run auth login')
TOKEN = ('Token expired', 'Run auth refresh or re-login')


@dataclass(frozen=True)
class Answer:
    """What the host says to every API request."""

    status: int
    body: str = RAW
    headers: dict[str, str] = field(default_factory=dict)


class ScriptedHost(http.server.BaseHTTPRequestHandler):
    """Metadata as phycloud-api.md has it; for the rest ``says``."""

    says: ClassVar[Answer] = Answer(200)
    asked: ClassVar[list[str]] = []

    def answer(self) -> None:
        """Answer, and note an API request."""
        if self.path.startswith('/.well-known/'):
            self._send(Answer(200, json.dumps(self._metadata())))
        else:
            self.asked.append(f'{self.command} {self.path}')
            self._send(self.says)

    do_GET = do_DELETE = answer

    def do_POST(self) -> None:
        """Read the form, then answer."""
        self.rfile.read(int(self.headers['Content-Length']))
        self.answer()

    def _metadata(self) -> dict[str, str]:
        base = f'http://{self.headers["Host"]}'
        names = ('token', 'device_authorization', 'revocation', 'userinfo')
        return {'issuer': base} | {f'{name}_endpoint': f'{base}/{name}' for name in names}

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        for name, value in {'Content-Length': str(len(body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Row:
    """One row of the table: what the host says, and what comes of it."""

    answer: Answer
    code: str
    exit_code: int
    message: str
    remediation: str = ''


def problem(status: int, detail: str = 'because', **headers: str) -> Answer:
    """Return an RFC 9457 answer."""
    body = json.dumps({'status': status, 'title': 'Title', 'detail': detail})
    fields = {name.replace('_', '-'): value for name, value in headers.items()}
    return Answer(status, body, {'Content-Type': PROBLEM, **fields})


def challenge(status: int, text: str) -> Answer:
    """Return an answer with a Bearer challenge and a body that is no JSON."""
    return Answer(status, headers={'WWW-Authenticate': f'Bearer realm="x", {text}'})


NOT_ALLOWED = 'Not allowed with this credential'
FAILED = 'The host failed to handle the request'
EXPIRED_TOKEN = 'error="invalid_token", error_description="The token expired"'
ROWS = (
    Row(problem(401), 'UNAUTHORIZED', 2, *CREDENTIALS),
    Row(challenge(401, 'error="invalid_token"'), 'UNAUTHORIZED', 2, *CREDENTIALS),
    Row(challenge(401, EXPIRED_TOKEN), 'EXPIRED', 2, *TOKEN),
    Row(problem(403, 'no'), 'FORBIDDEN', 2, f'{NOT_ALLOWED}: no', KEY_SCOPE),
    Row(challenge(403, 'error="insufficient_scope", scope="admin:sessions"'), 'FORBIDDEN', 2,
        f'{NOT_ALLOWED}: the scope admin:sessions is missing', KEY_SCOPE),
    Row(problem(404), 'NOT_FOUND', 3, 'Not found', 'Check'),
    Row(Answer(410), 'NOT_FOUND', 3, 'Not found: HTTP 410', 'Check'),
    Row(problem(400, 'limit is odd'), 'VALIDATION', 4, 'Invalid input: limit is odd', 'See'),
    Row(problem(413), 'VALIDATION', 4, 'Invalid input', 'See'),
    Row(problem(422), 'VALIDATION', 4, 'Invalid input', 'See'),
    Row(Answer(418), 'VALIDATION', 4, 'Invalid input: HTTP 418', 'See'),
    Row(problem(409), 'CONFLICT', 4, 'The request conflicts', 'Read the present state'),
    Row(problem(429, Retry_After='0'), 'RATE_LIMITED', 1, 'The host asks for fewer', 'Wait'),
    Row(Answer(500), 'SERVER', 5, f'{FAILED}: HTTP 500', 'Try again later'),
    Row(problem(503, 'out', Retry_After='0'), 'SERVER', 5, f'{FAILED}: out', 'Try again later'),
    Row(Answer(302, headers={'Location': 'https://x.example/'}), 'ERROR', 1, '', 'If you trust'),
    Row(Answer(200), 'CONNECTION', 1, 'http://127.0.0.1'),
    Row(Answer(200, '[]'), 'CONNECTION', 1, 'http://127.0.0.1'),
    Row(Answer(200, '{"sessions": 1}'), 'CONNECTION', 1, 'the host gave an unexpected answer'),
)


class ErrorsTestCase(CliTestCase):
    """A scripted host, and the key that goes to it."""

    url: str

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), ScriptedHost)
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.url = f'http://127.0.0.1:{server.server_port}'

    def setUp(self) -> None:
        super().setUp()
        self.environ |= {'PHYCLOUD_URL': self.url, 'PHYCLOUD_API_KEY': KEY}
        ScriptedHost.asked.clear()

    @contextlib.contextmanager
    def host_says(self, answer: Answer) -> Iterator[None]:
        """Let the host answer so, in a subtest of its own."""
        ScriptedHost.says = answer
        with self.subTest(status=answer.status, body=answer.body[:40], headers=answer.headers):
            yield

    def assert_reported(self, words: tuple[str, ...], row: Row) -> None:
        """Run in text, then with ``-o json``, and check both forms."""
        text = self.run_cli(*words, status=row.exit_code)
        self.assert_error(text, row.code, row.message, row.remediation)
        result = self.run_cli(*words, '-o', 'json', status=row.exit_code)
        error = result.error()
        self.assertEqual(['code', 'message', 'remediation', 'exit_code'], list(error))
        self.assertEqual((row.code, row.exit_code), (error['code'], error['exit_code']))
        lines = [f'{row.code}: {error["message"]}', error['remediation']]
        self.assertEqual(lines, text.stderr.splitlines()[-2:])
        for each in (text, result):
            self.assertNotIn(KEY, each.stdout + each.stderr)
            self.assertNotIn('<h1>', each.stderr)
            self.assertNotIn('Traceback', each.stderr)


class ApiErrorsTest(ErrorsTestCase):
    def test_every_row_of_the_table(self) -> None:
        for row in ROWS:
            with self.host_says(row.answer):
                self.assert_reported(('auth', 'sessions', 'list'), row)

    def test_every_code_and_every_exit_status_has_a_row(self) -> None:
        codes = {row.code for row in ROWS}

        self.assertEqual(
            {'ERROR', 'CONNECTION', 'RATE_LIMITED', 'UNAUTHORIZED', 'EXPIRED', 'FORBIDDEN',
             'NOT_FOUND', 'VALIDATION', 'CONFLICT', 'SERVER'}, codes,
        )
        # 0 is every other test's.
        self.assertEqual({1, 2, 3, 4, 5}, {row.exit_code for row in ROWS})

    def test_case_53_idempotent_requests_are_made_three_times(self) -> None:
        for answer in (problem(429, Retry_After='0'), Answer(502)):
            with self.host_says(answer):
                ScriptedHost.asked.clear()
                self.auth('sessions', 'revoke', 'ses_1', status=1 if answer.status == 429 else 5)
                self.assertEqual(['DELETE /api/v1/sessions/ses_1'] * 3, ScriptedHost.asked)

    def test_case_53_a_wait_beyond_the_budget_is_not_waited_for(self) -> None:
        for retry_after in ('86400', formatdate(4_000_000_000, usegmt=True)):
            with self.host_says(problem(429, Retry_After=retry_after)):
                ScriptedHost.asked.clear()
                self.auth('sessions', 'list', status=1)
                self.assertEqual(1, len(ScriptedHost.asked))

    def test_session_that_is_not_there(self) -> None:
        for answer in (problem(404), Answer(410)):
            with self.host_says(answer):
                row = Row(answer, 'NOT_FOUND', 3, 'Session not found', 'Check SESSION_ID')
                self.assert_reported(('auth', 'sessions', 'revoke', 'ses_1'), row)

    def test_hosts_that_do_not_answer(self) -> None:
        closed = 'http://127.0.0.1:1'
        tls = self.url.replace('http:', 'https:')

        for url in (closed, tls, 'https://host.invalid'):
            with self.subTest(url):
                self.environ['PHYCLOUD_URL'] = url
                row = Row(Answer(0), 'CONNECTION', 1, '')
                self.assert_reported(('auth', 'sessions', 'list'), row)

    def test_status_and_login_of_what_is_no_host(self) -> None:
        with self.host_says(Answer(404)):
            wrong = f'{self.url}/nothing'
            message = f'the metadata of {wrong} is for another issuer'
            row = Row(Answer(0), 'VALIDATION', 4, message)
            self.assert_reported(('auth', 'login', '--host', wrong), row)

    def test_case_79_terminal_escapes_of_a_server_are_shown_not_obeyed(self) -> None:
        with self.host_says(problem(400, 'red \x1b[31m\r\nERROR: forged')):
            result = self.auth('sessions', 'list', status=4)

            self.assertIn(r'red \x1b[31m\r\nERROR: forged', result.stderr)
            self.assertNotIn('\x1b', result.stderr)

    def test_case_63_a_secret_that_a_server_repeats_is_masked(self) -> None:
        with self.host_says(problem(400, f'bad key {KEY}')):
            for words in ([], ['-vvv', '--debug']):
                result = self.auth('sessions', 'list', *words, status=4)
                self.assertNotIn(KEY, result.stdout + result.stderr)
