"""Polling for the tokens: when, how long, and what ends it (RFC 8628 section 3.5)."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Iterator
from typing import Any

from phyware.errors import (
    ConnectionFailed,
    Expired,
    GenericError,
    PhywareError,
    Unauthorized,
    Validation,
)
from phyware.testing import FakeClock
from phyware.transport import Response
from phyware_auth.oauth.device import DevicePoller, parse_device_authorization
from phyware_auth.oauth.tokens import Tokens
from tests.unit.phyware_auth.authcase import DEVICE_ANSWER, SUCCESS, answer, text_of

Step = Response | PhywareError
OK = answer(SUCCESS)
HTML = answer(b'<html>Please log in', Content_Type='text/html')


def refusal(code: object, status: int = 400, **more: Any) -> Response:
    return answer({'error': code, **more}, status)


PENDING = refusal('authorization_pending')
SLOW_DOWN = refusal('slow_down')


class PollerCase(unittest.TestCase):
    def setUp(self) -> None:
        self.clock = FakeClock()
        self.polled: list[float] = []

    def poll_with(self, *steps: Step, seconds: float = 0, **changes: Any) -> Tokens:
        """Poll through these answers; each takes ``seconds`` to come."""
        authorization = parse_device_authorization({**DEVICE_ANSWER, **changes})
        answers: Iterator[Step] = iter(steps)

        def poll() -> Response:
            self.polled.append(self.clock.monotonic())
            self.clock.advance(seconds)
            step = next(answers)
            if isinstance(step, PhywareError):
                raise step
            return step

        return DevicePoller(authorization, self.clock, self.clock.sleep, ('openid',)).run(poll)

    def ended_with(self, *steps: Step, **changes: Any) -> PhywareError:
        with self.assertRaises(PhywareError) as caught:
            self.poll_with(*steps, **changes)
        return caught.exception


class PendingTests(PollerCase):
    def test_case_49_pending_three_times_then_approved(self) -> None:
        tokens = self.poll_with(PENDING, PENDING, PENDING, OK)

        self.assertEqual(text_of(tokens.access_token), 'access-new')
        self.assertEqual(self.polled, [5, 10, 15, 20])

    def test_first_poll_waits_for_the_interval(self) -> None:
        self.poll_with(OK, interval=7)

        self.assertEqual(self.polled, [7])

    def test_a_success_ends_it_for_good(self) -> None:
        self.poll_with(OK, OK)

        self.assertEqual(len(self.polled), 1)

    def test_scopes_as_asked_where_the_answer_does_not_say(self) -> None:
        tokens = self.poll_with(answer({'access_token': 'x', 'token_type': 'bearer'}))

        self.assertEqual(tokens.scopes, ('openid',))

    def test_case_50_slow_down_twice_is_kept_for_good(self) -> None:
        self.poll_with(SLOW_DOWN, PENDING, SLOW_DOWN, PENDING, PENDING, OK)

        self.assertEqual(self.polled, [5, 15, 25, 40, 55, 70])

    def test_case_50_slow_down_goes_beyond_the_longest_interval(self) -> None:
        self.poll_with(SLOW_DOWN, OK, interval=60)

        self.assertEqual(self.polled, [60, 125])

    def test_refusals_with_status_200_are_refusals(self) -> None:
        pending = refusal('authorization_pending', 200)

        self.poll_with(pending, refusal('slow_down', 200), pending, OK)

        self.assertEqual(self.polled, [5, 10, 20, 30])


class TroubleTests(PollerCase):
    def test_case_52_each_trouble_once(self) -> None:
        for name, trouble in (
            ('502 HTML', answer(b'<html>', 502)),
            ('500 JSON', refusal('access_denied', 500)),
            ('200 login page', HTML),
            ('empty object', answer({})),
            ('empty', answer(b'')),
            ('400 HTML of a proxy', answer(b'<html>', 400)),
            ('403 HTML of a proxy', answer(b'<html>', 403)),
            ('404 without a body', answer(b'', 404)),
            ('204', answer(b'', 204)),
            ('reset', ConnectionFailed('reset')),
            ('DNS', ConnectionFailed('name not known')),
            ('list', answer([1])),
            ('null', answer(None)),
            ('deep', answer(b'[' * 200_000)),
            ('duplicates', answer(b'{"access_token":"a","access_token":"b"}')),
        ):
            with self.subTest(name):
                self.setUp()

                tokens = self.poll_with(trouble, PENDING, OK)

                self.assertEqual(text_of(tokens.access_token), 'access-new')
                self.assertEqual(self.polled, [5, 15, 20])

    def test_case_52_backoff_doubles_up_to_a_minute_and_starts_anew(self) -> None:
        reset = ConnectionFailed('reset')

        self.poll_with(*[reset] * 5, PENDING, reset, OK)

        self.assertEqual(self.polled, [5, 15, 35, 75, 135, 195, 200, 210])

    def test_slow_down_of_a_server_that_fails_is_none(self) -> None:
        self.poll_with(refusal('slow_down', 500), refusal('slow_down', 503), PENDING, PENDING, OK)

        self.assertEqual(self.polled, [5, 15, 35, 40, 45])

    def test_case_52_trouble_until_the_code_is_over(self) -> None:
        error = self.ended_with(*[HTML] * 100, expires_in=100)

        self.assertIsInstance(error, Expired)
        self.assertEqual(self.clock.monotonic(), 100)

    def test_backoff_does_not_pass_over_the_last_chance(self) -> None:
        self.poll_with(HTML, HTML, HTML, OK, expires_in=60)

        self.assertEqual(self.polled, [5, 15, 35, 60])

    def test_case_53_retry_after(self) -> None:
        later = 'Fri, 15 Jan 2027 08:00:35 GMT'  # 35 s after the clock's start
        for value, second in (
            ('3', 10), ('30', 35), (later, 35), ('0', 10), ('-1', 15), ('junk', 15), ('1.5', 15),
            ('', 15), ('nan', 15),
        ):
            for status in (429, 503):
                with self.subTest(f'{status} {value}'):
                    self.setUp()

                    self.poll_with(answer(b'', status, Retry_After=value), OK)

                    self.assertEqual(self.polled, [5, second])

    def test_case_53_retry_after_beyond_the_life_of_the_code(self) -> None:
        for value in ('1000000000', '9' * 60):
            with self.subTest(value[:12]):
                self.setUp()

                tokens = self.poll_with(answer(b'', 429, Retry_After=value), OK)

                self.assertEqual(text_of(tokens.access_token), 'access-new')
                self.assertEqual(self.polled, [5, 900])

    def test_case_53_slow_down_with_retry_after(self) -> None:
        self.poll_with(
            answer({'error': 'slow_down'}, 429, Retry_After='60'),
            answer({'error': 'slow_down'}, 429, Retry_After='1'), OK,
        )

        self.assertEqual(self.polled, [5, 65, 80])


class EndTests(PollerCase):
    def test_case_49_denied(self) -> None:
        error = self.ended_with(PENDING, refusal('access_denied'))

        self.assertIs(type(error), Unauthorized)
        self.assertIn('denied', error.message)
        self.assertEqual(self.polled, [5, 10])

    def test_case_49_expired_at_the_server(self) -> None:
        error = self.ended_with(refusal('expired_token'))

        self.assertIs(type(error), Expired)
        self.assertIn('nobody approved it in time', error.message)

    def test_pending_for_ever(self) -> None:
        error = self.ended_with(*[PENDING] * 20, expires_in=32)

        self.assertIs(type(error), Expired)
        self.assertEqual(self.polled, [5, 10, 15, 20, 25, 30])
        self.assertEqual(self.clock.monotonic(), 32)

    def test_a_code_that_lives_for_one_interval_is_polled_once(self) -> None:
        self.poll_with(OK, expires_in=5)

        self.assertEqual(self.polled, [5])

    def test_a_code_that_lives_for_less_is_never_polled(self) -> None:
        self.ended_with(OK, expires_in=4)

        self.assertEqual((self.polled, self.clock.slept), ([], [4]))

    def test_time_that_answers_take_counts(self) -> None:
        self.ended_with(*[PENDING] * 9, seconds=30, expires_in=100)

        self.assertEqual(self.polled, [5, 40, 75])

    def test_case_45_jumps_of_the_wall_clock_do_not_matter(self) -> None:
        for jump in (-7200.0, 7200.0, 1e9):
            with self.subTest(jump):
                self.setUp()
                self.clock.sleep = self.jumping(jump)  # type: ignore

                error = self.ended_with(*[PENDING] * 9, expires_in=12)

                self.assertIsInstance(error, Expired)
                self.assertEqual(self.polled, [5, 10])

    def jumping(self, seconds: float) -> Callable[[float], None]:
        """Return a sleep during which the wall clock jumps."""

        def sleep(asked: float) -> None:
            self.clock.advance(asked)
            self.clock._now += seconds

        return sleep

    def test_case_55_unknown_error(self) -> None:
        error = self.ended_with(
            refusal('weird\x1b[2J', error_description='Says \x1b[31mthe\nserver' + '.' * 5000)
        )

        self.assertIs(type(error), GenericError)
        self.assertIn('weird\\x1b[2J (Says \\x1b[31mthe\\nserver...', error.message)
        self.assertLess(len(error.message), 300)
        self.assertEqual(len(self.polled), 1)

    def test_case_55_other_refusals_stop_at_once(self) -> None:
        for response, kind in (
            (refusal('invalid_grant'), GenericError),
            (refusal('invalid_client', 401), Unauthorized),
            (refusal('unsupported_grant_type', 200), GenericError),
            (answer({'title': 'No such page', 'code': 'X'}, 400), Validation),
            (answer(b'', 300), GenericError),
            (answer(b'', 302, Location='https://evil.example/'), GenericError),
            (answer(b'<html>', 399), GenericError),
        ):
            with self.subTest(response.body):
                self.setUp()

                self.assertIs(type(self.ended_with(response)), kind)
                self.assertEqual(len(self.polled), 1)

    def test_case_56_bad_successes(self) -> None:
        for change in (
            {'token_type': 'mac'}, {'access_token': None}, {'access_token': ['x']},
            {'access_token': 'a\nb'}, {'access_token': 'x' * 100_000}, {'refresh_token': 5},
        ):
            with self.subTest(str(change)[:40]):
                self.setUp()

                error = self.ended_with(answer({**SUCCESS, **change}))

                self.assertIs(type(error), ConnectionFailed)
                self.assertEqual(len(self.polled), 1)

    def test_other_errors_of_a_poll_are_not_swallowed(self) -> None:
        self.assertIsInstance(self.ended_with(Validation('no')), Validation)
