"""What every verb of the service needs.

Layer: service; holds references, decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from phyware.context import Context
from phyware_auth.guarded import Guarded
from phyware_auth.store.store import CredentialStore

if TYPE_CHECKING:
    from phyware_auth.instances import GuardedTransport
    from phyware_auth.oauth.client import OAuthClient
    from phyware_auth.oauth.metadata import Metadata

DEFAULT_CLIENT_ID = 'phyware-cli'


class Deps:
    """Store, transport and the ways to tell the person something.

    :param context: streams, environment, clock and paths
    :param warn: takes one line that the person should read
    :param ca_bundle: the value of ``--ca-bundle``, if any
    """

    def __init__(
        self, context: Context, warn: Callable[[str], None], ca_bundle: str | None = None
    ) -> None:
        self.context = context
        self.warn = warn
        self.guarded = Guarded()
        self.store = CredentialStore(context, warn=warn, guard=self.guarded.add)
        self._ca_bundle = ca_bundle

    @cached_property
    def transport(self) -> GuardedTransport:
        """What sends, made when something is to be sent (performance.md, P4)."""
        from phyware_auth.instances import GuardedTransport

        return GuardedTransport(self.context, self.guarded, ca_bundle=self._ca_bundle)

    @property
    def client_id(self) -> str:
        """Return ``PHYCLOUD_CLIENT_ID`` or the public client's id."""
        return self.context.environ.get('PHYCLOUD_CLIENT_ID') or DEFAULT_CLIENT_ID

    @property
    def allow_insecure_http(self) -> bool:
        """Tell whether the environment allows plain http beyond loopback."""
        return self.context.environ.get('PHYWARE_ALLOW_INSECURE_HTTP') == '1'

    def client(self, client_id: str | None = None) -> OAuthClient:
        """Return a client with ``client_id``, or with the configured one."""
        from phyware_auth.oauth.client import OAuthClient

        return OAuthClient(self.transport, client_id or self.client_id)

    def discover(self, host: str, trusted_origins: tuple[str, ...] = ()) -> Metadata:
        """Return the host's metadata.

        :param trusted_origins: other origins its endpoints may be on
        :raises PhywareError: as ``oauth.metadata.discover``
        """
        from phyware_auth.oauth.metadata import discover

        return discover(
            self.transport, host,
            allow_insecure_http=self.allow_insecure_http, trusted_origins=trusted_origins,
        )

    def now(self) -> int:
        """Return whole seconds since 1970 UTC."""
        return int(self.context.clock.now())
