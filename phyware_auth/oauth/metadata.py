"""Discovery: what a host offers and where (RFC 8414, OpenID Connect Discovery).

Layer: OAuth protocol; no printing, no persistence.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from phyware.errors import NotFound, PhywareError, RateLimited, ServerFailed, Validation
from phyware.hosts import check_endpoint, normalize_host, origin
from phyware.problems import error_from_response
from phyware.text import clean
from phyware.transport import Response, Transport
from phyware_auth.oauth.answers import json_object
from phyware_auth.oauth.fields import optional_text

_LOG = logging.getLogger('phyware.auth')
_ENDPOINTS = {
    'token_endpoint': 'token',
    'device_authorization_endpoint': 'device_authorization',
    'revocation_endpoint': 'revocation',
    'userinfo_endpoint': 'userinfo',
    'phycloud_sessions_endpoint': 'sessions',
}
_METADATA_IS_WRONG = 'Tell the operator of the host: its metadata is wrong'


@dataclass(frozen=True)
class Metadata:
    """Endpoints of one host as its documents name them, byte for byte.

    :param host: normal form; equal to ``issuer``
    :param scopes_supported: None where the host lists none
    """

    host: str
    token: str | None = None
    device_authorization: str | None = None
    revocation: str | None = None
    userinfo: str | None = None
    sessions: str | None = None
    scopes_supported: tuple[str, ...] | None = None


def discover(
    transport: Transport,
    host: str,
    *,
    allow_insecure_http: bool = False,
    trusted_origins: tuple[str, ...] = (),
) -> Metadata:
    """Read both documents of ``host`` and merge them, the first winning.

    The second is asked only for what the first left out (phycloud-api.md).  A
    host that has one of the two need not answer 404 for the other: a login
    page, a 401 or a 500 there costs nothing but what that document would name.

    :param host: normal form
    :param trusted_origins: origins beside the host's that endpoints may be on
    :raises NotFound: the host has neither document
    :raises Validation: ``issuer`` is not the host (RFC 8414 section 3.3), or an
        endpoint is not https, or on an origin that is not trusted (case 62)
    :raises PhywareError: the host does not answer, or with neither document
    """
    merged = _merged(transport, host)
    if not merged:
        raise NotFound(f'no OAuth 2 metadata at {host}', 'Check the URL of the host')
    allowed = {origin(url) for url in (host, *trusted_origins)}
    return _metadata(host, merged, _EndpointRule(host, allow_insecure_http, allowed))


def document_urls(host: str) -> tuple[str, str]:
    """Return where RFC 8414 section 3.1 and OpenID Connect put their documents."""
    parts = urlsplit(host)
    base = f'{parts.scheme}://{parts.netloc}'
    return (
        f'{base}/.well-known/oauth-authorization-server{parts.path}',
        f'{host}/.well-known/openid-configuration',
    )


def _merged(transport: Transport, host: str) -> Mapping[str, Any]:
    """Return the members of both documents; each has at least its issuer."""
    merged: dict[str, Any] = {}
    unread: dict[str, PhywareError] = {}
    for url in document_urls(host):
        response = transport.get(url)
        try:
            document = _document(response)
        except PhywareError as error:
            unread[url] = error
            continue
        merged = {**_members(document, host), **merged}
        if _complete(merged):
            break
    _judge(unread, alone=not merged)
    return merged


def _judge(unread: Mapping[str, PhywareError], *, alone: bool) -> None:
    """Raise why a document could not be read if there is no other, else log it."""
    for url, error in unread.items():
        if alone:
            raise error
        # A host that is busy may have a document there, and more to offer than the other names.
        busy = isinstance(error, ServerFailed | RateLimited)
        level = logging.WARNING if busy else logging.INFO
        _LOG.log(level, 'no metadata at %s: %s', url, error.message)


def _complete(merged: Mapping[str, Any]) -> bool:
    wanted = [*_ENDPOINTS, 'scopes_supported']
    return all(name in merged for name in wanted)


def _document(response: Response) -> Mapping[str, Any] | None:
    if response.status in (404, 410):
        return None
    if response.status != 200:
        raise _unreadable(response)
    return json_object(response)


def _unreadable(response: Response) -> PhywareError:
    error = error_from_response(response)
    if not 400 <= response.status < 500 or isinstance(error, RateLimited):
        return error
    # Nothing was presented that could be invalid, and no input of a command was sent.
    return NotFound(
        f'no OAuth 2 metadata at {response.site}: HTTP {response.status}',
        'Check the URL of the host',
    )


def _members(document: Mapping[str, Any] | None, host: str) -> Mapping[str, Any]:
    if document is None:
        return {}
    _check_issuer(document, host)
    return {name: value for name, value in document.items() if value not in (None, '')}


def _check_issuer(document: Mapping[str, Any], host: str) -> None:
    issuer = document.get('issuer')
    if not isinstance(issuer, str) or not issuer:
        raise Validation(f'the metadata of {host} names no issuer', _METADATA_IS_WRONG)
    try:
        normal = normalize_host(issuer, allow_insecure_http=True)
    except PhywareError:
        normal = ''
    if normal != host:
        raise Validation(
            f'the metadata of {host} is for another issuer: {clean(issuer)}',
            'Use the URL that the host gives as its issuer, if you trust it',
        )


def _metadata(host: str, merged: Mapping[str, Any], rule: _EndpointRule) -> Metadata:
    endpoints = {
        field: rule.checked(merged, name)
        for name, field in _ENDPOINTS.items()
    }
    listed = merged.get('scopes_supported')
    scopes = None
    if isinstance(listed, list) and listed:
        scopes = tuple(scope for scope in listed if isinstance(scope, str))
    return Metadata(host=host, scopes_supported=scopes, **endpoints)


@dataclass(frozen=True)
class _EndpointRule:
    """Where endpoints may be (security case 62)."""

    host: str
    allow_insecure_http: bool
    origins: set[tuple[str, str, int]]

    def checked(self, merged: Mapping[str, Any], name: str) -> str | None:
        url = optional_text(merged, name)
        if url is None:
            return None
        try:
            checked = check_endpoint(url, allow_insecure_http=self.allow_insecure_http)
        except Validation as error:
            message = f'the metadata of {self.host} has no usable {name}: {error.message}'
            raise Validation(message, _METADATA_IS_WRONG) from None
        if origin(checked) not in self.origins:
            raise Validation(
                f'the metadata of {self.host} puts its {name} on another origin: {clean(checked)}',
                'If you trust that origin, name it with --trust-origin',
            )
        return checked
