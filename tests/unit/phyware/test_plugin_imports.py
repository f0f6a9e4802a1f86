"""phyware.plugins.imports: a child that ended is told from one that takes too long."""

from __future__ import annotations

import subprocess
import threading
import unittest
from collections.abc import Iterator
from contextlib import nullcontext
from importlib.metadata import EntryPoint
from unittest import mock

from phyware.plugins import imports
from phyware.plugins.checks import Fault

BEGUN = '{"begin": 0}\n'
HOOK = '{"hook": ["a-plugin", "its hook"]}\n'
NEVER = subprocess.TimeoutExpired('probe', 0)
STATUS = 134


class ChildTest(unittest.TestCase):
    """The first line is waited for as long as ever, the others not at all."""

    def fault(self, lines: Iterator[str], end: object) -> Fault:
        """Return what is said of a child that writes ``lines``; ``end`` is of its ``wait``."""
        self.child = mock.Mock(stdout=lines, wait=mock.Mock(side_effect=[end]))
        entry = EntryPoint('x', 'none:x', 'phyware.commands')
        with mock.patch.object(imports, '_child', return_value=nullcontext(self.child)):
            [answer] = imports.answers([entry], {}, 0)
        [fault] = answer.faults
        return fault

    def silent_after(self, *lines: str) -> Iterator[str]:
        """Yield ``lines`` and then nothing, without an end."""
        gate = threading.Event()
        self.addCleanup(gate.set)
        yield from lines
        gate.wait()

    def waited(self) -> float:
        return float(self.child.wait.call_args.kwargs['timeout'])

    def test_case_82_one_whose_output_ended_gets_the_time_to_end_itself(self) -> None:
        self.assertEqual('importing it ended the process with status 134',
                         self.fault(iter(()), STATUS).text)
        self.assertGreaterEqual(self.waited(), 60)

    def test_case_82_one_that_takes_too_long_gets_no_more(self) -> None:
        fault = self.fault(self.silent_after(BEGUN), NEVER)
        self.assertEqual('it was not imported after 0 s', fault.text)
        self.assertEqual(0, self.waited())

    def test_case_82_one_that_closed_its_output_and_stays_was_not_imported(self) -> None:
        self.assertEqual('it was not imported after 0 s', self.fault(iter(()), NEVER).text)

    def test_case_82_one_that_ended_with_its_output_held_open_is_said_to_have_ended(self) -> None:
        fault = self.fault(self.silent_after(BEGUN), STATUS)
        self.assertEqual('importing it ended the process with status 134', fault.text)
