"""Revoke on the server, remove locally, say what happened to each.

Layer: service.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from phyware.errors import GenericError, PhywareError
from phyware.secret import Secret
from phyware_auth.refresh import tokens_to_revoke
from phyware_auth.service.deps import Deps
from phyware_auth.service.failures import no_credential
from phyware_auth.service.views import LogoutView
from phyware_auth.store.record import HostRecord

REVOKED = 'revoked'
FAILED = 'failed'
NOT_OFFERED = 'not offered'
NOTHING = 'none'
KEPT = 'kept'
REMOVED = 'removed'


@dataclass(frozen=True)
class _Known:
    """What could be read of a host before it is removed."""

    record: HostRecord | None
    secrets: bool


class LogoutService:
    """The verb ``logout``."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def logout(self, host: str, local_only: bool = False) -> LogoutView:
        """Log out of ``host``.

        :param local_only: leave the tokens alive on the server
        :returns: what happened; ``error`` is set if something local is left
        :raises NotFound: there is no credential for it
        """
        store = self._deps.store
        if host not in store.hosts():
            raise no_credential(host, store.hosts())
        known = self._known(host, local_only)
        outcome = {'refresh_token': NOTHING, 'access_token': NOTHING}
        try:
            outcome = self._revoke_all(known, local_only)
        finally:
            # Whatever the server or the person at Ctrl-C says (case 33).
            view = self._remove(host, known)
        return replace(
            view,
            refresh_token=outcome['refresh_token'],
            access_token=outcome['access_token'],
        )

    def _known(self, host: str, local_only: bool) -> _Known:
        store = self._deps.store
        try:
            return _Known(store.load(host), True)
        except PhywareError as error:
            if not local_only:
                self._deps.warn(
                    f'tokens for {host} cannot be read, so not revoked: {error.message}'
                )
        try:
            return _Known(store.describe(host), False)
        except PhywareError:
            return _Known(None, False)

    def _revoke_all(self, known: _Known, local_only: bool) -> dict[str, str]:
        outcome = {'refresh_token': NOTHING, 'access_token': NOTHING}
        if known.record is None or not known.secrets:
            return dict.fromkeys(outcome, KEPT if local_only else FAILED)
        for token, hint in tokens_to_revoke(known.record):
            outcome[hint] = KEPT if local_only else self._revoke(known.record, token, hint)
        return outcome

    def _revoke(self, record: HostRecord, token: Secret, hint: str) -> str:
        if record.revocation_endpoint is None:
            self._deps.warn(f'{record.host} offers no revocation: the {hint} stays alive there')
            return NOT_OFFERED
        try:
            self._deps.client(record.client_id).revoke(record.revocation_endpoint, token, hint)
        except PhywareError as error:
            self._deps.warn(f'the {hint} was not revoked on {record.host}: {error.message}')
            return FAILED
        return REVOKED

    def _remove(self, host: str, known: _Known) -> LogoutView:
        """Remove what is local; what is left is in ``error``, so that others get their turn."""
        local, error = FAILED, None
        try:
            error = self._removal_error(host)
            if error is None:
                local = REMOVED
                self._forget_active(host)
        except PhywareError as reason:
            error = reason
        user = known.record.user if known.record else None
        return LogoutView(host, user, NOTHING, NOTHING, local, error)

    def _removal_error(self, host: str) -> PhywareError | None:
        report = self._deps.store.remove(host)
        for path in report.kept:
            self._deps.warn(f'{path} is a damaged credential file that was kept; delete it')
        if not report.failed:
            return None
        left = '; '.join(f'{place}: {reason}' for place, reason in report.failed)
        return GenericError(
            f'the credential for {host} is still in {left}',
            'Remove it there, or mend the cause and log out again',
        )

    def _forget_active(self, host: str) -> None:
        if self._deps.store.active() == host:
            self._deps.store.set_active(None)
