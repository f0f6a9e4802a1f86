"""Revoke on the server, remove locally, say what happened to each.

Layer: service.
"""

from __future__ import annotations

from dataclasses import dataclass

from phyware.errors import ConnectionFailed, GenericError, NotFound, PhywareError
from phyware.secret import Secret
from phyware_auth.refresh import tokens_to_revoke
from phyware_auth.service.deps import Deps
from phyware_auth.service.failures import no_credential
from phyware_auth.service.outcomes import LogoutView
from phyware_auth.store.errors import KeyringUnavailable
from phyware_auth.store.record import HostRecord
from phyware_auth.store.removal import RemovalReport

REVOKED = 'revoked'
FAILED = 'failed'
NOT_OFFERED = 'not offered'
NOTHING = 'none'
KEPT = 'kept'
REMOVED = 'removed'
SUPERSEDED = 'superseded'


# Each round means that another process logged in or refreshed during the last one.
_ROUNDS = 5
_NOTHING_TO_DO = 'There is nothing to log out of; name another host with --host'


@dataclass(frozen=True)
class _Known:
    """What could be read of a host before it is removed."""

    record: HostRecord | None
    secrets: bool

    @property
    def expected(self) -> HostRecord | None:
        """Return the login that was revoked, to remove it and no other."""
        return self.record if self.secrets else None


class LogoutService:
    """The verb ``logout``."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def logout(self, host: str, local_only: bool = False) -> LogoutView:
        """Log out of ``host``.

        What is removed in the end was revoked before: also the new tokens of a
        refresh or a login that came in between (security case 47).

        :param local_only: leave the tokens alive on the server
        :returns: what happened; ``error`` is set if something local is left
        :raises NotFound: there is no credential for it
        """
        store = self._deps.store
        if host not in store.hosts():
            raise no_credential(host, store.hosts(), _NOTHING_TO_DO)
        view = self._round(host, self._known(host, local_only), local_only)
        for _ in range(1, _ROUNDS):
            if view.local != SUPERSEDED:
                return view
            known = self._known(host, local_only)
            if known.record is None and known.secrets:
                # Another logout came first, and revokes what it removed.
                return view._replace(local=REMOVED)
            view = _joined(view, self._round(host, known, local_only))
        return _settled(view)

    def all(self, local_only: bool = False) -> list[LogoutView]:
        """Log out of every host; one that another process logs out of is no error."""
        views = []
        for host in self._deps.store.hosts():
            try:
                views.append(self.logout(host, local_only))
            except NotFound:
                continue
        return views

    def _round(self, host: str, known: _Known, local_only: bool) -> LogoutView:
        """Revoke what is known, then remove it; ``local`` may be ``SUPERSEDED``."""
        expected = None if local_only else known.expected
        try:
            outcome = self._revoke_all(known, local_only)
        except BaseException:
            # Whatever the person at Ctrl-C says (case 33).
            self._deps.warn(f'interrupted: tokens for {host} may still be alive there')
            self._remove(host, known, None, local_only)
            raise
        view = self._remove(host, known, expected, local_only)
        return view._replace(
            refresh_token=outcome['refresh_token'], access_token=outcome['access_token']
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

    def _remove(
        self, host: str, known: _Known, expected: HostRecord | None, local_only: bool
    ) -> LogoutView:
        """Remove what is local; what is left is in ``error``, so that others get their turn."""
        local, error = FAILED, None
        try:
            report = self._report(host, expected, local_only)
            error = _removal_error(host, report, local_only)
            if report.superseded:
                local = SUPERSEDED
            else:
                local = REMOVED if error is None else FAILED
                self._forget_active(host)
        except PhywareError as reason:
            error = error or reason
        user = known.record.user if known.record else None
        return LogoutView(host, user, NOTHING, NOTHING, local, error)

    def _report(
        self, host: str, expected: HostRecord | None, local_only: bool
    ) -> RemovalReport:
        store = self._deps.store
        try:
            report = store.remove(host, expected, forget=local_only)
        except KeyringUnavailable:
            # Whether it is still the same login cannot be known; it goes in any case.
            report = store.remove(host, forget=local_only)
        for path in report.kept:
            self._deps.warn(f'{path} is a damaged credential file that was kept; delete it')
        return report

    def _forget_active(self, host: str) -> None:
        """Let no host be the active one, unless somebody has just logged in again.

        A login stores, then makes its host active: whoever of the two looks
        last finds the other's work.
        """
        store = self._deps.store
        if store.active() != host or host in store.hosts():
            return
        store.set_active(None)
        if host in store.hosts():
            store.set_active(host)


def _joined(before: LogoutView, after: LogoutView) -> LogoutView:
    """Return ``after``, with the failures of ``before``."""
    return after._replace(
        refresh_token=FAILED if before.refresh_token == FAILED else after.refresh_token,
        access_token=FAILED if before.access_token == FAILED else after.access_token,
    )


def _settled(view: LogoutView) -> LogoutView:
    if view.local != SUPERSEDED:
        return view
    error = ConnectionFailed(
        f'other processes log in to {view.host} again and again: it is still logged in',
        'Stop them, then log out again',
    )
    return view._replace(local=FAILED, error=error)


def _removal_error(
    host: str, report: RemovalReport, local_only: bool
) -> PhywareError | None:
    if not report.failed:
        return None
    left = '; '.join(f'{place}: {reason}' for place, reason in report.failed)
    remediation = 'Remove it there, or mend the cause and log out again'
    if report.unusable and not local_only:
        remediation += '; --local removes the record without that keyring'
    return GenericError(f'the credential for {host} is still in {left}', remediation)
