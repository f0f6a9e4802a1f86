"""The keyring that tests start: nobody else is reached in its place.

Layer: functional test.
"""

from __future__ import annotations

import unittest

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
