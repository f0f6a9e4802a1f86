"""The one place that talks through requests.

Layer: framework, below ``phyware.transport.client``, which imports this module
at the first request.  No retry, no redirect, no cookie, no netrc.
"""

from __future__ import annotations

import json
import re
import ssl
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from phyware import __version__
from phyware.errors import Validation
from phyware.secret import Secret
from phyware.transport.bearer import BearerAuth
from phyware.transport.bounded import TooLarge, bounded_pools
from phyware.transport.failures import connection_failed, unexpected_answer
from phyware.transport.message import Headers, Limits, Request, Response

_CHUNK = 16 * 1024
_ENCODINGS = {'', 'identity', 'gzip', 'x-gzip', 'deflate'}
_DEFAULT_HEADERS = {
    'User-Agent': f'phyware/{__version__}',
    'Accept': 'application/json',
    'Accept-Encoding': 'gzip, deflate',
}
_UNENCODABLE = 'The request has characters that HTTP does not allow'
# What requests would otherwise spell in its own way, "%7E" as "~" for one.
_VERBATIM = re.compile(r"https?://[^/?#]+/[A-Za-z0-9._~!$&'()*+,;=:@/?%\[\]-]*")


class WireSession(requests.Session):
    """A requests session that follows, keeps and adds nothing.

    With ``trust_env`` off neither netrc nor the process's environment is read
    (security case 70); proxies and authorities are passed in.

    :param tls: makes the TLS context; called at the first https request
    :param connected: called as soon as a connection stands
    """

    def __init__(
        self, limits: Limits, tls: Callable[[], ssl.SSLContext],
        connected: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.adapters.clear()
        for prefix in ('https://', 'http://'):
            self.mount(prefix, _Adapter(limits, tls, connected))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        # requests reads a redirect's body to its end, however long, even when
        # it is told not to follow.
        return None


class _Adapter(HTTPAdapter):
    """requests' adapter over bounded connections and one TLS context."""

    def __init__(
        self, limits: Limits, tls: Callable[[], ssl.SSLContext],
        connected: Callable[[], None] | None,
    ) -> None:
        self._tls = tls
        # Headers, chunk sizes and what does not compress come on top of the body.
        self._pools = bounded_pools(2 * limits.max_bytes + 64 * 1024, connected)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if proxy.startswith('https:'):
            kwargs['proxy_ssl_context'] = self._tls()
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        # The bytes that the URL escapes.  requests takes them for UTF-8, sends
        # them as Latin-1, and fails where there is none for a character.
        name, _, password = urlsplit(proxy).netloc.rpartition('@')[0].partition(':')
        credentials = b64encode(b':'.join(map(unquote_to_bytes, (name, password)))).decode()
        return {'Proxy-Authorization': f'Basic {credentials}'} if name or password else {}

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host: Any
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host['scheme'] == 'https':
            pool['ssl_context'] = self._tls()
        return host, pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        # requests would add certifi's authorities to those of the context.
        conn.cert_reqs = 'CERT_REQUIRED'


def exchange(
    session: WireSession, request: Request, limits: Limits, proxy: Secret | None
) -> Response:
    """Send ``request`` once and read the answer.

    :param proxy: URL of the proxy to use, if any; it may hold a password
    :raises Validation: the request can't be encoded, or its bearer token is
        for another origin; nothing was sent
    :raises ConnectionFailed: no answer, or one that breaks a limit
    """
    prepared = prepare(request)
    # requests documents a float or a pair, and hands a Timeout on as it is.
    timeout: Any = Timeout(connect=limits.connect, total=limits.total)
    try:
        answer = session.send(
            prepared,
            stream=True,
            timeout=timeout,
            proxies=_proxies(proxy),
            allow_redirects=False,
        )
        return _read(answer, limits.max_bytes)
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        # ValueError: http.client, told that the next chunk has -5 bytes.
        failure = connection_failed(error, request.url, limits)
    # Raised out here, so that it does not carry the library's exception, which
    # holds the request and its headers (security case 65).
    raise failure


def prepare(request: Request) -> requests.PreparedRequest:
    """Encode ``request``; without query parameters its URL stays byte for byte.

    But for the case of hexadecimal digits in escapes: urllib3 writes ``%2F``.

    :raises Validation: as ``exchange``
    """
    prepared = requests.PreparedRequest()
    try:
        prepared.prepare_method(_method(request.method))
        prepared.prepare_url(request.url, cast(Any, request.params))
        prepared.prepare_headers(_headers(request))
        prepared.prepare_body(_body(request), None)
    except (requests.RequestException, ValueError):
        prepared.url = None
    if prepared.url is None:
        raise Validation(_UNENCODABLE)
    if not request.params and _VERBATIM.fullmatch(request.url):
        prepared.url = request.url
    if request.bearer is not None:
        host = request.bearer_host or request.url
        prepared.prepare_auth(BearerAuth(request.bearer, host))
    return prepared


def _method(method: str) -> str:
    if not (method.isascii() and method.isalpha()):
        raise ValueError('method')
    return method


def _headers(request: Request) -> dict[str, str]:
    headers = {**_DEFAULT_HEADERS, **(request.headers or {})}
    if request.form is not None:
        headers['Content-Type'] = 'application/x-www-form-urlencoded'
    elif request.json is not None:
        headers['Content-Type'] = 'application/json'
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        raise ValueError('header')
    return headers


def _body(request: Request) -> bytes | None:
    if request.form is not None:
        return urlencode([(name, _reveal(value)) for name, value in request.form.items()]).encode()
    if request.json is not None:
        return json.dumps(request.json, ensure_ascii=False, allow_nan=False).encode()
    return None


def _reveal(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _proxies(proxy: Secret | None) -> dict[str, str]:
    return {} if proxy is None else {'http': proxy.reveal(), 'https': proxy.reveal()}


def _read(answer: requests.Response, max_bytes: int) -> Response:
    raw = answer.raw
    body = bytearray()
    with closing(raw):
        if answer.headers.get('Content-Encoding', '').strip().lower() not in _ENCODINGS:
            raise unexpected_answer(answer.url, 'its content encoding was not asked for')
        if (raw.length_remaining or 0) > max_bytes:
            raise TooLarge
        while chunk := raw.read(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > max_bytes:
                raise TooLarge
    return Response(answer.status_code, answer.url, Headers(answer.headers), bytes(body))
