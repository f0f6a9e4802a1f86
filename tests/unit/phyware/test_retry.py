"""How long to wait, and when to stop asking."""

from __future__ import annotations

import os
import time
import unittest
from collections.abc import Callable
from unittest import mock

from phyware.errors import ConnectionFailed
from phyware.retry import backoff, parse_retry_after, with_retries
from phyware.transport import Response
from tests.unit.phyware.transport_fakes import FakeClock, response

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


class RetryAfterTests(unittest.TestCase):
    def test_seconds(self) -> None:
        for value, seconds in (('3', 3.0), (' 0 ', 0.0), ('1000000000', 1e9)):
            with self.subTest(value):
                self.assertEqual(parse_retry_after(value, NOW), seconds)

    def test_dates(self) -> None:
        for value, seconds in (
            ('Tue, 14 Nov 2023 22:13:25 GMT', 5.0),
            ('Tuesday, 14-Nov-23 22:13:25 GMT', 5.0),
            ('Tue Nov 14 22:13:25 2023', 5.0),
            ('Tue, 14 Nov 2023 22:13:00 GMT', 0.0),
        ):
            with self.subTest(value):
                self.assertEqual(parse_retry_after(value, NOW), seconds)

    def test_date_without_a_zone_is_not_local_time(self) -> None:
        self.addCleanup(time.tzset)
        self.enterContext(mock.patch.dict(os.environ, {'TZ': 'Asia/Tokyo'}))
        time.tzset()

        self.assertEqual(parse_retry_after('Tue Nov 14 22:13:25 2023', NOW), 5.0)

    def test_case_53_junk(self) -> None:
        for value in (
            None, '', '-1', '+1', '1.5', '1e9', 'NaN', 'Infinity', '٣', 'soon', '3 s', '1' * 5000,
            'Tue, 99 Nov 2023 22:13:25 GMT', 'Tue, 14 Nov 99999 22:13:25 GMT', 'Mon', '\x00', '1,2',
        ):  # fmt: skip
            with self.subTest(value):
                self.assertIsNone(parse_retry_after(value, NOW))


class BackoffTests(unittest.TestCase):
    def test_doubles_with_a_random_half(self) -> None:
        for attempt, longest in ((1, 0.2), (2, 0.4), (5, 3.2)):
            waits = [backoff(attempt) for _ in range(50)]

            self.assertGreaterEqual(min(waits), longest / 2)
            self.assertLessEqual(max(waits), longest)
            self.assertGreater(len(set(waits)), 1)

    def test_base(self) -> None:
        self.assertTrue(5 <= backoff(2, base=5) <= 10)


class WithRetriesTests(unittest.TestCase):
    def setUp(self) -> None:
        self.clock = FakeClock(NOW)
        self.calls = 0

    def sender(self, *outcomes: Response | ConnectionFailed) -> Callable[[], Response]:
        def send() -> Response:
            outcome = outcomes[self.calls]
            self.calls += 1
            if isinstance(outcome, ConnectionFailed):
                raise outcome
            return outcome

        return send

    def statuses(self, *outcomes: Response | ConnectionFailed) -> int:
        return with_retries(self.sender(*outcomes), self.clock).status

    def test_answers_that_trying_again_will_not_change(self) -> None:
        for status in (200, 204, 302, 400, 401, 404, 409):
            with self.subTest(status):
                self.calls = 0
                self.assertEqual(self.statuses(response(status)), status)
        self.assertEqual(self.clock.naps, [])

    def test_server_errors_three_times_in_all(self) -> None:
        for status in (429, 500, 502, 503, 504):
            with self.subTest(status):
                self.calls = 0
                self.assertEqual(self.statuses(*[response(status)] * 3), status)
                self.assertEqual(self.calls, 3)

    def test_waits_between(self) -> None:
        self.statuses(response(500), response(502), response(200))

        first, second = self.clock.naps
        self.assertTrue(0.1 <= first <= 0.2 <= second <= 0.4)

    def test_connection_failures(self) -> None:
        failed = ConnectionFailed('refused')

        self.assertEqual(self.statuses(failed, failed, response(200)), 200)
        self.calls = 0
        with self.assertRaises(ConnectionFailed) as caught:
            self.statuses(failed, failed, failed)
        self.assertIs(caught.exception, failed)

    def test_case_53_retry_after_is_honoured(self) -> None:
        for status in (429, 503):
            with self.subTest(status):
                self.calls = 0
                self.clock.naps.clear()
                self.statuses(response(status, retry_after='3'), response(200))
                self.assertEqual(self.clock.naps, [3.0])

    def test_case_53_retry_after_of_other_answers_does_not_count(self) -> None:
        self.statuses(response(500, retry_after='20'), response(200))

        self.assertLess(self.clock.naps[0], 1)

    def test_case_53_a_wait_that_is_too_long_ends_it(self) -> None:
        for value in ('31', '1000000000', 'Wed, 14 Nov 2035 22:13:25 GMT'):
            with self.subTest(value):
                self.calls = 0
                self.assertEqual(self.statuses(response(429, retry_after=value)), 429)
        self.assertEqual(self.clock.naps, [])

    def test_case_53_waits_together_are_bounded(self) -> None:
        self.statuses(response(503, retry_after='20'), response(503, retry_after='20'))

        self.assertEqual((self.clock.naps, self.calls), ([20.0], 2))

    def test_time_spent_in_calls_counts(self) -> None:
        def send() -> Response:
            self.calls += 1
            self.clock.sleep(31)
            raise ConnectionFailed('timed out')

        with self.assertRaises(ConnectionFailed):
            with_retries(send, self.clock)

        self.assertEqual(self.calls, 1)
