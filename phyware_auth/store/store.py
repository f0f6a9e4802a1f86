"""The credential store: what the verbs of a store mean, over files and keyrings.

Layer: store; no OAuth, no HTTP, no printing.

Whoever changes a record holds the host's ``record`` lock, and never for longer
than the store itself needs.  What a login or a refresh writes, and in which
order, is in ``vault``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from phyware.active import FILE_NAME, read_active_host
from phyware.context import Context
from phyware.errors import PhywareError, Validation
from phyware.hosts import host_slug
from phyware.secret import Secret
from phyware_auth.store import tokencache, writing
from phyware_auth.store.errors import CorruptRecord, SecretMissing, StorageFailed
from phyware_auth.store.parts import Parts
from phyware_auth.store.record import KEYRING, HostRecord, tokens_of

if TYPE_CHECKING:
    from phyware_auth.store.choice import StorageChoice
    from phyware_auth.store.keyrings import Keyrings
    from phyware_auth.store.removal import RemovalReport

LONGEST_TOKEN = 16 * 1024
# Longer than the keyring's own deadline, which the holder may need.
_LOCK_TIMEOUT = 10.0
# No slug has a capital letter.
_ACTIVE = 'ACTIVE'


def _ignore(message: str) -> None:
    """Warn nobody."""


class CredentialStore:
    """The credentials of one person on one machine.

    :param context: paths, environment and clock; nothing is read before a
        method needs it, so that a missing HOME harms only what stores
    :param warn: receives sentences for the person; none has a secret in it
    :param keyrings: finds and makes keyring backends
    :param guard: receives every record that is given out with secrets
    """

    def __init__(
        self,
        context: Context,
        *,
        warn: Callable[[str], None] | None = None,
        keyrings: Keyrings | None = None,
        guard: Callable[[HostRecord], None] | None = None,
    ) -> None:
        self._context = context
        self._warn = warn or _ignore
        self._parts = Parts(context, self._warn, keyrings)
        self._guard = guard

    def hosts(self) -> list[str]:
        """Return the hosts that have a record, sorted; asks no keyring.

        :raises ConnectionFailed: the directory can't be read
        """
        return self._parts.records.hosts()

    def active(self) -> str | None:
        """Return the active host, None if none was chosen.

        :raises ConnectionFailed: the file is there and can't be read
        """
        return read_active_host(self._context.paths)

    def set_active(self, host: str | None) -> None:
        """Make ``host`` the active one; None for no host.

        :raises GenericError: the file can't be written
        :raises ConnectionFailed: the lock can't be had
        """
        path = os.path.join(self._parts.directory, FILE_NAME)
        with self._parts.locks.named(_ACTIVE, 'record', _LOCK_TIMEOUT):
            if host is None:
                writing.remove_file(path)
            else:
                writing.replace_file(path, f'{host}\n'.encode(), _ACTIVE, self._warn)
            directory = os.path.dirname(os.path.realpath(path))
            writing.sweep([p for p, tag in writing.leftovers(directory).items() if tag == _ACTIVE])

    def describe(self, host: str) -> HostRecord | None:
        """Return what is known of ``host`` without asking a keyring.

        :returns: the record, its tokens None for keyring storage; None if
            there is no record
        :raises NewerFormat: a later phyware wrote it
        :raises CorruptRecord: it is damaged
        :raises ConnectionFailed: it can't be read
        :raises GenericError: it belongs to another user
        """
        found = self._parts.records.read(host)
        return self._hiding(found.record) if found else None

    def load(self, host: str) -> HostRecord | None:
        """Return the record of ``host`` with its tokens.

        A keyring is read once and remembered until the record changes, or
        ``refresh_lock`` is entered.  The access token is None and the expiry 0
        if only the refresh token is left.

        :returns: None only if there is no record
        :raises SecretMissing: the keyring has no secret for it
        :raises KeyringUnavailable: it does not answer, or is locked
        :raises PhywareError: as ``describe``
        """
        try:
            return self._hiding(self._parts.vault.load(host))
        except SecretMissing:
            # Somebody may be between the two writes of a save: wait for the end.
            with self._record_lock(host):
                return self._hiding(self._parts.vault.load(host, settled=True))

    def choose(self, insecure: bool) -> StorageChoice:
        """Return where a new login is to be stored.

        :param insecure: in a file, whatever the environment says
        :raises NoKeyring: a keyring is wanted, and there is none
        :raises KeyringUnavailable: there is one, and it does not answer
        :raises Validation: PHYWARE_CREDENTIAL_STORE is not understood
        """
        from phyware_auth.store.choice import choose_storage

        return choose_storage(insecure, self._context, self._parts.keyrings, self._parts.slower)

    def probe(self, choice: StorageChoice, host: str) -> None:
        """Write, read back and remove something where ``choice`` stores (rule 9).

        :raises GenericError: it can't be kept there, or the record that is
            there was written by a newer phyware
        :raises ConnectionFailed: the lock or the keyring can't be had
        """
        with self._record_lock(host):
            with suppress(CorruptRecord):
                self._parts.records.read(host)
            self._parts.records.probe(host)
            if choice.storage == KEYRING:
                self._parts.vault.probe_keyring(host, choice.backend)

    def save_login(self, record: HostRecord) -> HostRecord | None:
        """Store ``record``, whatever was there (a login wins).

        What can't be read is set aside and kept.  If the store refuses, what
        was there still is.

        :param record: its generation and serial are set here
        :returns: the record that was replaced, with its tokens if they could
            be read, for revocation
        :raises Validation: a token is longer than 16 KiB
        :raises NewerFormat: a later phyware wrote what is there
        :raises GenericError: it can't be written
        :raises ConnectionFailed: the lock or the keyring can't be had
        """
        _check_size(record)
        self._hiding(record)
        with self._record_lock(record.host):
            previous = self._hiding(self._parts.vault.save_login(record))
            tokencache.forget(self._context.environ, record.host)
            self._sweep(record.host)
        return previous

    def save_refresh(self, old: HostRecord, new: HostRecord) -> bool:
        """Replace ``old`` by ``new``, if ``old`` is still what is stored.

        :param old: as ``load`` gave it
        :returns: False if a logout, a login or another refresh came first;
            nothing was written then
        :raises Validation: a token is longer than 16 KiB
        :raises PhywareError: it can't be read or written, as ``save_login``
        """
        _check_size(new)
        self._hiding(new)
        with self._record_lock(new.host):
            if not self._parts.vault.is_current(old):
                return False
            self._parts.vault.save_refresh(old, new)
            tokencache.forget(self._context.environ, new.host)
            self._parts.stamps.forget(new.host)
            self._sweep(new.host)
        return True

    def remove(
        self, host: str, expected: HostRecord | None = None, *, forget: bool = False
    ) -> RemovalReport:
        """Remove the credential of ``host``, as much of it as can be.

        :param expected: remove only this login, as ``load`` gave it (case 37)
        :param forget: remove the record also where its keyring cannot be used, as after
            it was uninstalled; not where that is only locked or slow
        :returns: what went and what did not; the caller decides what that means
        :raises NewerFormat: a later phyware wrote it
        :raises CorruptRecord: what it says can't be known
        :raises ConnectionFailed: another process holds the lock, or the record
            can't be read
        """
        with self._removing(host):
            if expected is not None and not self._parts.vault.is_current(expected):
                from phyware_auth.store.removal import RemovalReport

                return RemovalReport(superseded=True)
            tokencache.forget(self._context.environ, host)
            report = self._parts.vault.remove(host, forget=forget)
            self._sweep(host)
        return report._replace(kept=tuple(self._parts.records.kept_aside(host)))

    @contextmanager
    def refresh_lock(self, host: str, timeout: float) -> Iterator[None]:
        """Hold the host's ``refresh`` lock; ``load`` then reads anew.

        :param timeout: seconds to wait at most
        :raises LockUnavailable: somebody else holds it (security case 16)
        :raises GenericError: the lock file can't be made
        """
        with self._parts.locks.refresh(host, timeout):
            self._parts.vault.forget(host)
            yield

    def patience(self, seconds: float) -> float:
        """Return ``seconds``, or more where the machine is too busy (security case 28)."""
        return seconds * self._parts.slower()

    def note_refresh_failure(self, host: str, refresh_token: Secret, kind: str) -> None:
        """Remember for 5 seconds that ``refresh_token`` was refused (rule 5).

        The caller holds ``refresh_lock``.

        :param kind: a word of the caller's, such as an error code
        """
        self._parts.stamps.note(host, refresh_token, kind)

    def recent_refresh_failure(self, host: str, refresh_token: Secret) -> str | None:
        """Return the kind of a failure of the last 5 seconds, else None."""
        return self._parts.stamps.recent(host, refresh_token)

    def _record_lock(self, host: str) -> AbstractContextManager[None]:
        return self._parts.locks.record(host, self.patience(_LOCK_TIMEOUT))

    @contextmanager
    def _removing(self, host: str) -> Iterator[None]:
        with ExitStack() as held:
            try:
                held.enter_context(self._record_lock(host))
            except StorageFailed as error:
                # Nobody else writes there either, and a keyring may let go (case 33).
                self._warn(error.message)
            # Once more at the end: who had read the token may keep it meanwhile (case 47).
            held.callback(tokencache.forget, self._context.environ, host)
            yield

    def _hiding(self, record: HostRecord | None) -> HostRecord | None:
        # Every output is to know the secrets that it may not show (rule 17).
        for token in tokens_of(record):
            self._context.redactor.add(token)
        if record is not None and self._guard is not None:
            self._guard(record)
        return record

    def _sweep(self, host: str) -> None:
        for path, tag in self._parts.records.leftovers(host).items():
            if tag == host_slug(host):
                writing.sweep([path])
            elif tag:
                with suppress(PhywareError), self._parts.locks.named(tag, 'record', 0):
                    writing.sweep([path])


def _check_size(record: HostRecord) -> None:
    for token in tokens_of(record):
        if len(token.reveal()) > LONGEST_TOKEN:
            raise Validation(
                f'the server gave a token longer than {LONGEST_TOKEN} characters',
                'Tell the operator of the host',
            )
