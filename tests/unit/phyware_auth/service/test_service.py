"""What token, refresh and switch mean."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any
from unittest import mock

from phyware.errors import (
    ConnectionFailed,
    Expired,
    GenericError,
    NotFound,
    PhywareError,
    ServerFailed,
    Unauthorized,
)
from phyware.secret import Secret
from phyware.session import Selection
from phyware_auth.service import AuthService
from phyware_auth.service.logout import LogoutService
from phyware_auth.service.outcomes import RefreshView
from phyware_auth.store.record import PAT
from tests.unit.phyware_auth.authcase import (
    HOST,
    OTHER,
    SESSIONS,
    SUCCESS,
    TOKEN,
    USERINFO,
    AuthCase,
    full_record,
    text_of,
    without,
)

STORED = Selection(HOST)
KEY = Selection(HOST, Secret('phk_key'), 'option')
USER = {'sub': 'u1', 'email': 'ada@example.org'}
ENDED = {'status_code': 400, 'json': {'error': 'invalid_grant'}}


class ServiceCase(AuthCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = int(self.clock.now())
        self.service = AuthService(self.deps)
        self.serve(TOKEN, SUCCESS)
        self.serve(USERINFO, USER, method='GET')

    def failure(self, call: Callable[..., Any], *given: object) -> PhywareError:
        with self.assertRaises(PhywareError) as caught:
            call(*given)
        return caught.exception

    def grants(self) -> int:
        return len(self.requests_to(TOKEN))


class TokenTests(ServiceCase):
    def test_good_for_a_minute(self) -> None:
        for left, shown in ((60, 'access-1'), (59, 'access-new'), (-1, 'access-new')):
            with self.subTest(left):
                self.saved(expiry=self.now + left)

                self.assertEqual(text_of(self.service.token(STORED).token), shown)

    def test_with_its_end_and_its_host(self) -> None:
        self.saved()

        view = self.service.token(STORED)

        self.assertEqual((view.host, view.expiry), (HOST, self.now + 3600))

    def test_not_logged_in(self) -> None:
        error = self.failure(self.service.token, STORED)

        self.assertIs(type(error), Unauthorized)
        self.assertIn(f'phyware auth login --host {HOST}', error.remediation)

    def test_over_and_not_refreshable(self) -> None:
        for changes in ({'refresh_token': None}, {'token_endpoint': None}, {'kind': PAT}):
            with self.subTest(changes):
                self.saved(expiry=self.now, **changes)

                error = self.failure(self.service.token, STORED)

                self.assertIs(type(error), Expired)
                self.assertIn(f'phyware auth login --host {HOST}', error.remediation)

    def test_less_than_a_minute_but_no_better_one_to_be_had(self) -> None:
        self.saved(expiry=self.now + 5, refresh_token=None)

        self.assertEqual(text_of(self.service.token(STORED).token), 'access-1')

    def test_a_key_is_given_as_it_is(self) -> None:
        view = self.service.token(KEY)

        self.assertEqual((text_of(view.token), view.expiry), ('phk_key', None))
        self.assertEqual(self.http.call_count, 0)


class JumpTests(ServiceCase):
    """A clock that is set while a command runs: at its first look, its second..."""

    def test_case_45_a_token_is_given_wherever_the_clock_jumps(self) -> None:
        real = self.clock.now
        for jump, left in itertools.product((7200, -7200), (0, 30, 3600)):
            for look in range(8):
                with self.subTest(f'{jump} at look {look} with {left}'):
                    self.saved(expiry=int(real()) + left)
                    before, looks = self.grants(), iter(range(99))
                    jumping = lambda: real() + (jump if next(looks) >= look else 0)  # noqa: B023, E731
                    with mock.patch.object(self.clock, 'now', jumping):
                        view = AuthService(self.deps).token(STORED)

                    self.assertEqual(self.grants() - before, int(text_of(view.token) != 'access-1'))


class RefreshTests(ServiceCase):
    def refresh(self, force: bool = False) -> RefreshView:
        return self.service.refresh(STORED, force)

    def test_only_below_five_minutes(self) -> None:
        for left, refreshed in ((301, False), (300, False), (299, True), (-1, True)):
            with self.subTest(left):
                self.saved(expiry=self.now + left)

                view = self.refresh()

                self.assertEqual((view.refreshed, view.status.state), (refreshed, 'valid'))

    def test_validated_with_the_token_that_it_ends_with(self) -> None:
        for force, shown in ((False, 'access-1'), (True, 'access-new')):
            with self.subTest(force):
                self.saved()

                view = self.refresh(force)

                self.assertEqual(view.refreshed, force)
                sent = self.http.last_request
                self.assertEqual((sent.url, sent.headers['Authorization']),
                                 (USERINFO, f'Bearer {shown}'))

    def test_a_token_without_a_known_end_is_validated_only(self) -> None:
        self.saved(expiry=None)

        self.assertEqual((self.refresh().refreshed, self.grants()), (False, 0))

    def test_server_ended_the_token_before_its_time(self) -> None:
        self.saved()
        self.serve(USERINFO, {'status_code': 401}, {'json': USER}, method='GET')

        view = self.refresh()

        self.assertEqual((view.refreshed, view.status.state, self.grants()), (True, 'valid', 1))

    def test_server_refuses_the_new_token_as_well(self) -> None:
        self.saved()
        self.serve(USERINFO, {'status_code': 401}, method='GET')

        view = self.refresh()

        self.assertEqual((view.refreshed, view.status.state, self.grants()), (True, 'invalid', 1))
        self.assertIsInstance(view.status.error, Unauthorized)

    def test_server_ended_the_session(self) -> None:
        self.saved()
        self.serve(USERINFO, {'status_code': 401}, method='GET')
        self.serve(TOKEN, ENDED)

        error = self.failure(self.refresh)

        self.assertIn('the session has ended', error.message)
        self.assertEqual(text_of(self.stored().refresh_token), 'refresh-1')

    def test_unreachable_is_no_reason_to_refresh(self) -> None:
        self.saved()
        self.serve(USERINFO, {'status_code': 503}, method='GET')

        view = self.refresh()

        self.assertEqual((view.refreshed, view.status.state), (False, 'unreachable'))
        self.assertEqual(self.grants(), 0)

    def test_case_43_over_and_the_host_is_down(self) -> None:
        self.saved(expiry=self.now)
        self.serve(TOKEN, {'status_code': 503})

        self.assertIs(type(self.failure(self.refresh)), ConnectionFailed)

    def test_forced_and_the_host_is_down(self) -> None:
        self.saved()
        self.serve(TOKEN, {'status_code': 503})

        self.assertIs(type(self.failure(self.refresh, True)), ServerFailed)

    def test_forced_without_a_refresh_token(self) -> None:
        self.saved(refresh_token=None)

        error = self.failure(self.refresh, True)

        self.assertIs(type(error), GenericError)
        self.assertIn('offline_access', error.remediation)

    def test_without_a_refresh_token_it_validates(self) -> None:
        for expiry, state in ((self.now + 60, 'valid'), (self.now, 'expired')):
            with self.subTest(state):
                self.saved(refresh_token=None, expiry=expiry)

                view = self.refresh()

                self.assertEqual((view.refreshed, view.status.state), (False, state))

    def test_not_logged_in(self) -> None:
        self.assertIs(type(self.failure(self.refresh)), Unauthorized)

    def test_pat_and_key_are_validated_only_and_that_is_said(self) -> None:
        self.serve_metadata()
        for selection in (KEY, STORED):
            for force in (False, True):
                with self.subTest(f'{selection} {force}'):
                    self.warnings.clear()
                    if selection is STORED:
                        self.saved(kind=PAT, refresh_token=None)

                    view = self.service.refresh(selection, force)

                    self.assertEqual((view.refreshed, view.status.state), (False, 'valid'))
                    self.assertIn('it cannot be refreshed', self.warnings[0])


class SwitchTests(ServiceCase):
    def test_active_host(self) -> None:
        self.saved()

        view = self.service.switch(HOST)

        self.assertEqual((view.host, view.state, self.store.active()), (HOST, 'valid', HOST))
        self.assertEqual(self.http.call_count, 0)

    def test_an_expired_credential_is_no_hindrance(self) -> None:
        self.saved(expiry=self.now)

        self.assertEqual(self.service.switch(HOST).state, 'expired')
        self.assertEqual(self.store.active(), HOST)

    def test_unknown_host_names_the_known_ones_and_changes_nothing(self) -> None:
        self.saved()
        self.store.save_login(full_record(OTHER))
        self.store.set_active(HOST)

        error = self.failure(self.service.switch, 'https://third.example')

        self.assertIs(type(error), NotFound)
        self.assertIn(f'{HOST}, {OTHER}', error.message)
        self.assertEqual(self.store.active(), HOST)

    def test_case_47_a_logout_meanwhile_leaves_no_active_host_without_a_credential(self) -> None:
        for method in ('describe', 'set_active'):
            with self.subTest(method):
                self.store.save_login(full_record(OTHER))
                self.saved()
                self.store.set_active(OTHER)
                real, logouts = getattr(self.store, method), [LogoutService(self.deps)]

                def late(*given: Any, real: Any = real, logouts: Any = logouts) -> Any:
                    while logouts:
                        logouts.pop().logout(HOST, local_only=True)
                    return real(*given)

                with mock.patch.object(self.store, method, late):
                    error = self.failure(self.service.switch, HOST)

                self.assertIs(type(error), NotFound)
                self.assertEqual(self.store.active(), OTHER)

    def test_nobody_is_logged_in_anywhere(self) -> None:
        message = self.failure(self.service.switch, HOST).message

        self.assertEqual(message, f'{HOST} has no credential; hosts that have one: none')


class SessionsEndpointTests(ServiceCase):
    def test_as_stored_at_login(self) -> None:
        self.saved()

        self.assertEqual(self.service.sessions_endpoint(STORED), SESSIONS)
        self.assertEqual(self.http.call_count, 0)

    def test_not_stored(self) -> None:
        self.assertIsNone(self.service.sessions_endpoint(STORED))

    def test_a_keys_host_is_asked(self) -> None:
        self.serve_metadata()
        self.assertEqual(self.service.sessions_endpoint(KEY), SESSIONS)

        self.serve_metadata(phycloud_sessions_endpoint=None)
        self.assertIsNone(self.service.sessions_endpoint(KEY))


class OddAnswersTests(ServiceCase):
    def test_case_46_a_life_of_zero_does_not_make_each_command_refresh(self) -> None:
        self.serve(TOKEN, {**SUCCESS, 'expires_in': 0})
        self.saved(expiry=self.now)

        tokens = [text_of(self.service.token(STORED).token) for _ in range(3)]

        self.assertEqual((tokens, self.grants()), (['access-new'] * 3, 1))

    def test_case_36_and_35_over_and_over_with_one_refresh_token(self) -> None:
        self.serve(TOKEN, without(SUCCESS, 'refresh_token'))
        self.saved(expiry=self.now)

        for _ in range(3):
            self.service.token(STORED)
            self.clock.advance(4000)

        self.assertEqual(
            [form['refresh_token'] for form in self.requests_to(TOKEN)], ['refresh-1'] * 3
        )
