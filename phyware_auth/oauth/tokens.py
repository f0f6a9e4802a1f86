"""The answer of a token endpoint (RFC 6749 section 5.1).

Layer: OAuth protocol; no printing, no persistence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phyware.secret import Secret
from phyware_auth.oauth.fields import (
    TEN_YEARS,
    opaque_member,
    scope_member,
    seconds_member,
    token_member,
    unexpected,
)


@dataclass(frozen=True)
class Tokens:
    """What one grant gave.

    :param expires_in: seconds from the answer on, None if unknown
    :param scopes: as granted; as asked where the answer does not say
    """

    access_token: Secret
    refresh_token: Secret | None
    expires_in: int | None
    scopes: tuple[str, ...] | None


def parse_tokens(answer: Mapping[str, Any], asked: tuple[str, ...] | None) -> Tokens:
    """Return the tokens of a success answer.

    :param asked: the scopes that were asked for
    :raises ConnectionFailed: the answer is not what RFC 6749 section 5.1 says
    """
    access = token_member(answer, 'access_token')
    if access is None:
        raise unexpected('there is no access_token in it')
    kind = answer.get('token_type')
    if not isinstance(kind, str) or kind.lower() != 'bearer':
        raise unexpected('its token_type is not Bearer')
    refresh = opaque_member(answer, 'refresh_token')
    granted = scope_member(answer)
    return Tokens(
        Secret(access),
        Secret(refresh) if refresh else None,
        # A life of 0 says nothing: some servers mean "never" by it, and a token
        # that is over at once would be refreshed by each command (case 46).
        seconds_member(answer, 'expires_in', TEN_YEARS) or None,
        asked if granted is None else granted,
    )
