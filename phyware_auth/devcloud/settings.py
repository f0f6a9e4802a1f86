"""What one devcloud is started with.

Layer: devcloud, no I/O; imports none of the extra's libraries.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from phyware_auth.devcloud import codes

SCOPES = {
    'openid': 'Know who you are',
    'email': 'See your e-mail address',
    'offline_access': 'Stay signed in until you revoke it',
    'admin:sessions': 'List and revoke sessions',
    'robots:read': 'See robots and their state',
    'robots:write': 'Change robots',
}
DEFAULT_SCOPE = 'openid email'
PUBLIC_CLIENT = 'phyware-cli'
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 30 * 24 * 3600
CODE_SECONDS = 15 * 60
POLL_SECONDS = 5
MAX_BODY = 64 * 1024


def _password() -> str:
    return secrets.token_urlsafe(12)


def _key() -> str:
    return codes.new_secret(codes.KEY_PREFIX)


@dataclass(frozen=True)
class Person:
    """A user to create, with the secrets that the start message shows.

    A password that a person chose would need a slow hash; these are random, and
    scrypt would be a third of the time that a devcloud takes to start.
    """

    email: str
    admin: bool = False
    password: str = field(default_factory=_password, repr=False)
    pat: str = field(default_factory=_key, repr=False)


@dataclass(frozen=True)
class Seed:
    """What the database holds at the start; the secrets are new in every run."""

    demo: Person = field(default_factory=lambda: Person('demo@phyware.example', admin=True))
    other: Person = field(default_factory=lambda: Person('other@phyware.example'))
    client_id: str = 'phyware-service'
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    sessions: int = 0

    @property
    def people(self) -> tuple[Person, ...]:
        """Return the users, the demo user first."""
        return (self.demo, self.other)
