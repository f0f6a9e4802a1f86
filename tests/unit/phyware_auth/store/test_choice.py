"""phyware_auth.store.choice: plain text only where it was asked for."""

from __future__ import annotations

import threading
import unittest
from typing import Any
from unittest import mock

from phyware.errors import ConnectionFailed, Validation
from phyware_auth.store.choice import StorageChoice, choose_storage
from phyware_auth.store.errors import KeyringUnavailable, NoKeyring
from phyware_auth.store.keyringcalls import PATIENCE
from phyware_auth.store.keyrings import Keyrings
from tests.unit.phyware_auth.store.fakes import (
    MEMORY,
    FakeKeyrings,
    MemoryBackend,
    answer_in_peace,
    context,
)

SOME = FakeKeyrings(MemoryBackend=MemoryBackend())


def choose(
    insecure: bool = False, keyrings: Keyrings = SOME, slower: float = 1, **environ: Any
) -> StorageChoice:
    given = context('/nonexistent', **environ)
    return choose_storage(insecure, given, keyrings, lambda: slower)


class Failing(FakeKeyrings):
    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def detect(self) -> str:
        raise self.error


class ChooseStorageTest(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        answer_in_peace(self)

    def test_a_keyring_is_the_default(self) -> None:
        environments: tuple[dict[str, Any], ...] = ({}, {'PHYWARE_CREDENTIAL_STORE': ''})
        for environ in environments:
            with self.subTest(environ):
                self.assertEqual(choose(**environ), StorageChoice('keyring', MEMORY))

    def test_a_file_if_it_is_asked_for(self) -> None:
        asked = choose(PHYWARE_CREDENTIAL_STORE='file')
        self.assertEqual(asked, StorageChoice('file'))
        self.assertEqual(choose(True, PHYWARE_CREDENTIAL_STORE='keyring'), StorageChoice('file'))

    def test_a_file_needs_no_keyring(self) -> None:
        keyrings = Failing(AssertionError())
        self.assertEqual(choose(True, keyrings).storage, 'file')

    def test_another_word_is_validation(self) -> None:
        with self.assertRaises(Validation) as caught:
            choose(PHYWARE_CREDENTIAL_STORE='plain\x1btext')
        self.assertIn('\\x1btext', caught.exception.message)

    def test_case_21_no_keyring_names_the_ways_out_and_is_never_a_file(self) -> None:
        with self.assertRaises(NoKeyring) as caught:
            choose(keyrings=FakeKeyrings())
        self.assertIn('--insecure-storage', caught.exception.remediation)
        self.assertIn('PHYWARE_CREDENTIAL_STORE=file', caught.exception.remediation)

    def test_case_27_an_exception_of_a_backend_is_told_by_its_type_alone(self) -> None:
        with self.assertRaises(NoKeyring) as caught:
            choose(keyrings=Failing(ValueError('canary')))
        self.assertIn('ValueError', caught.exception.message)
        self.assertNotIn('canary', caught.exception.message)

    def test_case_27_a_backend_that_ends_the_process_does_not(self) -> None:
        for error in (SystemExit(7), KeyboardInterrupt(), GeneratorExit()):
            with self.subTest(error), self.assertRaises(NoKeyring) as caught:
                choose(keyrings=Failing(error))
            self.assertIn(type(error).__name__, caught.exception.message)

    def test_case_22_a_bus_that_is_too_slow_for_the_library_is_connection(self) -> None:
        with self.assertRaises(ConnectionFailed):
            choose(keyrings=Failing(TimeoutError('Did not authenticate')))

    def test_case_28_on_a_machine_that_is_too_busy_the_answer_may_be_later(self) -> None:
        given: list[float] = []
        wait = mock.patch(
            'phyware_auth.store.choice.call_within',
            side_effect=lambda function, seconds: (given.append(seconds), function())[1],
        )
        with wait:
            self.assertEqual(choose(slower=3).backend, MEMORY)
        self.assertEqual(given, [3 * PATIENCE])

    def test_case_22_what_the_detection_says_itself_is_passed_on(self) -> None:
        with self.assertRaises(KeyringUnavailable):
            choose(keyrings=Failing(KeyringUnavailable('x')))

    def test_case_22_a_bus_that_does_not_answer_is_connection(self) -> None:
        gate = threading.Event()
        self.addCleanup(gate.set)
        keyrings = mock.Mock(detect=gate.wait)
        with mock.patch('phyware_auth.store.choice.PATIENCE', 0), self.assertRaises(
            ConnectionFailed
        ):
            choose(keyrings=keyrings)
