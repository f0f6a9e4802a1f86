"""What goes over the wire, and what each answer means."""

from __future__ import annotations

from typing import Any

import requests

from phyware.errors import (
    ConnectionFailed,
    Expired,
    Forbidden,
    GenericError,
    PhywareError,
    RateLimited,
    ServerFailed,
    Unauthorized,
    Validation,
)
from phyware.secret import Secret
from phyware_auth.oauth.client import GrantEnded, OAuthClient
from tests.unit.phyware_auth.authcase import (
    DEVICE,
    DEVICE_ANSWER,
    REVOKE,
    SUCCESS,
    TOKEN,
    USERINFO,
    AuthCase,
    text_of,
)

REFRESH_TOKEN = Secret('refresh+canary/&=')
PASSWORD = Secret('pass canary é&')
ASKED = ('openid', 'email')


class ClientCase(AuthCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = OAuthClient(self.transport, 'an id')

    def refresh(self) -> Any:
        return self.client.refresh(TOKEN, REFRESH_TOKEN, ASKED)

    def log_in(self) -> Any:
        return self.client.password(TOKEN, 'ada@example.org', PASSWORD, ASKED)

    def refused(self, call: Any) -> PhywareError:
        with self.assertRaises(PhywareError) as caught:
            call()
        self.assertNotIn('canary', f'{caught.exception} {caught.exception.remediation}')
        return caught.exception


class WireTests(ClientCase):
    def test_device_authorization(self) -> None:
        self.serve(DEVICE, DEVICE_ANSWER)

        found = self.client.authorize_device(DEVICE, ASKED)

        self.assertEqual(found.user_code, 'WDJB-MJHT')
        self.assertEqual(
            self.requests_to(DEVICE), [{'client_id': 'an id', 'scope': 'openid email'}]
        )

    def test_an_empty_scope_is_never_sent(self) -> None:
        self.serve(DEVICE, DEVICE_ANSWER)

        self.client.authorize_device(DEVICE, ())

        self.assertEqual(self.requests_to(DEVICE), [{'client_id': 'an id'}])

    def test_poll(self) -> None:
        self.serve(TOKEN, SUCCESS)

        self.client.poll_device(TOKEN, Secret('code'))

        grant = 'urn:ietf:params:oauth:grant-type:device_code'
        form = {'client_id': 'an id', 'grant_type': grant, 'device_code': 'code'}
        self.assertEqual(self.requests_to(TOKEN), [form])

    def test_refresh_sends_no_scope(self) -> None:
        self.serve(TOKEN, SUCCESS)

        self.refresh()

        form = {
            'client_id': 'an id', 'grant_type': 'refresh_token',
            'refresh_token': REFRESH_TOKEN.reveal(),
        }
        self.assertEqual(self.requests_to(TOKEN), [form])

    def test_password(self) -> None:
        self.serve(TOKEN, SUCCESS)

        self.log_in()

        form = {
            'client_id': 'an id', 'grant_type': 'password', 'username': 'ada@example.org',
            'password': PASSWORD.reveal(), 'scope': 'openid email',
        }
        self.assertEqual(self.requests_to(TOKEN), [form])

    def test_revoke(self) -> None:
        for status in (200, 204):
            with self.subTest(status):
                self.serve(REVOKE, {'status_code': status})

                self.client.revoke(REVOKE, Secret('t'), 'access_token')

        form = {'client_id': 'an id', 'token': 't', 'token_type_hint': 'access_token'}
        self.assertEqual(self.requests_to(REVOKE), [form, form])

    def test_forms_are_forms_that_want_json_and_carry_no_bearer(self) -> None:
        self.serve(TOKEN, SUCCESS)

        self.refresh()

        headers = self.http.last_request.headers
        self.assertEqual(headers['Content-Type'], 'application/x-www-form-urlencoded')
        self.assertEqual(headers['Accept'], 'application/json')
        self.assertNotIn('Authorization', headers)

    def test_userinfo_presents_the_token(self) -> None:
        self.serve(USERINFO, {'sub': 'u1'}, method='GET')

        self.assertEqual(self.client.userinfo(USERINFO, Secret('access')).user, 'u1')
        self.assertEqual(self.http.last_request.headers['Authorization'], 'Bearer access')

    def test_case_63_secrets_that_are_sent_are_known_to_the_redactor(self) -> None:
        self.serve(TOKEN, SUCCESS)

        self.log_in()

        self.assertEqual(self.context.redactor.redact(PASSWORD.reveal()), '***')


class OnceTests(ClientCase):
    def test_case_41_a_grant_is_sent_once_whatever_happens(self) -> None:
        for trouble in (
            {'exc': requests.ConnectionError}, {'exc': requests.Timeout}, {'status_code': 503},
            {'status_code': 429, 'headers': {'Retry-After': '0'}}, {'status_code': 200},
            {'status_code': 307, 'headers': {'Location': TOKEN}},
        ):
            for call in (self.refresh, self.log_in):
                with self.subTest(f'{trouble} {call.__name__}'):
                    self.http.reset_mock()
                    self.serve(TOKEN, trouble)

                    self.refused(call)

                    self.assertEqual(self.http.call_count, 1)

    def test_case_71_a_redirect_is_an_error(self) -> None:
        self.serve(TOKEN, {'status_code': 307, 'headers': {'Location': 'https://evil.example/'}})

        error = self.refused(self.refresh)

        self.assertIs(type(error), GenericError)
        self.assertIn('redirects', error.message)


class RefreshAnswerTests(ClientCase):
    def test_success(self) -> None:
        self.serve(TOKEN, SUCCESS)

        self.assertEqual(text_of(self.refresh().refresh_token), 'refresh-new')

    def test_case_38_invalid_grant_has_ended_the_session(self) -> None:
        for status in (400, 401):
            with self.subTest(status):
                self.serve(TOKEN, {'status_code': status, 'json': {'error': 'invalid_grant'}})

                error = self.refused(self.refresh)

                self.assertIs(type(error), GrantEnded)
                self.assertIn('the session has ended, log in again', error.message)

    def test_case_38_some_hosts_refuse_with_200(self) -> None:
        self.serve(TOKEN, {'json': {'error': 'invalid_grant'}})
        self.assertIs(type(self.refused(self.refresh)), GrantEnded)

        self.serve(TOKEN, {'json': {'error': 'weird'}})
        self.assertEqual(self.refused(self.refresh).message, 'the host refused: weird')

    def test_case_35_tokens_are_never_thrown_away_for_an_error_beside_them(self) -> None:
        self.serve(TOKEN, {'json': {**SUCCESS, 'error': 'weird'}})

        self.assertEqual(text_of(self.refresh().refresh_token), 'refresh-new')

    def test_case_43_a_page_in_the_way_says_nothing_of_the_session(self) -> None:
        for given in ({'status_code': 400, 'text': '<html>canary'}, {'status_code': 404},
                      {'status_code': 405}, {'status_code': 400, 'json': {'detail': 'x'}},
                      {'status_code': 400, 'json': {'error': ['invalid_grant']}}):
            with self.subTest(given):
                self.serve(TOKEN, given)

                error = self.refused(self.refresh)

                self.assertIs(type(error), ConnectionFailed)
                self.assertIn('the token endpoint gave no usable answer', error.message)
                self.assertEqual(error.remediation, ConnectionFailed.default_remediation)

    def test_case_43_busy_is_not_the_end_whatever_the_body_says(self) -> None:
        for status, kind in ((429, RateLimited), (500, ServerFailed)):
            with self.subTest(status):
                self.serve(TOKEN, {'status_code': status, 'json': {'error': 'invalid_grant'}})

                self.assertIs(type(self.refused(self.refresh)), kind)

    def test_other_refusals_are_not_the_end(self) -> None:
        for code, kind in (('invalid_client', Unauthorized), ('invalid_request', GenericError)):
            with self.subTest(code):
                self.serve(TOKEN, {'status_code': 400, 'json': {'error': code}})

                self.assertIs(type(self.refused(self.refresh)), kind)

    def test_case_54_56_unusable_successes(self) -> None:
        for body in (b'<html>canary', b'{}', b'[1]', b'{"access_token": "canary"}'):
            with self.subTest(body):
                self.serve(TOKEN, {'content': body})

                self.assertIs(type(self.refused(self.refresh)), ConnectionFailed)


class PasswordAnswerTests(ClientCase):
    def refusal(self, status: int, code: str | None = None, **more: str) -> PhywareError:
        body = {'json': {'error': code, **more}} if code else {'text': '<html>'}
        self.serve(TOKEN, {'status_code': status, **body})
        return self.refused(self.log_in)

    def test_wrong_password(self) -> None:
        for status, code in ((400, 'invalid_grant'), (401, None), (403, None), (403, 'weird')):
            with self.subTest(f'{status} {code}'):
                error = self.refusal(status, code)

                self.assertIs(type(error), Unauthorized)
                self.assertIn('e-mail and password are not accepted', error.message)

    def test_host_without_password_login(self) -> None:
        for code in ('unsupported_grant_type', 'unauthorized_client'):
            for status in (400, 401, 403):
                with self.subTest(f'{status} {code}'):
                    error = self.refusal(status, code)

                    self.assertIs(type(error), Validation)
                    self.assertEqual(error.message, 'this host offers no password login')

    def test_some_hosts_refuse_with_200(self) -> None:
        self.assertIs(type(self.refusal(200, 'invalid_grant')), Unauthorized)
        self.assertIs(type(self.refusal(200, 'unauthorized_client')), Validation)

    def test_unknown_client_is_not_called_a_wrong_password(self) -> None:
        error = self.refusal(401, 'invalid_client')

        self.assertIs(type(error), Unauthorized)
        self.assertIn('PHYCLOUD_CLIENT_ID', error.remediation)

    def test_case_43_busy_says_nothing_of_the_password(self) -> None:
        for code in ('invalid_grant', 'unauthorized_client', None):
            for status, kind in ((429, RateLimited), (502, ServerFailed)):
                with self.subTest(f'{status} {code}'):
                    self.assertIs(type(self.refusal(status, code)), kind)

    def test_any_other_refusal(self) -> None:
        error = self.refusal(400, 'invalid_scope', error_description='No \x1b[2J')

        self.assertEqual(error.message, 'the host refused: invalid_scope (No \\x1b[2J)')


class DeviceAndUserinfoAnswerTests(ClientCase):
    def test_device_authorization_that_is_refused(self) -> None:
        self.serve(DEVICE, {'status_code': 400, 'json': {'error': 'invalid_scope'}})

        error = self.refused(lambda: self.client.authorize_device(DEVICE, ASKED))

        self.assertEqual(error.message, 'the host refused: invalid_scope')

    def test_some_hosts_refuse_a_code_and_a_revocation_with_200(self) -> None:
        for url in (DEVICE, REVOKE):
            self.serve(url, {'json': {'error': 'weird'}})
        calls = (
            lambda: self.client.authorize_device(DEVICE, ASKED),
            lambda: self.client.revoke(REVOKE, Secret('t'), 'access_token'),
        )

        for call in calls:
            self.assertEqual(self.refused(call).message, 'the host refused: weird')

    def test_userinfo_answers_as_an_api(self) -> None:
        for status, kind in ((401, Unauthorized), (403, Forbidden), (500, ServerFailed)):
            with self.subTest(status):
                self.serve(USERINFO, {'status_code': status, 'text': 'canary'}, method='GET')

                error = self.refused(lambda: self.client.userinfo(USERINFO, Secret('t')))

                self.assertIs(type(error), kind)

    def test_userinfo_that_says_neither_yes_nor_no(self) -> None:
        moved = {'status_code': 302, 'headers': {'Location': 'https://login.example/?canary'}}
        for given in ({'status_code': 404}, {'status_code': 410}, {'status_code': 405},
                      {'status_code': 400, 'text': '<html>canary'}, {'status_code': 204}, moved):
            with self.subTest(given):
                self.serve(USERINFO, given, method='GET')

                error = self.refused(lambda: self.client.userinfo(USERINFO, Secret('t')))

                self.assertIs(type(error), ConnectionFailed)
                self.assertIn('the userinfo endpoint gave no usable answer', error.message)
                self.assertNotIn('--help', error.remediation)

    def test_userinfo_that_says_why(self) -> None:
        challenge = 'Bearer error="invalid_token", error_description="The token expired"'
        headers = {'WWW-Authenticate': challenge}
        self.serve(USERINFO, {'status_code': 401, 'headers': headers}, method='GET')

        error = self.refused(lambda: self.client.userinfo(USERINFO, Secret('t')))

        self.assertIs(type(error), Expired)

    def test_revocation_that_fails(self) -> None:
        for status, kind in ((400, GenericError), (503, ServerFailed)):
            with self.subTest(status):
                body = {'error': 'unsupported_token_type'}
                self.serve(REVOKE, {'status_code': status, 'json': body})

                error = self.refused(lambda: self.client.revoke(REVOKE, Secret('t'), 'x'))

                self.assertIs(type(error), kind)
