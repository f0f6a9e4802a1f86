"""A secret is in the request and nowhere else, whatever goes wrong."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from http.client import HTTPConnection
from unittest import mock

from phyware.errors import PhywareError, Validation
from phyware.secret import Secret
from phyware.transport import Request, Transport
from tests.functional.transport_case import TransportCase
from tests.functional.transport_server import OK, answering, closed_port, once

CANARY = 'phk_canary-of-the-tests'


def everything_of(error: BaseException) -> str:
    """Return all that a handler of ``error`` could print, local variables too."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    return ''.join((str(error), repr(error), repr(vars(error)), *report.format()))


class Records(logging.Handler):
    """Keep what is logged, formatted."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ''

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record)


class LeakTests(TransportCase):
    def setUp(self) -> None:
        super().setUp()
        self.records = Records()
        root = logging.getLogger()
        level = root.level
        root.addHandler(self.records)
        root.setLevel(logging.DEBUG)
        self.addCleanup(root.removeHandler, self.records)
        self.addCleanup(root.setLevel, level)

    def assert_nothing_leaks(self, call: Callable[[], object]) -> PhywareError:
        error = self.failure(call)
        shown = everything_of(error) + self.records.text + self.stderr.getvalue()
        self.assertNotIn('canary', shown)
        return error

    def test_case_63_failures_show_neither_bearer_nor_form(self) -> None:
        answers = (b'', b'junk\r\n', b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n')
        for answer in answers:
            with self.subTest(answer):
                server = self.server(once(answer))
                request = Request(
                    'POST',
                    f'{server.url}/token?code=canary',
                    form={'password': Secret(CANARY)},
                    bearer=Secret(CANARY),
                )
                # The query is in urllib3's own log, which the logging filter redacts.
                logging.getLogger('urllib3').setLevel(logging.WARNING)
                self.addCleanup(logging.getLogger('urllib3').setLevel, logging.NOTSET)

                self.assert_nothing_leaks(partial(self.transport().request, request))

                self.assertEqual(server.requests[0].count(CANARY.encode()), 2)

    def test_case_63_refused_connection(self) -> None:
        url = f'http://127.0.0.1:{self.enterContext(closed_port())}'
        transport = self.transport()

        self.assert_nothing_leaks(partial(transport.get, url, Secret(CANARY)))

    def test_case_64_log_of_a_success_has_no_header(self) -> None:
        server = self.server(answering(OK))

        self.transport().get(server.url, Secret(CANARY))

        self.assertIn('GET / HTTP/1.1', self.records.text)
        self.assertNotIn('canary', self.records.text)

    def test_case_64_debugging_of_http_client_prints_nothing_of_ours(self) -> None:
        server = self.server(answering(OK))
        stdout = io.StringIO()

        with mock.patch('http.client.HTTPConnection.debuglevel', 1), redirect_stdout(stdout):
            self.transport().get(server.url, Secret(CANARY))
            # Another's connection shows that it is switched on.
            other = HTTPConnection('127.0.0.1', server.port)
            other.request('GET', '/other')
            other.close()

        self.assertIn("send: b'GET /other HTTP/1.1", stdout.getvalue())
        self.assertNotIn('canary', stdout.getvalue())

    def test_case_65_bearer_that_no_header_can_hold(self) -> None:
        server = self.server(answering(OK))
        for bad in ('\n', '\r\nX: y', 'é', '\u2028', '\ud800', '\0', ' '):
            with self.subTest(bad):
                call = partial(self.transport().get, server.url, Secret(CANARY + bad))
                self.assertIsInstance(self.assert_nothing_leaks(call), Validation)
        self.assertEqual(server.connections, 0)

    def test_case_65_form_value_that_is_no_text(self) -> None:
        server = self.server(answering(OK))
        form = {'password': Secret(f'{CANARY}\udcff')}

        call = partial(self.transport().post_form, server.url, form)

        self.assertIsInstance(self.assert_nothing_leaks(call), Validation)
        self.assertEqual(server.connections, 0)

    def test_case_65_answer_that_is_no_json_is_not_quoted(self) -> None:
        for body in (CANARY, f'{{"access_token": "{CANARY}', f'["{CANARY}"]'):
            with self.subTest(body):
                head = f'HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n'
                server = self.server(once(f'{head}{body}'.encode()))
                response = self.transport().get(server.url)

                self.assert_nothing_leaks(response.json_object)
                self.assertNotIn('canary', repr(response))

    def test_secrets_of_a_request_are_told_to_the_redactor(self) -> None:
        server = self.server(answering(OK))
        transport: Transport = self.transport()

        transport.post_form(server.url, {'password': Secret('pass-canary')}, Secret(CANARY))

        shown = self.redactor.redact(f'pass-canary and {CANARY}')
        self.assertNotIn('canary', shown)
