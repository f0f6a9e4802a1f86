"""What protects a loopback server from web pages and other users (cases 92 and 93)."""

from __future__ import annotations

from flask.sessions import SecureCookieSessionInterface

from phyware_auth.devcloud.attempts import SIGN_IN, Attempts, Limit
from phyware_auth.devcloud.settings import MAX_BODY
from tests.unit.phyware_auth.devcloud.base import DEMO, ORIGIN, OTHER, DevcloudTestCase

EVIL = 'http://evil.example'


class HostTest(DevcloudTestCase):
    def test_case_92_other_host_names_are_refused(self) -> None:
        for host in (
            'evil.example', 'evil.example:8000', '127.0.0.1', '127.0.0.1:8001', 'localhost',
            'localhost.:8000', '127.0.0.2:8000', '[::1]', '127.0.0.1:8000@evil', '',
        ):
            for path in ('/', '/api/v1/instance', '/.well-known/openid-configuration', '/nothing'):
                with self.subTest(host=host, path=path):
                    response = self.http.get(path, headers={'Host': host})

                    self.assertEqual(403, response.status_code)
                    self.assertEqual('application/problem+json', response.mimetype)

    def test_the_port_may_be_left_out_only_where_it_is_80(self) -> None:
        self.restart(port=80)

        self.assertEqual(200, self.http.get('/', headers={'Host': 'localhost'}).status_code)


class OriginTest(DevcloudTestCase):
    def test_case_92_pages_refuse_a_foreign_or_missing_origin(self) -> None:
        self.sign_in()
        for origin in (EVIL, 'null', 'http://127.0.0.1:8001', 'https://127.0.0.1:8000', None):
            for path in ('/device', '/keys', '/logout', '/sessions/ses_x/revoke', '/login'):
                with self.subTest(origin=origin, path=path):
                    headers = {} if origin is None else {'Origin': origin}
                    response = self.http.post(path, base_url=ORIGIN, headers=headers)

                    self.assertEqual(403, response.status_code)

    def test_case_92_endpoints_refuse_a_foreign_origin(self) -> None:
        for method, path in (
            ('POST', '/oauth/token'), ('POST', '/oauth/device'), ('DELETE', '/api/v1/sessions/x'),
            ('OPTIONS', '/oauth/token'), ('OPTIONS', '/api/v1/sessions'),
        ):
            with self.subTest(path):
                response = self.http.open(
                    path, method=method, base_url=ORIGIN,
                    headers={'Origin': EVIL, 'Access-Control-Request-Method': 'POST'},
                )

                self.assertEqual(403, response.status_code)

    def test_case_92_nothing_is_shared_across_origins(self) -> None:
        for path in ('/', '/oauth/userinfo', '/api/v1/instance', '/static/style.css'):
            response = self.http.get(path, base_url=ORIGIN, headers={'Origin': EVIL})
            self.addCleanup(response.close)

            self.assertFalse([name for name, _ in response.headers
                              if name.lower().startswith('access-control')])
            self.assertEqual('same-origin', response.headers['Cross-Origin-Resource-Policy'])


class CsrfTest(DevcloudTestCase):
    def test_case_92_a_form_needs_the_token_of_this_browser(self) -> None:
        self.sign_in()
        other = self.new_client()
        self.sign_in(OTHER, other)
        other.get('/keys', base_url=ORIGIN)
        with other.session_transaction(base_url=ORIGIN) as session:
            foreign = session['csrf']
        for token in ('', 'wrong', foreign):
            with self.subTest(token):
                response = self.http.post(
                    '/logout', base_url=ORIGIN, headers={'Origin': ORIGIN},
                    data={'csrf_token': token},
                )

                self.assertEqual(403, response.status_code)
        self.assertEqual(200, self.get('/keys').status_code)

    def test_signing_in_changes_the_cookie_and_the_token(self) -> None:
        self.get('/login')
        with self.http.session_transaction(base_url=ORIGIN) as session:
            before = session['csrf']

        self.sign_in()

        self.get('/keys')
        with self.http.session_transaction(base_url=ORIGIN) as session:
            self.assertNotEqual(before, session['csrf'])


class HeadersTest(DevcloudTestCase):
    def test_pages_cannot_be_framed_or_cached(self) -> None:
        for path in ('/', '/login', '/nothing', '/oauth/userinfo'):
            headers = self.get(path).headers

            self.assertIn("frame-ancestors 'none'", headers['Content-Security-Policy'])
            self.assertIn("default-src 'none'", headers['Content-Security-Policy'])
            self.assertEqual(('DENY', 'nosniff', 'no-store'), (
                headers['X-Frame-Options'], headers['X-Content-Type-Options'],
                headers['Cache-Control'],
            ))

    def test_referrer_policy_keeps_the_origin_of_our_own_forms(self) -> None:
        self.assertEqual('same-origin', self.get('/login').headers['Referrer-Policy'])

    def test_cookies(self) -> None:
        cookie = self.sign_in().headers['Set-Cookie']

        self.assertTrue(cookie.startswith('phycloud_8000='))
        self.assertIn('HttpOnly', cookie)
        self.assertIn('SameSite=Strict', cookie)
        self.assertNotIn('Domain', cookie)

    def test_a_cookie_of_another_key_signs_nobody_in(self) -> None:
        self.sign_in()
        with self.http.session_transaction(base_url=ORIGIN) as session:
            content = dict(session)
        self.app.secret_key = 'guessed'
        serializer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert serializer is not None
        forged = serializer.dumps(content)
        self.restart()
        self.http.set_cookie('phycloud_8000', forged, domain='127.0.0.1')

        self.assertEqual(303, self.get('/keys').status_code)


class InputTest(DevcloudTestCase):
    def test_nul_is_refused_everywhere(self) -> None:
        for response in (
            self.get('/api/v1/sessions?user_id=%00', DEMO.pat),
            self.get('/api/v1/robots/a%00', DEMO.pat),
            self.form('/oauth/token', grant_type='password', username='\0', password='x'),
            self.get('/?%00=1'),
        ):
            self.assertEqual(400, response.status_code)

    def test_case_94_a_body_has_at_most_64_kib(self) -> None:
        response = self.form('/oauth/token', grant_type='x' * MAX_BODY)

        self.assertEqual((413, 'invalid_request'),
                         (response.status_code, response.get_json()['error']))

    def test_errors_come_in_the_form_of_their_reader(self) -> None:
        kinds = [
            self.get(path).mimetype for path in ('/oauth/x', '/api/v1/x', '/.well-known/x', '/x')
        ]

        self.assertEqual(
            ['application/json', *['application/problem+json'] * 2, 'text/html'], kinds
        )


class AttemptsTest(DevcloudTestCase):
    def test_case_93_one_subject(self) -> None:
        attempts = Attempts(self.database, Limit('t', 2, 100, 60))

        waits = [attempts.begin('ann', 6000.0) for _ in range(3)]

        self.assertEqual([0, 0, 61], waits)
        self.assertEqual(0, attempts.begin('bob', 6000.0))
        self.assertEqual(0, attempts.begin('ann', 6060.0))

    def test_case_93_everybody(self) -> None:
        attempts = Attempts(self.database, Limit('t', 100, 3, 60))

        waits = [bool(attempts.begin(f'user {number}', 6000.0)) for number in range(5)]

        self.assertEqual([False, False, False, True, True], waits)

    def test_success_is_taken_back(self) -> None:
        attempts = Attempts(self.database, Limit('t', 2, 2, 60))

        for _ in range(10):
            self.assertEqual(0, attempts.begin('ann', 6000.0))
            attempts.succeeded('ann', 6000.0)

    def test_two_servers_share_the_count(self) -> None:
        limit = Limit('t', 2, 100, 60)
        servers = [Attempts(self.database, limit) for _ in range(3)]

        self.assertEqual([0, 0, 61], [server.begin('ann', 6000.0) for server in servers])

    def test_the_limits_in_use_are_small(self) -> None:
        self.assertLessEqual(SIGN_IN.one, 10)
        self.assertLessEqual(self.devcloud.user_codes._limit.one, 10)
