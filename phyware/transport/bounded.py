"""Connections whose answers end in time and have an end at all.

Layer: framework, below ``phyware.transport.wire``; knows urllib3, and nothing
of requests, credentials or messages.

A socket's timeout starts anew with each ``recv``, so one byte every now and
then holds a client for ever (security case 57).  Here the timeout that urllib3
sets before it reads an answer is the budget of the whole answer, headers and
body; the one it sets before it connects is the budget of name lookup, all
addresses, proxy and TLS handshake together.  urllib3's ``Timeout(total=)``
makes the sum of both.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from http.client import HTTPResponse
from time import monotonic
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.response import assert_header_parsing

from phyware.transport.resolve import lookup


class TooLarge(OSError):
    """More bytes came than anyone asked for."""


class _BoundedReader(io.RawIOBase):
    """Read from a socket for its timeout's time in all, and ``limit`` bytes."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, limit: int) -> None:
        self._sock = sock
        self._raw = raw
        self._left = limit
        self._deadline = monotonic() + (sock.gettimeout() or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        seconds = self._deadline - monotonic()
        self._sock.settimeout(max(seconds, 0))
        count = self._raw.readinto(buffer) if seconds > 0 else self._arrived(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise TooLarge('the answer is too large')
        return count

    def _arrived(self, buffer: Any) -> int:
        """Read what came in time, if we were stopped (Ctrl-Z) while it did.

        Thrown away, the answer to a grant would take the session with it.
        """
        try:
            count = self._raw.readinto(buffer)
        except OSError:
            count = None
        if count is None:
            raise TimeoutError('the answer takes too long')
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedResponse(HTTPResponse):
    """http.client's answer, read through a ``_BoundedReader``."""

    def __init__(self, sock: socket.socket, limit: int, method: str | None) -> None:
        super().__init__(sock, method=method)
        self.fp = io.BufferedReader(_BoundedReader(sock, self.fp.detach(), limit))

    def begin(self) -> None:
        super().begin()
        # urllib3 logs broken headers, with a traceback, and goes on with the
        # rest of them taken for the body.
        assert_header_parsing(self.msg)


class _Bounded(HTTPConnection):
    """What both kinds of connection do differently from urllib3's."""

    limit = 0
    connected: Callable[[], None]
    # What a plugin sets on http.client prints every header on stdout (security case 64).
    debuglevel = 0

    def response_class(  # type: ignore[override]
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None
    ) -> HTTPResponse:
        # http.client calls this "class" for each answer, also a proxy's to CONNECT.
        return _BoundedResponse(sock, self.limit, method)

    def connect(self) -> None:
        try:
            super().connect()
        except TimeoutError as error:
            # urllib3 calls a handshake that takes too long a read timeout.
            raise ConnectTimeoutError(self, 'connecting timed out') from error
        self.connected()

    def _new_conn(self) -> socket.socket:
        # Each address gets its share of what is left: else one that drops
        # packets takes the time of the others, or N of them N times the limit.
        name = self._dns_host
        budget = cast(float, self.timeout)
        deadline = monotonic() + budget
        try:
            addresses = self._addresses(name, budget)
            for index, address in enumerate(addresses):
                self._dns_host = address
                left = max(deadline - monotonic(), 0.001)
                self.timeout = left / (len(addresses) - index)
                try:
                    sock = super()._new_conn()
                except (NewConnectionError, ConnectTimeoutError):
                    if index == len(addresses) - 1:
                        raise
                else:
                    sock.settimeout(max(deadline - monotonic(), 0.001))
                    return sock
        finally:
            self._dns_host = name
            self.timeout = budget
        raise NewConnectionError(self, 'no address')

    def _addresses(self, name: str, seconds: float) -> list[str]:
        try:
            return lookup(name.strip('[]'), self.port, seconds)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, 'name lookup timed out') from error
        except OSError as error:
            raise NewConnectionError(self, 'name lookup failed') from error


def _do_nothing() -> None:
    """Tell nobody that a connection stands."""


def bounded_pools(
    limit_bytes: int, when_connected: Callable[[], None] | None = None
) -> dict[str, type[HTTPConnectionPool]]:
    """Return urllib3 pool classes by scheme, for ``pool_classes_by_scheme``.

    :param limit_bytes: most bytes of one answer on the wire, headers included;
        it stops what a cap on the decoded body does not see (a chunk of size
        -1 makes http.client read to the end of the stream)
    :param when_connected: called each time a connection stands
    """

    class Plain(_Bounded):
        limit = limit_bytes
        connected = staticmethod(when_connected or _do_nothing)

    class Encrypted(_Bounded, HTTPSConnection):
        limit = limit_bytes
        connected = staticmethod(when_connected or _do_nothing)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {'http': PlainPool, 'https': EncryptedPool}
