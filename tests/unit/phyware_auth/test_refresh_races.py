"""A refresh among threads, processes, logouts, logins and signals."""

from __future__ import annotations

import signal
import threading
from functools import partial
from types import FrameType
from typing import Any
from unittest import mock

from phyware.errors import Unauthorized
from phyware.secret import Secret
from phyware.transport import Transport
from phyware_auth.store.errors import LockUnavailable, SecretMissing
from phyware_auth.store.record import PAT
from tests.unit.phyware_auth.authcase import HOST, REVOKE, SUCCESS, TOKEN, full_record, text_of
from tests.unit.phyware_auth.refreshcase import RefreshCase
from tests.unit.phyware_auth.store.fakes import OTHER


class LockTests(RefreshCase):
    def test_case_16_somebody_holds_the_lock_and_the_token_is_good(self) -> None:
        record = self.saved_with(40)

        with self.other_process().refresh_lock(HOST, 1):
            self.assertEqual(self.refresher.fresh(record, 60), record)

        self.assertEqual((self.http.call_count, self.clock.monotonic()), (0, 2))

    def test_case_16_44_whose_token_was_refused_waits_however_good_it_seems(self) -> None:
        record = self.saved_with(3600)

        with self.other_process().refresh_lock(HOST, 1):
            error = self.failure(self.refresher.renew, record)

        self.assertIsInstance(error, LockUnavailable)
        self.assertEqual((self.http.call_count, self.clock.monotonic()), (0, 20))

    def test_case_16_nobody_waits_until_the_token_is_over(self) -> None:
        record = self.saved_with(2)

        with self.other_process().refresh_lock(HOST, 1):
            self.assertEqual(self.refresher.fresh(record, 60), record)

        self.assertEqual(self.clock.monotonic(), 1)

    def test_case_16_somebody_holds_the_lock_and_the_token_is_over(self) -> None:
        record = self.saved_with(-1)

        with self.other_process().refresh_lock(HOST, 1):
            error = self.failure(self.refresher.fresh, record, 60)

        self.assertIsInstance(error, LockUnavailable)
        self.assertIn(self.directory, error.message)
        self.assertEqual((error.code, self.http.call_count), ('CONNECTION', 0))
        self.assertEqual(self.clock.monotonic(), 20)

    def test_case_16_28_where_the_holder_is_given_longer_so_is_who_waits(self) -> None:
        record, self.machine.slower = self.saved_with(-1), 6

        with self.other_process().refresh_lock(HOST, 1):
            self.failure(self.refresher.fresh, record, 60)
            self.assertEqual(self.clock.monotonic(), 6 * 20)
            self.failure(self.refresher.renew, record)

        self.assertEqual(self.clock.monotonic(), 2 * 6 * 20)

    def test_case_16_28_but_not_who_has_a_token_that_is_good(self) -> None:
        record, self.machine.slower = self.saved_with(40), 6

        with self.other_process().refresh_lock(HOST, 1):
            self.assertEqual(self.refresher.fresh(record, 60), record)

        self.assertEqual(self.clock.monotonic(), 2)

    def test_case_47_another_host_does_not_wait(self) -> None:
        self.serve(TOKEN, SUCCESS)
        record = self.saved_with(-1)

        with self.other_process().refresh_lock(OTHER, 1):
            self.refresher.fresh(record, 60)

        self.assertEqual(self.clock.monotonic(), 0)

    def test_case_20_threads_share_one_refresh(self) -> None:
        self.serve(TOKEN, SUCCESS)
        record = self.saved_with(-1)
        found: list[str | None] = []
        together = threading.Barrier(16)

        def run() -> None:
            together.wait()
            found.append(text_of(self.refresher.fresh(record, 60).access_token))

        threads = [threading.Thread(target=run) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        self.assertEqual(found, ['access-new'] * 16)
        self.assertEqual(self.http.call_count, 1)


class MeanwhileTests(RefreshCase):
    def test_case_47_logout_wins(self) -> None:
        self.during_grant(lambda: self.other_process().remove(HOST))
        for left in (-1, 30):
            with self.subTest(left):
                self.http.reset_mock()
                record = self.saved_with(left)

                error = self.failure(self.refresher.fresh, record, 60)

                self.assertIsInstance(error, Unauthorized)
                self.assertIn('logged out by another process', error.message)
                self.assertIsNone(self.other_process().load(HOST))
                self.assert_new_tokens_were_revoked()

    def test_case_47_login_wins(self) -> None:
        login = full_record(access_token=Secret('login'), refresh_token=Secret('r-login'))
        self.during_grant(lambda: self.other_process().save_login(login))
        record = self.saved_with(-1)

        fresh = self.refresher.fresh(record, 60)

        self.assertEqual(text_of(fresh.access_token), 'login')
        self.assert_tokens('login', 'r-login')
        self.assert_new_tokens_were_revoked()

    def test_case_40_a_refresh_that_got_past_the_lock_has_the_same_tokens(self) -> None:
        record = self.saved_with(-1)
        same = full_record(access_token=Secret('access-new'), refresh_token=Secret('refresh-new'))
        self.during_grant(lambda: self.other_process().save_refresh(record, same))

        fresh = self.refresher.fresh(record, 60)

        self.assertEqual(text_of(fresh.access_token), 'access-new')
        self.assert_tokens('access-new', 'refresh-new')
        self.assertEqual(self.requests_to(REVOKE), [])

    def test_case_47_revocation_that_fails_is_said_and_changes_nothing(self) -> None:
        self.during_grant(lambda: self.other_process().remove(HOST))
        self.serve(REVOKE, {'status_code': 500})
        record = self.saved_with(-1)

        with self.assertLogs('phyware.auth', 'WARNING') as logged:
            error = self.failure(self.refresher.fresh, record, 60)

        self.assertIn('logged out by another process', error.message)
        said = [record.getMessage() for record in logged.records]
        self.assertEqual(len(said), 2)
        self.assertIn(f'the new refresh_token was not revoked on {HOST}', said[0])

    def test_case_47_what_is_left_of_a_logout_cannot_be_read(self) -> None:
        record = self.saved_with(-1)
        real, reason = self.store.load, SecretMissing(HOST)

        def logged_out() -> None:
            self.other_process().remove(HOST)
            self.enterContext(mock.patch.object(self.store, 'load', side_effect=reason))

        self.during_grant(logged_out)

        self.assertIs(self.failure(self.refresher.fresh, record, 60), reason)
        self.assert_new_tokens_were_revoked()
        self.assertIsNone(real(HOST))

    def test_case_47_logged_out_during_a_grant_that_failed(self) -> None:
        for answer in ({'status_code': 503}, {'status_code': 400}):
            with self.subTest(answer):
                record = self.saved_with(30)
                self.serve(TOKEN, {**answer, 'json': self.logging_out})

                error = self.failure(self.refresher.fresh, record, 60)

                self.assertIn('logged out by another process', error.message)
                self.assertIn(f'--host {HOST}', error.remediation)

    def logging_out(self, request: object, context: object) -> dict[str, str]:
        self.other_process().remove(HOST)
        return {'error': 'invalid_grant'}

    def test_case_47_host_without_revocation(self) -> None:
        self.during_grant(lambda: self.other_process().remove(HOST))
        record = self.saved_with(-1, revocation_endpoint=None)

        self.failure(self.refresher.fresh, record, 60)

        self.assertEqual(self.requests_to(REVOKE), [])

    def test_case_47_a_login_with_a_pat_before_the_lock_was_had(self) -> None:
        record = self.saved_with(-1)
        pat = full_record(kind=PAT, refresh_token=None, access_token=Secret('pat'), expiry=1)
        self.other_process().save_login(pat)

        self.assertEqual(text_of(self.refresher.fresh(record, 60).access_token), 'pat')
        self.assertEqual(self.http.call_count, 0)

    def test_logged_out_before_the_lock_was_had(self) -> None:
        for left in (-1, 30):
            with self.subTest(left):
                record = self.saved_with(left)
                self.other_process().remove(HOST)

                error = self.failure(self.refresher.fresh, record, 60)

                self.assertIn('logged out by another process', error.message)
                self.assertEqual(self.http.call_count, 0)

    def test_case_39_signals_wait_until_the_answer_is_saved(self) -> None:
        seen: list[str | None] = []

        def look(number: int, frame: FrameType | None) -> None:
            seen.append(text_of(self.stored().access_token))

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                self.addCleanup(signal.signal, number, signal.signal(number, look))
                self.during_grant(partial(signal.raise_signal, number))

                self.refresher.fresh(self.saved_with(-1), 60)

                self.assertEqual(seen.pop(), 'access-new')

    def test_case_39_ctrl_c_interrupts_after_the_save(self) -> None:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        self.during_grant(lambda: signal.raise_signal(signal.SIGINT))
        record = self.saved_with(-1)

        with self.assertRaises(KeyboardInterrupt):
            self.refresher.fresh(record, 60)

        self.assert_tokens('access-new', 'refresh-new')
        self.assertEqual(
            text_of(self.another(self.other_process()).fresh(record, 60).access_token), 'access-new'
        )

    def test_ctrl_c_that_comes_before_a_connection_stands_comes_at_once(self) -> None:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        record = self.saved_with(-1)

        def connect(*given: Any, **more: Any) -> None:
            signal.raise_signal(signal.SIGINT)
            self.fail('it was held back')

        patched = mock.patch.object(Transport, 'post_form', connect)
        with patched, self.assertRaises(KeyboardInterrupt):
            self.refresher.fresh(record, 60)

        self.assert_tokens('access-1', 'refresh-1')

    def assert_new_tokens_were_revoked(self) -> None:
        revoked = [(form['token'], form['token_type_hint']) for form in self.requests_to(REVOKE)]
        self.assertEqual(
            revoked, [('refresh-new', 'refresh_token'), ('access-new', 'access_token')]
        )
