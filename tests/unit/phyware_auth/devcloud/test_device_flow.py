"""Device login (RFC 8628), without the page."""

from __future__ import annotations

from sqlalchemy import select, update

from phyware_auth.devcloud.codes import USER_CODE_ALPHABET
from phyware_auth.devcloud.models import AccessToken, DeviceCode, LoginSession, RefreshToken
from tests.unit.phyware_auth.devcloud.base import DEMO, FULL_SCOPE, ORIGIN, DevcloudTestCase


class DeviceAuthorizationTest(DevcloudTestCase):
    def test_answer(self) -> None:
        answer = self.device_codes()

        self.assertEqual((900, 5), (answer['expires_in'], answer['interval']))
        self.assertEqual(f'{ORIGIN}/device', answer['verification_uri'])
        self.assertEqual(
            f'{ORIGIN}/device?user_code={answer["user_code"]}', answer['verification_uri_complete']
        )

    def test_case_93_user_code_is_eight_base_20_letters(self) -> None:
        codes = [self.device_codes()['user_code'] for _ in range(5)]

        self.assertEqual(5, len(set(codes)))
        for code in codes:
            self.assertRegex(code, f'^[{USER_CODE_ALPHABET}]{{4}}-[{USER_CODE_ALPHABET}]{{4}}$')

    def test_only_digests_are_stored(self) -> None:
        answer = self.device_codes()

        with self.database.read() as session:
            row = session.scalars(select(DeviceCode)).one()
        stored = repr(vars(row))
        self.assertNotIn(answer['device_code'], stored)
        self.assertNotIn(answer['user_code'], stored)

    def test_refusals(self) -> None:
        for fields, error in (
            ({'scope': 'nonsense'}, 'invalid_scope'),
            ({'client_id': 'nobody'}, 'invalid_client'),
            ({'client_id': ''}, 'invalid_client'),
            ({'client_id': 'service'}, 'invalid_client'),
            ({'client_secret': 'x'}, 'invalid_client'),
        ):
            with self.subTest(error=error, **fields):
                response = self.form('/oauth/device', **fields)

                self.assertEqual(error, response.get_json()['error'])

    def test_lifetimes_of_faults(self) -> None:
        self.restart('interval=1', 'code-lifetime=7')

        answer = self.device_codes()

        self.assertEqual((7, 1), (answer['expires_in'], answer['interval']))

    def test_codes_of_the_day_before_are_forgotten(self) -> None:
        self.device_codes()
        self.clock.sleep(2 * 24 * 3600)

        self.device_codes()

        with self.database.read() as session:
            self.assertEqual(1, len(session.scalars(select(DeviceCode)).all()))


class PollTest(DevcloudTestCase):
    def assert_error(self, error: str, codes: dict[str, str]) -> None:
        response = self.poll(codes)
        self.assertEqual((400, error), (response.status_code, response.get_json()['error']))

    def approve(self, status: str = 'approved') -> None:
        user_id = self.seeded.users[DEMO.email]
        with self.database.write() as session:
            session.execute(update(DeviceCode).values(status=status, user_id=user_id))

    def test_pending_then_approved(self) -> None:
        codes = self.device_codes()
        self.assert_error('authorization_pending', codes)
        self.approve()

        answer = self.poll(codes).get_json()

        self.assertEqual(('Bearer', 3600), (answer['token_type'], answer['expires_in']))
        self.assertEqual(FULL_SCOPE, answer['scope'])
        self.assertIn('refresh_token', answer)

    def test_no_refresh_token_without_offline_access(self) -> None:
        codes = self.device_codes('openid email')
        self.approve()

        self.assertNotIn('refresh_token', self.poll(codes).get_json())

    def test_scope_by_default(self) -> None:
        codes = self.form('/oauth/device').get_json()
        self.approve()

        self.assertEqual('openid email', self.poll(codes).get_json()['scope'])

    def test_denied(self) -> None:
        codes = self.device_codes()
        self.approve('denied')

        self.assert_error('access_denied', codes)

    def test_expired_also_when_approved(self) -> None:
        codes = self.device_codes()
        self.clock.sleep(900)
        self.assert_error('expired_token', codes)
        self.approve()

        self.assert_error('expired_token', codes)

    def test_unknown_code(self) -> None:
        self.assert_error('invalid_grant', {'device_code': 'phd_unknown'})

    def test_polling_too_fast_slows_down_for_good(self) -> None:
        codes = self.device_codes()
        self.assert_error('authorization_pending', codes)
        self.clock.sleep(2)
        self.assert_error('slow_down', codes)
        self.clock.sleep(6)
        self.assert_error('slow_down', codes)
        self.clock.sleep(15)

        self.assert_error('authorization_pending', codes)

    def test_polling_at_the_interval_is_not_too_fast(self) -> None:
        codes = self.device_codes()
        for _ in range(5):
            self.assert_error('authorization_pending', codes)
            self.clock.sleep(4.9)

    def test_polling_after_the_success_revokes_what_was_given(self) -> None:
        codes = self.device_codes()
        self.approve()
        answer = self.poll(codes).get_json()

        self.assert_error('invalid_grant', codes)

        self.assertEqual(401, self.get('/oauth/userinfo', answer['access_token']).status_code)
        self.assertEqual(400, self.refresh(answer['refresh_token']).status_code)

    def test_only_digests_of_tokens_are_stored(self) -> None:
        codes = self.device_codes()
        self.approve()
        answer = self.poll(codes).get_json()

        with self.database.read() as session:
            access = session.scalars(select(AccessToken.token_hash)).one()
            refresh = session.scalars(select(RefreshToken.token_hash)).one()
        self.assertNotIn(access, answer['access_token'])
        self.assertNotIn(refresh, answer['refresh_token'])
        self.assertEqual((64, 64), (len(access), len(refresh)))

    def test_a_session_is_started(self) -> None:
        codes = self.device_codes()
        self.approve()
        self.poll(codes)

        with self.database.read() as session:
            row = session.scalars(select(LoginSession)).one()
        self.assertEqual(('phyware-cli', '127.0.0.1'), (row.client, row.ip))
        self.assertTrue(row.id.startswith('ses_') and row.user_id.startswith('usr_'))
        self.assertEqual(self.clock.time + 30 * 24 * 3600, row.expires_at)


class DeviceFaultsTest(DevcloudTestCase):
    def errors(self, codes: dict[str, str], polls: int) -> list[str]:
        found = []
        for _ in range(polls):
            self.clock.sleep(60)
            found.append(self.poll(codes).get_json()['error'])
        return found

    def test_approve(self) -> None:
        self.restart(approver=DEMO)

        token = self.poll(self.device_codes()).get_json()['access_token']

        self.assertEqual(DEMO.email, self.get('/oauth/userinfo', token).get_json()['email'])

    def test_deny_wins_over_approve(self) -> None:
        self.restart('deny', approver=DEMO)

        self.assertEqual(['access_denied'], self.errors(self.device_codes(), 1))

    def test_slow_down(self) -> None:
        self.restart('slow-down=2')

        found = self.errors(self.device_codes(), 3)

        self.assertEqual(['slow_down', 'slow_down', 'authorization_pending'], found)

    def test_5xx_is_for_polls_only(self) -> None:
        self.restart('device-5xx=2', approver=DEMO)
        self.assertIn('access_token', self.tokens())
        codes = self.device_codes()

        statuses = [self.poll(codes).status_code for _ in range(3)]

        self.assertEqual([503, 503, 200], statuses)

    def test_pending_for_ever(self) -> None:
        self.restart('pending-for-ever', 'code-lifetime=1')

        self.assertEqual(['authorization_pending'] * 2, self.errors(self.device_codes(), 2))
