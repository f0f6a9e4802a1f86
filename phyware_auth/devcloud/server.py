"""Sockets and waitress: loopback only, with limits, ended by a signal.

Layer: devcloud, the process; knows nothing of what the application answers.
"""

from __future__ import annotations

import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from phyware.errors import GenericError
from phyware_auth.devcloud.connection import closing_unanswered
from phyware_auth.devcloud.settings import MAX_BODY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_LIMITS = {
    'threads': 32,
    'connection_limit': 800,
    'channel_timeout': 30,
    'cleanup_interval': 5,
    'channel_request_lookahead': 1,
    'max_request_body_size': MAX_BODY,
    'max_request_header_size': 32 * 1024,
    'asyncore_use_poll': True,
    'ident': 'PhyCloud',
    'clear_untrusted_proxy_headers': True,
}
_FREE_PORT_TRIES = 20


class DeadlineChannel(HTTPChannel):  # type: ignore[misc]
    """A connection whose request must be complete within ``channel_timeout``.

    waitress counts from the last byte, which a client that drips one byte at
    a time puts off for ever (security case 94); here the first byte counts.
    """

    last_activity: float

    def handle_read(self) -> None:
        """Read; a request that was begun before keeps the time of its beginning."""
        begun = self.last_activity if self.request is not None else None
        super().handle_read()
        if begun is not None and self.request is not None:
            self.last_activity = begun


def listen(port: int) -> list[socket.socket]:
    """Return sockets on 127.0.0.1 and, where there is one, on ::1.

    Both, or another local user could answer for ``localhost`` on the other.

    :param port: 0 for any free one
    :raises GenericError: the port is taken
    """
    for _ in range(_FREE_PORT_TRIES):
        first = _bound(socket.AF_INET, '127.0.0.1', port)
        try:
            return [first, *_second(first.getsockname()[1])]
        except GenericError:
            first.close()
            if port != 0:
                raise
    raise GenericError('No port is free on both 127.0.0.1 and ::1', 'Give one with --port')


def _second(port: int) -> list[socket.socket]:
    try:
        return [_bound(socket.AF_INET6, '::1', port)]
    except OSError:
        return []


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((host, port))
        bound.listen()
    except OSError as error:
        bound.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise GenericError(
                f'Port {port} cannot be used: {error.strerror}', 'Use --port 0 for a free one'
            ) from error
        raise
    return bound


def build(app: WSGIApplication, sockets: list[socket.socket]) -> Any:
    """Return a waitress server on ``sockets``; ``run()`` serves."""
    channels: dict[int, Any] = {}
    server = create_server(closing_unanswered(app), map=channels, sockets=sockets, **_LIMITS)
    for dispatcher in channels.values():
        if isinstance(dispatcher, BaseWSGIServer):
            dispatcher.channel_class = DeadlineChannel
    return server


class Stopped(SystemExit):
    """A signal asked to end; waitress ends its loop on a SystemExit."""


@contextmanager
def signals(stopping: threading.Event) -> Iterator[list[int]]:
    """Turn SIGTERM and SIGINT into :class:`Stopped`, and tell which came first."""
    came: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.set()
        came.append(number)
        if len(came) == 1:
            raise Stopped

    handlers = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield came
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def run(server: Any, stopping: threading.Event, ready: Callable[[], None]) -> int:
    """Serve until a signal comes.

    :param ready: called when connections are accepted
    :return: the number of the signal
    """
    with signals(stopping) as came:
        try:
            ready()
            server.run()
        except Stopped:
            pass
        finally:
            server.close()
    return came[0] if came else 0
