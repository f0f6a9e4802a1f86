"""Which proxy a request goes through: the context's environment decides.

Layer: framework, no I/O.  The process's own environment is never read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

from phyware.errors import GenericError
from phyware.hosts import is_loopback_url
from phyware.secret import Secret


def proxy_for(url: str, environ: Mapping[str, str]) -> Secret | None:
    """Return the URL of the proxy for ``url``, credentials included, or None.

    ``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY``, ``NO_PROXY``, in lower case
    first.  Loopback is never proxied (security case 75, rule 15).

    :raises GenericError: the variable is not the URL of an http(s) proxy; the
        value is not shown, since it may hold a password
    """
    parts = urlsplit(url)
    name, proxy = _configured(parts.scheme, environ)
    if not proxy or is_loopback_url(url) or _bypassed(parts.netloc, environ):
        return None
    proxy = proxy if '://' in proxy else f'http://{proxy}'
    if not _usable(proxy):
        raise GenericError(
            f'{name} does not name an http or https proxy',
            f'Set {name} to a URL such as http://proxy.example:3128, or unset it',
        )
    return Secret(proxy)


def _configured(scheme: str, environ: Mapping[str, str]) -> tuple[str, str]:
    for name in (f'{scheme}_proxy', f'{scheme}_proxy'.upper(), 'all_proxy', 'ALL_PROXY'):
        # In a CGI program a client sets HTTP_PROXY, by the header "Proxy".
        if environ.get(name) and not (name == 'HTTP_PROXY' and 'REQUEST_METHOD' in environ):
            return name, environ[name].strip()
    return '', ''


def _bypassed(netloc: str, environ: Mapping[str, str]) -> bool:
    no_proxy = environ.get('no_proxy') or environ.get('NO_PROXY') or ''
    if not no_proxy:
        return False
    in_networks = _in_networks(urlsplit(f'//{netloc}').hostname or '', no_proxy)
    return in_networks or bool(proxy_bypass_environment(netloc, {'no': no_proxy}))


def _in_networks(host: str, no_proxy: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in _networks(no_proxy))


def _networks(no_proxy: str) -> Iterator[IPv4Network | IPv6Network]:
    for entry in no_proxy.split(','):
        if '/' in entry:
            try:
                yield ip_network(entry.strip(), strict=False)
            except ValueError:
                continue


def _usable(proxy: str) -> bool:
    if not proxy.isprintable():
        return False
    try:
        parts = urlsplit(proxy)
        return parts.scheme in ('http', 'https') and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
