"""phyware.patience: foreign auth providers answer in time, or are named."""

from __future__ import annotations

import threading
import unittest

from phyware.errors import ConnectionFailed, Validation
from phyware.patience import Patience, seconds_allowed, unbounded


class PatienceTest(unittest.TestCase):
    def setUp(self) -> None:
        self.gate = threading.Event()
        self.addCleanup(self.gate.set)

    def test_what_it_gives_and_what_it_raises_comes_back(self) -> None:
        patience = Patience('the provider', 60)

        self.assertEqual(5, patience(lambda: 5))
        with self.assertRaises(ZeroDivisionError):
            patience(lambda: 1 // 0)

    def test_case_83_every_call_is_made_in_one_thread_which_is_not_this(self) -> None:
        patience = Patience('the provider', 60)
        threads = {patience(threading.current_thread) for _ in range(3)}

        self.assertEqual(1, len(threads))
        self.assertTrue(all(thread.daemon for thread in threads))
        self.assertNotIn(threading.current_thread(), threads)

    def test_case_83_one_that_hangs_is_named_with_what_to_do(self) -> None:
        with self.assertRaises(ConnectionFailed) as caught:
            Patience('the provider', 0)(self.gate.wait)

        self.assertEqual('the provider did not answer within 0 seconds', caught.exception.message)
        self.assertIn('PHYWARE_AUTH_TIMEOUT=SECONDS', caught.exception.remediation)
        self.assertIn('--auth-provider', caught.exception.remediation)

    def test_case_83_its_own_timeout_is_not_taken_for_the_deadline(self) -> None:
        def late() -> None:
            raise TimeoutError('its own')

        with self.assertRaisesRegex(TimeoutError, 'its own'):
            Patience('the provider', 60)(late)

    def test_case_83_while_it_hangs_it_is_not_called_again(self) -> None:
        patience = Patience('the provider', 0)
        called = threading.Event()
        for function in (self.gate.wait, called.set):
            with self.assertRaises(ConnectionFailed):
                patience(function)

        self.assertFalse(called.is_set())

    def test_case_39_phywares_own_are_called_in_this_thread(self) -> None:
        self.assertIs(threading.current_thread(), unbounded(threading.current_thread))


class SecondsAllowedTest(unittest.TestCase):
    def test_half_a_minute_unless_the_environment_says_otherwise(self) -> None:
        for text, seconds in (('', 30), ('5', 5), ('0.25', 0.25), ('3600', 3600)):
            with self.subTest(text):
                self.assertEqual(seconds, seconds_allowed({'PHYWARE_AUTH_TIMEOUT': text}))
        self.assertEqual(30, seconds_allowed({}))

    def test_what_is_no_time_is_refused(self) -> None:
        for text in ('0', '0.0', '-1', 'nan', 'inf', '1e3', '3600.1', '99999', '5s', ' 5', '٣'):
            with self.subTest(text), self.assertRaisesRegex(Validation, 'PHYWARE_AUTH_TIMEOUT'):
                seconds_allowed({'PHYWARE_AUTH_TIMEOUT': text})
