"""The auth-provider hook: who presents a credential to a host, and how.

Layer: framework; no HTTP, no OAuth, no printing.  Providers are entry points
of the group ``phyware.auth.providers``; only the chosen one is loaded.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass

from phyware.context import Context
from phyware.errors import Unauthorized
from phyware.reserved import PROVIDER_GROUP as PROVIDER_GROUP
from phyware.secret import Secret
from phyware.text import clean


@dataclass(frozen=True)
class Credential:
    """Something to present to one host as a Bearer token (RFC 6750).

    :param host: the host in normal form it is for, and for no other
    :param token: the token; hidden from ``repr``
    :param kind: ``oauth`` or ``pat``
    :param source: ``option``, ``environment``, ``keyring`` or ``file``, or a
        word of the provider's own
    :param expiry: seconds since 1970 UTC, None if unknown or never
    :param scopes: granted scopes, None if unknown
    :param user: e-mail or name, None if unknown
    :param endpoints: URLs that it is for as well, with all below them; on other
        origins only those that a person has trusted by name
    """

    host: str
    token: Secret
    kind: str
    source: str
    expiry: int | None = None
    scopes: tuple[str, ...] | None = None
    user: str | None = None
    endpoints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Identity:
    """Who a credential says it is, as known without asking the server."""

    host: str
    source: str
    user: str | None = None
    scopes: tuple[str, ...] | None = None
    expiry: int | None = None


@dataclass(frozen=True)
class AuthRequest:
    """What a provider's factory receives.

    :param context: streams, environment, clock and paths
    :param api_key: the value of ``--api-key`` or ``PHYCLOUD_API_KEY``, if any
    :param api_key_source: ``option`` or ``environment``, None without a key
    :param ca_bundle: the value of ``--ca-bundle``, if any
    """

    context: Context
    api_key: Secret | None = None
    api_key_source: str | None = None
    ca_bundle: str | None = None


class AuthProvider(abc.ABC):
    """One way to obtain credentials.  Called by ``phyware.session`` only.

    A factory ``AuthRequest -> AuthProvider`` is what the entry point names.
    No method prompts, opens a browser or prints.

    That of a plugin is imported, made and called in one thread of its own,
    which is not the main one: there are no signal handlers to set.  Each call
    is waited for 30 seconds, or ``PHYWARE_AUTH_TIMEOUT``; then the command
    fails, whatever other credentials there are (security case 83).
    """

    @abc.abstractmethod
    def credential(self, host: str) -> Credential | None:
        """Return a credential for ``host``, refreshed if it needs to be.

        :param host: normal form
        :returns: None when there is none; never that of another host
        :raises ConnectionFailed: there may be one, but it can't be read or
            refreshed now
        :raises Unauthorized: there was one, and its session has ended
        """

    @abc.abstractmethod
    def reject(self, credential: Credential) -> Credential | None:
        """Take note that the server answered 401 to ``credential``.

        :returns: a newer credential worth one retry, or None
        :raises PhywareError: as ``credential``
        """

    @abc.abstractmethod
    def identity(self, host: str) -> Identity | None:
        """Return who would be presented to ``host``, without any network."""


def nothing_presented(host: str, provider: str) -> Unauthorized:
    """Return the error of a plugin's provider that has nothing for ``host``.

    A login would not help: it is not what would be presented.
    """
    return Unauthorized(
        f'{Unauthorized.default_message}: the auth provider {clean(provider)} has none for {host}',
        'Give it one, as its package says, or choose another: --auth-provider',
    )
