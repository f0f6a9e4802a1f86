"""Candidates that only the login knows: its hosts, the sessions of a user.

Layer: beside the commands, on the service.  It never refreshes: whoever presses
Tab has not asked for a grant to be sent, and does not wait for the end of one.
"""

from __future__ import annotations

from phyware.auth import AuthProvider, Credential
from phyware.cloud import CloudSession
from phyware.completion.request import Request
from phyware.deadline import call_within
from phyware.options import GlobalOptions
from phyware.session import Selection, Session
from phyware.transport import Transport
from phyware_auth.provider import ApiKeyProvider, StoredProvider
from phyware_auth.service import AuthService
from phyware_auth.service.deps import Deps
from phyware_auth.service.sessions import SessionsService
from phyware_auth.store.record import PAT
from phyware_auth.store.store import CredentialStore

SECONDS = 2.0
_MOST = 200
# More than any margin of the provider: below it, asking for a token refreshes it.
_LEAST_LEFT = 90


def hosts(request: Request) -> list[str]:
    """Return the hosts that have a credential, by the names of its records alone."""
    return CredentialStore(request.context, warn=_ignore).hosts()


def session_ids(request: Request) -> list[str]:
    """Return ids of the caller's own sessions, as the host of the line tells them.

    :raises PhywareError: it does not tell them
    :raises DeadlinePassed: not within two seconds
    """
    return call_within(lambda: _session_ids(request), SECONDS)


class _AsStored(StoredProvider):
    """Present what is stored and still good; ask for nothing new."""

    def reject(self, credential: Credential) -> Credential | None:
        return None


def _session_ids(request: Request) -> list[str]:
    options = GlobalOptions(
        url=request.given.get('phyware_url'),
        api_key=request.given.get('phyware_api_key'),
        ca_bundle=request.given.get('phyware_ca_bundle'),
    )
    selection = Session(request.context, options, _ignore).select(request.given.get('host'))
    deps = Deps(request.context, _ignore, options.ca_bundle)
    provider = _provider(deps, selection)
    if provider is None:
        return []
    transport = Transport(
        request.context, ca_bundle=options.ca_bundle, connect_timeout=SECONDS,
        total_timeout=SECONDS,
    )
    cloud = CloudSession(selection.host, transport, request.context, provider)
    sessions = SessionsService(cloud, AuthService(deps).sessions_endpoint(selection))
    return [row['id'] for row in sessions.iterate(None, _MOST) if isinstance(row.get('id'), str)]


def _provider(deps: Deps, selection: Selection) -> AuthProvider | None:
    if selection.api_key is not None:
        return ApiKeyProvider(selection.api_key, selection.api_key_source or 'option')
    record = deps.store.describe(selection.host)
    if record is None:
        return None
    lasts = record.expiry is None or record.expiry - deps.now() > _LEAST_LEFT
    return _AsStored(deps) if record.kind == PAT or lasts else None


def _ignore(text: str) -> None:
    """Say nothing: a half-typed line is on the terminal."""
