"""How this cloud is called: the origin that the request used, in normal form.

Layer: devcloud; the Host header was checked before (``security``).
"""

from __future__ import annotations

from flask import request

NAMES = ('127.0.0.1', 'localhost', '[::1]')


def allowed_hosts(port: int) -> frozenset[str]:
    """Return the Host headers that name this cloud and nothing else."""
    hosts = {f'{name}:{port}' for name in NAMES}
    return frozenset(hosts | set(NAMES) if port == 80 else hosts)


def origin() -> str:
    """Return scheme and host as the client wrote them, the default port dropped.

    It is the ``issuer``, so it must equal the host that was asked (RFC 8414 3.3).
    """
    return f'http://{request.host.lower().removesuffix(":80")}'
