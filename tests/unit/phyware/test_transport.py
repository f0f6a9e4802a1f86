"""What is refused before a byte is sent."""

from __future__ import annotations

import unittest
from functools import partial
from unittest import mock

import requests
import requests_mock

from phyware.errors import ConnectionFailed, Validation
from phyware.secret import Secret
from phyware.transport import Request, Transport
from tests.unit.phyware.transport_fakes import HOST, context

TOKEN = Secret('phk_canary')


class TransportTest(unittest.TestCase):
    def setUp(self) -> None:
        self.http = self.enterContext(requests_mock.Mocker())
        self.http.register_uri(requests_mock.ANY, requests_mock.ANY, json={})

    def assert_refused(self, request: Request, environ: dict[str, str] | None = None) -> str:
        with self.assertRaises(Validation) as caught:
            Transport(context(environ)).request(request)
        self.assertEqual(self.http.call_count, 0)
        self.assertNotIn('canary', str(caught.exception))
        return str(caught.exception)


class PlainHTTPTests(TransportTest):
    def test_case_76_plain_http_to_another_machine(self) -> None:
        for host in ('cloud.example', 'localhost.evil.example', '192.0.2.1', '[2001:db8::1]'):
            with self.subTest(host):
                message = self.assert_refused(Request('GET', f'http://{host}/x', bearer=TOKEN))

                self.assertEqual(
                    message, f'plain http is only for this machine, and http://{host} is not'
                )

    def test_case_76_addresses_that_only_look_like_this_machine(self) -> None:
        for host in ('0.0.0.0', '127.1', '0x7f000001', '[::]'):
            with self.subTest(host):
                self.assert_refused(Request('GET', f'http://{host}/', bearer=TOKEN))

    def test_other_schemes(self) -> None:
        for url in ('ftp://localhost/', 'file:///etc/passwd', 'localhost', 'httpx://localhost', ''):
            with self.subTest(url):
                self.assert_refused(Request('GET', url))

    def test_loopback(self) -> None:
        for host in ('localhost:8000', '127.0.0.1', '127.9.9.9', '[::1]:8000'):
            with self.subTest(host):
                self.assertEqual(Transport(context()).get(f'http://{host}/x').status, 200)

    def test_plain_http_by_explicit_choice(self) -> None:
        transport = Transport(context({'PHYWARE_ALLOW_INSECURE_HTTP': '1'}))

        answer = transport.get('http://cloud.example/x', TOKEN)

        self.assertEqual(answer.status, 200)

    def test_any_other_value_is_no_choice(self) -> None:
        for value in ('', '0', 'true', 'yes'):
            with self.subTest(value):
                environ = {'PHYWARE_ALLOW_INSECURE_HTTP': value}
                self.assert_refused(Request('GET', 'http://cloud.example/'), environ)

    def test_explicit_choice_does_not_allow_what_is_no_url(self) -> None:
        environ = {'PHYWARE_ALLOW_INSECURE_HTTP': '1'}
        for url in ('ftp://cloud.example/', 'http://user:canary@cloud.example/'):
            with self.subTest(url):
                self.assert_refused(Request('GET', url), environ)


class LogTests(TransportTest):
    """What ``-v`` shows of each request, and that no secret is in it."""

    URL = 'http://localhost:8000/api/v1/x'

    def logged(self, request: Request, level: str = 'INFO') -> list[str]:
        with self.assertLogs('phyware.http', level) as logs:
            try:
                Transport(context()).request(request)
            except ConnectionFailed:
                logs.output.append('failed')
        return logs.output

    def test_case_64_one_line_without_query_and_token(self) -> None:
        request = Request('GET', f'{self.URL}?code=canary', params={'a': 'canary'}, bearer=TOKEN)

        [line] = self.logged(request)

        self.assertRegex(line, f'^INFO:phyware.http:GET {self.URL} 200, [0-9]+ ms$')

    def test_one_that_gets_no_answer_says_why(self) -> None:
        self.http.get(self.URL, exc=requests.exceptions.ConnectTimeout('canary'))

        line, end = self.logged(Request('GET', f'{self.URL}?code=canary'))

        self.assertEqual('failed', end)
        self.assertRegex(line, f':GET {self.URL} failed, [0-9]+ ms: http://localhost:8000 gave no')
        self.assertNotIn('canary', line)

    def test_more_of_the_answer_with_debug(self) -> None:
        self.http.post(self.URL, text='x' * 12, headers={'Content-Type': 'text/plain; a=b'})

        _, more = self.logged(Request('POST', self.URL, bearer=TOKEN), 'DEBUG')

        self.assertEqual('DEBUG:phyware.http:with a token; 12 bytes of text/plain', more)

    def test_nothing_is_measured_where_nobody_listens(self) -> None:
        clock = mock.Mock()

        Transport(context(clock=clock)).get(self.URL)

        clock.monotonic.assert_not_called()


class BearerTests(TransportTest):
    def test_case_72_token_for_another_origin(self) -> None:
        for url in (
            'https://evil.example/',
            'https://cloud.example:8443/',
            'http://localhost/',
            'https://cloud.example.evil.example/',
            'https://cloud.example./',
        ):
            with self.subTest(url):
                message = self.assert_refused(
                    Request('GET', url, bearer=TOKEN, bearer_host=HOST)
                )

                self.assertEqual(message, 'The URL belongs to another host than the credential')

    def test_case_73_parser_differential(self) -> None:
        for url in (
            'https://evil.example\\@cloud.example/',
            'https://cloud.example\\.evil.example/',
            'https://evil.example#@cloud.example/',
            'https://evil.example?@cloud.example/',
            'https://cloud.example@evil.example/',
            'https://cloud.example\t.evil.example/',
            'https:///cloud.example/',
        ):
            with self.subTest(url):
                self.assert_refused(Request('GET', url, bearer=TOKEN, bearer_host=HOST))

    def test_case_73_the_prepared_url_decides(self) -> None:
        def elsewhere(prepared: requests.PreparedRequest, url: str, params: object) -> None:
            prepared.url = 'https://evil.example/'

        # A query, since the URL of a request without one is used as it is.
        request = Request('GET', f'{HOST}/x', params={'a': 1}, bearer=TOKEN, bearer_host=HOST)
        with mock.patch.object(requests.PreparedRequest, 'prepare_url', elsewhere):
            self.assert_refused(request)

    def test_same_origin_in_another_spelling(self) -> None:
        request = Request('GET', 'HTTPS://Cloud.Example:443/x', bearer=TOKEN, bearer_host=HOST)

        Transport(context()).request(request)

        self.assertEqual(self.http.last_request.headers['Authorization'], 'Bearer phk_canary')

    def test_user_info(self) -> None:
        self.assert_refused(Request('GET', 'https://user:canary@cloud.example/'))


class EncodingTests(TransportTest):
    def test_what_http_does_not_allow(self) -> None:
        for request in (
            Request('GET', f'{HOST}/', headers={'X-A': 'canary\r\nX-B: c'}),
            Request('GET', f'{HOST}/', headers={'X-A': 'canary é'}),
            Request('GET', f'{HOST}/', headers={'X\n': 'canary'}),
            Request('GET\r\nX:', f'{HOST}/'),
            Request('POST', f'{HOST}/', form={'a': 'canary\udcff'}),
            Request('POST', f'{HOST}/', json={'a': 'canary\udcff'}),
            Request('POST', f'{HOST}/', json={'canary': float('nan')}),
        ):
            with self.subTest(repr(request)):
                message = self.assert_refused(request)

                self.assertEqual(message, 'The request has characters that HTTP does not allow')

    def test_parameters_that_are_none_are_left_out(self) -> None:
        params = {'limit': 5, 'cursor': None, 'tag': ['a', 'b']}

        Transport(context()).get(f'{HOST}/x', params=params)

        self.assertEqual(self.http.last_request.url, f'{HOST}/x?limit=5&tag=a&tag=b')

    def test_json_body(self) -> None:
        for value, body in (({'é': 1}, '{"é": 1}'), ({}, '{}'), ([], '[]'), (False, 'false')):
            with self.subTest(body):
                Transport(context()).request(Request('POST', f'{HOST}/x', json=value))

                sent = self.http.last_request
                self.assertEqual(sent.body.decode(), body)
                self.assertEqual(sent.headers['Content-Type'], 'application/json')

    def test_own_headers(self) -> None:
        headers = {'accept': 'text/plain', 'X-A': 'b'}

        Transport(context()).request(Request('GET', f'{HOST}/x', headers=headers))

        sent = self.http.last_request.headers
        self.assertEqual((sent['Accept'], sent['X-A']), ('text/plain', 'b'))


class ReasonTests(TransportTest):
    def test_reason_of_an_exception_that_quotes_the_request(self) -> None:
        for kind in (requests.exceptions.InvalidHeader, requests.exceptions.RetryError):
            with self.subTest(kind.__name__):
                error = kind('canary', request=requests.Request('GET', HOST))
                self.http.register_uri('GET', f'{HOST}/x', exc=error)

                with self.assertRaises(ConnectionFailed) as caught:
                    Transport(context()).get(f'{HOST}/x?canary', TOKEN)

                self.assertEqual(
                    str(caught.exception), f'{HOST} gave no usable answer: the connection broke'
                )
                self.assertIsNone(caught.exception.__context__)

    def test_close_lets_the_next_request_start_anew(self) -> None:
        transport = Transport(context())
        transport.close()
        get = partial(transport.get, f'{HOST}/x')

        statuses = [get().status]
        transport.close()
        statuses.append(get().status)

        self.assertEqual(statuses, [200, 200])
