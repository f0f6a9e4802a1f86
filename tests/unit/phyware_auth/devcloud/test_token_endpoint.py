"""The token endpoint: what every grant shares, password and client credentials."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from tests.unit.phyware_auth.devcloud.base import DEMO, ORIGIN, DevcloudTestCase

TOKEN = '/oauth/token'
GOOD = {
    'grant_type': 'password', 'client_id': 'phyware-cli', 'username': DEMO.email,
    'password': DEMO.password,
}


class TokenEndpointTest(DevcloudTestCase):
    def test_a_good_request(self) -> None:
        self.assertEqual(200, self.http.post(TOKEN, base_url=ORIGIN, data=GOOD).status_code)

    def test_malformed_requests(self) -> None:
        requests: tuple[dict[str, Any], ...] = (
            {'data': {}},
            {'json': GOOD},
            {'data': GOOD, 'content_type': 'multipart/form-data'},
            {'data': {**GOOD, 'username': ''}, 'query_string': {'username': DEMO.email}},
            {'data': GOOD, 'query_string': {'scope': 'openid'}},
            {'data': {**GOOD, 'grant_type': ['password', 'password']}},
            {'data': {'grant_type': 'password', 'client_id': 'phyware-cli'}},
        )
        for kwargs in requests:
            with self.subTest(str(kwargs)):
                response = self.http.post(TOKEN, base_url=ORIGIN, **kwargs)

                self.assertEqual(400, response.status_code)
                self.assertEqual('invalid_request', response.get_json()['error'])

    def test_unknown_grant(self) -> None:
        response = self.form(TOKEN, grant_type='implicit')

        self.assertEqual(
            (400, 'unsupported_grant_type'), (response.status_code, response.get_json()['error'])
        )

    def test_get_is_refused(self) -> None:
        response = self.get(TOKEN)

        self.assertEqual((405, 'invalid_request'),
                         (response.status_code, response.get_json()['error']))
        self.assertIn('POST', response.headers['Allow'])

    def test_answers_are_not_cached(self) -> None:
        self.assertEqual('no-store', self.form(TOKEN).headers['Cache-Control'])

    def test_case_95_faults(self) -> None:
        for fault, status, kind in (
            ('token-5xx=1', 503, 'text/html'), ('token-429=1', 429, 'text/html'),
            ('token-html=1', 200, 'text/html'),
        ):
            with self.subTest(fault):
                self.restart(fault)

                response = self.form(TOKEN, grant_type='password')

                self.assertEqual((status, kind), (response.status_code, response.mimetype))
                self.assertIn('access_token', self.tokens())

    def test_reset_and_hang_end_without_an_answer(self) -> None:
        for fault in ('token-reset', 'token-hang'):
            with self.subTest(fault):
                self.restart(fault)

                self.assert_unanswered(grant_type='password')


class PasswordTest(DevcloudTestCase):
    def test_right_password(self) -> None:
        self.assertEqual('openid', self.tokens('openid')['scope'])

    def test_wrong_password_and_unknown_user(self) -> None:
        for name, password in ((DEMO.email, 'wrong'), ('nobody', 'x'), ('service', '')):
            with self.subTest(name):
                response = self.form(
                    TOKEN, grant_type='password', username=name, password=password
                )

                self.assertEqual('invalid_grant', response.get_json()['error'])

    def test_case_93_wrong_passwords_are_limited(self) -> None:
        def attempt(password: str) -> int:
            return self.form(
                TOKEN, grant_type='password', username=DEMO.email, password=password
            ).status_code

        statuses = [attempt('wrong') for _ in range(10)]

        self.assertEqual([400] * 10, statuses)
        self.assertEqual(429, attempt(DEMO.password))
        self.clock.sleep(300)
        self.assertEqual(200, attempt(DEMO.password))


class ClientCredentialsTest(DevcloudTestCase):
    def ask(self, secret: str, **fields: str) -> dict[str, str]:
        answer: dict[str, str] = self.form(
            TOKEN, grant_type='client_credentials', client_id='service', client_secret=secret,
            **fields,
        ).get_json()
        return answer

    def test_token_of_a_service(self) -> None:
        answer = self.ask('service secret', scope='robots:read offline_access')

        self.assertNotIn('refresh_token', answer)
        claims = self.get('/oauth/userinfo', answer['access_token']).get_json()
        self.assertEqual('service', claims['preferred_username'])
        self.assertNotIn('email', claims)

    def test_basic_authentication(self) -> None:
        basic = b64encode(b'service:service secret').decode()

        response = self.http.post(
            TOKEN, base_url=ORIGIN, data={'grant_type': 'client_credentials'},
            headers={'Authorization': f'Basic {basic}'},
        )

        self.assertEqual(200, response.status_code)

    def test_refusals(self) -> None:
        self.assertEqual('invalid_client', self.ask('wrong')['error'])
        self.assertEqual('invalid_client', self.ask('')['error'])
        self.assertEqual(
            'invalid_client',
            self.form(TOKEN, grant_type='client_credentials').get_json()['error'],
        )

    def test_a_service_cannot_use_the_grants_of_people(self) -> None:
        response = self.form(
            TOKEN, grant_type='password', client_id='service', client_secret='service secret',
            username=DEMO.email, password=DEMO.password,
        )

        self.assertEqual('unauthorized_client', response.get_json()['error'])
