"""Whose secrets are out of the store, and for which server.

Layer: below the transport of credentials; no I/O, and no HTTP to import.
"""

from __future__ import annotations

from phyware.secret import Secret
from phyware_auth.store.record import HostRecord, tokens_of


class Guarded:
    """The secrets that the store has given out, each with its record (security case 78)."""

    def __init__(self) -> None:
        self._records: dict[Secret, HostRecord] = {}

    def add(self, record: HostRecord) -> None:
        """Note the tokens of ``record``.

        Of two records with one token the first counts: a login is told before
        what it replaced.
        """
        for token in tokens_of(record):
            self._records.setdefault(token, record)

    def record_of(self, value: object) -> HostRecord | None:
        """Return the record that ``value`` is a token of, None for anything else."""
        return self._records.get(value) if isinstance(value, Secret) else None
