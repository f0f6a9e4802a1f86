"""``self.cloud``: what a plugin author calls instead of an HTTP library.

Layer: framework; the credential comes from the auth provider, all HTTP goes
through ``phyware.transport``.  A command never sees a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain, repeat
from typing import TypedDict, Unpack
from urllib.parse import unquote, urlsplit

from phyware.ahead import Ahead
from phyware.auth import AuthProvider, Credential, nothing_presented
from phyware.context import Context
from phyware.errors import GenericError, Unauthorized, Validation
from phyware.problems import error_from_response
from phyware.retry import IDEMPOTENT_METHODS, with_retries
from phyware.secret import Secret
from phyware.text import clean
from phyware.transport import Request, Response, Transport, origin_of, path_of

_RESERVED_HEADERS = frozenset(
    {
        'authorization',
        'connection',
        'content-length',
        'cookie',
        'host',
        'proxy-authorization',
        'transfer-encoding',
    }
)
# Controls, spaces and a backslash read differently from one parser to the next.
_UNSAFE = re.compile(r'[\x00-\x20\x7f-\xa0\u2028\u2029\\]')
_SCHEME = re.compile('[a-z][a-z0-9+.-]*://', re.IGNORECASE)
_PROVIDER_HINT = 'Choose another one with --auth-provider, or upgrade its package'


class CallOptions(TypedDict, total=False):
    """What a call may carry; see ``CloudSession.request``."""

    params: Mapping[str, object] | None
    json: object
    headers: Mapping[str, str] | None


class CloudSession:
    """Calls to one host's API with the credential for that host.

    The credential is asked for at the first call and kept; after a 401 the
    provider gives a newer one once, and the call is made once more.  Calls of
    idempotent methods are made up to three times while the host is busy or
    away (``phyware.retry``); POST and PATCH never are.

    Every method raises: ``Unauthorized`` when nobody is logged in or the
    credential is refused; the error of ``phyware.problems`` for any status
    but 2xx; ``Validation`` for a path of another host; ``ConnectionFailed``.

    :param host: normal form
    :param provider: what ``auth`` was asked for by, if it is a plugin's
    """

    def __init__(
        self, host: str, transport: Transport, context: Context, auth: AuthProvider,
        provider: str = '',
    ) -> None:
        self._host = host
        self._transport = transport
        self._context = context
        self._auth = auth
        self._provider = provider
        self._kept: Credential | None = None

    @property
    def host(self) -> str:
        """Return the host in normal form."""
        return self._host

    def get(self, path: str, **options: Unpack[CallOptions]) -> Response:
        """GET ``path``; see ``request``."""
        return self.request('GET', path, **options)

    def post(self, path: str, **options: Unpack[CallOptions]) -> Response:
        """POST to ``path``, never twice; see ``request``."""
        return self.request('POST', path, **options)

    def put(self, path: str, **options: Unpack[CallOptions]) -> Response:
        """PUT to ``path``; see ``request``."""
        return self.request('PUT', path, **options)

    def patch(self, path: str, **options: Unpack[CallOptions]) -> Response:
        """PATCH ``path``, never twice; see ``request``."""
        return self.request('PATCH', path, **options)

    def delete(self, path: str, **options: Unpack[CallOptions]) -> Response:
        """DELETE ``path``; see ``request``."""
        return self.request('DELETE', path, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Call the API and return its 2xx answer.

        :param path: below the host's URL, from ``/`` on, percent-encoded; or
            an absolute URL that is below it, as a server's links are, or below
            an endpoint that the credential is for as well
        :param params: query parameters; those that are None are left out
        :param json: the body, if not None
        :param headers: more header fields; none that frames the message or
            carries a credential
        """
        _check_headers(headers)
        url = self._url(path)
        request = Request(method.upper(), url, params=params, json=json, headers=headers)
        return self._answer(request, self._credential(), None)

    def get_ahead(
        self, path: str, *, params: Mapping[str, object] | None = None
    ) -> Callable[[], Response]:
        """Send a GET of ``path`` now, and return what gives its answer, to be called once.

        The first attempt alone is made in another thread.  All else, a refresh of
        the credential above all, waits for the call and happens in the caller's.

        :raises PhywareError: nobody is logged in, or ``path`` is another host's; the
            rest, as ``request`` has it, is raised by the call
        """
        request, credential = Request('GET', self._url(path), params=params), self._credential()
        signed = self._signed(request, credential)
        first = Ahead(lambda: self._transport.request(signed))
        return lambda: self._answer(request, credential, first.result)

    def _answer(
        self, request: Request, credential: Credential, first: Callable[[], Response] | None
    ) -> Response:
        """Return the 2xx answer to ``request``; see ``_send``."""
        response, credential = self._authorized(request, credential, first)
        if 200 <= response.status < 300:
            return response
        expiry = credential.expiry
        expired = expiry is not None and expiry <= self._context.clock.now()
        raise error_from_response(
            response, expired=expired, source=credential.source, redactor=self._context.redactor,
            token_kind=credential.kind, host=self._host, where=_method_and_path(request),
        )

    def _url(self, path: str) -> str:
        try:
            return api_url(self._host, path)
        except Validation:
            # Who is trusted beside the host, only the credential tells.
            if path.startswith('/') or not self._credential().endpoints:
                raise
        return api_url(self._base(path, self._credential()), path)

    def _base(self, url: str, credential: Credential) -> str:
        """Return what ``credential`` is for and ``url`` is below, else the host."""
        return next((base for base in credential.endpoints if _is_below(base, url)), self._host)

    def _authorized(
        self, request: Request, credential: Credential, first: Callable[[], Response] | None
    ) -> tuple[Response, Credential]:
        """Send ``request``; after a 401 once more with a newer credential."""
        response = self._send(request, credential, first)
        if response.status != 401:
            return response, credential
        self._kept = None
        newer = self._checked(self._auth.reject(credential))
        if newer is None or newer.token == credential.token:
            return response, credential
        response = self._send(request, newer)
        self._kept = newer if response.status != 401 else None
        return response, newer

    def _send(
        self, request: Request, credential: Credential, first: Callable[[], Response] | None = None
    ) -> Response:
        """Send ``request``, again while the host is busy or away.

        :param first: gives the outcome of the first attempt, if that is made already
        """
        signed = self._signed(request, credential)

        def send() -> Response:
            return self._transport.request(signed)

        if request.method not in IDEMPOTENT_METHODS:
            return send()
        attempts = chain([first or send], repeat(send))
        return with_retries(lambda: next(attempts)(), self._context.clock)

    def _signed(self, request: Request, credential: Credential) -> Request:
        base = self._host
        if not _is_below(base, request.url):
            base = self._base(request.url, credential)
        return replace(request, bearer=credential.token, bearer_host=base)

    def _credential(self) -> Credential:
        if self._kept is None:
            self._kept = self._checked(self._auth.credential(self._host))
        if self._kept is None and self._provider:
            raise nothing_presented(self._host, self._provider)
        if self._kept is None:
            raise Unauthorized(
                f'{Unauthorized.default_message}: not logged in to {self._host}',
                f'Re-run auth login: phyware auth login --host {self._host}',
            )
        return self._kept

    def _checked(self, given: object) -> Credential | None:
        """Return what the provider gave; another host's is never sent (case 83)."""
        if given is None:
            return None
        name = type(self._auth).__name__
        if not isinstance(given, Credential) or not isinstance(given.token, Secret):
            raise GenericError(f'the auth provider {name} gave no credential', _PROVIDER_HINT)
        if given.host != self._host:
            raise GenericError(
                f'the auth provider {name} gave the credential of another host', _PROVIDER_HINT
            )
        self._context.redactor.add(given.token)
        return given


def api_url(host: str, path: str) -> str:
    """Return the URL of ``path`` below ``host``.

    :param host: normal form
    :raises Validation: another origin, not below the host's own path, a
        ``..`` however it is escaped, a fragment, spaces, control characters
        (security cases 72, 73)
    """
    if not path.startswith('/') and not _SCHEME.match(path):
        raise Validation('The path does not begin with /', 'Write it from / on: /api/v1/…')
    url = host + path if path.startswith('/') else path
    if not path.startswith('//') and _is_below(host, url):
        return _without_climbing(url)
    raise Validation(
        f'The URL is not below {host}',
        'Name a path from / on; a credential is only ever sent to the host it is for,'
        ' and to origins named with phyware auth login --trust-origin',
    )


def _method_and_path(request: Request) -> str:
    """Return what was asked for, without its query, which may be a secret (case 64)."""
    return f'{clean(request.method)} {path_of(request.url)}'


def _is_below(base: str, url: str) -> bool:
    """Tell whether ``url`` is of the origin of ``base`` and its path goes on from there."""
    if _UNSAFE.search(url) or origin_of(url) != origin_of(base):
        return False
    return f'{urlsplit(url).path}/'.startswith(f'{urlsplit(base).path.rstrip("/")}/')


def _without_climbing(url: str) -> str:
    # Twice: a proxy in front of the server may decode once more.
    path = unquote(unquote(urlsplit(url).path))
    if '#' in url or '..' in path.replace('\\', '/').split('/'):
        raise Validation('The path has a .. or a #', 'Percent-encode what is part of a name')
    return url


def _check_headers(headers: Mapping[str, str] | None) -> None:
    for name, value in (headers or {}).items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise Validation('The name and the value of a header field are text')
        if name.strip().lower() in _RESERVED_HEADERS:
            raise Validation(
                'A header field that carries a credential or frames the message cannot be set',
                'Leave it out: the session sets it',
            )
