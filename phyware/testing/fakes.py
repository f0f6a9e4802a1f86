"""A clock, a browser and an auth provider that tests command.

Layer: shipped for plugin authors; nothing imports it at run time.
"""

from __future__ import annotations

from phyware.auth import AuthProvider, Credential, Identity
from phyware.context import NoBrowser
from phyware.secret import Secret


class FakeClock:
    """A clock that moves only when somebody sleeps or moves it.

    :param start: seconds since 1970 that it shows first
    """

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._now = start
        self._monotonic = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        """Return seconds since 1970."""
        return self._now

    def monotonic(self) -> float:
        """Return seconds since the clock was made."""
        return self._monotonic

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass at once."""
        self.slept.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move both times forward."""
        self._now += seconds
        self._monotonic += seconds


class FakeBrowser(NoBrowser):
    """A browser that remembers what it was asked to open."""

    def __init__(self, available: bool = True) -> None:
        self._available = available
        self.opened: list[str] = []

    def available(self) -> bool:
        return self._available

    def open(self, url: str) -> bool:
        self.opened.append(url)
        return True


class FakeProvider(AuthProvider):
    """A provider of one token, for tests of commands that use ``self.cloud``.

    ``self.cli.provider = FakeProvider()`` makes the command lines use it;
    ``asked`` are the hosts and ``rejected`` the credentials it was given.

    :param token: what it presents to every host
    """

    def __init__(self, token: str = 'test-token') -> None:
        self.token = token
        self.asked: list[str] = []
        self.rejected: list[Credential] = []

    def credential(self, host: str) -> Credential | None:
        self.asked.append(host)
        return Credential(host, Secret(self.token), 'oauth', 'test')

    def reject(self, credential: Credential) -> Credential | None:
        self.rejected.append(credential)
        return None

    def identity(self, host: str) -> Identity | None:
        return Identity(host, 'test')
