"""Userinfo, and how credentials are refused."""

from __future__ import annotations

from sqlalchemy import update
from werkzeug.test import TestResponse

from phyware_auth.devcloud.models import ApiKey
from phyware_auth.devcloud.settings import SCOPES
from tests.unit.phyware_auth.devcloud.base import DEMO, FULL_SCOPE, ORIGIN, DevcloudTestCase

USERINFO = '/oauth/userinfo'


class UserinfoTest(DevcloudTestCase):
    def assert_refused(self, response: TestResponse, code: str, words: str) -> None:
        problem = response.get_json()
        self.assertEqual('application/problem+json', response.mimetype)
        self.assertEqual((401, 401, code), (response.status_code, problem['status'],
                                            problem['code']))
        self.assertIn(words, response.headers['WWW-Authenticate'])

    def test_claims_of_an_access_token(self) -> None:
        claims = self.get(USERINFO, self.tokens()['access_token']).get_json()

        self.assertEqual(self.seeded.users[DEMO.email], claims['sub'])
        self.assertEqual((DEMO.email, FULL_SCOPE), (claims['email'], claims['scope']))
        self.assertEqual(int(self.clock.time) + 3600, claims['exp'])
        self.assertTrue(claims['sid'].startswith('ses_'))

    def test_claims_of_a_key_without_expiry(self) -> None:
        claims = self.get(USERINFO, DEMO.pat).get_json()

        self.assertEqual(' '.join(SCOPES), claims['scope'])
        self.assertFalse({'exp', 'sid'} & claims.keys())

    def test_claims_of_a_key_with_expiry(self) -> None:
        with self.database.write() as session:
            session.execute(update(ApiKey).values(expires_at=self.clock.time + 60))

        self.assertEqual(int(self.clock.time) + 60,
                         self.get(USERINFO, DEMO.pat).get_json()['exp'])

    def test_email_needs_its_scope(self) -> None:
        self.assertNotIn('email', self.get(USERINFO,
                                           self.tokens('openid')['access_token']).get_json())

    def test_post_and_any_case_of_bearer(self) -> None:
        response = self.http.post(
            USERINFO, base_url=ORIGIN, headers={'Authorization': f'bEARER  {DEMO.pat}'}
        )

        self.assertEqual(200, response.status_code)

    def test_no_credential(self) -> None:
        for value in ('', 'Bearer', 'Bearer ', f'Basic {DEMO.pat}', DEMO.pat):
            with self.subTest(value):
                response = self.http.get(
                    USERINFO, base_url=ORIGIN, headers={'Authorization': value}
                )

                self.assert_refused(response, 'UNAUTHORIZED', 'Bearer realm=')
                self.assertNotIn('error=', response.headers['WWW-Authenticate'])

    def test_unknown(self) -> None:
        response = self.get(USERINFO, 'phk_unknown')

        self.assert_refused(response, 'UNAUTHORIZED', 'error="invalid_token"')

    def test_a_refresh_token_is_no_credential(self) -> None:
        self.assertEqual(401, self.get(USERINFO, self.tokens()['refresh_token']).status_code)

    def test_expired_token_and_key(self) -> None:
        token = self.tokens()['access_token']
        with self.database.write() as session:
            session.execute(update(ApiKey).values(expires_at=self.clock.time + 60))
        self.clock.sleep(3600)

        for credential in (token, DEMO.pat):
            self.assert_refused(self.get(USERINFO, credential), 'EXPIRED', 'expired"')

    def test_revoked_key(self) -> None:
        with self.database.write() as session:
            session.execute(update(ApiKey).values(revoked_at=self.clock.time))

        self.assert_refused(self.get(USERINFO, DEMO.pat), 'UNAUTHORIZED', 'revoked"')

    def test_faults(self) -> None:
        token = self.tokens('email')['access_token']
        self.restart('userinfo-5xx=1', 'userinfo-needs-openid')

        broken, refused = self.get(USERINFO, token), self.get(USERINFO, token)

        self.assertEqual((503, 'SERVER'), (broken.status_code, broken.get_json()['code']))
        self.assertEqual(403, refused.status_code)
        self.assertIn('scope="openid"', refused.headers['WWW-Authenticate'])
