"""What every request of one devcloud process shares.

Layer: devcloud, between the application and its views; holds no request.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import cast

from flask import current_app
from werkzeug.local import LocalProxy

from phyware.context import Clock, SystemClock
from phyware_auth.devcloud.attempts import SIGN_IN, USER_CODE, Attempts
from phyware_auth.devcloud.database import Database
from phyware_auth.devcloud.faults import Faults
from phyware_auth.devcloud.seeding import Seeded

EXTENSION = 'devcloud'


class Counters:
    """How often each thing was asked of this process; safe to use from threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str) -> None:
        """Count one more of ``name``."""
        with self._lock:
            self._counts[name] += 1

    def as_dict(self) -> dict[str, int]:
        """Return the counts so far."""
        with self._lock:
            return dict(self._counts)


@dataclass(frozen=True)
class Devcloud:
    """One server: its database, its time, its faults and its port."""

    database: Database
    seeded: Seeded
    port: int
    faults: Faults = field(default_factory=Faults)
    clock: Clock = field(default_factory=SystemClock)
    approver: str | None = None
    counters: Counters = field(default_factory=Counters)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def sign_ins(self) -> Attempts:
        """Return the limit on wrong passwords."""
        return Attempts(self.database, SIGN_IN)

    @property
    def user_codes(self) -> Attempts:
        """Return the limit on wrong user codes."""
        return Attempts(self.database, USER_CODE)


def _current() -> Devcloud:
    return cast(Devcloud, current_app.extensions[EXTENSION])


cloud: Devcloud = cast(Devcloud, LocalProxy(_current))
"""The devcloud whose request is being served."""
