"""phyware.deadline: no call is waited for longer than allowed."""

from __future__ import annotations

import os
import signal
import threading
import unittest
from unittest import mock

from phyware import deadline
from phyware.deadline import call_within


class CallWithinTest(unittest.TestCase):
    def setUp(self) -> None:
        self.gate = threading.Event()
        self.addCleanup(self.gate.set)

    def test_the_value_comes_back(self) -> None:
        self.assertEqual(call_within(lambda: 42, 60), 42)

    def test_none_is_a_value(self) -> None:
        self.assertIsNone(call_within(lambda: None, 60))

    def test_an_exception_comes_back(self) -> None:
        with self.assertRaises(ZeroDivisionError):
            call_within(lambda: 1 // 0, 60)

    def test_case_22_a_call_that_does_not_end_is_left_behind(self) -> None:
        with self.assertRaises(TimeoutError):
            call_within(self.gate.wait, 0)
        self.assertTrue(all(t.daemon for t in threading.enumerate() if t is not main_thread()))

    def test_a_late_value_is_handed_to_the_one_who_tidies_up(self) -> None:
        tidied = threading.Event()
        values: list[bool] = []

        def late(value: bool) -> None:
            values.append(value)
            tidied.set()

        with self.assertRaises(TimeoutError):
            call_within(self.gate.wait, 0, late)
        self.gate.set()
        self.assertTrue(tidied.wait(60))
        self.assertEqual(values, [True])

    def test_case_23_ctrl_c_ends_the_wait_and_the_value_is_tidied_up(self) -> None:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        tidied = threading.Event()

        def interrupted() -> bool:
            os.kill(os.getpid(), signal.SIGINT)
            return self.gate.wait()

        with self.assertRaises(KeyboardInterrupt):
            call_within(interrupted, 60, lambda _: tidied.set())
        self.gate.set()
        self.assertTrue(tidied.wait(60))

    def test_case_23_ctrl_c_after_the_value_came_tidies_up_as_well(self) -> None:
        values: list[int] = []
        late = mock.patch.object(deadline._Call, 'result', side_effect=KeyboardInterrupt)
        with late, self.assertRaises(KeyboardInterrupt):
            call_within(lambda: 42, 60, values.append)
        self.assertEqual(values, [42])


def main_thread() -> threading.Thread:
    return threading.main_thread()
