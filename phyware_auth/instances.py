"""Is it still the server that somebody logged in to (security case 78)?

Layer: below refresh and service, on ``phyware.transport``; stores nothing,
prints nothing.

A port of this machine belongs to whoever listens on it just now.  A PhyCloud
host tells which one it is at ``GET {host}/api/v1/instance``, without a
credential: ``{"instance_id": "..."}``.  A login to a loopback host keeps the
id.  A host that tells none is any OAuth server, and is trusted by its URL.

Two doors lead out of the store, and both ask here: whatever ``OAuthClient``
sends goes through ``GuardedTransport``, and what a ``CloudSession`` or another
client is to send becomes a ``Credential`` in ``phyware_auth.provider``.

The id is no secret: it tells a server that was restarted with another database
or another program on the port, not an impostor who had asked the server before.
"""

from __future__ import annotations

import logging

from phyware.context import Context
from phyware.errors import ConnectionFailed, PhywareError
from phyware.hosts import is_loopback_url
from phyware.transport import Request, Response, Transport
from phyware_auth.guarded import Guarded
from phyware_auth.store.record import HostRecord

_LOG = logging.getLogger('phyware.auth')
_PATH = '/api/v1/instance'
_LONGEST_ID = 200


class AnotherServer(ConnectionFailed):
    """What listens on a loopback host is not what somebody logged in to.

    The credential may be as good as before: its host does not answer.
    """

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f'{reason}; the credential was not sent',
            'Start the server you logged in to, or log in again: '
            f'phyware auth login --host {host}',
        )


class GuardedTransport(Transport):
    """The transport of stored credentials: none goes to another server.

    Each host is asked once for its id.

    :param guarded: the store adds every record whose secrets it gives out
    """

    def __init__(
        self, context: Context, guarded: Guarded, *, ca_bundle: str | None = None
    ) -> None:
        super().__init__(context, ca_bundle=ca_bundle)
        self._guarded = guarded
        self._found: dict[str, str | None] = {}

    def require(self, record: HostRecord) -> None:
        """Let a token of ``record`` go to its host.

        :raises AnotherServer: the login was to another server than listens there
        :raises ConnectionFailed: nobody answers there
        """
        host, expected = record.host, record.instance_id
        if expected is None or not is_loopback_url(host):
            return
        if host not in self._found:
            self._found[host] = _instance_in(self.get(host + _PATH))
        found = self._found[host]
        if found is None:
            raise AnotherServer(
                host, f'what listens on {host} does not say that it is what you logged in to'
            )
        if found != expected:
            raise AnotherServer(host, f'another server listens on {host} than you logged in to')

    def instance_of(self, host: str) -> str | None:
        """Return what a login to ``host`` keeps; None where the host tells nothing.

        Only loopback hosts are asked.
        """
        if not is_loopback_url(host):
            return None
        try:
            self._found[host] = _instance_in(self.get(host + _PATH))
        except PhywareError as error:
            _LOG.info('%s does not tell its instance id: %s', host, error.message)
            return None
        return self._found[host]

    def request(self, request: Request) -> Response:
        """Send ``request`` once, unless a token in it is for another server.

        :raises AnotherServer: as ``require``; nothing was sent
        :raises PhywareError: as ``Transport.request``
        """
        if is_loopback_url(request.url.partition('?')[0]):
            for value in (request.bearer, *(request.form or {}).values()):
                record = self._guarded.record_of(value)
                if record is not None:
                    self.require(record)
        return super().request(request)


def _instance_in(response: Response) -> str | None:
    """Return the id in an answer, None in any other answer."""
    if response.status != 200:
        return None
    try:
        found = response.json_object().get('instance_id')
    except ConnectionFailed:
        return None
    if not isinstance(found, str) or not 0 < len(found) <= _LONGEST_ID:
        return None
    return found if found.isascii() and found.isprintable() else None
