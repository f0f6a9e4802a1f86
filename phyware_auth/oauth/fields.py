"""Take typed members out of a server's JSON answer.

Layer: OAuth protocol; no I/O.  A server's answer may hold anything, so each
member is checked for its type before it is used (security cases 46 to 57).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from phyware.errors import ConnectionFailed
from phyware.session import is_token
from phyware.text import clean

LONGEST_TOKEN = 16 * 1024
LONGEST_TEXT = 2048
TEN_YEARS = 10 * 366 * 86400


def unexpected(what: str) -> ConnectionFailed:
    """Return the error of an answer that no server should give."""
    return ConnectionFailed(
        f'the host gave an unexpected answer: {what}',
        'Check that the URL is that of an OAuth 2 server; try again later',
    )


def optional_text(answer: Mapping[str, Any], name: str) -> str | None:
    """Return a text member of at most 2048 characters, None where it is absent.

    :raises ConnectionFailed: it is something else
    """
    value = answer.get(name)
    if value is None or value == '':
        return None
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise unexpected(f'{name} is not a text')
    return value


def required_text(answer: Mapping[str, Any], name: str) -> str:
    """Return a text member.

    :raises ConnectionFailed: it is absent, empty or something else
    """
    value = optional_text(answer, name)
    if value is None:
        raise unexpected(f'{name} is missing')
    return value


def token_member(answer: Mapping[str, Any], name: str) -> str | None:
    """Return a token: visible ASCII of RFC 6750 section 2.1, at most 16 KiB.

    :raises ConnectionFailed: it is something else; never shows it
    """
    value = answer.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_TOKEN or not is_token(value):
        raise unexpected(f'{name} is not a token')
    return value


def opaque_member(answer: Mapping[str, Any], name: str) -> str | None:
    """Return a secret that goes into a form only: visible ASCII (RFC 6749 appendix A).

    None where it is absent or empty.

    :raises ConnectionFailed: it is something else; never shows it
    """
    value = answer.get(name)
    if value is None or value == '':
        return None
    if not isinstance(value, str) or len(value) > LONGEST_TOKEN:
        raise unexpected(f'{name} is not a token')
    if not all(' ' <= character <= '~' for character in value):
        raise unexpected(f'{name} is not a token')
    return value


def seconds_member(answer: Mapping[str, Any], name: str, most: int) -> int | None:
    """Return a number of seconds clamped to 0..``most``, None where unknown.

    Accepts a number or its decimal text; anything else counts as absent, since
    real servers send such (security cases 46 and 51).
    """
    number = _as_number(answer.get(name))
    if number is None or math.isnan(number):
        return None
    return int(min(max(number, 0), most))


def _as_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return min(max(value, -1.0), 1e18)
    if isinstance(value, str) and 0 < len(value) <= 20 and value.isascii() and value.isdecimal():
        return float(value)
    return None


def scope_member(answer: Mapping[str, Any], name: str = 'scope') -> tuple[str, ...] | None:
    """Return the scopes of a space-separated text or a list, None where absent.

    A member of another type counts as absent: it grants nothing by itself.
    """
    value = answer.get(name)
    if isinstance(value, str):
        words = value.split()
    elif isinstance(value, list) and all(isinstance(word, str) for word in value):
        words = [part for word in value for part in word.split()]
    else:
        return None
    return tuple(clean(word) for word in words[:_MOST_SCOPES])


_MOST_SCOPES = 200
