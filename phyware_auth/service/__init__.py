"""AuthService: what the verbs of ``phyware auth`` mean.

Layer: service; no argparse, no printing.  Each verb has its own module, which
is imported when it is asked for; this one puts them together and holds the
short ones.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from phyware.errors import ConnectionFailed, GenericError
from phyware_auth.due import is_refresh_of, usable
from phyware_auth.service.failures import no_credential, not_logged_in, token_expired
from phyware_auth.service.views import EXPIRED, INVALID, StatusView, storage_of
from phyware_auth.store.record import PAT, HostRecord

if TYPE_CHECKING:
    from phyware.secret import Secret
    from phyware.session import Selection
    from phyware_auth.refresh import Refresher
    from phyware_auth.service.deps import Deps
    from phyware_auth.service.login import LoginService
    from phyware_auth.service.logout import LogoutService
    from phyware_auth.service.outcomes import RefreshView, TokenView
    from phyware_auth.service.status import StatusService

_LOG = logging.getLogger('phyware.auth')
TOKEN_MARGIN = 60
REFRESH_MARGIN = 300


class AuthService:
    """The verbs of ``phyware auth``.

    :param deps: store, transport and context
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    @cached_property
    def login(self) -> LoginService:
        """The three ways to log in."""
        from phyware_auth.service.login import LoginService

        return LoginService(self._deps)

    @cached_property
    def statuses(self) -> StatusService:
        """The verb ``status``."""
        from phyware_auth.service.status import StatusService

        return StatusService(self._deps)

    @cached_property
    def logouts(self) -> LogoutService:
        """The verb ``logout``."""
        from phyware_auth.service.logout import LogoutService

        return LogoutService(self._deps)

    @cached_property
    def refresher(self) -> Refresher:
        """The only sender of refresh grants."""
        from phyware_auth.refresh import Refresher

        return Refresher(self._deps.store, self._deps.client, self._deps.context.clock.now)

    def token(self, selection: Selection) -> TokenView:
        """Return a token that is good for at least a minute, if it can be had.

        :raises Unauthorized: there is no credential, or its session has ended
        :raises Expired: it is over and cannot be refreshed
        :raises ConnectionFailed: it is over, and the host does not answer
        """
        found = self._presentable(selection)
        from phyware_auth.service.outcomes import TokenView  # who is logged out has none to make

        return TokenView(*found)

    def _presentable(self, selection: Selection) -> tuple[str, Secret, int | None]:
        if selection.api_key is not None:
            return selection.host, selection.api_key, None
        record = self.good(self._stored(selection.host), TOKEN_MARGIN)
        assert record.access_token is not None
        return record.host, record.access_token, record.expiry

    def good(self, record: HostRecord, min_left: float) -> HostRecord:
        """Return a stored credential with an access token that is not over.

        :raises PhywareError: as ``token``
        """
        before, given = self._deps.now(), record
        if record.kind != PAT:
            record = self.refresher.fresh(record, min_left)
        # The clock may be set meanwhile (case 45): what was good, or was just made, is.
        good = usable(record, before) or usable(record, self._deps.now())
        if not good and not is_refresh_of(record, given):
            raise token_expired(record.host)
        return record

    def refresh(self, selection: Selection, force: bool = False) -> RefreshView:
        """Validate the token with the server; refresh it if it is close to its end.

        :param force: refresh it in any case
        :raises Unauthorized: there is no credential, or its session has ended
        :raises PhywareError: store or host do not play along
        """
        from phyware_auth.service.outcomes import RefreshView

        if selection.api_key is not None:
            self._deps.warn('an API key is validated only: it cannot be refreshed')
            return RefreshView(self.statuses.status(selection, offline=False), False)
        record = self._stored(selection.host)
        if record.kind == PAT:
            self._deps.warn('a personal access token is validated only: it cannot be refreshed')
            return RefreshView(self.statuses.of_record(record), False)
        return self._refresh_oauth(record, force)

    def _refresh_oauth(self, record: HostRecord, force: bool) -> RefreshView:
        from phyware_auth.refresh import refreshable
        from phyware_auth.service.outcomes import RefreshView

        if force and not refreshable(record):
            raise GenericError(
                f'{record.host} gave no refresh token', 'Log in again with the scope offline_access'
            )
        refresher = self.refresher
        renewed = refresher.renew(record) if force else refresher.fresh(record, REFRESH_MARGIN)
        status = self.statuses.of_record(renewed)
        if status.state in (EXPIRED, INVALID) and renewed == record and refreshable(record):
            # The server ended the token before its time; the grant may live on.
            renewed = refresher.renew(record)
            status = self.statuses.of_record(renewed)
        return RefreshView(status, renewed.access_token != record.access_token)

    def switch(self, host: str) -> StatusView:
        """Make ``host`` the active one.

        :param host: normal form
        :raises NotFound: it has no credential; the message names those that have
        """
        store = self._deps.store
        record = store.describe(host) if host in store.hosts() else None
        if record is None:
            raise no_credential(host, store.hosts())
        before = self._active()
        store.set_active(host)
        if host not in store.hosts():
            # A logout looked which host is active before this one was.
            store.set_active(before)
            raise no_credential(host, store.hosts())
        return self.statuses.offline_view(record)

    def _active(self) -> str | None:
        # A file that cannot be read is no hindrance: what replaces it mends it.
        with suppress(ConnectionFailed):
            return self._deps.store.active()
        return None

    def sessions_endpoint(self, selection: Selection) -> str | None:
        """Return where the host says its sessions are; None for the default path.

        :raises PhywareError: an API key's host does not answer
        """
        if selection.api_key is not None:
            return self._deps.discover(selection.host).sessions
        record = self._deps.store.describe(selection.host)
        return record.sessions_endpoint if record else None

    def _stored(self, host: str) -> HostRecord:
        record = told(self._deps.store.load(host))
        if record is None:
            raise not_logged_in(host)
        return record


def told(record: HostRecord | None) -> HostRecord | None:
    """Return ``record``, having said in the log where it is stored."""
    if record is not None:
        _LOG.info('the login to %s is stored in: %s', record.host, storage_of(record))
    return record
