"""The auth provider ``client-credentials``: a token for a service, not for a person."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit, urlunsplit

from phyware.auth import AuthProvider, AuthRequest, Credential, Identity
from phyware.errors import ConnectionFailed, Unauthorized, Validation
from phyware.hosts import normalize_host
from phyware.problems import error_from_response
from phyware.secret import Secret
from phyware.transport import Request, Response, Transport, origin_of

NAME = 'client-credentials'
EARLY_SECONDS = 60


@dataclass(frozen=True)
class Settings:
    """The service and the one host that its secret is for."""

    host: str
    client_id: str
    client_secret: Secret
    scope: str | None = None

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Settings:
        """Return what the environment says.

        :raises Validation: a variable is missing, or names no host
        """
        names = ('PHYCLOUD_SERVICE_HOST', 'PHYCLOUD_SERVICE_ID', 'PHYCLOUD_SERVICE_SECRET')
        missing = [name for name in names if not environ.get(name)]
        if missing:
            raise Validation(
                f'the auth provider {NAME} needs {", ".join(missing)}', 'Set them for this job'
            )
        host, client_id, secret = (environ[name] for name in names)
        scope = environ.get('PHYCLOUD_SERVICE_SCOPE') or None
        return cls(normalize_host(host), client_id, Secret(secret), scope)


class ClientCredentialsProvider(AuthProvider):
    """Ask the host for a token when one is needed, and keep it in memory.

    :param settings: the service
    :param transport: how the host is asked
    :param request: its clock and its redactor are used
    """

    def __init__(self, settings: Settings, transport: Transport, request: AuthRequest) -> None:
        self._settings = settings
        self._transport = transport
        self._context = request.context
        self._kept: Credential | None = None

    def credential(self, host: str) -> Credential | None:
        if host != self._settings.host:
            return None
        if self._kept is None or self._is_over(self._kept):
            self._kept = self._granted()
        return self._kept

    def reject(self, credential: Credential) -> Credential | None:
        if self._kept is not None and self._kept.token != credential.token:
            return self._kept
        self._kept = None
        return self.credential(credential.host)

    def identity(self, host: str) -> Identity | None:
        if host != self._settings.host:
            return None
        return Identity(host, NAME, user=self._settings.client_id)

    def _is_over(self, credential: Credential) -> bool:
        expiry = credential.expiry
        return expiry is not None and expiry - EARLY_SECONDS <= self._context.clock.now()

    def _granted(self) -> Credential:
        """Get a token (RFC 6749 section 4.4.2).

        :raises Unauthorized: the host refuses the client
        :raises PhywareError: it does not answer as it should
        """
        scope = {'scope': self._settings.scope} if self._settings.scope else {}
        form = {'grant_type': 'client_credentials', **scope}
        response = self._transport.request(
            Request('POST', self._token_endpoint(), form=form, headers=self._basic(), fresh=True)
        )
        if response.status != 200:
            raise self._refusal(response)
        answer = response.json_object()
        token, seconds = answer.get('access_token'), answer.get('expires_in')
        if not isinstance(token, str) or not token:
            raise ConnectionFailed('the host gave no access token', 'Tell its operator')
        self._context.redactor.add(token)
        lasts = isinstance(seconds, int) and not isinstance(seconds, bool) and seconds >= 0
        expiry = int(self._context.clock.now()) + seconds if lasts else None
        return Credential(
            self._settings.host, Secret(token), 'oauth', NAME, expiry, _scopes(answer),
            self._settings.client_id,
        )

    def _token_endpoint(self) -> str:
        """Return where tokens are given out (RFC 8414).

        :raises Validation: the metadata is of another issuer, or sends the
            secret to another origin
        """
        host = self._settings.host
        parts = urlsplit(host)
        well_known = f'/.well-known/oauth-authorization-server{parts.path}'
        url = urlunsplit((parts.scheme, parts.netloc, well_known, '', ''))
        response = self._transport.get(url)
        if response.status != 200:
            raise error_from_response(response, redactor=self._context.redactor)
        metadata = response.json_object()
        endpoint = metadata.get('token_endpoint')
        if metadata.get('issuer') != host or not isinstance(endpoint, str):
            raise Validation(f'the metadata of {host} is not its own', 'Tell its operator')
        if origin_of(endpoint) != origin_of(host):
            raise Validation(f'the token endpoint is not at {host}', 'Tell its operator')
        return endpoint

    def _basic(self) -> dict[str, str]:
        """Return the client's authentication (RFC 6749 section 2.3.1)."""
        pair = quote_plus(self._settings.client_id), quote_plus(
            self._settings.client_secret.reveal()
        )
        coded = base64.b64encode(':'.join(pair).encode()).decode()
        self._context.redactor.add(coded)
        return {'Authorization': f'Basic {coded}', 'Accept': 'application/json'}

    def _refusal(self, response: Response) -> Exception:
        if response.status in (400, 401, 403):
            return Unauthorized(
                f'{self._settings.host} refuses the client {self._settings.client_id}',
                'Check PHYCLOUD_SERVICE_ID and PHYCLOUD_SERVICE_SECRET',
            )
        return error_from_response(response, redactor=self._context.redactor)


def _scopes(answer: Mapping[str, Any]) -> tuple[str, ...] | None:
    scope = answer.get('scope')
    return tuple(scope.split()) if isinstance(scope, str) else None


def make(request: AuthRequest) -> ClientCredentialsProvider:
    """Make the provider (the entry point ``client-credentials``).

    :raises Validation: the environment does not say what it needs
    """
    settings = Settings.of(request.context.environ)
    request.context.redactor.add(settings.client_secret)
    transport = Transport(request.context, ca_bundle=request.ca_bundle)
    return ClientCredentialsProvider(settings, transport, request)
