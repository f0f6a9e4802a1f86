"""What ``-v`` tells of each request.

Layer: framework, below ``phyware.transport.client``, which imports it where somebody
listens.  No query, no header, no body is told (security case 64).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from phyware.context import Clock
from phyware.errors import ConnectionFailed
from phyware.secret import Secret
from phyware.text import clean
from phyware.transport.message import Request, Response, site

_LOG = logging.getLogger('phyware.http')


def logged(
    send: Callable[[], Response], request: Request, proxy: Secret | None, clock: Clock
) -> Response:
    """Return what ``send`` does, and log how it went and how many milliseconds it took.

    :param send: sends ``request``
    :param proxy: URL of the proxy that it goes through, if any
    :raises PhywareError: as ``send``
    """
    began = clock.monotonic()
    try:
        response = send()
    except ConnectionFailed as error:
        _LOG.info('%s failed, %s: %s', _line(request), _since(began, clock), error.message)
        raise
    _LOG.info('%s %d, %s', _line(request), response.status, _since(began, clock))
    _LOG.debug('%s', _more(request, response, proxy))
    return response


def _line(request: Request) -> str:
    path = request.url.partition('?')[0].partition('#')[0].partition('://')[2].partition('/')[2]
    return f'{clean(request.method)} {site(request.url)}/{clean(path)}'


def _since(began: float, clock: Clock) -> str:
    return f'{round((clock.monotonic() - began) * 1000)} ms'


def _more(request: Request, response: Response, proxy: Secret | None) -> str:
    kind = response.headers.get('Content-Type', '').partition(';')[0].strip()
    way = f'; through the proxy {site(proxy.reveal())}' if proxy is not None else ''
    token = 'with' if request.bearer is not None else 'without'
    return f'{token} a token; {len(response.body)} bytes of {clean(kind) or "no type"}{way}'
