"""Read the JSON object that an OAuth endpoint answers with.

Layer: OAuth protocol; no I/O.  An answer to a grant may be the only one there
will ever be: what is odd in a member that is not needed must not cost the
tokens beside it, so numbers are read more leniently here than in an API's
answer, and members that are there twice more strictly (security cases 46, 54).
"""

from __future__ import annotations

import json
from typing import Any

from phyware.errors import ConnectionFailed
from phyware.transport import Response

# No number of an answer needs more; int() of thousands of digits is refused by Python.
_MOST_DIGITS = 40


def json_object(response: Response) -> dict[str, Any]:
    """Return the body's JSON object, whatever the content type says.

    UTF-8 with or without BOM.  NaN, the infinities and integers beyond 40
    digits become floats.

    :raises ConnectionFailed: it is none, is nested too deeply, or has a member
        twice (RFC 6749 section 3.2); the body is not quoted
    """
    try:
        value = _loads(response.body)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return value
    # Raised out here, since the parser's exception holds the whole body.
    raise ConnectionFailed(f'{response.site} gave an unexpected answer (not a JSON object)')


def _loads(body: bytes) -> Any:
    return json.loads(body.decode('utf-8-sig'), parse_int=_integer, object_pairs_hook=_members)


def _integer(text: str) -> int | float:
    return int(text) if len(text) <= _MOST_DIGITS else float(text)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError('a member is there twice')
    return members
