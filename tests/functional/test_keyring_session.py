"""The keyring that tests start: nobody else is reached in its place.

Layer: functional test.
"""

from __future__ import annotations

import contextlib
import io
import signal
import unittest

from tests.functional.keyring_crash import CrashOutlivingCase
from tests.functional.keyring_session import keyring_session


class KeyringSessionTest(unittest.TestCase):
    def test_the_daemon_of_the_test_is_the_one_that_answers_and_no_other_is_started(self) -> None:
        session = keyring_session(self)
        former = session.daemon
        self.assertEqual(former.pid, session.owner())

        former.kill()
        former.wait()
        gone = session.ask()

        self.assertIn('not provided', str(gone.body), 'the bus started another')
        self.assertIsNone(session.owner())
        session.start_daemon('password')
        self.assertNotEqual(former.pid, session.daemon.pid)
        self.assertEqual(session.daemon.pid, session.owner())


class CrashTest(unittest.TestCase):
    def outcome(self, *signals: int) -> tuple[bool, int]:
        """Return whether a test passes whose daemons end so, one a run, and how often it runs."""
        left, runs = list(signals), []

        class Trial(CrashOutlivingCase):
            def setUp(self) -> None:
                self.keyring = keyring_session(self)

            def runTest(self) -> None:
                runs.append(self)
                if left:
                    self.keyring.daemon.send_signal(left.pop(0))
                    self.keyring.daemon.wait()
                    self.fail('the keyring is not there')

        with contextlib.redirect_stderr(io.StringIO()) as self.errors:
            result = Trial().run(unittest.TestResult())
        assert result is not None
        return result.wasSuccessful(), len(runs)

    def test_a_test_whose_daemon_crashed_is_run_again_and_this_is_told(self) -> None:
        self.assertEqual((True, 2), self.outcome(signal.SIGABRT))
        self.assertIn('the keyring crashed', self.errors.getvalue())

    def test_two_crashes_and_ends_that_a_test_makes_itself_are_failures(self) -> None:
        self.assertEqual((False, 2), self.outcome(signal.SIGABRT, signal.SIGABRT))
        self.assertEqual((False, 1), self.outcome(signal.SIGKILL))
        self.assertEqual('', self.errors.getvalue())
