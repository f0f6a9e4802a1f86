"""Refreshes that fail: what is raised, what is kept, what is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import requests

from phyware.errors import ConnectionFailed, GenericError, RateLimited, ServerFailed, Unauthorized
from phyware.secret import Secret
from phyware_auth.oauth.client import GrantEnded
from phyware_auth.store.choice import StorageChoice
from phyware_auth.store.errors import KeyringLocked, StorageFailed
from tests.unit.phyware_auth.authcase import HOST, SUCCESS, TOKEN, text_of
from tests.unit.phyware_auth.refreshcase import RefreshCase
from tests.unit.phyware_auth.store.fakes import OTHER, oauth_record

REFUSED = {'status_code': 400, 'json': {'error': 'invalid_grant'}}
DOWN: tuple[dict[str, Any], ...] = (
    {'status_code': 503}, {'status_code': 429}, {'text': '<html>Please log in'},
    {'exc': requests.ConnectTimeout}, {'exc': requests.ConnectionError}, {'json': {}},
    {'status_code': 500, 'json': {'error': 'invalid_grant'}},
)


class EndedTests(RefreshCase):
    def test_case_38_revoked_is_unauthorized_with_the_command_and_nothing_is_deleted(self) -> None:
        self.store.save_login(oauth_record(OTHER))
        self.serve(TOKEN, REFUSED)
        record = self.saved_with(-1)

        error = self.failure(self.refresher.fresh, record, 60)

        self.assertIsInstance(error, Unauthorized)
        self.assertIn('the session has ended, log in again', error.message)
        self.assertIn(f'phyware auth login --host {HOST}', error.remediation)
        self.assert_tokens('access-1', 'refresh-1')
        self.assertEqual(self.store.hosts(), [OTHER, HOST])
        self.assertEqual((self.http.call_count, self.browser.opened), (1, []))

    def test_case_48_hint_for_a_credential_that_was_copied(self) -> None:
        self.serve(TOKEN, REFUSED)
        record = self.saved_with(-1)

        error = self.failure(self.refresher.renew, record)

        self.assertIn('copied', error.remediation)
        self.assertIn('PHYCLOUD_API_KEY', error.remediation)

    def test_case_38_no_loop_of_grants(self) -> None:
        self.serve(TOKEN, REFUSED)
        record = self.saved_with(-1)
        for _ in range(3):
            error = self.failure(self.refresher.fresh, record, 60)

        self.assertIsInstance(error, GrantEnded)
        self.assertIn(f'--host {HOST}', error.remediation)
        self.assertEqual(self.http.call_count, 1)

    def test_ended_but_the_token_is_still_good(self) -> None:
        self.serve(TOKEN, REFUSED)
        record = self.saved_with(30)

        with self.assertLogs('phyware.auth', 'INFO') as logged:
            self.assertEqual(self.refresher.fresh(record, 60), record)

        self.assertIn('was not refreshed', logged.records[0].getMessage())


class TroubleTests(RefreshCase):
    def test_case_43_while_the_token_is_good_no_failure_is_an_error(self) -> None:
        more = (
            {'status_code': 404}, {'status_code': 401, 'json': {'error': 'invalid_client'}},
            {'status_code': 400, 'json': {'error': 'invalid_request'}},
            {'status_code': 302, 'headers': {'Location': '/'}}, {'status_code': 403},
        )
        for trouble in (*DOWN, *more):
            with self.subTest(trouble):
                self.serve(TOKEN, trouble)
                record = self.saved_with(30)

                self.assertEqual(self.refresher.fresh(record, 60), record)
                self.assert_tokens('access-1', 'refresh-1')
                self.clock.advance(6)
                self.now += 6

    def test_case_43_with_an_expired_token_it_is_connection(self) -> None:
        for trouble in DOWN:
            with self.subTest(trouble):
                self.serve(TOKEN, trouble)
                record = self.saved_with(-1)

                error = self.failure(self.refresher.fresh, record, 60)

                self.assertEqual((error.code, error.exit_code), ('CONNECTION', 1))
                self.assert_tokens('access-1', 'refresh-1')
                self.clock.advance(6)

    def test_other_refusals_of_an_expired_token_are_what_they_are(self) -> None:
        for code, kind in (('invalid_client', Unauthorized), ('invalid_request', GenericError)):
            with self.subTest(code):
                self.serve(TOKEN, {'status_code': 400, 'json': {'error': code}})
                record = self.saved_with(-1)

                error = self.failure(self.refresher.fresh, record, 60)

                self.assertIs(type(error), kind)

    def test_forced_refresh_says_what_the_host_said(self) -> None:
        for status, kind in ((503, ServerFailed), (429, RateLimited)):
            with self.subTest(status):
                self.serve(TOKEN, {'status_code': status})
                record = self.saved_with(3600)

                error = self.failure(self.refresher.renew, record)

                self.assertIs(type(error), kind)
                self.clock.advance(6)

    def test_case_41_the_grant_is_sent_once_and_the_next_run_may_try_again(self) -> None:
        self.serve(TOKEN, {'exc': requests.ConnectionError}, SUCCESS)
        record = self.saved_with(-1)

        self.failure(self.refresher.fresh, record, 60)
        self.assertEqual(self.http.call_count, 1)
        self.clock.advance(6)
        self.another(self.other_process()).fresh(record, 60)

        self.assertEqual(self.http.call_count, 2)
        self.assert_tokens('access-new', 'refresh-new')

    def test_case_42_those_who_waited_fail_fast_for_a_few_seconds(self) -> None:
        self.serve(TOKEN, {'status_code': 503})
        record = self.saved_with(-1)
        self.failure(self.refresher.fresh, record, 60)

        waiting = self.another(self.other_process())
        error = self.failure(waiting.fresh, record, 60)

        self.assertIsInstance(error, ConnectionFailed)
        self.assertEqual(self.http.call_count, 1)
        self.clock.advance(6)
        self.failure(waiting.fresh, record, 60)
        self.assertEqual(self.http.call_count, 2)

    def test_case_42_nobody_queues_for_what_has_just_failed(self) -> None:
        self.serve(TOKEN, {'status_code': 503})
        record = self.saved_with(-1)
        self.failure(self.refresher.fresh, record, 60)

        with self.other_process().refresh_lock(HOST, 1):
            self.failure(self.refresher.fresh, record, 60)

        self.assertEqual(self.clock.monotonic(), 0)

    def test_case_42_who_queued_already_does_not_ask_either(self) -> None:
        record = self.saved_with(-1)
        assert record.refresh_token is not None
        held = self.store.refresh_lock

        @contextmanager
        def late(host: str, timeout: float) -> Iterator[None]:
            with held(host, timeout):
                self.store.note_refresh_failure(host, Secret('refresh-1'), 'later')
                yield

        with mock.patch.object(self.store, 'refresh_lock', late):
            self.failure(self.refresher.fresh, record, 60)

        self.assertEqual(self.http.call_count, 0)

    def test_case_42_another_refresh_token_does_not_wait(self) -> None:
        self.serve(TOKEN, {'status_code': 503}, SUCCESS)
        record = self.saved_with(-1)
        self.failure(self.refresher.fresh, record, 60)

        again = self.saved_with(-1, refresh_token=Secret('after a new login'))

        self.assertEqual(text_of(self.refresher.fresh(again, 60).access_token), 'access-new')

    def test_case_2_nothing_is_sent_for_what_could_not_be_kept(self) -> None:
        self.serve(TOKEN, SUCCESS)
        for reason in (StorageFailed('/full', 'No space left'), KeyringLocked()):
            for left in (-1, 30):
                with self.subTest(f'{reason} {left}'):
                    record = self.saved_with(left)

                    with mock.patch.object(self.store, 'probe', side_effect=reason) as probe:
                        error = self.failure(self.refresher.renew, record)
                        if left > 0:
                            self.assertEqual(self.refresher.fresh(record, 60), record)

                    self.assertIs(error, reason)
                    self.assertEqual(probe.call_args.args, (StorageChoice('file', ''), HOST))
                    self.assertEqual(self.http.call_count, 0)

    def test_new_tokens_that_cannot_be_kept_are_never_passed_over(self) -> None:
        self.serve(TOKEN, SUCCESS)
        for reason in (StorageFailed('/full', 'No space left'), KeyringLocked()):
            for refresh in (lambda r: self.refresher.fresh(r, 60), self.refresher.renew):
                with self.subTest(type(reason)):
                    record = self.saved_with(30)

                    with mock.patch.object(self.store, 'save_refresh', side_effect=reason):
                        error = self.failure(refresh, record)

                    self.assertIs(error, reason)
