"""When a token is refreshed, and what is made of a success."""

from __future__ import annotations

from typing import Any

from phyware.secret import Secret
from phyware_auth.due import seconds_left, usable
from phyware_auth.refresh import refreshable
from phyware_auth.store.record import PAT, HostRecord
from tests.unit.phyware_auth.authcase import SUCCESS, TOKEN, full_record, text_of, without
from tests.unit.phyware_auth.refreshcase import RefreshCase

REFUSED = {'status_code': 400, 'json': {'error': 'invalid_grant'}}


class WhenTests(RefreshCase):
    def test_only_below_the_margin(self) -> None:
        for left, refreshed in (
            (3600, False), (60, False), (59, True), (1, True), (0, True), (-1, True),
        ):
            with self.subTest(left):
                self.serve(TOKEN, SUCCESS)
                record = self.saved_with(left)

                fresh = self.refresher.fresh(record, 60)

                self.assertEqual(text_of(fresh.access_token) == 'access-new', refreshed)

    def test_without_a_margin_only_when_it_is_over(self) -> None:
        for left, refreshed in ((1, False), (0, True), (-1, True), (None, False)):
            with self.subTest(left):
                self.serve(TOKEN, SUCCESS)

                fresh = self.refresher.fresh(self.saved_with(left), 0)

                self.assertEqual(text_of(fresh.access_token) == 'access-new', refreshed)

    def test_a_token_without_a_known_end_is_not_refreshed_early(self) -> None:
        record = self.saved_with(None)

        self.assertEqual(self.refresher.fresh(record, 3600), record)
        self.assertEqual(self.http.call_count, 0)

    def test_nothing_to_refresh_with(self) -> None:
        for changes in (
            {'refresh_token': None}, {'token_endpoint': None}, {'kind': PAT},
        ):
            with self.subTest(changes):
                record = self.saved_with(-1, **changes)

                self.assertEqual(self.refresher.fresh(record, 60), record)
                self.assertFalse(refreshable(record))

    def test_lost_access_token_is_fetched_anew(self) -> None:
        self.serve(TOKEN, SUCCESS)
        record = self.saved(access_token=None, expiry=0)

        self.assertEqual(text_of(self.refresher.fresh(record, 60).access_token), 'access-new')

    def test_case_45_clock_jumps_cause_one_refresh_each(self) -> None:
        for jump in (7200, -7200):
            with self.subTest(jump):
                self.http.reset_mock()
                self.serve(TOKEN, SUCCESS)
                record = self.saved_with(3600)
                self.clock.advance(jump)

                for _ in range(5):
                    record = self.refresher.fresh(record, 60)

                self.assertEqual(self.http.call_count, 1 if jump > 0 else 0)
                self.clock.advance(-jump)

    def test_case_45_a_minute_or_nine_tenths_of_a_short_life_between_two(self) -> None:
        for life, early in ((50, 45), (66, 60), (100, 60), (3600, 3541)):
            self.serve(TOKEN, {**SUCCESS, 'expires_in': life})
            for age, refreshed in ((early - 1, False), (early, True)):
                with self.subTest(f'{age} of {life}'):
                    record = self.refresher.fresh(self.saved_with(-1), 60)
                    self.http.reset_mock()
                    self.clock.advance(age)

                    self.refresher.fresh(record, 60)

                    self.assertEqual(self.http.call_count == 1, refreshed)
                    self.now = int(self.clock.now())

    def test_case_45_the_token_of_a_login_has_no_refresh_before_it(self) -> None:
        self.serve(TOKEN, {**SUCCESS, 'expires_in': 30})
        record = self.saved_with(30)

        for _ in range(3):
            record = self.refresher.fresh(record, 60)

        self.assertEqual((text_of(record.access_token), self.http.call_count), ('access-new', 1))

    def test_left_and_usable(self) -> None:
        record = full_record(expiry=100)

        self.assertEqual(seconds_left(record, 40), 60)
        self.assertEqual(seconds_left(full_record(expiry=None), 40), float('inf'))
        self.assertEqual([usable(record, now) for now in (99, 100, 101)], [True, False, False])
        self.assertFalse(usable(full_record(access_token=None), 40))


class SavedTests(RefreshCase):
    def test_case_35_rotated_token_is_saved_before_it_is_used(self) -> None:
        self.serve(TOKEN, SUCCESS, {**SUCCESS, 'access_token': 'a3', 'refresh_token': 'r3'})
        record = self.saved_with(-1)

        first = self.refresher.fresh(record, 60)
        self.assert_tokens('access-new', 'refresh-new')
        self.clock.advance(7200)
        second = self.refresher.fresh(first, 60)

        self.assert_tokens('a3', 'r3')
        self.assertEqual(second.expiry, self.now + 7200 + 3600)
        sent = [form['refresh_token'] for form in self.requests_to(TOKEN)]
        self.assertEqual(sent, ['refresh-1', 'refresh-new'])

    def test_case_36_old_refresh_token_is_kept_if_none_comes(self) -> None:
        for value in (None, ''):
            with self.subTest(value):
                self.serve(TOKEN, {**SUCCESS, 'refresh_token': value})

                self.refresher.fresh(self.saved_with(-1), 60)

                self.assert_tokens('access-new', 'refresh-1')

    def test_scopes_stay_unless_the_answer_differs(self) -> None:
        for scope, expected in ((None, ('openid', 'email')), ('openid', ('openid',))):
            with self.subTest(scope):
                self.serve(TOKEN, {**without(SUCCESS, 'scope'), 'scope': scope})

                self.assertEqual(self.refresher.fresh(self.saved_with(-1), 60).scopes, expected)

    def test_case_46_unknown_end_is_stored_as_unknown(self) -> None:
        body = b'{"access_token":"a","token_type":"bearer","expires_in":NaN}'
        self.serve(TOKEN, {'content': body})

        self.refresher.fresh(self.saved_with(-1), 60)

        self.assertIsNone(self.stored().expiry)
        self.assert_tokens('a', 'refresh-1')

    def test_the_rest_of_the_record_stays(self) -> None:
        self.serve(TOKEN, SUCCESS)
        old = self.saved_with(-1, user='ada', session_id='ses_1')

        self.refresher.fresh(old, 60)

        new = self.stored()
        self.assertEqual((new.user, new.session_id), ('ada', 'ses_1'))
        self.assertEqual(new.generation, old.generation)
        self.assertEqual((new.obtained, new.serial), (self.now, old.serial + 1))

    def test_client_of_the_login_is_used(self) -> None:
        self.serve(TOKEN, SUCCESS)

        self.refresher.fresh(self.saved_with(-1, client_id='another'), 60)

        self.assertEqual(self.requests_to(TOKEN)[0]['client_id'], 'another')


class AdoptedTests(RefreshCase):
    def test_another_process_was_faster(self) -> None:
        stale = self.saved_with(-1)
        new = full_record(access_token=Secret('theirs'), refresh_token=Secret('r2'))
        self.assertTrue(self.other_process().save_refresh(stale, new))

        self.assertEqual(text_of(self.refresher.fresh(stale, 60).access_token), 'theirs')
        self.assertEqual(self.http.call_count, 0)

    def test_another_process_was_faster_but_long_ago(self) -> None:
        self.serve(TOKEN, SUCCESS)
        stale = self.saved_with(-1)
        new = full_record(
            access_token=Secret('theirs'), refresh_token=Secret('r2'), expiry=self.now - 1
        )
        self.assertTrue(self.other_process().save_refresh(stale, new))

        self.assertEqual(text_of(self.refresher.fresh(stale, 60).access_token), 'access-new')
        self.assertEqual(self.requests_to(TOKEN)[0]['refresh_token'], 'r2')

    def test_case_37_loser_adopts_what_the_winner_stored(self) -> None:
        winner = full_record(access_token=Secret('theirs'), refresh_token=Secret('r2'))
        for answer in (REFUSED, {'status_code': 503}):
            with self.subTest(answer['status_code']):
                record = self.saved_with(-1)
                self.serve(TOKEN, {**answer, 'json': self.losing(record, winner)})

                fresh = self.refresher.fresh(record, 60)

                self.assertEqual(text_of(fresh.access_token), 'theirs')
                self.assert_tokens('theirs', 'r2')

    def losing(self, record: HostRecord, winner: HostRecord) -> Any:
        def reply(request: Any, context: Any) -> dict[str, str]:
            self.assertTrue(self.other_process().save_refresh(record, winner))
            return {'error': 'invalid_grant'}

        return reply
