"""The foreign server really behaves as the tests of our client take it to.

Layer: functional test of a fixture, with plain requests; none of phyware runs.
"""

from __future__ import annotations

import os
import unittest
from unittest import mock

import requests

from tests.functional.devcloud_server import SECONDS
from tests.functional.dot_server import DotServer, require

DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'


class DotTestCase(unittest.TestCase):
    """One server for a class; the requests a client makes."""

    server: DotServer

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = cls.enterClassContext(DotServer())

    def setUp(self) -> None:
        self.http = self.enterContext(requests.Session())
        self.http.trust_env = False

    def get(self, url: str) -> requests.Response:
        return self.http.get(url, timeout=SECONDS)

    def post(self, url: str, **form: str) -> requests.Response:
        return self.http.post(url, data=form, timeout=SECONDS, allow_redirects=False)

    def ask_code(self, scope: str = 'openid email') -> dict[str, str]:
        answer = self.post(
            self.server.device_endpoint, client_id=self.server.client_id, scope=scope
        )
        answer.raise_for_status()
        return dict(answer.json())

    def poll(self, device_code: str) -> requests.Response:
        return self.token(grant_type=DEVICE_GRANT, device_code=device_code)

    def token(self, client_id: str | None = None, **form: str) -> requests.Response:
        client_id = client_id or self.server.client_id
        return self.post(f'{self.server.url}/token/', client_id=client_id, **form)

    def password(self, password: str, scope: str = 'openid email') -> requests.Response:
        return self.token(
            client_id=self.server.password_client_id,
            grant_type='password',
            username=self.server.username,
            password=password,
            scope=scope,
        )

    def refresh(self, refresh_token: str) -> requests.Response:
        return self.token(
            client_id=self.server.password_client_id,
            grant_type='refresh_token',
            refresh_token=refresh_token,
        )

    def revoke(self, token: str, hint: str) -> requests.Response:
        return self.post(
            f'{self.server.url}/revoke_token/',
            client_id=self.server.password_client_id,
            token=token,
            token_type_hint=hint,
        )


class MetadataTest(DotTestCase):
    def test_rfc_8414_document_is_between_origin_and_path(self) -> None:
        url = f'{self.server.origin}/.well-known/oauth-authorization-server/o'

        document = self.get(url).json()

        self.assertEqual(self.server.url, document['issuer'])
        self.assertEqual(f'{self.server.url}/token/', document['token_endpoint'])
        self.assertEqual(f'{self.server.url}/revoke_token/', document['revocation_endpoint'])
        self.assertNotIn('userinfo_endpoint', document)
        self.assertNotIn('device_authorization_endpoint', document)

    def test_openid_document_is_below_the_path(self) -> None:
        url = f'{self.server.url}/.well-known/openid-configuration'

        document = self.get(url).json()

        self.assertEqual(self.server.url, document['issuer'])
        self.assertEqual(f'{self.server.url}/userinfo/', document['userinfo_endpoint'])
        self.assertEqual({'openid', 'email', 'read'}, set(document['scopes_supported']))
        self.assertNotIn('revocation_endpoint', document)
        self.assertNotIn('device_authorization_endpoint', document)

    def test_a_prefixed_mount_alone_lacks_the_rfc_8414_document(self) -> None:
        server = self.enterContext(DotServer(metadata_at_root=False))

        rfc = self.get(f'{server.origin}/.well-known/oauth-authorization-server/o')
        openid = self.get(f'{server.url}/.well-known/openid-configuration')

        self.assertEqual(404, rfc.status_code)
        self.assertEqual(server.url, openid.json()['issuer'])


class DeviceTest(DotTestCase):
    def test_approved_code_gives_tokens_that_userinfo_accepts(self) -> None:
        code = self.ask_code()

        pending = self.poll(code['device_code'])
        self.server.approve(code['user_code'])
        tokens = self.poll(code['device_code']).json()
        userinfo = self.server.userinfo(tokens['access_token'])

        self.assertEqual((400, {'error': 'authorization_pending'}), _error(pending))
        self.assertEqual('openid email', tokens['scope'])
        self.assertTrue(tokens['refresh_token'])
        self.assertEqual(self.server.email, userinfo.json()['email'])

    def test_verification_page_is_the_servers(self) -> None:
        code = self.ask_code()

        page = self.get(code['verification_uri_complete'])

        self.assertEqual(f'{self.server.url}/device/', code['verification_uri'])
        self.assertIn(code['user_code'], page.url)
        self.assertIn('name="password"', page.text)

    def test_refused_code(self) -> None:
        code = self.ask_code()

        self.server.deny(code['user_code'])

        self.assertEqual((400, {'error': 'access_denied'}), _error(self.poll(code['device_code'])))

    def test_wrong_user_code_is_noticed(self) -> None:
        with self.assertRaises(RuntimeError):
            self.server.approve('WRONG')

    def test_used_code_polled_again_gives_a_second_session(self) -> None:
        code = self.ask_code()
        self.server.approve(code['user_code'])
        first = self.poll(code['device_code']).json()
        live = self.server.live_tokens()

        second = self.poll(code['device_code']).json()

        self.assertNotEqual(first['access_token'], second['access_token'])
        self.assertEqual((live[0] + 1, live[1] + 1), self.server.live_tokens())

    def test_unknown_scope_is_refused_after_the_approval_only(self) -> None:
        code = self.ask_code('openid offline_access')

        self.server.approve(code['user_code'])

        self.assertEqual((400, {'error': 'invalid_scope'}), _error(self.poll(code['device_code'])))


class TokenTest(DotTestCase):
    def test_password(self) -> None:
        good = self.password(self.server.password)
        wrong = self.password('wrong')

        self.assertEqual(
            self.server.email, self.server.userinfo(good.json()['access_token']).json()['email']
        )
        self.assertEqual((400, 'invalid_grant'), (wrong.status_code, wrong.json()['error']))

    def test_client_of_the_device_grant_has_no_password_grant(self) -> None:
        answer = self.token(
            grant_type='password', username=self.server.username, password=self.server.password
        )

        self.assertEqual((400, {'error': 'unauthorized_client'}), _error(answer))

    def test_refresh_replaces_both_tokens(self) -> None:
        old = self.password(self.server.password).json()

        new = self.refresh(old['refresh_token']).json()

        self.assertNotEqual(old['refresh_token'], new['refresh_token'])
        self.assertEqual(401, self.server.userinfo(old['access_token']).status_code)
        self.assertEqual(200, self.server.userinfo(new['access_token']).status_code)

    def test_reuse_of_a_refresh_token_ends_the_session(self) -> None:
        old = self.password(self.server.password).json()
        new = self.refresh(old['refresh_token']).json()

        reused = self.refresh(old['refresh_token'])

        self.assertEqual((400, {'error': 'invalid_grant'}), _error(reused))
        self.assertEqual(401, self.server.userinfo(new['access_token']).status_code)
        self.assertEqual(400, self.refresh(new['refresh_token']).status_code)

    def test_revoking_one_token_ends_both(self) -> None:
        for kind in ('refresh_token', 'access_token'):
            with self.subTest(revoked=kind):
                live = self.server.live_tokens()
                tokens = self.password(self.server.password).json()

                answer = self.revoke(tokens[kind], kind)

                self.assertEqual((200, b''), (answer.status_code, answer.content))
                self.assertEqual(live, self.server.live_tokens())
                self.assertEqual(401, self.server.userinfo(tokens['access_token']).status_code)

    def test_person_ends_every_session(self) -> None:
        tokens = [self.password(self.server.password).json() for _ in range(2)]

        self.server.end_sessions()

        self.assertEqual((0, 0), self.server.live_tokens())
        self.assertEqual(401, self.server.userinfo(tokens[0]['access_token']).status_code)
        self.assertEqual(400, self.refresh(tokens[1]['refresh_token']).status_code)

    def test_userinfo_refuses_a_good_token_without_openid_like_a_bad_one(self) -> None:
        token = self.password(self.server.password, scope='read').json()['access_token']

        good, bad = self.server.userinfo(token), self.server.userinfo('bad')

        self.assertEqual((401, 'invalid_token'), (good.status_code, good.json()['error']))
        self.assertEqual(bad.content, good.content)
        self.assertEqual('text/html; charset=utf-8', good.headers['Content-Type'])


class RequireTest(unittest.TestCase):
    def test_missing_package_skips(self) -> None:
        with mock.patch.dict(os.environ, CI=''), self.assertRaisesRegex(unittest.SkipTest, 'dist'):
            require({'no_such_module': 'dist'})

    def test_missing_package_fails_where_nothing_may_be_skipped(self) -> None:
        with mock.patch.dict(os.environ, CI='true'), self.assertRaisesRegex(AssertionError, 'dist'):
            require({'no_such_module': 'dist'})

    def test_present_package_neither_skips_nor_fails(self) -> None:
        try:
            require({'unittest': 'python'})
        except (AssertionError, unittest.SkipTest) as error:
            self.fail(str(error))


def _error(answer: requests.Response) -> tuple[int, object]:
    return answer.status_code, answer.json()
