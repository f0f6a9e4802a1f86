"""What the other verbs return: plain data for the commands to show.

Layer: service; no I/O.  A status takes none of it, and each of these costs a million
instructions to make (performance.md, P4).
"""

from __future__ import annotations

from typing import NamedTuple

from phyware.errors import PhywareError
from phyware.secret import Secret
from phyware_auth.service.views import StatusView


class TokenView(NamedTuple):
    """A token that can be presented now."""

    host: str
    token: Secret
    expiry: int | None


class RefreshView(NamedTuple):
    """The outcome of ``refresh``.

    :param refreshed: True if there is a new access token
    """

    status: StatusView
    refreshed: bool


class LogoutView(NamedTuple):
    """What happened to each part of one host's credential.

    Each part is ``revoked``, ``failed``, ``not offered`` or ``none``;
    ``local`` is ``removed`` or ``failed``.
    """

    host: str
    user: str | None
    refresh_token: str
    access_token: str
    local: str
    error: PhywareError | None = None
