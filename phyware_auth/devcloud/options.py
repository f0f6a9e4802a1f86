"""What the command line asked for.

Layer: devcloud, plain data; imports none of the extra's libraries.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from phyware_auth.devcloud.faults import Faults


@dataclass(frozen=True)
class Options:
    """The options of ``devcloud start``; None means "as the default says"."""

    port: int = 8000
    database: str | None = field(default=None, repr=False)
    approve: str | None = None
    faults: Faults = field(default_factory=Faults)
    seed_sessions: int = 0
    ready_file: str | None = None
