"""What is known of one host, and its text form.

Layer: store, no I/O.
"""

from __future__ import annotations

from typing import NamedTuple

from phyware.secret import Secret
from phyware_auth.store import codec
from phyware_auth.store.errors import CorruptRecord, NewerFormat

OAUTH = 'oauth'
PAT = 'pat'
FILE = 'file'
KEYRING = 'keyring'

_REQUIRED = ('host', 'kind', 'storage', 'client_id', 'issuer', 'generation')
_OPTIONAL = (
    'user',
    'token_endpoint',
    'revocation_endpoint',
    'userinfo_endpoint',
    'sessions_endpoint',
    'session_id',
    'instance_id',
)
_CHOICES = {'kind': (OAUTH, PAT), 'storage': (KEYRING, FILE)}


class HostRecord(NamedTuple):
    """What is known of one host; the secrets only where they are loaded.

    :param host: normal form
    :param kind: ``oauth`` or ``pat``
    :param storage: ``keyring`` or ``file``: where the secrets are
    :param client_id: the OAuth client the tokens were issued to
    :param issuer: the issuer's URL
    :param obtained: when the access token came, seconds since 1970 UTC
    :param backend: the keyring's ``module.Class``, pinned at login; empty for a file
    :param user: e-mail or name, None if unknown
    :param scopes: granted scopes, None if unknown
    :param expiry: of the access token, seconds since 1970 UTC, None if unknown
        or never; 0 if the access token was lost
    :param session_id: the server's id of the session
    :param instance_id: which server it was that has this URL on this machine; None if
        it did not tell, and for other machines (security case 78)
    :param access_token: None if it is not loaded, or lost
    :param refresh_token: None if it is not loaded, or there is none
    :param generation: random, new at each login; the store sets it
    :param serial: counts the saves since that login; the store sets it
    :param leftovers: other keyrings that may still hold an item of this host; the
        store sets it
    """

    host: str
    kind: str
    storage: str
    client_id: str
    issuer: str
    obtained: int
    backend: str = ''
    user: str | None = None
    scopes: tuple[str, ...] | None = None
    expiry: int | None = None
    token_endpoint: str | None = None
    revocation_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    sessions_endpoint: str | None = None
    session_id: str | None = None
    instance_id: str | None = None
    access_token: Secret | None = None
    refresh_token: Secret | None = None
    generation: str = ''
    serial: int = 0
    leftovers: tuple[str, ...] = ()


def dumps(record: HostRecord) -> bytes:
    """Return the text form; the secrets are in it only for file storage."""
    fields: dict[str, str | None] = {name: getattr(record, name) for name in _REQUIRED}
    fields['backend'] = record.backend or None
    fields.update((name, getattr(record, name)) for name in _OPTIONAL)
    fields['scopes'] = None if record.scopes is None else ' '.join(record.scopes)
    fields['expiry'] = None if record.expiry is None else str(record.expiry)
    fields['obtained'] = str(record.obtained)
    fields['serial'] = str(record.serial)
    fields['leftovers'] = ' '.join(record.leftovers) or None
    if record.storage == FILE:
        fields['refresh_token'] = reveal(record.refresh_token)
        fields['access_token'] = reveal(record.access_token)
    return codec.encode({name: value for name, value in fields.items() if value is not None})


def loads(data: bytes, where: str) -> HostRecord:
    """Return the record in ``data``; keys that are not known are ignored.

    :param where: the path, for the message
    :raises NewerFormat: the version is later than 1
    :raises CorruptRecord: anything else that is not a record
    """
    fields = decode(data, where)
    if any(name not in fields for name in _REQUIRED):
        raise CorruptRecord(where)
    if any(fields[name] not in choices for name, choices in _CHOICES.items()):
        raise CorruptRecord(where)
    if fields['storage'] == KEYRING and not fields.get('backend'):
        raise CorruptRecord(where)
    try:
        return _record(fields)
    except ValueError:
        raise CorruptRecord(where) from None


def decode(data: bytes, where: str) -> dict[str, str]:
    """Return the fields in ``data``, raising what ``loads`` raises."""
    try:
        return codec.decode(data)
    except codec.TooNew:
        raise NewerFormat(where) from None
    except codec.Malformed:
        raise CorruptRecord(where) from None


def tokens_of(record: HostRecord | None) -> list[Secret]:
    """Return the tokens that ``record`` has, none for None."""
    if record is None:
        return []
    return [token for token in (record.access_token, record.refresh_token) if token is not None]


def reveal(secret: Secret | None) -> str | None:
    """Return the text of ``secret``, None for None."""
    return None if secret is None else secret.reveal()


def conceal(text: str | None) -> Secret | None:
    """Return ``text`` as a secret, None for None and for an empty text."""
    return Secret(text) if text else None


def number(text: str | None) -> int | None:
    """Return a decimal number of at most 18 digits, None for None.

    :raises ValueError: it is something else
    """
    if text is None:
        return None
    if not (text.isascii() and text.removeprefix('-').isdigit()) or len(text) > 18:
        raise ValueError('not a number')
    return int(text)


def words(text: str | None) -> tuple[str, ...] | None:
    """Return what spaces separate in ``text``, None for None."""
    return None if text is None else tuple(text.split())


def _record(fields: dict[str, str]) -> HostRecord:
    return HostRecord(
        **{name: fields[name] for name in _REQUIRED},
        **{name: fields.get(name) for name in _OPTIONAL},  # type: ignore[arg-type]
        obtained=number(fields.get('obtained')) or 0,
        backend=fields.get('backend', ''),
        scopes=words(fields.get('scopes')),
        expiry=number(fields.get('expiry')),
        access_token=conceal(fields.get('access_token')),
        refresh_token=conceal(fields.get('refresh_token')),
        serial=number(fields.get('serial')) or 0,
        leftovers=words(fields.get('leftovers')) or (),
    )
