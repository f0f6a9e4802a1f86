"""What ``status`` and ``login`` return: plain data for the commands to show.

Layer: service; no I/O.
"""

from __future__ import annotations

from typing import NamedTuple

from phyware.errors import PhywareError
from phyware.secret import Secret
from phyware_auth.store.record import HostRecord

VALID = 'valid'
EXPIRED = 'expired'
INVALID = 'invalid'
UNREACHABLE = 'unreachable'
NONE = 'none'


class StatusView(NamedTuple):
    """Identity and state of the credential of one host.

    :param state: valid, expired, invalid, unreachable or none
    :param source: option, environment, keyring or file; None without a credential
    :param token_kind: oauth or pat
    :param storage: keyring or file, with the keyring's class; None for a key
        that is not stored
    :param error: what the command ends with, None when it ends well
    """

    host: str
    state: str
    user: str | None = None
    scopes: tuple[str, ...] | None = None
    expiry: int | None = None
    source: str | None = None
    token_kind: str | None = None
    storage: str | None = None
    token: Secret | None = None
    error: PhywareError | None = None


def storage_of(record: HostRecord) -> str:
    """Return where the secrets of ``record`` are, as a person reads it."""
    return f'{record.storage} ({record.backend})' if record.backend else record.storage


def view_of(record: HostRecord, state: str, error: PhywareError | None = None) -> StatusView:
    """Return the view of a stored credential."""
    return StatusView(
        host=record.host,
        state=state,
        user=record.user,
        scopes=record.scopes,
        expiry=record.expiry or None,
        source=record.storage,
        token_kind=record.kind,
        storage=storage_of(record),
        token=record.access_token,
        error=error,
    )
