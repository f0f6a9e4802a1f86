"""What a server says about the credential it refused.

Layer: framework, no I/O.
"""

from __future__ import annotations

_MOST = 8192


def bearer_challenge(header: str | None) -> dict[str, str]:
    """Return the parameters of the Bearer challenge in ``WWW-Authenticate``.

    Names are in lower case.  Other schemes' challenges are passed over, and
    of several Bearer ones the first counts (RFC 9110 section 11.6.1, RFC 6750
    section 3).  Empty if there is none or nothing can be made of it.

    :param header: the field's value, repeated fields joined with commas
    """
    from urllib.request import parse_http_list

    found: dict[str, str] = {}
    current = ''
    for item in parse_http_list((header or '')[:_MOST]):
        head, equals, value = item.partition('=')
        before, _, name = head.strip().rpartition(' ')
        scheme = (before if equals else name).strip().lower()
        if scheme and current == 'bearer':
            break
        current = scheme or current
        if equals and current == 'bearer':
            found.setdefault(name.lower(), _unquoted(value.strip()))
    return found


def _unquoted(value: str) -> str:
    # parse_http_list has resolved the escapes within, and left the outer quotes.
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
