"""Single-flight refresh: lock, re-read, grant, save.

Layer: refresh.  Nobody else sends a refresh grant.  A refresh token is sent
once, ever, by one process, because servers rotate and detect reuse (RFC 9700
section 4.14.2).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from phyware.errors import ConnectionFailed, PhywareError, RateLimited, ServerFailed
from phyware.secret import Secret
from phyware_auth.due import TRY_LATER, is_due, seconds_left, usable
from phyware_auth.instances import AnotherServer
from phyware_auth.oauth.client import GrantEnded, OAuthClient
from phyware_auth.oauth.tokens import Tokens
from phyware_auth.signals import deferred_signals
from phyware_auth.store.choice import StorageChoice
from phyware_auth.store.record import OAUTH, HostRecord
from phyware_auth.store.store import CredentialStore

_LOG = logging.getLogger('phyware.auth')
# Longer than the holder's calls of a keyring, which are given as much more
# time on a machine that is too busy.
LOCK_SECONDS = 20.0
# Of who has a token that is still good.
_EARLY_LOCK_SECONDS = 2.0
_ENDED = 'ended'
_LATER = 'later'


class Refresher:
    """Give access tokens of one store that are good for a while.

    :param store: where credentials are
    :param client: makes the OAuth client for a client id
    :param now: wall time, seconds since 1970
    """

    def __init__(
        self,
        store: CredentialStore,
        client: Callable[[str], OAuthClient],
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._client = client
        self._now = now

    def fresh(self, record: HostRecord, min_left: float) -> HostRecord:
        """Return ``record``, refreshed if it is due (``is_due``).

        While the token is still good, a refresh that fails is no error (rule
        6), unless somebody logged out, or new tokens came and could not be kept.

        :raises GrantEnded: the session has ended
        :raises LoggedOut: another process removed the credential
        :raises ConnectionFailed: no refresh now, and the old token is over
        :raises PhywareError: the host refuses, and the old token is over
        """
        if not is_due(record, min_left, self._now()):
            return record
        try:
            return self._renewed(record, self._patience(record))
        except _NotKept as lost:
            raise lost.reason from None
        except LoggedOut:
            raise
        except PhywareError as error:
            if usable(record, self._now()):
                _LOG.info('the token is still good, but was not refreshed: %s', error.message)
                return record
            raise as_connection(error) from None

    def renew(self, record: HostRecord) -> HostRecord:
        """Return a record with another access token than ``record`` has.

        That of another process, if one was faster; ``record`` itself where
        there is nothing to refresh with.

        :raises GrantEnded: the session has ended
        :raises PhywareError: the lock, the store or the host did not answer
        """
        try:
            return self._renewed(record, self._store.patience(LOCK_SECONDS))
        except _NotKept as lost:
            raise lost.reason from None

    def _renewed(self, record: HostRecord, patience: float) -> HostRecord:
        if not refreshable(record):
            return record
        self._fail_fast(record)
        with self._store.refresh_lock(record.host, patience):
            current = self._store.load(record.host)
            if current is None:
                raise _logged_out(record.host)
            if current.access_token != record.access_token and usable(current, self._now()):
                return current
            if not refreshable(current):
                return current
            self._fail_fast(current)
            # What the server gives can only be kept once: a full disk is to show before.
            self._store.probe(StorageChoice(current.storage, current.backend), current.host)
            # Until it is sent, nothing is lost: who waits for a connection may go.
            with deferred_signals(lambda: _tell_to_wait(current.host), at_once=False) as hold:
                return self._grant(current, hold)

    def _patience(self, record: HostRecord) -> float:
        """Return how long to wait for the lock; less where there is a token to use."""
        left = seconds_left(record, self._now())
        if usable(record, self._now()):
            return min(_EARLY_LOCK_SECONDS, left / 2)
        return self._store.patience(LOCK_SECONDS)

    def _fail_fast(self, record: HostRecord) -> None:
        """Spare the host what it has just refused to a sibling (rule 5)."""
        assert record.refresh_token is not None
        kind = self._store.recent_refresh_failure(record.host, record.refresh_token)
        if kind == _ENDED:
            raise _ended(record.host)
        if kind is not None:
            raise ConnectionFailed(f'{record.host} did not refresh the token a moment ago')

    def _grant(self, record: HostRecord, hold: Callable[[], None]) -> HostRecord:
        assert record.token_endpoint is not None and record.refresh_token is not None
        client = self._client(record.client_id)
        try:
            tokens = client.refresh(
                record.token_endpoint, record.refresh_token, record.scopes, hold
            )
        except PhywareError as error:
            return self._adopt_or_fail(record, error)
        return self._save(client, record, tokens)

    def _adopt_or_fail(self, record: HostRecord, error: PhywareError) -> HostRecord:
        """The loser of a race uses the winner's token and deletes nothing.

        Also where the answer was lost (security cases 37 and 41).
        """
        current = self._store.load(record.host)
        if current is None:
            raise _logged_out(record.host) from None
        if current.refresh_token != record.refresh_token:
            return current
        assert record.refresh_token is not None
        kind = _kind_of(error)
        if kind is not None:
            self._store.note_refresh_failure(record.host, record.refresh_token, kind)
        raise _ended(record.host) if kind == _ENDED else error

    def _save(self, client: OAuthClient, old: HostRecord, tokens: Tokens) -> HostRecord:
        now = int(self._now())
        new = old._replace(
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token or old.refresh_token,
            expiry=None if tokens.expires_in is None else now + tokens.expires_in,
            scopes=tokens.scopes,
            obtained=now,
            serial=old.serial + 1,
        )
        try:
            saved = self._store.save_refresh(old, new)
        except PhywareError as error:
            raise _NotKept(error) from None
        return new if saved else self._lost(client, new)

    def _lost(self, client: OAuthClient, new: HostRecord) -> HostRecord:
        """A logout or a login came first: it stands, and what we got is revoked.

        Unless it was a refresh of the same login, by somebody who got past the
        lock: servers then give both the same successor (security case 40).
        """
        try:
            current = self._store.load(new.host)
        except PhywareError:
            revoke_new(client, new)
            raise
        if current is None or current.generation != new.generation:
            revoke_new(client, new)
        if current is None:
            raise _logged_out(new.host)
        return current


class _NotKept(Exception):
    """New tokens came and the store refused them: never to be passed over."""

    def __init__(self, reason: PhywareError) -> None:
        super().__init__()
        self.reason = reason


class LoggedOut(GrantEnded):
    """Another process removed the credential meanwhile (security case 47)."""

    default_message = 'Invalid credentials: logged out by another process'


def refreshable(record: HostRecord) -> bool:
    """Tell whether ``record`` has what a refresh takes."""
    return record.kind == OAUTH and bool(record.refresh_token and record.token_endpoint)


def revoke_new(client: OAuthClient, record: HostRecord) -> None:
    """Revoke new tokens that nobody will store; the log names what stays alive."""
    for token, hint in tokens_to_revoke(record):
        if record.revocation_endpoint:
            try:
                client.revoke(record.revocation_endpoint, token, hint)
            except PhywareError as error:
                _LOG.warning(
                    'the new %s was not revoked on %s: %s', hint, record.host, error.message
                )


def tokens_to_revoke(record: HostRecord) -> list[tuple[Secret, str]]:
    """Return the tokens of ``record`` with their hints, the refresh token first."""
    pairs = [(record.refresh_token, 'refresh_token'), (record.access_token, 'access_token')]
    return [(token, hint) for token, hint in pairs if token]


def as_connection(error: PhywareError) -> PhywareError:
    """Return ``error``, that of a busy host as a ``ConnectionFailed`` (case 43)."""
    if not isinstance(error, ServerFailed | RateLimited):
        return error
    return ConnectionFailed(f'the token could not be refreshed: {error.message}', error.remediation)


def _tell_to_wait(host: str) -> None:
    _LOG.warning(
        'this ends once %s has answered: a refresh token is on its way there, '
        'which can be used only once', host
    )


def _ended(host: str) -> GrantEnded:
    return GrantEnded(
        None,
        f'Re-run auth login: phyware auth login --host {host}; if the credential was copied '
        'from another machine or a cache, set PHYCLOUD_API_KEY here instead',
    )


def _logged_out(host: str) -> LoggedOut:
    return LoggedOut(None, f'Re-run auth login: phyware auth login --host {host}')


def _kind_of(error: PhywareError) -> str | None:
    """Return what others are told for a few seconds, None for nothing."""
    if isinstance(error, GrantEnded):
        return _ENDED
    if isinstance(error, AnotherServer):
        return None
    return _LATER if isinstance(error, TRY_LATER) else None
