"""A host's record and its secrets, read and written as one.

Layer: store; over files and keyrings; takes no lock: the caller holds the
host's ``record`` lock wherever something is written.

A host has one record, a file.  With file storage the tokens are in it.  With
keyring storage it is an index: all but the tokens, and which keyring has them.
Index and item carry the login's ``generation``; where they differ the secret
counts as missing.  The order of the two writes decides what a crash in between
leaves (security case 32):

- login writes the index first, so that no secret is ever in a keyring that no
  index names.  A crash leaves a host whose secret is missing, which login and
  logout both mend.  If the keyring refuses, the former index is put back.
- refresh writes the keyring first, so that the only valid refresh token is
  never lost.  A crash leaves an index with an older expiry, which is for
  showing only: the item has its own.
- logout removes the item first, then the index, for the reason login has.  If
  the item stays, the index stays to name it, under a new generation, so that
  the secret is not used again.  Only a keyring that cannot be used at all may
  be forgotten, by the person's own word.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property

from phyware.context import Clock
from phyware.errors import PhywareError
from phyware.text import clean
from phyware_auth.store.directories import Warn
from phyware_auth.store.errors import (
    CorruptRecord,
    KeyringUnavailable,
    NewerFormat,
    SecretMissing,
    StorageFailed,
    may_answer_later,
)
from phyware_auth.store.keyrings import Keyrings
from phyware_auth.store.keyringstore import Item, KeyringStore
from phyware_auth.store.record import FILE, KEYRING, HostRecord
from phyware_auth.store.recordfiles import Found, RecordFiles
from phyware_auth.store.removal import RemovalReport

Cache = dict[str, tuple[Found, HostRecord]]


class Vault:
    """Records with their secrets.

    :param records: the files
    :param warn: receives sentences for the person
    :param keyrings: finds and makes keyring backends
    :param slower: by how much they need longer now
    :param cache: what was read of a keyring, each with the index it belongs to
    """

    def __init__(
        self, records: RecordFiles, clock: Clock, warn: Warn, keyrings: Keyrings,
        slower: Callable[[], float], cache: Cache | None = None,
    ) -> None:
        self._records = records
        self._clock = clock
        self._warn = warn
        self._keyrings = keyrings
        self._slower = slower
        self._cache: Cache = {} if cache is None else cache

    def forget(self, host: str) -> None:
        """Read the keyring again the next time."""
        self._cache.pop(host, None)

    def load(self, host: str, *, settled: bool = False) -> HostRecord | None:
        """Return the record with its secrets, None if there is no record.

        :param settled: the caller holds the lock, so that nobody is in the
            middle of a save and what is torn will stay so
        :raises SecretMissing: the keyring holds nothing of this login
        """
        found = self._records.read(host)
        if found is None or found.record.storage == FILE:
            self.forget(host)
            return found.record if found else None
        cached = self._cache.get(host)
        if cached and cached[0] == found:
            return cached[1]
        item = self._keyring.read(host, found.record.backend)
        record = _join(found.record, item, settled)
        self._cache[host] = (found, record)
        return record

    def is_current(self, expected: HostRecord) -> bool:
        """Tell whether ``expected`` is the very login that is stored now."""
        found = self._records.read(expected.host)
        if found is None or found.record.generation != expected.generation:
            return False
        stored = found.record
        if stored.storage == KEYRING:
            item = self._keyring.read(stored.host, stored.backend)
            if item is None or item.generation != stored.generation:
                return False
            stored = _with_item(stored, item)
        if stored.refresh_token is None and expected.refresh_token is None:
            return stored.access_token == expected.access_token
        return stored.refresh_token == expected.refresh_token

    def save_login(self, record: HostRecord) -> HostRecord | None:
        """Store ``record`` whatever was there; return what was, as far as known."""
        found = self._found_or_set_aside(record.host)
        previous = self._previous(found, record)
        new = record._replace(
            generation=os.urandom(16).hex(),
            serial=1,
            leftovers=_leftovers(found, record),
        )
        self.forget(record.host)
        self._records.write(new)
        if new.storage == KEYRING:
            with self._restoring(record.host, found):
                self._keyring.write_login(new)
        self._clear_leftovers(new)
        return previous

    def save_refresh(self, old: HostRecord, new: HostRecord) -> None:
        """Store ``new`` over ``old``, which is the login that is stored now."""
        new = new._replace(
            storage=old.storage,
            backend=old.backend,
            generation=old.generation,
            serial=old.serial + 1,
            leftovers=old.leftovers,
        )
        self.forget(new.host)
        if new.storage == FILE:
            self._records.write(new)
            return
        self._keyring.write_refresh(new)
        try:
            self._records.write(new)
        except StorageFailed as error:
            # The tokens are safe; only the expiry that is shown stays behind.
            self._warn(error.message)

    def remove(self, host: str, *, forget: bool = False) -> RemovalReport:
        """Remove the secret and the record; see the module for the order.

        :param forget: keep no record for the sake of a keyring that cannot be used
        """
        self.forget(host)
        found = self._records.read(host)
        if found is None:
            return RemovalReport()
        record = found.record
        pinned = (record.backend,) if record.storage == KEYRING else ()
        removed: list[str] = []
        failed: list[tuple[str, str]] = []
        left = self._delete_items(host, (*pinned, *record.leftovers), removed, failed)
        unusable = [backend for backend, error in left.items() if not may_answer_later(error)]
        named = tuple(b for b in left if not (forget and b in unusable))
        self._delete_record(record, named, removed, failed)
        return RemovalReport(tuple(removed), tuple(failed), unusable=bool(unusable))

    def probe_keyring(self, host: str, backend: str) -> None:
        """Write, read and remove a secret beside the item of ``host``."""
        self._keyring.probe(host, backend)

    @cached_property
    def _keyring(self) -> KeyringStore:
        return KeyringStore(self._keyrings, self._clock, self._slower)

    def _found_or_set_aside(self, host: str) -> Found | None:
        try:
            return self._records.read(host)
        except CorruptRecord as error:
            kept = self._records.set_aside(host, self._clock.now())
            self._warn(f'{error.message}; it is kept as {clean(kept, None)}')
            return None

    def _previous(self, found: Found | None, record: HostRecord) -> HostRecord | None:
        if found is None or found.record.storage == FILE:
            return found.record if found else None
        try:
            item = self._keyring.read(found.record.host, found.record.backend)
        except KeyringUnavailable:
            if found.record.backend == record.backend:
                raise
            return found.record
        except NewerFormat:
            raise
        except PhywareError:
            return found.record
        return _with_item(found.record, item) if item else found.record

    @contextmanager
    def _restoring(self, host: str, found: Found | None) -> Iterator[None]:
        try:
            yield
        except KeyringUnavailable as error:
            # A write that was given up may still happen: the index has to name it.
            if found or not error.uncertain:
                self._restore(host, found)
            raise
        except BaseException:
            self._restore(host, found)
            raise

    def _restore(self, host: str, found: Found | None) -> None:
        with suppress(PhywareError):
            if found is None:
                self._records.delete(host)
            else:
                self._records.write_bytes(host, found.data.reveal().encode('ascii'))

    def _clear_leftovers(self, record: HostRecord) -> None:
        if not record.leftovers:
            return
        failed: list[tuple[str, str]] = []
        left = tuple(self._delete_items(record.host, record.leftovers, [], failed))
        for place, reason in failed:
            self._warn(f'{place} still holds the former secret: {reason}')
        if left != record.leftovers:
            with suppress(StorageFailed):
                self._records.write(record._replace(leftovers=left))

    def _delete_items(
        self,
        host: str,
        backends: tuple[str, ...],
        removed: list[str],
        failed: list[tuple[str, str]],
    ) -> dict[str, PhywareError]:
        left: dict[str, PhywareError] = {}
        for backend in backends:
            place = f'the item of {clean(host)} in {clean(backend)}'
            try:
                if self._keyring.delete(host, backend):
                    removed.append(place)
            except PhywareError as error:
                left[backend] = error
                failed.append((place, error.message))
        return left

    def _delete_record(
        self,
        record: HostRecord,
        left: tuple[str, ...],
        removed: list[str],
        failed: list[tuple[str, str]],
    ) -> None:
        path = self._records.path(record.host)
        try:
            if not left:
                self._records.delete(record.host)
                removed.append(path)
                return
            self._records.write(
                record._replace(
                    storage=KEYRING,
                    backend=left[0],
                    leftovers=left[1:],
                    generation=os.urandom(16).hex(),
                )
            )
        except StorageFailed as error:
            failed.append((clean(path, None), error.message))


def _leftovers(found: Found | None, record: HostRecord) -> tuple[str, ...]:
    if found is None:
        return ()
    former = found.record
    pinned = (former.backend,) if former.storage == KEYRING else ()
    return tuple(b for b in (*former.leftovers, *pinned) if b and b != record.backend)


def _join(record: HostRecord, item: Item | None, settled: bool) -> HostRecord:
    if item is None or item.generation != record.generation:
        raise SecretMissing(record.host)
    if item.torn and (not settled or item.refresh_token is None):
        raise SecretMissing(record.host)
    return _with_item(record, item)


def _with_item(record: HostRecord, item: Item) -> HostRecord:
    return record._replace(
        access_token=item.access_token,
        refresh_token=item.refresh_token,
        expiry=0 if item.torn else item.expiry,
        obtained=item.obtained,
        scopes=item.scopes,
        serial=item.serial,
    )
