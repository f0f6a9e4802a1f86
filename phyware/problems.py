"""From an answer that is no success to the error to raise.

Layer: framework, no I/O.  The table "API errors" of phycloud-api.md.  A body
is shown only where it is a JSON object with a text made for people, cleaned.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urljoin

from phyware.challenges import bearer_challenge
from phyware.errors import (
    Conflict,
    ConnectionFailed,
    Expired,
    Forbidden,
    GenericError,
    NotFound,
    PhywareError,
    RateLimited,
    ServerFailed,
    Unauthorized,
    Validation,
)
from phyware.redaction import Redactor
from phyware.text import clean
from phyware.transport import Response, site

_BY_STATUS: dict[int, type[PhywareError]] = {
    HTTPStatus.UNAUTHORIZED: Unauthorized,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.GONE: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.TOO_MANY_REQUESTS: RateLimited,
}
# Neither another method nor another path would change these.
_ELSEWHERE = (Unauthorized, Expired, RateLimited)
_OTHER_REASONS = ('revoked', 'malformed', 'invalid')
# A new login would not help where these win over it.
_GIVEN = {'option': 'the option --api-key', 'environment': 'the variable PHYCLOUD_API_KEY'}
_STORED = ('', 'keyring', 'file')
_ANOTHER = 'choose another: --auth-provider'
_EXPIRED_CODES = {'EXPIRED', 'expired_token', 'token_expired'}


def error_from_response(
    response: Response,
    *,
    what: str | None = None,
    expired: bool = False,
    source: str = '',
    redactor: Redactor | None = None,
    token_kind: str = 'oauth',
    host: str = '',
    where: str = '',
) -> PhywareError:
    """Return the error for an answer whose status is not 2xx.

    The message is the class's own text, then what was asked for, then the
    reason the server gives: ``detail`` or ``title`` (RFC 9457), else ``error``
    and ``error_description`` (RFC 6749 section 5.2).  A redirect is an error
    that trying again won't change, hence a ``GenericError`` (security case 71).

    :param what: what was asked for, in words such as ``session 42``
    :param expired: the credential presented is past its stored expiry
    :param source: where that credential is from, as ``Credential.source`` has it
    :param redactor: takes secrets out of what the server says
    :param token_kind: what that credential is, as ``Credential.kind`` has it
    :param host: the host to log in to, in normal form
    :param where: method and path of the request, which end the message where the
        fault may be the caller's; no query
    """
    if response.status < 300:
        return ConnectionFailed(
            f'{response.site} gave an unexpected answer (HTTP {response.status})'
        )
    if response.status < 400:
        return _redirected(response)
    kind = _kind(response, expired)
    reason = _reason(response, redactor)
    if kind is Forbidden:
        return _forbidden(response, reason, source, token_kind)
    message = ': '.join(filter(None, (kind.default_message, what, reason)))
    error = kind(f'{message} ({where})' if where and kind not in _ELSEWHERE else message)
    if response.status == HTTPStatus.UNAUTHORIZED:
        error.remediation = _login_remedy(error.remediation, source, token_kind, host)
    return error


def _kind(response: Response, expired: bool) -> type[PhywareError]:
    if response.status >= 500:
        return ServerFailed
    kind = _BY_STATUS.get(response.status, Validation)
    return Expired if kind is Unauthorized and (expired or _says_expired(response)) else kind


def _says_expired(response: Response) -> bool:
    """Tell whether the server refused the token for its age.

    RFC 6750 has one code, ``invalid_token``, for all that can be wrong with
    one; only the description tells, and not where it lists every reason there
    could be, as oauthlib's servers do.
    """
    challenge = bearer_challenge(response.headers.get('WWW-Authenticate'))
    codes = {challenge.get('error'), _members(response).get('code')}
    described = challenge.get('error_description', '').lower()
    only_age = 'expired' in described and not any(word in described for word in _OTHER_REASONS)
    return bool(codes & _EXPIRED_CODES) or only_age


def _forbidden(response: Response, reason: str, source: str, token_kind: str) -> Forbidden:
    scope = bearer_challenge(response.headers.get('WWW-Authenticate')).get('scope')
    missing = f'the scope {clean(scope)}' if scope else 'the scope that is missing'
    said = f'{missing} is missing' if scope else reason
    remedy = _scope_remedy(missing, source, token_kind)
    if remedy is None:
        flag = ' among those that auth login --scopes names' if scope else ''
        remedy = f'Log in again with {missing}{flag}'
    return Forbidden(': '.join(filter(None, (Forbidden.default_message, said))), remedy)


def _login_remedy(login: str, source: str, token_kind: str, host: str) -> str:
    """Return what helps against a refused credential.

    :param login: what does where a login gives the credential
    """
    if source in _GIVEN:
        return f'{login} without {_GIVEN[source]}, or correct it'
    if source not in _STORED:
        return f'Correct what {_provider(source)} presents, or {_ANOTHER}'
    # With the host, for another one may be the active one.
    flag = ' --with-token' if token_kind == 'pat' else ''
    return f'{login}: phyware auth login{flag} --host {host}' if host else login


def _scope_remedy(missing: str, source: str, token_kind: str) -> str | None:
    """Return what helps where the scopes of another login would not; else None."""
    if source in _GIVEN:
        return f'Give {_GIVEN[source]} a key that has {missing}'
    if source not in _STORED:
        return f'Let {_provider(source)} present what has {missing}, or {_ANOTHER}'
    if token_kind == 'pat':
        return f'Log in with a token that has {missing}: phyware auth login --with-token'
    return None


def _provider(source: str) -> str:
    return f'the auth provider ({clean(source)})'


def _redirected(response: Response) -> GenericError:
    location = response.headers.get('Location')
    try:
        target = site(urljoin(response.url, location)) if location else 'nowhere'
    except ValueError:
        target = 'somewhere that is no URL'
    return GenericError(
        f'{response.site} redirects to {target}, and redirects are not followed',
        'If you trust that address, use it as the host URL',
    )


def _reason(response: Response, redactor: Redactor | None) -> str:
    members = _members(response)
    error = ': '.join(filter(None, (members.get('error'), members.get('error_description'))))
    text = members.get('detail') or members.get('title') or error
    # Before it is cut: a part of a secret would not be recognised.
    text = redactor.redact(text) if redactor is not None else text
    return clean(text) or f'HTTP {response.status}'


def _members(response: Response) -> dict[str, str]:
    """Return the text members of a JSON object, none of any other body."""
    try:
        members = response.json_object()
    except ConnectionFailed:
        return {}
    return {name: value for name, value in members.items() if isinstance(value, str)}
