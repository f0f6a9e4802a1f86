"""Waiting for another process's refresh.

Layer: unit test; time passes only where a pause is asked for.
"""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
import unittest
from unittest import mock

from phyware.testing import FakeClock
from phyware_auth.fastgate import others_token


class GateTest(unittest.TestCase):
    """A gate that another open file may hold."""

    def setUp(self) -> None:
        super().setUp()
        self.path = os.path.join(self.enterContext(tempfile.TemporaryDirectory()), 'gate')
        self.clock = FakeClock()
        for name in ('monotonic', 'sleep'):
            self.enterContext(mock.patch(f'time.{name}', getattr(self.clock, name)))
        self.looks = 0

    def held(self) -> int:
        """Hold the gate as another process would."""
        other = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        self.addCleanup(os.close, other)
        fcntl.flock(other, fcntl.LOCK_EX)
        return other

    def token(self, *answers: str | None) -> str | None:
        """Wait, the record having the token of ``answers`` at each look, the last for ever."""
        left = list(answers)

        def look() -> str | None:
            self.looks += 1
            return left.pop(0) if len(left) > 1 else left[0]

        return others_token(self.path, look)

    def open_files(self) -> int:
        links = (f'/proc/self/fd/{number}' for number in os.listdir('/proc/self/fd'))
        return sum(os.path.islink(link) and os.readlink(link) == self.path for link in links)

    def test_the_first_goes_on_at_once_and_holds_the_gate(self) -> None:
        self.assertIsNone(self.token('never looked at'))
        self.assertEqual((self.looks, self.clock.slept, self.open_files()), (0, [], 1))
        other = os.open(self.path, os.O_RDWR)
        self.addCleanup(os.close, other)
        with self.assertRaises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_the_others_get_its_token_and_close_the_gate(self) -> None:
        self.held()
        self.assertEqual(self.token(None, None, 'newer'), 'newer')
        self.assertEqual((self.looks, self.open_files()), (3, 1))

    def test_case_42_whose_wait_is_over_goes_on_itself(self) -> None:
        self.held()
        self.assertIsNone(self.token(None))
        self.assertLess(sum(self.clock.slept), 6)
        self.assertLess(self.looks, 120)

    def test_case_15_a_holder_that_ends_without_a_token_lets_all_go_on(self) -> None:
        other = self.held()

        def look() -> str | None:
            fcntl.flock(other, fcntl.LOCK_UN)
            return None

        self.assertIsNone(others_token(self.path, look))
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_a_token_that_came_just_before_the_end_is_seen(self) -> None:
        other = self.held()
        answers = [None, 'newer']

        def look() -> str | None:
            fcntl.flock(other, fcntl.LOCK_UN)
            return answers.pop(0)

        self.assertEqual(others_token(self.path, look), 'newer')

    def test_case_18_without_locks_nobody_waits(self) -> None:
        with mock.patch('fcntl.flock', side_effect=OSError(errno.ENOLCK, 'none')):
            self.assertIsNone(self.token('x'))
        self.assertEqual(self.clock.slept, [])

    def test_case_12_14_a_gate_that_cannot_be_made_is_none(self) -> None:
        os.symlink('elsewhere', self.path)
        self.assertIsNone(self.token('x'))
        self.assertFalse(os.path.exists(os.path.join(os.path.dirname(self.path), 'elsewhere')))
        self.path = '/proc/nowhere/gate'
        self.assertIsNone(self.token('x'))
