"""The server of a stored login is gone, and something else has its port (security case 78)."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from urllib.parse import urlsplit

from phyware.hosts import host_slug
from phyware_auth.store import codec
from tests.functional.cli import CloudTestCase, LoggedInTestCase, Result
from tests.functional.devcloud_server import DevCloud

_ANOTHER = 'another server listens on'
_SILENT = 'does not say that it is what you logged in to'
_ASKED = ['GET /api/v1/instance']


class _Recorder(ThreadingHTTPServer):
    """A server that answers everything in one way, and remembers all that it was sent."""

    daemon_threads = True

    def __init__(self, port: int, status: int, body: str) -> None:
        super().__init__(('127.0.0.1', port), _Handler)
        self.answer = (status, body.encode())
        self.requests: list[str] = []
        self.received = ''


class _Handler(BaseHTTPRequestHandler):
    server: _Recorder

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()
        self.server.requests.append(f'{self.command} {self.path}')
        self.server.received += f'{self.path}\n{self.headers}\n{body}\n'
        status, answer = self.server.answer
        self.send_response(status)
        self.send_header('Content-Length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_DELETE = _answer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class StalePortCase(LoggedInTestCase):
    """Each test begins logged in to a devcloud that any of them may stop."""

    database: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        # Not the shared devcloud: others would miss it.
        super(CloudTestCase, cls).setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix='phyware-test-'))
        cls.database = f'sqlite:///{folder}/first.sqlite'
        cls.cloud = DevCloud.start('--database', cls.database)
        cls.addClassCleanup(cls.cloud.stop)

    def setUp(self) -> None:
        super().setUp()
        self.secrets = [self.stored()['access_token'], self.stored()['refresh_token']]

    @contextmanager
    def recorder(self, status: int = 200, body: str = '') -> Iterator[_Recorder]:
        """Put a recorder in the place of the devcloud."""
        self.cloud.stop()
        body = body or json.dumps({'instance_id': 'ins_another'})
        with _Recorder(urlsplit(self.url).port or 0, status, body) as server:
            thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
            thread.start()
            try:
                yield server
            finally:
                server.shutdown()
                thread.join()

    @contextmanager
    def devcloud(self, database: str) -> Iterator[DevCloud]:
        """Put a devcloud with another database, or the same, in the place of the first."""
        self.cloud.stop()
        port = str(urlsplit(self.url).port)
        with DevCloud('--port', port, '--database', database, '--fault=counters') as cloud:
            yield cloud

    def expire(self) -> None:
        """Let the stored access token be over."""
        path = Path(self.config, 'hosts', host_slug(self.url))
        path.write_bytes(codec.encode({**codec.decode(path.read_bytes()), 'expiry': '1'}))

    def refused(self, *words: str, because: str = _ANOTHER) -> Result:
        """Run a command that finds another server; check what it says about it."""
        result = self.auth(*words, '--host', self.url, status=1)
        line = result.stderr.splitlines()[-2]
        self.assertTrue(line.startswith('CONNECTION: '), result.stderr)
        self.assertIn(because, line)
        self.assertIn(f'log in again: phyware auth login --host {self.url}', result.stderr)
        return result

    def assert_no_secret(self, server: _Recorder) -> None:
        """Check that ``server`` was asked who it is, and sent nothing of value."""
        self.assertEqual(_ASKED, server.requests)
        for secret in (*self.secrets, 'Bearer', 'Authorization'):
            self.assertNotIn(secret, server.received)
        server.requests.clear()


class StalePortTest(StalePortCase):
    def test_case_78_another_program_on_the_port_is_sent_no_secret(self) -> None:
        with self.recorder() as server:
            for words in (('status',), ('refresh',), ('refresh', '--force'), ('sessions', 'list')):
                with self.subTest(words):
                    self.refused(*words)
                    self.assert_no_secret(server)

    def test_case_78_nor_is_it_with_a_token_that_is_over(self) -> None:
        self.expire()
        with self.recorder() as server:
            for words in (('token',), ('refresh',), ('sessions', 'list')):
                with self.subTest(words):
                    self.assertEqual('', self.refused(*words).stdout)
                    self.assert_no_secret(server)

    def test_case_78_what_does_not_say_who_it_is_is_no_better(self) -> None:
        for status, body in (
            (404, 'not here'), (200, '<html>'), (200, '{"instance_id": 5}'),
        ):
            with self.subTest(body), self.recorder(status, body) as server:
                self.refused('status', because=_SILENT)
                self.assert_no_secret(server)

    def test_case_78_a_logout_is_local_then_and_says_so(self) -> None:
        with self.recorder() as server:
            result = self.auth('logout', '--host', self.url, '-o', 'json')

            (row,) = result.json()
            self.assertEqual(
                ('failed', 'failed', 'removed'),
                (row['refresh_token'], row['access_token'], row['local']),
            )
            self.assertEqual(2, result.stderr.count(_ANOTHER), result.stderr)
            self.assert_no_secret(server)
        self.assertEqual({}, self.stored())

    def test_case_78_a_token_that_is_only_printed_needs_no_server(self) -> None:
        with self.recorder() as server:
            self.assertEqual(f'{self.secrets[0]}\n', self.auth('token', '--host', self.url).stdout)
            self.assertEqual([], server.requests)

    def test_case_78_a_devcloud_with_another_database_is_another_server(self) -> None:
        with self.devcloud(f'sqlite:///{self.home}/second.sqlite') as other:
            for words in (('status',), ('refresh', '--force'), ('sessions', 'list')):
                self.refused(*words)
            asked = set(self.counters()) - {'GET /api/v1/debug/counters'}
            self.assertEqual({'GET /api/v1/instance'}, asked)

            result = self.auth('login', '--with-token', '--host', self.url, stdin=other.pat)
            self.assertIn(f'the previous refresh_token was not revoked: {_ANOTHER}', result.stderr)
            self.assertFalse([name for name in self.counters() if 'revo' in name])
            self.assertEqual('valid', self.auth('status', '-o', 'json').json()['state'])

    def test_case_78_the_same_one_started_again_goes_on(self) -> None:
        with self.devcloud(self.database):
            self.auth('status', '--host', self.url)
            self.auth('refresh', '--force', '--host', self.url)
            self.auth('sessions', 'list', '--host', self.url)

            self.assertEqual(3, self.counters()['GET /api/v1/instance'])

    def test_case_78_a_personal_access_token_is_kept_back_too(self) -> None:
        # The other tests need the login that this one would replace.
        shutil.rmtree(self.config)
        with self.devcloud(self.database) as cloud:
            self.auth('login', '--with-token', '--host', self.url, stdin=cloud.pat)
            self.secrets = [cloud.pat]
        with self.recorder() as server:
            for words in (('status',), ('refresh',), ('sessions', 'list')):
                self.refused(*words)
                self.assert_no_secret(server)
