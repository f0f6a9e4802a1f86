"""What is asked and what is answered: values without any library's types.

Layer: framework, no I/O, no HTTP library.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

from phyware.errors import ConnectionFailed
from phyware.hosts import origin
from phyware.secret import Secret
from phyware.text import clean


class Headers(Mapping[str, str]):
    """Header fields by name in any case; a repeated field is joined with commas."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = {name.lower(): value for name, value in fields.items()}

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


@dataclass(frozen=True)
class Request:
    """One request; secrets are revealed only when it is encoded.

    :param params: query parameters; those that are None are left out
    :param form: body as ``application/x-www-form-urlencoded``
    :param json: body as JSON, if not None
    :param bearer: token for ``Authorization: Bearer`` (RFC 6750 section 2.1)
    :param bearer_host: host URL the token is for; None: that of ``url``
    :param fresh: use a connection of its own, so that a kept-alive one that
        the server has just given up can't swallow the request
    :param connected: called once that connection stands, TLS and proxy included,
        before anything of the request is sent; of use only with ``fresh``
    """

    method: str
    url: str = field(repr=False)
    params: Mapping[str, object] | None = field(default=None, repr=False)
    form: Mapping[str, str | Secret] | None = field(default=None, repr=False)
    json: object = field(default=None, repr=False)
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    bearer: Secret | None = None
    bearer_host: str | None = None
    fresh: bool = False
    connected: Callable[[], None] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Limits:
    """What one request may take.

    :param connect: seconds for name lookup, connection, proxy and TLS together
    :param total: seconds for all, from name lookup to the body's last byte
    :param max_bytes: most bytes of a body, decompressed
    """

    connect: float = 10.0
    total: float = 30.0
    max_bytes: int = 1 << 20


@dataclass(frozen=True)
class Response:
    """One answer, read to its end.

    ``repr`` shows the status alone: a body or a header may hold a token, a
    URL's query anything (security case 65).

    :param body: decompressed
    """

    status: int
    url: str = field(repr=False)
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def site(self) -> str:
        """Return scheme, host and port of ``url``, for messages."""
        return site(self.url)

    def json(self) -> Any:
        """Return the body's JSON value, whatever the content type says.

        UTF-8 with or without BOM; of equal names the last one counts; NaN and
        the infinities, which JSON has not, are refused.

        :raises ConnectionFailed: it is not JSON, or nested too deeply
            (security case 54); the body is not quoted
        """
        try:
            return json.loads(self.body.decode('utf-8-sig'), parse_constant=_refuse)
        except (ValueError, RecursionError):
            pass
        # Raised out here, since the parser's exception holds the whole body.
        raise self._unexpected('not JSON')

    def json_object(self) -> dict[str, Any]:
        """Return the body's JSON object.

        :raises ConnectionFailed: as ``json``, or another kind of value
        """
        value = self.json()
        if not isinstance(value, dict):
            raise self._unexpected('not a JSON object')
        return value

    def _unexpected(self, reason: str) -> ConnectionFailed:
        asked = f'{self.site}{path_of(self.url)}'
        return ConnectionFailed(f'{asked} gave an unexpected answer ({reason})')


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of ``url``, however long its query is.

    :raises Validation: as ``phyware.hosts.origin``
    """
    return origin(url.partition('?')[0])


def path_of(url: str) -> str:
    """Return the path of ``url`` for a message, without the query, which may be a secret."""
    try:
        return clean(urlsplit(url).path)
    except ValueError:
        return ''


def site(url: str) -> str:
    """Return ``scheme://host[:port]`` of ``url`` for a message, without user info."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return 'the host'
    return clean(f'{parts.scheme}://{parts.netloc.rpartition("@")[2]}')
