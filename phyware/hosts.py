"""The one normaliser of host URLs, and what else is asked about a URL.

Layer: framework, no I/O, no DNS.  Every store, lock, header and comparison
uses the output of ``normalize_host`` (rule 16); nobody else lower-cases a
host or strips a slash.

What is refused is refused before anything is sent or stored, and the message
never shows user info, a query or a path: they may hold a secret.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from phyware.errors import Validation
from phyware.hostnames import ascii_host, is_loopback_host
from phyware.slugs import host_slug as host_slug

_MAX_URL = 2048
_DEFAULT_PORTS = {'http': 80, 'https': 443}
# Compiled, and kept by ``re``, when one is needed (performance.md, P4).
_SCHEME = r'([A-Za-z][A-Za-z0-9+.-]*)://'
_NETLOC = r'(\[[0-9A-Fa-f:.]*\]|[^\[\]:]*)(?::([^:]*))?'
_PORT = r'0{0,8}([0-9]{1,5})'
_BARE_PORT = r'((\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5})(?:/.*)?'
_SEGMENT = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*"
_ENDPOINT = r'[!$-;=?-\[\]_a-z~]+'
_UNSAFE_ESCAPE = r'%(?:[01][0-9A-F]|7F|25|2F|5C)'
_HINT = 'Write a host URL such as https://cloud.phyware.io'


def normalize_host(text: str, *, allow_insecure_http: bool = False) -> str:
    """Return the normal form of a host URL (phycloud-api.md, "Host URL").

    ``scheme://name[:port][/path]``: scheme and name in lower case, an IDN in
    its ASCII form (UTS 46 mapping, IDNA 2008), one trailing dot of the name,
    the default port and a trailing slash dropped, IPv6 as RFC 5952 has it.  A
    text without a scheme means https.

    The path rule: escapes of unreserved characters are decoded, the others
    put in upper case, ``.`` segments removed (RFC 3986 section 6.2.2).
    Refused are ``..`` however it is written, an empty segment, and an escaped
    slash, backslash, percent sign or control character: servers disagree on
    what those mean.

    :param text: what a person, a variable or a file gave
    :param allow_insecure_http: ``http`` also for a host that isn't loopback
    :raises Validation: anything odd (security cases 73, 76, 80, 84, 85)
    """
    scheme, netloc, path = _split_host_url(text)
    name, port = _authority(netloc)
    host = ascii_host(name)
    _check_scheme(scheme, host, allow_insecure_http)
    shown_port = '' if port in (None, _DEFAULT_PORTS[scheme]) else f':{port}'
    return f'{scheme}://{host}{shown_port}{_path(path)}'


def check_endpoint(url: str, *, allow_insecure_http: bool = False) -> str:
    """Return an endpoint URL of a host's metadata unchanged, if it is safe.

    A query is allowed (RFC 6749 section 3.2).  The name is checked like a
    host's, but the URL is used byte for byte.

    :raises Validation: not https (or http on loopback), user info, a
        fragment, a backslash, spaces, control or non-ASCII characters, or more
            than 2048 characters
    """
    if not re.fullmatch(_ENDPOINT, url):
        raise Validation(
            'The endpoint URL has a fragment, or characters that no URL may have',
            'Tell the operator of the host: its metadata is wrong',
        )
    scheme, host, _ = origin(url)
    _check_scheme(scheme, host.removesuffix('.'), allow_insecure_http)
    return url


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an absolute http(s) URL (RFC 6454).

    The host is in the form ``normalize_host`` gives, IPv6 in brackets; but a
    trailing dot is kept, since a resolver may tell ``name.`` from ``name``.
    Path, query and fragment are not looked at.

    :raises Validation: no http(s) URL, or its authority is refused
    """
    _check_characters(url)
    match = re.match(_SCHEME, url)
    if not match or match[1].lower() not in _DEFAULT_PORTS:
        raise Validation('The URL is not an http or https URL', _HINT)
    scheme = match[1].lower()
    name, port = _authority(_urlsplit(url)[0])
    host = ascii_host(name) + ('.' if name.endswith('.') else '')
    return scheme, host, _DEFAULT_PORTS[scheme] if port is None else port


def is_loopback_url(url: str) -> bool:
    """Tell whether ``url`` leads to this machine by a literal loopback name.

    That is localhost, 127.0.0.0/8 and ::1; ``x.localhost`` is not, as a
    resolver may answer anything.  False for what isn't an http(s) URL.
    """
    try:
        return is_loopback_host(origin(url)[1].removesuffix('.'))
    except Validation:
        return False


def is_insecure(url: str) -> bool:
    """Tell whether a credential sent to ``url`` could be read on its way.

    True for http to a host that isn't loopback, and for what is no http(s)
    URL at all.
    """
    try:
        return origin(url)[0] != 'https' and not is_loopback_url(url)
    except Validation:
        return True


def _split_host_url(text: str) -> tuple[str, str, str]:
    _check_characters(text)
    match = re.match(_SCHEME, text)
    scheme = match[1].lower() if match else 'https'
    if scheme not in _DEFAULT_PORTS:
        raise Validation('The host URL has a scheme other than https and http', _HINT)
    netloc, path = _urlsplit(text if match else f'https://{text}')
    if '@' in netloc:
        raise Validation('The host URL has user info', 'Leave out the name, the password and the @')
    if '?' in text or '#' in text:
        hint = 'Leave out ? and # and what follows'
        raise Validation('The host URL has a query or a fragment', hint)
    if not match:
        _check_bare(text, netloc)
    return scheme, netloc, path


def _check_characters(text: str) -> None:
    if len(text) > _MAX_URL:
        raise Validation(f'The URL is longer than {_MAX_URL} characters', _HINT)
    if '\\' in text:
        raise Validation('The URL has a backslash', 'Write / instead of the backslash')
    if any(not char.isprintable() or char.isspace() for char in text):
        raise Validation('The URL has spaces, control or invisible characters', _HINT)


def _check_bare(text: str, netloc: str) -> None:
    # ``name:8443`` is also a URL of the scheme ``name``: parsers disagree.
    if ':' not in netloc.rpartition(']')[2]:
        return
    match = re.fullmatch(_BARE_PORT, text)
    hint = f'Write https://{match[1]}' if match else _HINT
    if match and is_loopback_host(match[2].lower()):
        hint += f' or http://{match[1]}'
    raise Validation('The host URL has a colon but no scheme', hint)


def _urlsplit(url: str) -> tuple[str, str]:
    # Raised outside of ``except``: the parser's message quotes the URL.
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    if parts is None:
        raise Validation('The URL has a host name that is not valid', _HINT)
    return parts.netloc, parts.path


def _authority(netloc: str) -> tuple[str, int | None]:
    if '@' in netloc:
        raise Validation('The URL has user info', 'Leave out the name, the password and the @')
    match = re.fullmatch(_NETLOC, netloc)
    if not match:
        raise Validation('The URL has a host name that is not valid', _HINT)
    return match[1], None if match[2] is None else _port(match[2])


def _port(text: str) -> int:
    match = re.fullmatch(_PORT, text)
    if not match or not 0 < int(match[1]) < 65536:
        raise Validation('The URL has a port that is not a number from 1 to 65535', _HINT)
    return int(match[1])


def _check_scheme(scheme: str, host: str, allow_insecure_http: bool) -> None:
    if scheme == 'https' or allow_insecure_http or is_loopback_host(host):
        return
    raise Validation(
        f'http:// is only for this machine, and {host} is not',
        f'Write https://{host}, or set PHYWARE_ALLOW_INSECURE_HTTP=1 if you trust the network',
    )


def _path(path: str) -> str:
    segments = path.removesuffix('/').split('/')[1:]
    normal = [_segment(segment) for segment in segments]
    return ''.join(f'/{segment}' for segment in normal if segment != '.')


def _segment(segment: str) -> str:
    if not segment or not re.fullmatch(_SEGMENT, segment):
        raise Validation(
            'The host URL has a path that is not valid',
            'Leave out empty segments, and percent-encode what is not ASCII',
        )
    normal = re.sub('%..', lambda match: _escape(match[0].upper()), segment)
    if normal == '..' or re.search(_UNSAFE_ESCAPE, normal):
        raise Validation(
            'The host URL has a path with .. or an escaped slash, percent or control character',
            'Write the path as the server knows it, without escapes',
        )
    return normal


def _escape(escape: str) -> str:
    char = chr(int(escape[1:], 16))
    unreserved = char.isascii() and (char.isalnum() or char in '-._~')
    return char if unreserved else escape
