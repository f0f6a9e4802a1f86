"""Faults of the connection itself: no answer, and an answer that never comes.

Layer: devcloud, between Flask and the WSGI server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Response, request
from waitress.channel import ClientDisconnected

from phyware_auth.devcloud.cloud import cloud

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_UNANSWERED = 'devcloud.unanswered'
_LOOK_EVERY = 0.1


def leave_unanswered() -> Response:
    """Return an answer that :func:`closing_unanswered` throws away with its connection."""
    request.environ[_UNANSWERED] = True
    return Response(status=503)


def wait_for_the_client_to_leave() -> Response:
    """Hold the request until its client has gone or the server stops."""
    gone: Callable[[], bool] = request.environ.get('waitress.client_disconnected', lambda: True)
    while not gone() and not cloud.stopping.wait(_LOOK_EVERY):
        pass
    return leave_unanswered()


def closing_unanswered(app: WSGIApplication) -> WSGIApplication:
    """Return ``app`` with its unanswered requests ending in a closed connection.

    waitress closes without a byte when the application raises what it raises
    itself for a client that went away.
    """

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body: Any = app(environ, start_response)
        if not environ.get(_UNANSWERED):
            return body  # type: ignore[no-any-return]
        body.close()
        raise ClientDisconnected

    return wrapped
