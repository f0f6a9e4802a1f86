"""Who a host's credential is, and whether it is still good.

Layer: service; asks the server, stores nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from phyware.errors import (
    ConnectionFailed,
    Expired,
    Forbidden,
    PhywareError,
    Unauthorized,
)
from phyware_auth.due import TRY_LATER
from phyware_auth.service import told
from phyware_auth.service.failures import not_logged_in, rejected, token_expired
from phyware_auth.service.views import (
    EXPIRED,
    INVALID,
    NONE,
    UNREACHABLE,
    VALID,
    StatusView,
    view_of,
)
from phyware_auth.store.errors import SecretMissing
from phyware_auth.store.record import OAUTH, PAT, HostRecord

if TYPE_CHECKING:
    from phyware.auth import Credential, Identity
    from phyware.secret import Secret
    from phyware.session import Selection
    from phyware_auth.service.deps import Deps


class StatusService:
    """The verb ``status``."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def status(self, selection: Selection, offline: bool, with_token: bool = False) -> StatusView:
        """Return identity and state; a state that is not valid carries its error.

        :param offline: judge by what is stored, ask no server
        :param with_token: the token itself will be needed
        :raises PhywareError: a problem that is no state of a credential
        """
        if selection.api_key is not None:
            return self._of_key(selection, selection.api_key, offline)
        try:
            record = self._record(selection.host, not offline or with_token)
        except ConnectionFailed as error:
            return self._unreadable(selection.host, error)
        except SecretMissing as error:
            return StatusView(selection.host, NONE, error=error)
        if record is None:
            return StatusView(selection.host, NONE, error=not_logged_in(selection.host))
        return self.offline_view(record) if offline else self.of_record(record)

    def offline_view(self, record: HostRecord) -> StatusView:
        """Judge ``record`` by its stored expiry."""
        if record.expiry is not None and record.expiry <= self._deps.now():
            return view_of(record, EXPIRED, token_expired(record.host))
        return view_of(record, VALID)

    def of_record(self, record: HostRecord) -> StatusView:
        """Ask the server about a stored credential."""
        endpoint = record.userinfo_endpoint
        offline = self.offline_view(record)
        if offline.state == EXPIRED:
            return offline
        if record.access_token is None:
            return view_of(record, EXPIRED, token_expired(record.host))
        if endpoint is None:
            self._deps.warn(f'{record.host} offers no userinfo: judged by what is stored')
            return offline
        return self._asked(offline, endpoint, record.access_token)

    def _record(self, host: str, with_secrets: bool) -> HostRecord | None:
        store = self._deps.store
        return told(store.load(host) if with_secrets else store.describe(host))

    def _unreadable(self, host: str, error: ConnectionFailed) -> StatusView:
        """A credential that cannot be read is not "not logged in" (case 24)."""
        known = self._deps.store.describe(host)
        if known is None:
            raise error
        return view_of(known, UNREACHABLE, error)

    def _of_key(self, selection: Selection, key: Secret, offline: bool) -> StatusView:
        view = StatusView(
            selection.host, VALID, source=selection.api_key_source, token_kind=PAT, token=key
        )
        return view if offline else self._discovered(view, key)

    def of_presented(self, host: str, given: Credential | None, provider: str) -> StatusView:
        """Ask the server about what a provider of another package presents.

        :param host: normal form
        :param given: what it presents, None for nothing
        :param provider: what it is chosen by
        """
        if given is None:
            return _nothing(host, provider)
        view = StatusView(
            host, VALID, given.user, given.scopes, given.expiry, given.source, given.kind,
            token=given.token,
        )
        return self._discovered(view, given.token)

    def of_identity(self, host: str, known: Identity | None, provider: str) -> StatusView:
        """Judge what a provider of another package says it would present, without the network."""
        if known is None:
            return _nothing(host, provider)
        view = StatusView(host, VALID, known.user, known.scopes, known.expiry, known.source)
        if known.expiry is not None and known.expiry <= self._deps.now():
            return _failed(view, EXPIRED, token_expired(host))
        return view

    def _discovered(self, view: StatusView, token: Secret) -> StatusView:
        try:
            endpoint = self._deps.discover(view.host).userinfo
        except TRY_LATER as error:
            return _failed(view, UNREACHABLE, _as_connection(error))
        if endpoint is None:
            self._deps.warn(f'{view.host} offers no userinfo: the credential was not checked')
            return view
        return self._asked(view, endpoint, token)

    def _asked(self, view: StatusView, endpoint: str, token: Secret) -> StatusView:
        try:
            who = self._deps.client().userinfo(endpoint, token)
        except TRY_LATER as error:
            return _failed(view, UNREACHABLE, _as_connection(error))
        except Expired:
            return self._no(view, EXPIRED, token_expired(view.host))
        except Unauthorized:
            return self._no(view, INVALID, rejected(view.host, view.source or ''))
        except Forbidden:
            self._deps.warn(f'{view.host} does not say who the user is: the token lacks openid')
            return view
        return view._replace(
            user=who.user,
            scopes=view.scopes if who.scopes is None else who.scopes,
            expiry=view.expiry if who.expiry is None else who.expiry,
        )

    def _no(self, view: StatusView, state: str, error: PhywareError) -> StatusView:
        """Read a 401, unless the token was never meant for userinfo.

        Real servers refuse a good token without ``openid`` with the very answer
        that a bad one gets (phycloud-api.md, Who am I).
        """
        lacks_openid = view.scopes is not None and 'openid' not in view.scopes
        if view.token_kind == OAUTH and lacks_openid:
            self._deps.warn(
                f'{view.host} does not say who the user is: the token lacks openid; '
                'judged by what is stored'
            )
            return view
        return _failed(view, state, error)


def _failed(view: StatusView, state: str, error: PhywareError) -> StatusView:
    return view._replace(state=state, error=error)


def _as_connection(error: PhywareError) -> PhywareError:
    """A host that answers 5xx is as unreachable as one that does not answer."""
    if isinstance(error, ConnectionFailed):
        return error
    return ConnectionFailed(error.message, error.remediation)


def _nothing(host: str, provider: str) -> StatusView:
    from phyware.auth import nothing_presented  # a status of what is stored takes none

    return StatusView(host, NONE, error=nothing_presented(host, provider))
