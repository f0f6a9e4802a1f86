"""The pages: landing, signing in and out, approving a device."""

from __future__ import annotations

from html import unescape
from urllib.parse import unquote

from phyware_auth.devcloud.pages.home import safe_next
from tests.unit.phyware_auth.devcloud.base import DEMO, FULL_SCOPE, ORIGIN, DevcloudTestCase


class LandingTest(DevcloudTestCase):
    def test_it_says_what_this_is(self) -> None:
        page = self.get('/').text

        self.assertIn('A PhyCloud on your own machine', page)
        self.assertIn(f'PHYCLOUD_URL={ORIGIN}', page)
        self.assertIn('<html lang="en">', page)

    def test_no_page_loads_anything_from_elsewhere(self) -> None:
        self.sign_in()
        for path in ('/', '/device', '/keys', '/sessions'):
            page = self.get(path).text

            self.assertNotRegex(page, r'(?:src|href)="(?:https?:)?//')
            self.assertNotIn('<script', page)


class SignInTest(DevcloudTestCase):
    def test_wrong_then_right(self) -> None:
        wrong = self.page('/login', email=DEMO.email, password='wrong')
        right = self.sign_in()

        self.assertEqual(401, wrong.status_code)
        self.assertIn('role="alert"', wrong.text)
        self.assertEqual((303, '/'), (right.status_code, right.location))
        self.assertIn(DEMO.email, self.get('/').text)

    def test_any_case_of_the_address(self) -> None:
        response = self.page('/login', email=' DEMO@Phyware.Example ', password=DEMO.password)

        self.assertEqual(303, response.status_code)

    def test_case_93_wrong_passwords_are_limited(self) -> None:
        statuses = [
            self.page('/login', email=DEMO.email, password='x').status_code for _ in range(10)
        ]

        self.assertEqual([401] * 10, statuses)
        self.assertEqual(429, self.sign_in().status_code)
        self.clock.sleep(300)
        self.assertEqual(303, self.sign_in().status_code)

    def test_pages_send_to_the_sign_in_and_back(self) -> None:
        for path in ('/device?user_code=BCDF-GHJK', '/device', '/keys', '/sessions'):
            with self.subTest(path):
                location = self.get(path).location

                self.assertEqual(f'/login?next={path}', unquote(location))
                self.assertIn(f'value="{path}"', unescape(self.get(location).text))
        back = self.page('/login', email=DEMO.email, password=DEMO.password, next='/keys')
        self.assertEqual('/keys', back.location)

    def test_next_leads_to_our_pages_only(self) -> None:
        for target in (
            '//evil.example/device', 'http://evil.example/keys', '/\\evil.example', 'javascript:x',
            '\\\\evil.example', '/logout', 'device', '', '/device/../logout', '/keys\r\nX: y', 'http://[',
        ):
            with self.subTest(target):
                self.assertEqual('/', safe_next(target))

    def test_sign_out(self) -> None:
        self.sign_in()
        cookie = self.http.get_cookie('phycloud_8000', '127.0.0.1')
        assert cookie is not None

        self.page('/logout')

        self.http.set_cookie('phycloud_8000', cookie.value, domain='127.0.0.1')
        self.assertEqual(303, self.get('/keys').status_code)

    def test_a_session_ends_after_half_a_day(self) -> None:
        self.sign_in()
        self.clock.sleep(12 * 3600)

        self.assertEqual(303, self.get('/keys').status_code)

    def test_another_sign_in_ends_the_one_before(self) -> None:
        self.sign_in()
        with self.http.session_transaction(base_url=ORIGIN) as session:
            before = dict(session)

        self.http.get('/login', base_url=ORIGIN)
        self.page('/login', email=DEMO.email, password=DEMO.password)

        with self.http.session_transaction(base_url=ORIGIN) as session:
            session.clear()
            session.update(before)
        self.assertEqual(303, self.get('/keys').status_code)


class DevicePageTest(DevcloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sign_in()

    def test_case_60_it_shows_what_is_asked_and_warns(self) -> None:
        codes = self.device_codes()

        page = self.get(codes['verification_uri_complete']).text

        for text in (
            codes['user_code'], 'phyware command line', '127.0.0.1:8000', DEMO.email,
            'Only continue if you started this', 'List and revoke sessions',
        ):
            self.assertIn(text, page)

    def test_approve(self) -> None:
        codes = self.device_codes()

        page = self.page('/device', user_code=codes['user_code'], decision='approve')

        self.assertIn('Approved', page.text)
        token = self.poll(codes).get_json()['access_token']
        claims = self.get('/oauth/userinfo', token).get_json()
        self.assertEqual((DEMO.email, FULL_SCOPE), (claims['email'], claims['scope']))

    def test_anything_but_approve_denies(self) -> None:
        for decision in ('deny', '', 'APPROVE'):
            with self.subTest(decision):
                codes = self.device_codes()

                page = self.page('/device', user_code=codes['user_code'], decision=decision)

                self.assertIn('Denied', page.text)
                self.assertEqual('access_denied', self.poll(codes).get_json()['error'])

    def test_however_the_code_is_typed(self) -> None:
        code = self.device_codes()['user_code']
        for typed in (code.lower(), code.replace('-', ''), f' {code[:4]} {code[5:]} '):
            with self.subTest(typed):
                page = self.get('/device', query_string={'user_code': typed})

                self.assertIn(code, page.text)

    def test_a_code_is_decided_once(self) -> None:
        code = self.device_codes()['user_code']
        self.page('/device', user_code=code, decision='approve')

        again = self.page('/device', user_code=code, decision='deny')

        self.assertEqual(400, again.status_code)
        self.assertIn('not valid', again.text)
        self.assertEqual(400, self.get(f'/device?user_code={code}').status_code)

    def test_an_expired_code(self) -> None:
        code = self.device_codes()['user_code']
        self.clock.sleep(900)

        self.assertEqual(400, self.get(f'/device?user_code={code}').status_code)

    def test_case_93_guesses_are_limited(self) -> None:
        code = self.device_codes()['user_code']
        statuses = [self.get('/device?user_code=BBBB-BBBB').status_code for _ in range(10)]

        self.assertEqual([400] * 10, statuses)
        self.assertEqual(429, self.get(f'/device?user_code={code}').status_code)
        blocked = self.page('/device', user_code=code, decision='approve')
        self.assertEqual(429, blocked.status_code)

    def test_case_93_a_new_sign_in_gives_no_new_guesses(self) -> None:
        for _ in range(10):
            self.get('/device?user_code=BBBB-BBBB')
        client = self.http = self.new_client()
        self.sign_in(client=client)

        self.assertEqual(429, self.get('/device?user_code=BBBB-BBBB').status_code)

    def test_right_codes_are_not_counted(self) -> None:
        for _ in range(12):
            code = self.device_codes()['user_code']

            self.assertEqual(200, self.get(f'/device?user_code={code}').status_code)

    def test_what_was_typed_is_escaped(self) -> None:
        page = self.get('/device', query_string={'user_code': '"><b>x'})

        self.assertNotIn('<b>', page.text)
