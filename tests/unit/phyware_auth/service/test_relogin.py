"""A login over another one: what is revoked, what is kept, what interrupts."""

from __future__ import annotations

import signal
from functools import partial
from typing import Any
from unittest import mock

from phyware.errors import GenericError
from phyware.secret import Secret
from phyware_auth.service.views import VALID
from phyware_auth.store.errors import StorageFailed
from phyware_auth.store.record import PAT
from tests.unit.phyware_auth.authcase import (
    HOST,
    OTHER,
    REVOKE,
    SUCCESS,
    TOKEN,
    USERINFO,
    full_record,
    without,
)
from tests.unit.phyware_auth.service.logincase import PAT_USER, LoginCase

OLD = [('refresh-1', 'refresh_token'), ('access-1', 'access_token')]


class ReplacedTests(LoginCase):
    def test_the_old_login_is_revoked_after_the_new_one_is_stored(self) -> None:
        self.saved()
        stored: list[Any] = []

        def look(request: Any, context: Any) -> str:
            stored.append(self.stored_tokens())
            return ''

        self.http.post(REVOKE, text=look)

        self.with_code()

        self.assertEqual(self.revoked(), OLD)
        self.assertEqual(stored, [('access-new', 'refresh-new')] * 2)

    def test_as_the_client_it_was_issued_to(self) -> None:
        self.saved(client_id='another')

        self.with_code()

        self.assertEqual([form['client_id'] for form in self.requests_to(REVOKE)], ['another'] * 2)

    def test_what_the_new_login_has_itself_is_never_revoked(self) -> None:
        self.saved()
        for answer, revoked in (
            ({**SUCCESS, 'refresh_token': 'refresh-1'}, OLD[1:]),
            ({**SUCCESS, 'access_token': 'access-1'}, OLD[:1]),
            ({**SUCCESS, 'access_token': 'access-1', 'refresh_token': 'refresh-1'}, []),
        ):
            with self.subTest(answer):
                self.store.save_login(full_record())
                self.http.reset_mock()
                self.serve(TOKEN, answer)

                self.with_code()

                self.assertEqual(self.revoked(), revoked)

    def test_same_pat_again(self) -> None:
        self.serve(USERINFO, PAT_USER, method='GET')

        self.with_token()
        self.with_token()

        self.assertEqual((self.revoked(), self.warnings), ([], []))

    def test_a_pat_is_its_owners_and_not_revoked_by_a_login(self) -> None:
        self.saved(kind=PAT, refresh_token=None)

        self.with_code()

        self.assertEqual(self.revoked(), [])
        self.assertIn('the previous personal access token was not revoked', self.warnings[0])

    def test_another_hosts_login_is_not_touched(self) -> None:
        other = full_record(OTHER, access_token=Secret('theirs'))
        self.store.save_login(other)

        self.with_code()

        self.assertEqual((self.revoked(), self.store.hosts()), ([], [HOST, OTHER]))

    def test_a_revocation_that_fails_is_a_warning(self) -> None:
        self.saved()
        self.serve(REVOKE, {'status_code': 503}, {'status_code': 200})

        view = self.with_code()

        self.assertEqual(view.state, VALID)
        self.assertEqual(len(self.warnings), 1)
        self.assertIn('the previous refresh_token was not revoked', self.warnings[0])
        self.assertEqual(self.revoked(), OLD)

    def test_old_host_offered_no_revocation(self) -> None:
        self.saved(revocation_endpoint=None)

        self.with_code()

        self.assertEqual(self.revoked(), [])

    def test_old_refresh_token_is_never_kept_by_a_login_without_one(self) -> None:
        self.saved()
        self.serve(TOKEN, without(SUCCESS, 'refresh_token'))

        self.with_code()

        self.assertEqual(self.stored_tokens(), ('access-new', None))


class FailingStoreTests(LoginCase):
    def test_store_that_refuses_the_login(self) -> None:
        self.saved()
        with mock.patch.object(self.store, 'save_login', side_effect=StorageFailed('/f', 'full')):
            error = self.refused(self.with_code)

        self.assertIsInstance(error, GenericError)
        self.assertEqual(self.revoked(), [])

    def test_active_host_that_cannot_be_noted_still_revokes_the_old_login(self) -> None:
        self.saved()
        with (
            mock.patch.object(self.store, 'set_active', side_effect=StorageFailed('/a', 'full')),
            self.assertRaises(StorageFailed),
        ):
            self.with_code()

        self.assertEqual(self.stored_tokens(), ('access-new', 'refresh-new'))
        self.assertEqual(self.revoked(), OLD)


class SignalTests(LoginCase):
    def setUp(self) -> None:
        super().setUp()
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        self.press = partial(signal.raise_signal, signal.SIGINT)

    def test_case_39_ctrl_c_between_answer_and_save_is_deferred(self) -> None:
        self.http.get(USERINFO, json=lambda *_: self.press() or {'sub': 'u1'})

        with self.assertRaises(KeyboardInterrupt):
            self.with_code()

        self.assertEqual(self.stored_tokens(), ('access-new', 'refresh-new'))
        self.assertEqual(self.store.active(), HOST)
        self.assertIn('this ends once the login is stored', self.warnings[-1])

    def test_ctrl_c_is_heard_while_the_old_login_is_revoked(self) -> None:
        self.saved()
        self.http.post(REVOKE, text=lambda *_: self.press() or '')

        with self.assertRaises(KeyboardInterrupt):
            self.with_code()

        self.assertEqual(self.stored_tokens(), ('access-new', 'refresh-new'))
        self.assertEqual(len(self.revoked()), 1)
