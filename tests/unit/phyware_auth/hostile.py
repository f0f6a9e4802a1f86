"""Answers that no server should give, for property tests.

Layer: test fixture.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

CANARY = 'canary-0123456789-secret'
# The same examples in each run: a test that fails now and then is none.
FEW = settings(
    max_examples=60, derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
STATUSES = st.sampled_from((200, 200, 200, 400, 401, 403, 404, 302, 429, 500, 503, 204))
_PIECES = (
    'Bearer', 'Basic', ' ', ',', '=', '"', '\\', 'error="invalid_token"', 'scope="', '\xe9', '\x1b',
    'error_description="The token expired"', '3', '-1', '1e9', 'nan', '9' * 40, 'GMT',
    'Fri, 15 Jan 2027 08:00:35 ', 'https://[', 'https://u:p@x/', '/x', '//', '?q#f',
)  # fmt: skip
_HUGE = 'an integer of 5000 digits'
_SECRETS = ('access_token', 'refresh_token', 'id_token', 'device_code')
_ODD_SECRETS = (
    f'{CANARY}\n', f'{CANARY} x', f'{CANARY}é', f'"{CANARY}"', CANARY * 4000, [CANARY],
    {CANARY: CANARY}, f'\x00{CANARY}', f'{CANARY}\ud800', CANARY,
)
_ODD_TEXTS = ('', 'x' * 3000, '\x1b[2J', 'https://x\n.io', '3600', '\u0663', 'Bearer', _HUGE)


def json_values() -> st.SearchStrategy[Any]:
    """Return JSON values of every kind, NaN, infinities and huge numbers too."""
    scalars = (
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
        | st.sampled_from(_ODD_TEXTS)
    )
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=8,
    )


def header_values() -> st.SearchStrategy[str]:
    """Return values of header fields, as a server may send and a client read them."""
    return st.text(st.characters(max_codepoint=255, exclude_characters='\r\n'), max_size=40) | (
        st.lists(st.sampled_from(_PIECES), max_size=8).map(''.join)
    )


def fields(*names: str) -> st.SearchStrategy[dict[str, str]]:
    """Return header fields, some of these names with any values."""
    return st.dictionaries(st.sampled_from(names), header_values(), max_size=len(names))


def bodies(good: Mapping[str, Any]) -> st.SearchStrategy[bytes]:
    """Return bodies: any bytes, any JSON, and ``good`` with members gone odd."""
    return (
        st.binary(max_size=200)
        | json_values().map(_dumps)
        | _changed(good).map(_dumps)
        | st.sampled_from((b'[' * 100_000, b'{"a":' * 100_000, b'\xef\xbb\xbf{}', b'{"error":5}'))
    )


def _changed(good: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = [*good, 'error', 'error_description', 'scope', 'next_cursor']
    plain = st.dictionaries(st.sampled_from(names), json_values(), max_size=4)
    secret = st.dictionaries(st.sampled_from(_SECRETS), st.sampled_from(_ODD_SECRETS), max_size=2)
    gone = st.sets(st.sampled_from(names), max_size=1)
    return st.builds(partial(_merged, good), plain, secret, gone)


def _merged(
    good: Mapping[str, Any], plain: dict[str, Any], secret: dict[str, Any], gone: set[str]
) -> dict[str, Any]:
    members = {**good, **plain, **secret}
    return {name: value for name, value in members.items() if name not in gone}


def _dumps(value: Any) -> bytes:
    # Python writes no integer of so many digits.
    return json.dumps(value).replace(f'"{_HUGE}"', '9' * 5000).encode('ascii')
