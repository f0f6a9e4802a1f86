"""Tests that outlive a crash of the keyring's daemon.

Layer: test fixture.
"""

from __future__ import annotations

import functools
import sys
import unittest
from collections.abc import Callable
from typing import Any

from tests.functional.keyring_session import KeyringSession


class CrashOutlivingCase(unittest.TestCase):
    """Runs a test once more, from its ``setUp`` on, if the daemon crashed in the first run.

    GNOME's daemon aborts, rarely and on a busy machine, where the first call of a new
    connection is handled before the connection is entered (GNOME/gnome-keyring#144, Debian
    bug 1147303).  No call of a client may end a daemon, so that a crash tells nothing of
    the client.
    """

    keyring: KeyringSession

    def __init__(self, method: str = 'runTest') -> None:
        super().__init__(method)
        if hasattr(self, method):
            setattr(self, method, self._outliving(getattr(self, method)))

    def _outliving(self, test: Callable[[], Any]) -> Callable[[], Any]:
        @functools.wraps(test)
        def outliving() -> Any:
            try:
                return test()
            except Exception:
                if not self.keyring.crashed():
                    raise
                print(f'{self}: the keyring crashed:\n{self.keyring.said()}', file=sys.stderr)
            self.doCleanups()
            self.setUp()
            return test()

        return outliving
