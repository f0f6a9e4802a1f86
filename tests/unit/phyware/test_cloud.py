"""What a plugin gets for a call: an answer, or an error with a code."""

from __future__ import annotations

import unittest
from dataclasses import replace
from typing import Any

import requests
import requests_mock

from phyware.auth import Credential
from phyware.cloud import CloudSession
from phyware.errors import (
    ConnectionFailed,
    Expired,
    Forbidden,
    GenericError,
    NotFound,
    PhywareError,
    ServerFailed,
    Unauthorized,
    Validation,
)
from phyware.secret import Secret
from phyware.transport import Transport
from tests.unit.phyware.transport_fakes import (
    HOST,
    FakeClock,
    FakeProvider,
    context,
    credential,
)

URL = f'{HOST}/api/v1/robots'


class CloudTest(unittest.TestCase):
    def setUp(self) -> None:
        self.http = self.enterContext(requests_mock.Mocker())
        self.clock = FakeClock()
        self.context = context(clock=self.clock)

    def cloud(self, provider: FakeProvider) -> CloudSession:
        return CloudSession(HOST, Transport(self.context), self.context, provider)

    def logged_in(self) -> CloudSession:
        return self.cloud(FakeProvider(credential()))

    def answers(self, method: str, *answers: dict[str, Any]) -> None:
        self.http.register_uri(method, URL, list(answers))

    def tokens(self) -> list[str]:
        """Return the tokens presented so far, in order."""
        sent = [request.headers['Authorization'] for request in self.http.request_history]
        return [value.removeprefix('Bearer ') for value in sent]

    def failure(self, kind: type[PhywareError], cloud: CloudSession, method: str = 'GET') -> str:
        with self.assertRaises(kind) as caught:
            cloud.request(method, '/api/v1/robots')
        self.assertIs(type(caught.exception), kind)
        return str(caught.exception)


class CallTests(CloudTest):
    def test_verbs(self) -> None:
        cloud = self.logged_in()
        self.http.register_uri(requests_mock.ANY, URL, json={'a': 1})
        for verb in ('get', 'post', 'put', 'patch', 'delete'):
            with self.subTest(verb):
                answer = getattr(cloud, verb)('/api/v1/robots', params={'q': 'x'}, json={'b': 2})

                sent = self.http.last_request
                self.assertEqual(sent.method, verb.upper())
                self.assertEqual((sent.url, sent.json()), (f'{URL}?q=x', {'b': 2}))
                self.assertEqual(answer.json_object(), {'a': 1})

    def test_credential_is_asked_for_once(self) -> None:
        provider = FakeProvider(credential('phk_a'))
        cloud = self.cloud(provider)
        self.answers('GET', {'json': {}})
        self.assertEqual(provider.asked, [])

        for _ in range(3):
            cloud.get('/api/v1/robots')

        self.assertEqual(provider.asked, [HOST])
        self.assertEqual(self.tokens(), ['phk_a'] * 3)

    def test_own_headers(self) -> None:
        self.answers('GET', {'json': {}})

        self.logged_in().get('/api/v1/robots', headers={'If-Match': '"1"'})

        self.assertEqual(self.http.last_request.headers['If-Match'], '"1"')

    def test_headers_that_are_the_sessions(self) -> None:
        for name in ('Authorization', 'cookie', 'HOST', 'Content-Length', 'Transfer-Encoding '):
            with self.subTest(name), self.assertRaises(Validation):
                self.logged_in().get('/api/v1/robots', headers={name: 'x'})
        self.assertEqual(self.http.call_count, 0)

    def test_case_71_header_fields_that_are_no_text(self) -> None:
        for headers in ({b'Cookie': 'x'}, {b'Host': 'evil.example'}, {'X': b'y'}, {'X': 1}):
            with self.subTest(headers), self.assertRaises(Validation):
                self.logged_in().get('/api/v1/robots', headers=headers)  # type: ignore[arg-type]
        self.assertEqual(self.http.call_count, 0)

    def test_case_63_a_providers_token_is_told_to_the_redactor(self) -> None:
        self.answers('GET', {'json': {}})

        self.cloud(FakeProvider(credential('own-c4nary'))).get('/api/v1/robots')

        self.assertEqual('***', self.context.redactor.redact('own-c4nary'))

    def test_statuses_that_are_no_success(self) -> None:
        for status, kind in ((302, GenericError), (404, NotFound), (422, Validation)):
            with self.subTest(status):
                self.answers('GET', {'status_code': status, 'json': {'detail': 'why'}})

                self.failure(kind, self.logged_in())

    def test_what_was_asked_is_named_where_it_may_be_the_callers_mistake(self) -> None:
        for status, kind, text in (
            (404, NotFound, 'Not found: HTTP 404 (POST /api/v1/robots)'),
            (405, Validation, 'Invalid input: HTTP 405 (POST /api/v1/robots)'),
            (403, Forbidden, 'Not allowed with this credential: HTTP 403'),
        ):
            self.answers('POST', {'status_code': status})
            with self.subTest(status), self.assertRaises(kind) as caught:
                self.logged_in().post('/api/v1/robots?key=canary')
            self.assertEqual(str(caught.exception), text)

    def test_case_63_a_server_that_quotes_the_token(self) -> None:
        self.answers('GET', {'status_code': 404, 'json': {'detail': 'for phk_first: none'}})

        self.assertNotIn('phk_first', self.failure(NotFound, self.logged_in()))


class CredentialTests(CloudTest):
    def test_nobody_is_logged_in(self) -> None:
        with self.assertRaises(Unauthorized) as caught:
            self.cloud(FakeProvider(None)).get('/api/v1/robots')

        self.assertEqual(
            str(caught.exception), f'Invalid credentials: not logged in to {HOST}'
        )
        self.assertEqual(
            caught.exception.remediation, f'Re-run auth login: phyware auth login --host {HOST}'
        )
        self.assertEqual(self.http.call_count, 0)

    def test_a_plugins_provider_has_nothing(self) -> None:
        cloud = CloudSession(
            HOST, Transport(self.context), self.context, FakeProvider(None), 'vault'
        )
        with self.assertRaises(Unauthorized) as caught:
            cloud.get('/api/v1/robots')

        self.assertEqual(str(caught.exception),
                         f'Invalid credentials: the auth provider vault has none for {HOST}')
        self.assertNotIn('auth login', caught.exception.remediation)

    def test_case_44_a_newer_credential_is_tried_once(self) -> None:
        provider = FakeProvider(credential('phk_old'), credential('phk_new'))
        cloud = self.cloud(provider)
        self.answers('POST', {'status_code': 401}, {'json': {}})

        cloud.post('/api/v1/robots', json={'a': 1})
        cloud.post('/api/v1/robots')

        self.assertEqual(self.tokens(), ['phk_old', 'phk_new', 'phk_new'])
        self.assertEqual(self.http.request_history[1].json(), {'a': 1})
        self.assertEqual([item.token.reveal() for item in provider.rejected], ['phk_old'])

    def test_case_44_a_second_refusal_is_final(self) -> None:
        provider = FakeProvider(credential('phk_old'), credential('phk_new'))
        self.answers('GET', {'status_code': 401})

        message = self.failure(Unauthorized, self.cloud(provider))

        self.assertTrue(message.startswith('Invalid credentials'))
        self.assertEqual(self.tokens(), ['phk_old', 'phk_new'])
        self.assertEqual(len(provider.rejected), 1)

    def test_case_44_no_newer_credential(self) -> None:
        for newer in (None, credential('phk_old')):
            with self.subTest(newer):
                self.http.reset_mock()
                self.answers('GET', {'status_code': 401})

                self.failure(Unauthorized, self.cloud(FakeProvider(credential('phk_old'), newer)))

                self.assertEqual(self.tokens(), ['phk_old'])

    def test_a_refused_key_is_the_one_to_correct(self) -> None:
        given = replace(credential('phk_old'), source='environment')
        self.answers('GET', {'status_code': 401})

        with self.assertRaises(Unauthorized) as caught:
            self.cloud(FakeProvider(given)).get('/api/v1/robots')

        self.assertIn('PHYCLOUD_API_KEY', caught.exception.remediation)

    def test_a_refused_credential_is_not_kept(self) -> None:
        provider = FakeProvider(credential(), None)
        cloud = self.cloud(provider)
        self.answers('GET', {'status_code': 401}, {'json': {}})
        self.failure(Unauthorized, cloud)

        cloud.get('/api/v1/robots')

        self.assertEqual(provider.asked, [HOST, HOST])

    def test_nor_is_the_newer_one_when_it_is_refused_too(self) -> None:
        provider = FakeProvider(credential('phk_old'), credential('phk_new'))
        cloud = self.cloud(provider)
        self.answers('GET', {'status_code': 401}, {'status_code': 401}, {'json': {}})
        self.failure(Unauthorized, cloud)

        cloud.get('/api/v1/robots')

        self.assertEqual(provider.asked, [HOST, HOST])

    def test_stored_expiry_makes_it_expired(self) -> None:
        now = int(self.clock.now())
        for expiry, kind in ((now, Expired), (now + 60, Unauthorized)):
            with self.subTest(expiry):
                self.answers('GET', {'status_code': 401})
                provider = FakeProvider(credential(expiry=expiry))

                self.failure(kind, self.cloud(provider))

    def test_case_83_junk_of_a_provider_is_named(self) -> None:
        bad_token = Credential(HOST, 'phk_canary', 'pat', 'option')  # type: ignore[arg-type]
        given: tuple[object, ...] = ('phk_canary', Secret('phk_canary'), {}, bad_token)
        for junk in given:
            with self.subTest(repr(junk)[:20]):
                message = self.failure(GenericError, self.cloud(FakeProvider(junk)))

                self.assertEqual(message, 'the auth provider FakeProvider gave no credential')
        self.assertEqual(self.http.call_count, 0)

    def test_case_83_credential_of_another_host(self) -> None:
        other = credential(host='https://other.example')
        self.answers('GET', {'status_code': 401})
        for provider in (FakeProvider(other), FakeProvider(credential(), other)):
            with self.subTest(provider):
                message = self.failure(GenericError, self.cloud(provider))

                self.assertIn('FakeProvider gave the credential of another host', message)
        self.assertEqual(self.tokens(), ['phk_first'])


class RetryTests(CloudTest):
    def test_idempotent_methods_are_tried_three_times(self) -> None:
        for method in ('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'):
            with self.subTest(method):
                self.http.reset_mock()
                self.answers(method, {'status_code': 502})

                self.failure(ServerFailed, self.logged_in(), method)

                self.assertEqual(self.http.call_count, 3)

    def test_others_are_made_once(self) -> None:
        for method in ('POST', 'PATCH'):
            with self.subTest(method):
                self.http.reset_mock()
                self.answers(method, {'status_code': 503, 'headers': {'Retry-After': '1'}})

                self.failure(ServerFailed, self.logged_in(), method)

                self.assertEqual(self.http.call_count, 1)
        self.assertEqual(self.clock.naps, [])

    def test_others_are_made_once_also_without_an_answer(self) -> None:
        self.answers('POST', {'exc': requests.ConnectionError})

        self.failure(ConnectionFailed, self.logged_in(), 'POST')

        self.assertEqual(self.http.call_count, 1)

    def test_case_53_retry_after(self) -> None:
        busy = {'status_code': 429, 'headers': {'Retry-After': '7'}}
        self.answers('GET', busy, {'json': {'a': 1}})

        answer = self.logged_in().get('/api/v1/robots')

        self.assertEqual((answer.json_object(), self.clock.naps), ({'a': 1}, [7.0]))
