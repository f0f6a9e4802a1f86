"""phyware_auth.store.keyringcalls: bounded, patient, silent on details."""

from __future__ import annotations

import threading
import unittest
from collections.abc import Callable
from typing import NoReturn
from unittest import mock

from phyware.errors import ConnectionFailed, GenericError
from phyware.testing import FakeClock
from phyware_auth.store import keyringcalls
from phyware_auth.store.errors import KeyringLocked, KeyringUnavailable
from phyware_auth.store.keyringcalls import AGAIN, PATIENCE, KeyringCalls
from phyware_auth.store.keyrings import Backend
from tests.unit.phyware_auth.store.fakes import MEMORY, FakeKeyrings, MemoryBackend, answer_in_peace

# What is drawn for a wait that is as short, or as long, as it can be.
LEAST, MOST = b'\0', b'\xff'


class LockedException(Exception):
    """Of secretstorage, known by its name: it is imported nowhere."""


def chained(outer: Exception, cause: Exception) -> Exception:
    outer.__cause__ = cause
    return outer


class KeyringCallsTest(unittest.TestCase):
    def setUp(self) -> None:
        answer_in_peace(self)
        self.clock = FakeClock()
        self.backend = MemoryBackend()
        self.keyrings = FakeKeyrings(MemoryBackend=self.backend)
        self.calls = self.with_slowdown(1)

    def with_slowdown(self, factor: float) -> KeyringCalls:
        return KeyringCalls(self.keyrings, self.clock, lambda: factor)

    def call(self, *answers: object) -> object:
        """Call an action that raises or returns ``answers``, one a time."""
        action = mock.Mock(side_effect=answers)
        self.action = action
        return self.calls.call(MEMORY, lambda backend: action(backend))

    def test_the_action_gets_the_backend_which_is_made_once(self) -> None:
        with mock.patch.object(self.keyrings, 'build', side_effect=self.keyrings.build) as build:
            for _ in range(2):
                self.assertIs(self.calls.call(MEMORY, lambda backend: backend), self.backend)
        build.assert_called_once_with(MEMORY)

    def test_case_28_a_busy_bus_is_asked_again_until_the_deadline(self) -> None:
        for busy in (
            BlockingIOError(11, 'x'),
            TimeoutError('Did not authenticate'),
            chained(RuntimeError(), ConnectionResetError()),
        ):
            for chance in LEAST, MOST:
                with self.subTest(busy, chance=chance):
                    self.assert_gives_up_in_time(busy, chance, PATIENCE)
                    self.assertTrue(6 <= self.action.call_count <= 12)

    def test_case_28_on_a_machine_that_is_too_busy_the_deadline_is_later(self) -> None:
        self.calls = self.with_slowdown(3)
        for chance in LEAST, MOST:
            with self.subTest(chance=chance):
                self.assert_gives_up_in_time(BlockingIOError(11, 'x'), chance, 3 * PATIENCE)

    def assert_gives_up_in_time(self, busy: Exception, chance: bytes, patience: float) -> None:
        """It waits again as long as the next wait, at most 1.6 s, ends within its patience."""
        began = self.clock.monotonic()
        fixed = mock.patch('os.urandom', return_value=chance)
        with fixed, self.assertRaises(KeyringUnavailable):
            self.call(*[busy] * 100)
        self.assertTrue(patience - 1.6 <= self.clock.monotonic() - began <= patience)

    def test_case_28_and_it_succeeds_as_soon_as_the_bus_does(self) -> None:
        self.assertEqual(self.call(*[BlockingIOError(11, 'x')] * 5, 'value'), 'value')

    def test_case_28_the_waits_grow_and_vary(self) -> None:
        # Two random bytes may be the same.
        chance = mock.patch('os.urandom', side_effect=(bytes([number]) for number in range(256)))
        with chance, self.assertRaises(KeyringUnavailable):
            self.call(*[TimeoutError()] * 100)
        waits = self.clock.slept
        self.assertTrue(all(0.05 <= wait <= 1.6 for wait in waits))
        self.assertEqual(len(set(waits)), len(waits))

    def test_case_21_a_failure_that_does_not_look_busy_is_tried_thrice(self) -> None:
        no_bus = chained(RuntimeError(), KeyError('DBUS_SESSION_BUS_ADDRESS'))
        for error in (no_bus, FileNotFoundError(2, 'x')):
            began = self.clock.monotonic()
            with self.subTest(error), self.assertRaises(KeyringUnavailable):
                self.call(*[error] * 100)
            self.assertEqual(self.action.call_count, 3)
            self.assertLess(self.clock.monotonic() - began, 0.4)

    def test_case_27_a_broken_backend_is_not_tried_again(self) -> None:
        broken = (AttributeError(), TypeError(), ImportError(), NotImplementedError())
        for error in (*broken, SystemExit(7), KeyboardInterrupt(), GeneratorExit()):
            with self.subTest(error), self.assertRaises(KeyringUnavailable):
                self.call(error, 'value')
            self.assertEqual(self.action.call_count, 1)

    def test_case_24_a_locked_keyring_says_so_at_once(self) -> None:
        from keyring.errors import KeyringLocked as TheirLocked

        for error in (TheirLocked('x'), LockedException()):
            with self.subTest(error), self.assertRaises(KeyringLocked) as caught:
                self.call(error, 'value')
            self.assertIn('keyring is locked', caught.exception.message)
            self.assertIsInstance(caught.exception, ConnectionFailed)

    def test_case_30_too_long_for_windows_is_a_clear_error(self) -> None:
        error = Exception(1783, 'CredWrite', 'The stub received bad data')
        with self.assertRaises(GenericError) as caught:
            self.call(error, 'value')
        self.assertIn('too long for the keyring', caught.exception.message)
        self.assertIn('--insecure-storage', caught.exception.remediation)

    def test_case_65_only_the_type_of_an_exception_is_told(self) -> None:
        with self.assertRaises(KeyringUnavailable) as caught:
            self.call(*[ValueError('phk_canary')] * 9)
        error = caught.exception
        self.assertIn('ValueError', error.message)
        told = f'{error.message} {error!r} {error.__cause__} {error.__context__}'
        self.assertNotIn('canary', told)

    def test_case_22_a_call_without_an_answer_is_left_and_may_still_happen(self) -> None:
        error = self.hang('call')
        self.assertIn('does not answer', error.message)
        self.assertTrue(error.uncertain)

    def test_case_22_a_backend_that_cannot_be_made_in_time_is_left_too(self) -> None:
        with mock.patch.object(keyringcalls, '_IMPORT_PATIENCE', 0):
            self.assertIn('does not answer', self.hang('build').message)

    def test_case_22_what_was_silent_is_not_waited_for_again(self) -> None:
        given: list[float] = []

        def silent(_: object, seconds: float) -> NoReturn:
            given.append(seconds)
            raise TimeoutError

        self.calls = KeyringCalls(self.keyrings, self.clock, lambda: 1)
        self.calls.call(MEMORY, lambda backend: backend)
        with mock.patch.object(self.calls, '_run', silent):
            for _ in range(2):
                with self.assertRaises(KeyringUnavailable):
                    self.call('value')
        self.assertEqual(given, [PATIENCE, AGAIN])

    def test_case_29_once_it_answers_it_is_waited_for_as_long_as_before(self) -> None:
        self.hang('call')
        self.assertEqual(self.call('value'), 'value')
        began = self.clock.monotonic()
        with self.assertRaises(KeyringUnavailable):
            self.call(*[BlockingIOError(11, 'x')] * 100)
        self.assertGreater(self.clock.monotonic() - began, AGAIN)

    def hang(self, what: str) -> KeyringUnavailable:
        gate = threading.Event()
        self.addCleanup(gate.set)

        def wait(_: Backend | str) -> Backend:
            gate.wait()
            return self.backend

        waiting: Callable[[Backend], Backend] = wait
        self.calls.call(MEMORY, lambda backend: backend)
        if what == 'build':
            self.calls = KeyringCalls(mock.Mock(build=wait), self.clock, lambda: 1)
        with mock.patch.object(keyringcalls, 'PATIENCE', 0), self.assertRaises(
            KeyringUnavailable
        ) as caught:
            self.calls.call(MEMORY, waiting)
        return caught.exception

    def test_case_29_a_failure_does_not_stick(self) -> None:
        with self.assertRaises(KeyringUnavailable):
            self.call(*[TimeoutError()] * 100)
        self.assertEqual(self.call('value'), 'value')

    def test_case_27_a_backend_that_is_gone_is_named(self) -> None:
        with self.assertRaises(KeyringUnavailable) as caught:
            self.calls.call('vanished.Ring', lambda backend: backend)
        self.assertIn('vanished.Ring', caught.exception.message)
