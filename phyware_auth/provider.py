"""The hook's two implementations: what is stored, and a given API key.

Layer: provider, on the service.
"""

from __future__ import annotations

import logging

from phyware.auth import AuthProvider, AuthRequest, Credential, Identity
from phyware.errors import RateLimited, ServerFailed, Validation
from phyware.secret import Secret
from phyware_auth.due import usable
from phyware_auth.oauth.client import GrantEnded
from phyware_auth.refresh import as_connection, refreshable
from phyware_auth.service import AuthService, told
from phyware_auth.service.deps import Deps
from phyware_auth.store.record import PAT, HostRecord

_LOG = logging.getLogger('phyware.auth')
_MARGIN = 60.0
_SHARE_OF_LIFE = 0.1


class StoredProvider(AuthProvider):
    """Present what ``phyware auth login`` stored, refreshed where needed.

    :param deps: store, transport and context
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._service = AuthService(deps)

    def credential(self, host: str) -> Credential | None:
        record = told(self._deps.store.load(host))
        if record is None:
            return None
        return self._credential(self._service.good(record, _margin(record)))

    def reject(self, credential: Credential) -> Credential | None:
        record = self._deps.store.load(credential.host)
        if record is None or _is_of_another(record, credential):
            return None
        if record.access_token != credential.token and usable(record, self._deps.now()):
            return self._credential(record)
        if not refreshable(record):
            return None
        try:
            renewed = self._service.refresher.renew(record)
            return None if _is_of_another(renewed, credential) else self._credential(renewed)
        except GrantEnded:
            return None
        except (RateLimited, ServerFailed) as error:
            raise as_connection(error) from None

    def identity(self, host: str) -> Identity | None:
        record = self._deps.store.describe(host)
        if record is None:
            return None
        return Identity(host, record.storage, record.user, record.scopes, record.expiry)

    def _credential(self, record: HostRecord) -> Credential | None:
        """Hand a stored token out to be sent, if its server is the one that listens.

        :raises AnotherServer: it is not (security case 78)
        """
        if record.access_token is None:
            return None
        self._deps.transport.require(record)
        # Where the metadata put it, on an origin that was trusted at login (case 62).
        endpoints = (record.sessions_endpoint,) if record.sessions_endpoint else ()
        return Credential(
            record.host, record.access_token, record.kind, record.storage,
            record.expiry, record.scopes, record.user, endpoints,
        )


class ApiKeyProvider(AuthProvider):
    """Present the key of ``--api-key`` or ``PHYCLOUD_API_KEY``; reads no store.

    :param key: the key
    :param source: ``option`` or ``environment``
    """

    def __init__(self, key: Secret, source: str) -> None:
        self._key = key
        self._source = source

    def credential(self, host: str) -> Credential | None:
        return Credential(host, self._key, PAT, self._source)

    def reject(self, credential: Credential) -> Credential | None:
        return None

    def identity(self, host: str) -> Identity | None:
        return Identity(host, self._source)


def stored_provider(request: AuthRequest) -> StoredProvider:
    """Make the provider of stored logins (entry point ``stored``)."""
    return StoredProvider(deps_of(request))


def api_key_provider(request: AuthRequest) -> ApiKeyProvider:
    """Make the provider of a given key (entry point ``api-key``).

    :raises Validation: no key was given
    """
    if request.api_key is None or request.api_key_source is None:
        raise Validation(
            'the auth provider api-key needs a key', 'Set PHYCLOUD_API_KEY or pass --api-key'
        )
    return ApiKeyProvider(request.api_key, request.api_key_source)


def deps_of(request: AuthRequest) -> Deps:
    """Return the service's dependencies for a provider, which warns in the log only."""
    return Deps(request.context, _LOG.warning, request.ca_bundle)


def _is_of_another(record: HostRecord, credential: Credential) -> bool:
    """Tell whether somebody else logged in meanwhile: nothing is done twice, by two."""
    return None not in (record.user, credential.user) and record.user != credential.user


def _margin(record: HostRecord) -> float:
    """Return how early to refresh: a minute, or a tenth of a short life (rule 6)."""
    if record.expiry is None:
        return 0.0
    return min(_MARGIN, _SHARE_OF_LIFE * max(0, record.expiry - record.obtained))
