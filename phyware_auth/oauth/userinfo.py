"""Who a token is (OpenID Connect Core section 5.3, and PhyCloud's members).

Layer: OAuth protocol; no printing, no persistence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phyware.text import clean
from phyware_auth.oauth.fields import scope_member, unexpected

_LATEST = 253402300799  # the last second of year 9999, which RFC 3339 can write


@dataclass(frozen=True)
class UserInfo:
    """The identity behind a token.

    :param user: e-mail, else preferred user name, else subject; cleaned
    :param scopes: of the token, None where the host does not say
    :param expiry: seconds since 1970, None where it does not say or never
    :param session_id: PhyCloud's ``sid``, None elsewhere
    """

    user: str
    scopes: tuple[str, ...] | None = None
    expiry: int | None = None
    session_id: str | None = None


def parse_userinfo(answer: Mapping[str, Any]) -> UserInfo:
    """Return the identity in a userinfo answer.

    :raises ConnectionFailed: there is no ``sub``, ``email`` or name in it
    """
    for name in ('email', 'preferred_username', 'sub'):
        user = _name(answer.get(name))
        if user:
            sid = answer.get('sid')
            return UserInfo(
                user,
                scope_member(answer),
                _instant(answer.get('exp')),
                clean(sid) if isinstance(sid, str) and sid else None,
            )
    raise unexpected('it does not say who the user is')


def _name(value: object) -> str | None:
    if isinstance(value, str):
        return clean(value.strip()) or None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40:
        return str(value)
    return None


def _instant(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if value != value or not 0 <= value <= _LATEST:
        return None
    return int(value)
