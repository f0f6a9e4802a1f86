"""Log in: device code, token or password; then store, and revoke what was before.

Layer: service; talks to the person through the prompt it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

from phyware.errors import Expired, Forbidden, PhywareError, Unauthorized, Validation
from phyware.hosts import check_endpoint
from phyware.secret import Secret
from phyware_auth.oauth.device import DeviceAuthorization, DevicePoller
from phyware_auth.oauth.metadata import Metadata
from phyware_auth.oauth.scopes import scopes_to_ask
from phyware_auth.oauth.tokens import Tokens
from phyware_auth.oauth.userinfo import UserInfo
from phyware_auth.refresh import tokens_to_revoke
from phyware_auth.service.deps import Deps
from phyware_auth.service.views import VALID, StatusView, view_of
from phyware_auth.signals import deferred_signals
from phyware_auth.store.choice import StorageChoice
from phyware_auth.store.record import OAUTH, PAT, HostRecord


class DevicePrompt(Protocol):
    """How a person is shown the code, and how the time until then passes."""

    def show(self, authorization: DeviceAuthorization, host: str) -> None:
        """Show code, URL and life; never blocks."""

    def wait(self, seconds: float) -> None:
        """Wait that long."""


@dataclass(frozen=True)
class LoginRequest:
    """What a login is asked to do.

    :param host: normal form
    :param storage: chosen and probed before anything is asked of the host
    :param scopes: the exact scopes to ask for, None for the defaults
    :param device_endpoint: in place of the one in the metadata
    :param trusted_origins: origins that endpoints may be on beside the host's
    """

    host: str
    storage: StorageChoice
    scopes: tuple[str, ...] | None = None
    device_endpoint: str | None = None
    trusted_origins: tuple[str, ...] = ()


class LoginService:
    """The three ways to log in."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def with_device_code(self, request: LoginRequest, prompt: DevicePrompt) -> StatusView:
        """Log in by device code (RFC 8628).

        :raises Unauthorized: the person denied the code
        :raises Expired: nobody approved it in time
        :raises PhywareError: store or host do not play along; nothing is stored
        """
        metadata = self._discover(request)
        endpoint = self._device_endpoint(request, metadata)
        token_endpoint = _needed(metadata.token, 'token_endpoint', request.host)
        scopes = scopes_to_ask(metadata.scopes_supported, request.scopes)
        client = self._deps.client()
        authorization = client.authorize_device(endpoint, scopes)
        self._deps.context.redactor.add(authorization.device_code)
        # Made first: the code's life has begun.
        poller = DevicePoller(authorization, self._deps.context.clock, prompt.wait, scopes)
        prompt.show(authorization, request.host)
        tokens = poller.run(lambda: client.poll_device(token_endpoint, authorization.device_code))
        return self._keep_tokens(request, metadata, tokens)

    def with_password(self, request: LoginRequest, email: str, password: Secret) -> StatusView:
        """Log in with e-mail and password (RFC 6749 section 4.3).

        :raises Unauthorized: the host does not accept them
        :raises Validation: the host offers no password login
        """
        self._deps.context.redactor.add(password)
        metadata = self._discover(request)
        endpoint = _needed(metadata.token, 'token_endpoint', request.host)
        scopes = scopes_to_ask(metadata.scopes_supported, request.scopes)
        tokens = self._deps.client().password(endpoint, email, password, scopes)
        return self._keep_tokens(request, metadata, tokens)

    def with_token(self, request: LoginRequest, token: Secret) -> StatusView:
        """Log in with a personal access token, checked before it is stored.

        :raises Unauthorized: the host does not accept it; what was stored stays
        :raises ConnectionFailed: the host could not be asked; likewise
        """
        self._deps.context.redactor.add(token)
        metadata = self._discover(request)
        endpoint = _needed(metadata.userinfo, 'userinfo_endpoint', request.host)
        who = self._deps.client().userinfo(endpoint, token)
        record = self._record(request, metadata, PAT, who)
        return self._keep(lambda: record._replace(access_token=token, expiry=who.expiry))

    def _discover(self, request: LoginRequest) -> Metadata:
        return self._deps.discover(request.host, request.trusted_origins)

    def _device_endpoint(self, request: LoginRequest, metadata: Metadata) -> str:
        if request.device_endpoint is not None:
            return check_endpoint(
                request.device_endpoint, allow_insecure_http=self._deps.allow_insecure_http
            )
        if metadata.device_authorization is None:
            raise Validation(
                f'the metadata of {request.host} names no device_authorization_endpoint',
                'Name it with --device-endpoint URL, or log in with --with-token or --password',
            )
        return metadata.device_authorization

    def _keep_tokens(
        self, request: LoginRequest, metadata: Metadata, tokens: Tokens
    ) -> StatusView:
        """Store what a grant gave."""
        for secret in (tokens.access_token, tokens.refresh_token):
            if secret is not None:
                self._deps.context.redactor.add(secret)
        return self._keep(lambda: self._token_record(request, metadata, tokens))

    def _token_record(
        self, request: LoginRequest, metadata: Metadata, tokens: Tokens
    ) -> HostRecord:
        obtained = self._deps.now()
        who = self._who(metadata, tokens, request.host)
        return self._record(request, metadata, OAUTH, who)._replace(
            obtained=obtained,
            scopes=tokens.scopes,
            expiry=None if tokens.expires_in is None else obtained + tokens.expires_in,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
        )

    def _who(self, metadata: Metadata, tokens: Tokens, host: str) -> UserInfo | None:
        """Ask who logged in; a host that will not say does not undo the login."""
        if metadata.userinfo is None:
            self._deps.warn(f'{host} does not say who is logged in: it offers no userinfo')
            return None
        try:
            return self._deps.client().userinfo(metadata.userinfo, tokens.access_token)
        except (Unauthorized, Expired, Forbidden):
            self._deps.warn(f'{host} does not say who is logged in: the token may lack openid')
        except PhywareError as error:
            self._deps.warn(f'{host} does not say who is logged in: {error.message}')
        return None

    def _record(
        self, request: LoginRequest, metadata: Metadata, kind: str, who: UserInfo | None
    ) -> HostRecord:
        return HostRecord(
            host=request.host,
            kind=kind,
            storage=request.storage.storage,
            backend=request.storage.backend,
            client_id=self._deps.client_id,
            issuer=metadata.host,
            obtained=self._deps.now(),
            user=who.user if who else None,
            scopes=who.scopes if who else None,
            session_id=who.session_id if who else None,
            token_endpoint=metadata.token,
            revocation_endpoint=metadata.revocation,
            userinfo_endpoint=metadata.userinfo,
            sessions_endpoint=metadata.sessions,
            instance_id=self._deps.transport.instance_of(request.host),
        )

    def _keep(self, make: Callable[[], HostRecord]) -> StatusView:
        """Store the record that ``make`` gives, then revoke what was there.

        Until it is stored, a signal would lose a session (security case 39).
        """
        store = self._deps.store
        with ExitStack() as after, deferred_signals(self._tell_to_wait):
            record = make()
            previous = store.save_login(record)
            if previous is not None:
                after.callback(self._revoke_previous, previous, record)
            store.set_active(record.host)
        return view_of(record, VALID)

    def _tell_to_wait(self) -> None:
        self._deps.warn('this ends once the login is stored: the host has given it already')

    def _revoke_previous(self, previous: HostRecord, record: HostRecord) -> None:
        """Revoke the login that is replaced, but never what the new one has itself.

        A PAT is no login: its owner made it, and may use it elsewhere.
        """
        if previous.kind == PAT:
            if previous.access_token != record.access_token:
                self._deps.warn('the previous personal access token was not revoked')
            return
        kept = {record.access_token, record.refresh_token}
        client = self._deps.client(previous.client_id)
        for token, hint in tokens_to_revoke(previous):
            if token in kept or previous.revocation_endpoint is None:
                continue
            try:
                client.revoke(previous.revocation_endpoint, token, hint)
            except PhywareError as error:
                self._deps.warn(f'the previous {hint} was not revoked: {error.message}')


def _needed(endpoint: str | None, name: str, host: str) -> str:
    if endpoint is None:
        raise Validation(
            f'the metadata of {host} names no {name}',
            'Check that the URL is that of an OAuth 2 server which offers this kind of login',
        )
    return endpoint
