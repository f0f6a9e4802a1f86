"""Secrets in a keyring: one item a host, or two if the access token is long.

Layer: store; talks to keyring backends only; no files.

The item has the text form of ``codec``, with the login's generation and the
number of the save.  Windows stores no more than 2560 bytes, which are 1280
characters: a longer text leaves the access token to an item of its own, with
the same two numbers, so that two items that are not of one save are seen
(security case 30, rule 10).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from phyware.context import Clock
from phyware.errors import PhywareError
from phyware.secret import Secret
from phyware_auth.store import codec
from phyware_auth.store.errors import CorruptRecord, WriteDropped
from phyware_auth.store.keyringcalls import KeyringCalls
from phyware_auth.store.keyrings import Backend, Keyrings
from phyware_auth.store.record import HostRecord, conceal, decode, number, reveal, words

USERNAME = 'phyware'
ACCESS_USERNAME = 'phyware-access'
PROBE_USERNAME = 'phyware-probe'
LONGEST_ITEM = 1279


class Item(NamedTuple):
    """What a keyring holds of one host.

    :param torn: the two items are not of one save; the access token is left out
    """

    generation: str
    serial: int
    access_token: Secret | None
    refresh_token: Secret | None
    expiry: int | None
    obtained: int
    scopes: tuple[str, ...] | None
    torn: bool = False


class KeyringStore:
    """Read, write and delete the items of hosts.

    Every method raises KeyringLocked or KeyringUnavailable if the backend
    does not do its part within 5 seconds, times ``slower()``.
    """

    def __init__(self, keyrings: Keyrings, clock: Clock, slower: Callable[[], float]) -> None:
        self._calls = KeyringCalls(keyrings, clock, slower)

    def read(self, host: str, backend: str) -> Item | None:
        """Return the item of ``host``, None if there is none.

        :raises CorruptRecord: it is not one of ours
        :raises NewerFormat: a later phyware wrote it
        """
        main, access = self._calls.call(backend, lambda ring: _get(ring, host))
        return None if main is None else _item(main, access, f'the keyring item of {host}')

    def write_login(self, record: HostRecord) -> None:
        """Store a login; a former item stays whole until all of it is there.

        :raises WriteDropped: the keyring does not have what it took (case 26)
        :raises GenericError: it is too long for the keyring
        """
        main, access = _texts(record)
        if access is not None:
            self._put(record, ACCESS_USERNAME, access)
        try:
            self._put(record, USERNAME, main)
        except PhywareError:
            if access is not None:
                with suppress(PhywareError):
                    self._drop_access(record)
            raise
        if access is None:
            with suppress(PhywareError):
                self._drop_access(record)

    def write_refresh(self, record: HostRecord) -> None:
        """Store refreshed tokens, the refresh token before anything else.

        :raises WriteDropped: the keyring does not have what it took
        :raises GenericError: it is too long for the keyring
        """
        main, access = _texts(record)
        self._put(record, USERNAME, main)
        # Without its access token the session lives on: the next use refreshes.
        with suppress(PhywareError):
            if access is None:
                self._drop_access(record)
            else:
                self._put(record, ACCESS_USERNAME, access)

    def delete(self, host: str, backend: str) -> bool:
        """Delete the items of ``host``; False if there were none.

        :raises WriteDropped: the keyring still has one afterwards
        """
        service = _service(host)

        def delete(ring: Backend) -> bool:
            deleted = [_delete(ring, service, name) for name in (ACCESS_USERNAME, USERNAME)]
            return any(deleted)

        return self._calls.call(backend, delete)

    def probe(self, host: str, backend: str) -> None:
        """Write, read back and delete a throw-away item (rule 9).

        :raises WriteDropped: the keyring does not have what it took
        """
        service, text = _service(host), os.urandom(8).hex()

        def probe(ring: Backend) -> None:
            _put(ring, (service, PROBE_USERNAME), text, [])
            _delete(ring, service, PROBE_USERNAME)

        self._calls.call(backend, probe)

    def _put(self, record: HostRecord, username: str, text: str) -> None:
        place = _service(record.host), username
        # Of all tries together: after the first the item may be gone (case 31).
        former: list[str] = []
        self._calls.call(record.backend, lambda ring: _put(ring, place, text, former))

    def _drop_access(self, record: HostRecord) -> None:
        service = _service(record.host)
        self._calls.call(record.backend, lambda ring: _delete(ring, service, ACCESS_USERNAME))


def _service(host: str) -> str:
    return f'phyware:{host}'


def _get(ring: Backend, host: str) -> tuple[str | None, str | None]:
    main = ring.get_password(_service(host), USERNAME)
    split = main is not None and '\nsplit ' in main
    return main, ring.get_password(_service(host), ACCESS_USERNAME) if split else None


def _put(ring: Backend, place: tuple[str, str], text: str, former: list[str]) -> None:
    present = ring.get_password(*place)
    if present is not None:
        former[:] = [present]
    try:
        ring.set_password(*place, text)
    except Exception:
        # macOS deletes and then adds: where the second fails, nothing is left.
        if former and ring.get_password(*place) is None:
            ring.set_password(*place, former[0])
        raise
    if ring.get_password(*place) != text:
        raise WriteDropped(f'{type(ring).__module__}.{type(ring).__qualname__}')


def _delete(ring: Backend, service: str, username: str) -> bool:
    if ring.get_password(service, username) is None:
        return False
    ring.delete_password(service, username)
    if ring.get_password(service, username) is not None:
        raise WriteDropped(f'{type(ring).__module__}.{type(ring).__qualname__}')
    return True


def _texts(record: HostRecord) -> tuple[str, str | None]:
    main = _encode(record, {'access_token': reveal(record.access_token)})
    if len(main) <= LONGEST_ITEM or record.access_token is None:
        return main, None
    access = {
        'generation': record.generation,
        'serial': str(record.serial),
        'access_token': record.access_token.reveal(),
    }
    return _encode(record, {'split': '1'}), codec.encode(access).decode('ascii')


def _encode(record: HostRecord, more: dict[str, str | None]) -> str:
    fields = {
        'generation': record.generation,
        'serial': str(record.serial),
        'obtained': str(record.obtained),
        'expiry': None if record.expiry is None else str(record.expiry),
        'scopes': None if record.scopes is None else ' '.join(record.scopes),
        'refresh_token': reveal(record.refresh_token),
        **more,
    }
    present = {name: value for name, value in fields.items() if value is not None}
    return codec.encode(present).decode('ascii')


def _item(main: str, access: str | None, where: str) -> Item:
    fields = _decode(main, where)
    split = 'split' in fields
    token = _access_token(fields, access, where) if split else fields.get('access_token')
    try:
        return Item(
            generation=fields['generation'],
            serial=number(fields['serial']) or 0,
            access_token=conceal(token),
            refresh_token=conceal(fields.get('refresh_token')),
            expiry=number(fields.get('expiry')),
            obtained=number(fields.get('obtained')) or 0,
            scopes=words(fields.get('scopes')),
            torn=split and token is None,
        )
    except (KeyError, ValueError):
        raise CorruptRecord(where) from None


def _access_token(fields: dict[str, str], access: str | None, where: str) -> str | None:
    if access is None:
        return None
    other = _decode(access, where)
    same = all(other.get(name) == fields.get(name) for name in ('generation', 'serial'))
    return other.get('access_token') if same else None


def _decode(text: str, where: str) -> dict[str, str]:
    if not isinstance(text, str):
        raise CorruptRecord(where)
    return decode(text.encode('utf-8', 'replace'), where)
