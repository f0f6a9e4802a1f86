"""Which scopes a login asks for (phycloud-api.md, Client).

Layer: OAuth protocol; no I/O.
"""

from __future__ import annotations

import re

from phyware.errors import Validation

DEFAULT_SCOPES = ('openid', 'email', 'offline_access', 'admin:sessions')
_SCOPE = re.compile(r'[\x21\x23-\x5b\x5d-\x7e]{1,256}\Z')


def scopes_to_ask(
    supported: tuple[str, ...] | None, exact: tuple[str, ...] | None
) -> tuple[str, ...]:
    """Return ``exact`` if given, else the defaults that the host lists.

    All defaults are kept where the host lists none.
    """
    if exact:
        return exact
    if not supported:
        return DEFAULT_SCOPES
    return tuple(scope for scope in DEFAULT_SCOPES if scope in supported)


def parse_scopes(text: str) -> tuple[str, ...]:
    """Return the scopes of ``--scopes``: separated by spaces or commas.

    :raises Validation: there is none, or one breaks RFC 6749 section 3.3
    """
    words = tuple(dict.fromkeys(text.replace(',', ' ').split()))
    if not words or not all(_SCOPE.match(word) for word in words):
        raise Validation(
            '--scopes names no scope, or one with characters that no scope has',
            "Write --scopes 'openid email', names separated by spaces or commas",
        )
    return words
