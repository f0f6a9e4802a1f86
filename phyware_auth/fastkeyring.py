"""``auth token`` from a keyring, without a command line parser.

Layer: beside the commands, called by ``phyware_auth.fast``.  The keyring is asked
once, through the store, as the command would ask it; what that fails with is
therefore said here, in the command's words.
"""

from __future__ import annotations

from phyware.context import Context
from phyware.errors import PhywareError
from phyware.fast.files import write_out
from phyware_auth.due import is_due
from phyware_auth.store import tokencache
from phyware_auth.store.record import KEYRING, OAUTH, HostRecord
from phyware_auth.store.store import CredentialStore


class _Unusual(Exception):
    """The store has something to tell: the command does that."""


def print_token(host: str, margin: float) -> int | None:
    """Print the access token of ``host``, if it needs no refresh.

    :param margin: how many seconds it has to be good for
    :returns: the exit status, None where the command has to run
    """
    context = Context.from_system()
    try:
        store = CredentialStore(context, warn=_refuse)
        record = store.load(host)
    except _Unusual:
        return None
    except BaseException as error:  # noqa: BLE001 - as phyware.app reports it
        from phyware.outcome import Outcome

        return Outcome(context).status_of(error)
    if record is None or record.access_token is None or record.storage != KEYRING:
        return None
    if is_due(record, margin, context.clock.now()):
        return None
    _keep(context, store, record)
    return 0 if write_out(f'{record.access_token.reveal()}\n') else None


def _keep(context: Context, store: CredentialStore, record: HostRecord) -> None:
    assert record.access_token is not None
    if record.kind != OAUTH or not tokencache.is_wanted(context.environ):
        return
    fields = {
        'host': record.host, 'generation': record.generation, 'serial': str(record.serial),
        'expiry': '' if record.expiry is None else str(record.expiry),
    }
    tokencache.write(context.environ, fields, record.access_token.reveal())
    if not _is_stored(store, record):
        # A logout came between, and has looked there already (security case 47).
        tokencache.forget(context.environ, record.host)


def _is_stored(store: CredentialStore, record: HostRecord) -> bool:
    try:
        stored = store.describe(record.host)
    except (PhywareError, _Unusual):
        return False
    return stored is not None and stored.generation == record.generation


def _refuse(message: str) -> None:
    raise _Unusual
