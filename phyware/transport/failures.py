"""Why there is no answer, in a few words that hold no secret.

Layer: framework, below ``phyware.transport.wire``.  Exceptions of requests
and urllib3 carry the request with its headers, and their texts quote URLs and
proxies; only types, error numbers and OpenSSL's reason codes are used here.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected

from urllib3 import exceptions as urllib3_errors

from phyware.errors import ConnectionFailed
from phyware.text import clean
from phyware.transport.bounded import TooLarge
from phyware.transport.message import Limits, site

_CA_HINT = (
    'If you trust this host, name the certificate of its authority'
    ' with --ca-bundle FILE or REQUESTS_CA_BUNDLE'
)
_PLAIN_HINT = 'Check the scheme and the port of the URL'
_PLAIN_REASONS = {'WRONG_VERSION_NUMBER', 'RECORD_LAYER_FAILURE', 'HTTP_REQUEST'}
_CONNECTING = (
    urllib3_errors.ConnectTimeoutError,
    urllib3_errors.ProxyError,
    urllib3_errors.SSLError,
)
_PROTOCOL: tuple[tuple[type[BaseException], str], ...] = (
    (RemoteDisconnected, 'the connection was closed without an answer'),
    (BadStatusLine, 'it is not HTTP'),
    (IncompleteRead, 'the connection was closed before its end'),
    (urllib3_errors.DecodeError, 'it cannot be decompressed'),
    (urllib3_errors.InvalidHeader, 'its headers contradict each other'),
    (urllib3_errors.HeaderParsingError, 'its headers are not HTTP'),
    (HTTPException, 'its headers are not HTTP'),
)


def connection_failed(error: BaseException, url: str, limits: Limits) -> ConnectionFailed:
    """Return the error to raise in the place of ``error``.

    :param url: where the request went; its origin alone is shown
    :param limits: in force during the request
    """
    chain = list(_chain(error))
    if _has(chain, TooLarge):
        return unexpected_answer(url, f'more than {limits.max_bytes} bytes')
    connecting = _has(chain, *_CONNECTING)
    seconds = min(limits.connect, limits.total) if connecting else limits.total
    reason, hint = _reason(chain, seconds)
    if _has(chain, urllib3_errors.ProxyError):
        reason = f'proxy: {reason or "it refused the request"}'
    what = 'could not connect to {}' if connecting else '{} gave no usable answer'
    return ConnectionFailed(f'{what.format(site(url))}: {reason or "the connection broke"}', hint)


def unexpected_answer(url: str, reason: str) -> ConnectionFailed:
    """Return the error of an answer that came, but can't be used."""
    return ConnectionFailed(f'{site(url)} gave an unexpected answer ({reason})')


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield ``error`` and all it was made from, the outermost first."""
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop(0)
        if id(link) not in seen:
            seen.add(id(link))
            yield link
            inner = [getattr(link, 'reason', None), link.__cause__, link.__context__, *link.args]
            waiting.extend(item for item in inner if isinstance(item, BaseException))


def _has(chain: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(link, kinds) for link in chain)


def _reason(chain: list[BaseException], seconds: float) -> tuple[str | None, str | None]:
    for link in chain:
        if isinstance(link, ssl.SSLError):
            return _tls_reason(link)
        reason = _network_reason(link, seconds) or _protocol_reason(link)
        if reason:
            return reason, None
    return None, None


def _tls_reason(error: ssl.SSLError) -> tuple[str, str | None]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f'TLS: certificate verify failed: {clean(error.verify_message)}', _CA_HINT
    if error.reason in _PLAIN_REASONS:
        return 'TLS: the port answers in plain http', _PLAIN_HINT
    words = (error.reason or 'the handshake failed').replace('_', ' ').lower()
    return f'TLS: {words}', None


def _network_reason(error: BaseException, seconds: float) -> str | None:
    if isinstance(error, socket.gaierror):
        return 'name not known'
    if isinstance(error, TimeoutError | urllib3_errors.ReadTimeoutError):
        return f'timed out after {seconds:g} s'
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    return None


def _protocol_reason(error: BaseException) -> str | None:
    return next((text for kind, text in _PROTOCOL if isinstance(error, kind)), None)
