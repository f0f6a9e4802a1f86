"""The transport: what may be sent, where to, and through which connection.

Layer: framework.  Cheap to import; ``phyware.transport.wire``, and with it
requests, comes in at the first request.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from phyware.context import Context
from phyware.errors import Validation
from phyware.hosts import is_insecure
from phyware.secret import Secret
from phyware.transport.message import Limits, Request, Response, origin_of, site

if TYPE_CHECKING:
    import ssl

    from phyware.transport.wire import WireSession

_LOG = logging.getLogger('phyware.http')
_INSECURE = 'PHYWARE_ALLOW_INSECURE_HTTP'


class Transport:
    """Send requests and return answers, whatever their status.

    Redirects are not followed, cookies not kept, netrc not read, nothing is
    sent twice.  Connections are kept alive and used again until ``close``.

    :param ca_bundle: path of the PEM file or directory of certificate
        authorities; None: the environment's, else certifi's
    :param connect_timeout: seconds until a connection stands
    :param total_timeout: seconds for the whole of a request and its answer
    :param max_bytes: most bytes of a body, decompressed
    """

    def __init__(
        self,
        context: Context,
        *,
        ca_bundle: str | None = None,
        connect_timeout: float = 10.0,
        total_timeout: float = 30.0,
        max_bytes: int = 1 << 20,
    ) -> None:
        self._context = context
        self._ca_bundle = ca_bundle
        self._limits = Limits(connect_timeout, total_timeout, max_bytes)
        self._proxies: dict[tuple[str, str, int], Secret | None] = {}

    def request(self, request: Request) -> Response:
        """Send ``request`` once.

        :raises Validation: it may not be sent: plain http to another machine,
            a bearer token for another origin, characters HTTP does not allow
        :raises GenericError: the CA bundle or the proxy setting is unusable
        :raises ConnectionFailed: no answer, or none that can be read
        """
        proxy = self._proxy(request.url)
        self._register_secrets(request)
        if not _LOG.isEnabledFor(logging.INFO):
            return self._sent(request, proxy)
        from phyware.transport.log import logged

        return logged(lambda: self._sent(request, proxy), request, proxy, self._context.clock)

    def _sent(self, request: Request, proxy: Secret | None) -> Response:
        from phyware.transport.wire import exchange

        if not request.fresh:
            return exchange(self._session, request, self._limits, proxy)
        session = self._new_session(request.connected)
        try:
            return exchange(session, request, self._limits, proxy)
        finally:
            session.close()

    def get(
        self,
        url: str,
        bearer: Secret | None = None,
        params: Mapping[str, object] | None = None,
    ) -> Response:
        """GET ``url``; raises as ``request``."""
        return self.request(Request('GET', url, params=params, bearer=bearer))

    def post_form(
        self, url: str, form: Mapping[str, str | Secret], bearer: Secret | None = None,
        connected: Callable[[], None] | None = None,
    ) -> Response:
        """POST a form over a connection of its own; raises as ``request``.

        A grant is sent once, ever: a kept-alive connection that the server
        closes just now would leave open whether the grant arrived.

        :param connected: as in ``Request``
        """
        return self.request(
            Request('POST', url, form=form, bearer=bearer, fresh=True, connected=connected)
        )

    def close(self) -> None:
        """Close every connection; the next request opens a new one."""
        session = self.__dict__.pop('_session', None)
        if session is not None:
            session.close()

    @cached_property
    def _session(self) -> WireSession:
        # The shell's next line finds the connections open (P6).
        return self._context.keep(
            'connections', (self._ca_bundle, self._limits), self._new_session
        )

    def _new_session(self, connected: Callable[[], None] | None = None) -> WireSession:
        from phyware.transport.wire import WireSession

        return WireSession(self._limits, lambda: self._tls, connected)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        from phyware.transport.tls import tls_context

        return tls_context(self._ca_bundle, self._context.environ)

    def _proxy(self, url: str) -> Secret | None:
        """Return the proxy for ``url``; checks it when its origin is new."""
        target = origin_of(url)
        if target not in self._proxies:
            self._check(url)
            from phyware.transport.proxies import proxy_for

            self._proxies[target] = proxy_for(url, self._context.environ)
        return self._proxies[target]

    def _check(self, url: str) -> None:
        allowed = self._context.environ.get(_INSECURE) == '1'
        if is_insecure(url.partition('?')[0]) and not allowed:
            raise Validation(
                f'plain http is only for this machine, and {site(url)} is not',
                f'Use https, or set {_INSECURE}=1 if you trust the network',
            )

    def _register_secrets(self, request: Request) -> None:
        for value in (request.bearer, *(request.form or {}).values()):
            if isinstance(value, Secret):
                self._context.redactor.add(value)
