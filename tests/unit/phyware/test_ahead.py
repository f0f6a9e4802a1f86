"""A call that is made ahead: its result, its error, and that nobody has to wait."""

from __future__ import annotations

import signal
import threading
import unittest
from unittest import mock

from phyware.ahead import Ahead

SECONDS = 60


class AheadTest(unittest.TestCase):
    def test_it_begins_before_anyone_asks(self) -> None:
        begun, go = threading.Event(), threading.Event()

        def call() -> str:
            begun.set()
            go.wait(SECONDS)
            return 'value'

        ahead = Ahead(call)

        self.assertTrue(begun.wait(SECONDS))
        go.set()
        self.assertEqual('value', ahead.result())

    def test_what_it_raises_is_raised_where_it_is_asked_for(self) -> None:
        for error in (ValueError('a'), SystemExit(3), KeyboardInterrupt()):
            ahead = Ahead(mock.Mock(side_effect=error))
            with self.subTest(error), self.assertRaises(type(error)) as caught:
                ahead.result()
            self.assertIs(error, caught.exception)

    def test_it_is_another_thread_which_keeps_no_process_from_ending(self) -> None:
        thread = Ahead(threading.current_thread).result()

        self.assertIsNot(threading.main_thread(), thread)
        self.assertTrue(thread.daemon)

    def test_signals_are_left_to_the_main_thread(self) -> None:
        masked = Ahead(lambda: signal.pthread_sigmask(signal.SIG_BLOCK, ())).result()

        self.assertLessEqual({signal.SIGINT, signal.SIGTERM, signal.SIGHUP}, masked)
        self.assertNotIn(signal.SIGINT, signal.pthread_sigmask(signal.SIG_BLOCK, ()))
