"""Signals between a one-time answer and the disk (security case 39, in one process)."""

from __future__ import annotations

import signal
import threading
import unittest
from types import FrameType
from typing import Any
from unittest import mock

from phyware_auth.signals import deferred_signals

HELD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SignalsCase(unittest.TestCase):
    def setUp(self) -> None:
        self.events: list[Any] = []
        self.told: list[Any] = []
        for number in HELD:
            self.addCleanup(signal.signal, number, signal.signal(number, self.note))

    def note(self, number: int, frame: FrameType | None) -> None:
        self.events.append(signal.Signals(number))


    def tell(self) -> None:
        self.told.append(list(self.events))


class DeferredTests(SignalsCase):
    def test_case_39_each_signal_comes_after_the_block(self) -> None:
        for number in HELD:
            with self.subTest(number):
                self.events.clear()

                with deferred_signals(self.tell):
                    signal.raise_signal(number)
                    self.events.append('saved')

                self.assertEqual(self.events, ['saved', number])

        self.assertEqual(self.told, [[]] * len(HELD), 'while nothing else is seen')

    def test_what_cannot_be_told_loses_no_signal(self) -> None:
        with deferred_signals(mock.Mock(side_effect=RuntimeError('reentrant call'))):
            signal.raise_signal(signal.SIGTERM)
            self.events.append('saved')

        self.assertEqual(self.events, ['saved', signal.SIGTERM])

    def test_until_it_matters_signals_come_at_once(self) -> None:
        with deferred_signals(self.tell, at_once=False) as hold:
            signal.raise_signal(signal.SIGINT)
            self.events.append('connected')
            hold()
            hold()
            signal.raise_signal(signal.SIGINT)
            self.events.append('saved')

        self.assertEqual(self.events, [signal.SIGINT, 'connected', 'saved', signal.SIGINT])
        self.assertEqual(len(self.told), 1)
        self.assertEqual([signal.getsignal(number) for number in HELD], [self.note] * 3)

    def test_ctrl_c_before_it_matters_ends_the_block(self) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)

        with self.assertRaises(KeyboardInterrupt), deferred_signals(self.tell, at_once=False):
            signal.raise_signal(signal.SIGINT)
            self.events.append('never')

        self.assertEqual((self.events, self.told), ([], []))

    def test_case_39_ctrl_c_is_a_keyboard_interrupt_after_the_block(self) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)

        with self.assertRaises(KeyboardInterrupt), deferred_signals(self.tell):
            signal.raise_signal(signal.SIGINT)
            self.events.append('saved')

        self.assertEqual(self.events, ['saved'])

    def test_pressed_thrice_is_delivered_once(self) -> None:
        with deferred_signals(self.tell):
            for _ in range(3):
                signal.raise_signal(signal.SIGINT)

        self.assertEqual(self.events, [signal.SIGINT])
        self.assertEqual(len(self.told), 1)

    def test_different_signals_come_in_their_order(self) -> None:
        with deferred_signals(self.tell):
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)

        self.assertEqual(self.events, [signal.SIGTERM, signal.SIGINT])

    def test_case_39_ctrl_c_does_not_swallow_the_sigterm_after_it(self) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)

        with self.assertRaises(KeyboardInterrupt), deferred_signals(self.tell):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)

        self.assertEqual(self.events, [signal.SIGTERM])

    def test_ctrl_c_at_the_end_leaves_no_handler_behind(self) -> None:
        real, restored = signal.signal, []

        def pressed(number: int, handler: Any) -> Any:
            before = real(number, handler)
            restored.append(number)
            if len(restored) == 2 * len(HELD):
                raise KeyboardInterrupt
            return before

        patched = mock.patch('signal.signal', pressed)
        with patched, self.assertRaises(KeyboardInterrupt), deferred_signals(self.tell):
            pass

        self.assertEqual(restored[-1], signal.SIGINT)
        self.assertEqual([signal.getsignal(number) for number in HELD], [self.note] * 3)

    def test_handlers_are_as_before(self) -> None:
        with deferred_signals(self.tell):
            inside = [signal.getsignal(number) for number in HELD]

        self.assertNotIn(self.note, inside)
        self.assertEqual([signal.getsignal(number) for number in HELD], [self.note] * 3)

    def test_a_block_that_fails_loses_no_signal(self) -> None:
        with self.assertRaises(ValueError), deferred_signals(self.tell):
            signal.raise_signal(signal.SIGTERM)
            raise ValueError

        self.assertEqual(self.events, [signal.SIGTERM])
        self.assertEqual(signal.getsignal(signal.SIGTERM), self.note)

    def test_within_each_other_the_outer_one_delivers(self) -> None:
        with deferred_signals(self.tell):
            with deferred_signals(self.tell):
                signal.raise_signal(signal.SIGINT)
            self.events.append('outer')

        self.assertEqual(self.events, ['outer', signal.SIGINT])

    def test_nothing_came(self) -> None:
        with deferred_signals(self.tell):
            pass

        self.assertEqual(self.events, [])

    def test_other_signals_are_not_held(self) -> None:
        self.addCleanup(signal.signal, signal.SIGUSR1, signal.signal(signal.SIGUSR1, self.note))

        with deferred_signals(self.tell):
            signal.raise_signal(signal.SIGUSR1)
            self.events.append('after')

        self.assertEqual(self.events, [signal.SIGUSR1, 'after'])

    def test_what_nohup_ignores_stays_ignored(self) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

        with deferred_signals(self.tell):
            inside = signal.getsignal(signal.SIGHUP)
            signal.raise_signal(signal.SIGHUP)

        self.assertEqual(inside, signal.SIG_IGN)
        self.assertEqual((signal.getsignal(signal.SIGHUP), self.events), (signal.SIG_IGN, []))

    def test_another_thread_just_runs(self) -> None:
        def run() -> None:
            with deferred_signals(self.tell):
                self.events.append(signal.getsignal(signal.SIGINT))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()

        self.assertEqual(self.events, [self.note])
