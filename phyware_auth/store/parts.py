"""What a store is put together from, each part made when it is needed.

Layer: store.  Most of what is asked of a store takes the files alone: locks,
keyrings and what writes are imported by the verb that uses them
(performance.md, P4).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from phyware.context import Context
from phyware_auth.store.directories import Warn
from phyware_auth.store.recordfiles import RecordFiles

if TYPE_CHECKING:
    from phyware_auth.store.keyrings import Keyrings
    from phyware_auth.store.locks import HostLocks
    from phyware_auth.store.slowdown import Slowdown
    from phyware_auth.store.stamps import FailureStamps
    from phyware_auth.store.vault import Cache, Vault


class Parts:
    """The parts of one store.

    :param context: paths, environment and clock
    :param warn: receives sentences for the person
    :param keyrings: in place of the system's
    """

    def __init__(self, context: Context, warn: Warn, keyrings: Keyrings | None) -> None:
        self._context = context
        self._warn = warn
        self._given = keyrings

    @cached_property
    def directory(self) -> str:
        """The configuration directory."""
        return str(self._context.paths.config_dir)

    @cached_property
    def records(self) -> RecordFiles:
        """The files."""
        return RecordFiles(self.directory, self._warn)

    @cached_property
    def keyrings(self) -> Keyrings:
        """What finds and makes backends."""
        from phyware_auth.store.keyrings import SystemKeyrings

        return self._given or SystemKeyrings()

    @cached_property
    def locks(self) -> HostLocks:
        """The locks of the hosts."""
        from phyware_auth.store.locks import HostLocks

        return HostLocks(self._context, self._warn)

    @cached_property
    def stamps(self) -> FailureStamps:
        """The failures of a moment ago."""
        from phyware_auth.store.stamps import FailureStamps

        return FailureStamps(self.directory, self._context.clock)

    @cached_property
    def vault(self) -> Vault:
        """Records and secrets as one."""
        from phyware_auth.store.vault import Vault

        # Of use to the next command line too: each entry holds for its index only.
        cache: Cache = self._context.keep('credentials', None, dict)
        clock = self._context.clock
        return Vault(self.records, clock, self._warn, self.keyrings, self.slower, cache)

    def slower(self) -> float:
        """Return by how much a wait for somebody else has to be longer now."""
        return self._slowdown()

    @cached_property
    def _slowdown(self) -> Slowdown:
        from phyware_auth.store.slowdown import Slowdown

        # What a process was kept waiting is judged from one command line to the next.
        return self._context.keep('slowdown', None, Slowdown)
