"""What can go wrong with stored credentials.

Layer: store, no I/O.  The rule behind the classes: "could not read the
credential" is CONNECTION, never UNAUTHORIZED and never "not logged in".
"""

from __future__ import annotations

import os

from phyware.errors import ConnectionFailed, GenericError, PhywareError, Unauthorized
from phyware.text import clean


class CorruptRecord(GenericError):
    """What is stored is not a credential, or not a whole one (security case 7).

    :param where: path of the file, or the name of the keyring item
    """

    def __init__(self, where: str) -> None:
        super().__init__(
            f'{clean(where, None)} is damaged',
            'Run auth login again for that host: it keeps the damaged file and makes a new one',
        )


class NewerFormat(GenericError):
    """A later phyware wrote it; nobody here changes it (security case 8)."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f'{clean(where, None)} was written by a newer phyware',
            'Upgrade phyware, or set PHYWARE_CONFIG_DIR to another directory',
        )


class StorageFailed(GenericError):
    """A file could not be written, or must not be (security case 2).

    :param path: the file or directory
    :param reason: the system's words, or ours
    """

    def __init__(self, path: str, reason: str, remediation: str | None = None) -> None:
        self.path = path
        super().__init__(
            f'{clean(path, None)}: {clean(reason)}',
            remediation or 'Check the disk and the permissions, or set PHYWARE_CONFIG_DIR',
        )


class Unreadable(ConnectionFailed):
    """A file that is there could not be read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f'could not read the credential {clean(path, None)}: {clean(reason)}',
            'Check the owner and the permissions of the file, then try again',
        )


class LockUnavailable(ConnectionFailed):
    """Another process holds the lock, or the file system gives none (cases 16, 18).

    :param path: the lock file
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(
            f'the lock {clean(path, None)}: {clean(reason)}',
            'Wait for the other phyware to end, or end it, then try again',
        )


class SecretMissing(Unauthorized):
    """There is a record of the host, but the keyring has lost its secret (case 32)."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f'the keyring holds no secret for {clean(host)}',
            f'Run phyware auth login --host {clean(host)}',
        )


class NoKeyring(GenericError):
    """There is no keyring to store a new login in (security cases 21 and 27)."""

    default_message = 'No usable keyring was found on this machine'
    default_remediation = (
        'To store the credential in a file that only you can read, pass --insecure-storage '
        'or set PHYWARE_CREDENTIAL_STORE=file'
    )


class KeyringUnavailable(ConnectionFailed):
    """The keyring in use did not answer, or refused (cases 22, 23 and 28).

    ``uncertain`` is True if a call was given up that may still take effect.
    """

    uncertain: bool = False

    default_remediation = 'Check that the keyring service runs and is unlocked, then try again'


class KeyringLocked(KeyringUnavailable):
    """The keyring waits for its owner's password (security case 24)."""

    default_message = 'the keyring is locked'
    default_remediation = 'Unlock the keyring of your desktop session, then try again'


class WriteDropped(GenericError):
    """A keyring took a secret and does not have it (security case 26).

    :param backend: the class of the keyring
    """

    def __init__(self, backend: str) -> None:
        super().__init__(
            f'the keyring {clean(backend)} did not keep the secret',
            'Configure another keyring backend, or pass --insecure-storage',
        )


def may_answer_later(error: PhywareError) -> bool:
    """Tell whether the keyring that failed is there, and only locked or slow."""
    if isinstance(error, KeyringUnavailable):
        return isinstance(error, KeyringLocked) or error.uncertain
    return False


def reason_of(error: OSError) -> str:
    """Return the system's words for ``error``, without the path it quotes."""
    return os.strerror(error.errno) if error.errno else type(error).__name__
