"""Which storage a new login gets.

Layer: store; asks the keyring library, reads no record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from phyware.context import Context
from phyware.deadline import call_within
from phyware.errors import PhywareError, Validation
from phyware.text import clean
from phyware_auth.store.errors import KeyringUnavailable, NoKeyring
from phyware_auth.store.keyringcalls import PATIENCE, attempt
from phyware_auth.store.keyrings import Keyrings
from phyware_auth.store.record import FILE, KEYRING

VARIABLE = 'PHYWARE_CREDENTIAL_STORE'


class StorageChoice(NamedTuple):
    """Where a login will be stored.

    :param storage: ``keyring`` or ``file``
    :param backend: the keyring's ``module.Class``; empty for a file
    """

    storage: str
    backend: str = ''


def choose_storage(
    insecure: bool, context: Context, keyrings: Keyrings, slower: Callable[[], float]
) -> StorageChoice:
    """Return where a new login is to be stored; never a file unasked.

    :param insecure: in a file, whatever the environment says
    :param slower: by how much a keyring needs longer than 5 s now
    :raises NoKeyring: a keyring is wanted, and there is none that keeps secrets
    :raises KeyringUnavailable: there is one, and it does not answer
    :raises Validation: PHYWARE_CREDENTIAL_STORE is neither ``keyring`` nor ``file``
    """
    wanted = context.environ.get(VARIABLE) or KEYRING
    if wanted not in (KEYRING, FILE) and not insecure:
        raise Validation(
            f'{VARIABLE} is {clean(wanted)}', f'Set it to {KEYRING} or {FILE}, or remove it'
        )
    if insecure or wanted == FILE:
        return StorageChoice(FILE)
    return StorageChoice(KEYRING, _detect(keyrings, PATIENCE * slower()))


def _detect(keyrings: Keyrings, patience: float) -> str:
    try:
        # Asking what there is connects to services that may not answer (case 22).
        answer = call_within(lambda: attempt(keyrings.detect), patience)
    except TimeoutError:
        raise _silent() from None
    error = answer.error
    if error is None:
        return answer.values[0]
    if isinstance(error, PhywareError):
        raise error
    if isinstance(error, TimeoutError):
        raise _silent() from None
    # Backends of any origin ran (security case 27).
    raise NoKeyring(f'No usable keyring was found ({type(error).__name__})') from None


def _silent() -> KeyringUnavailable:
    return KeyringUnavailable('the keyring does not answer')
