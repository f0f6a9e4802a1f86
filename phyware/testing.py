"""What a plugin's tests need: an isolated home, a runner, a fake provider.

Shipped for plugin authors; nothing imports it at run time.
"""

from __future__ import annotations

import io
import json
import tempfile
import unittest
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from phyware.app import main
from phyware.auth import AuthProvider, Credential, Identity
from phyware.context import Context, NoBrowser
from phyware.providers import CheckedProvider
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


@dataclass(frozen=True)
class CliResult:
    """What one command line did."""

    exit_code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """Return stdout parsed as JSON."""
        return json.loads(self.stdout)

    def error(self) -> dict[str, Any]:
        """Return the error object of a command run with ``-o json``.

        It is the last line of stderr; warnings come before it.
        """
        error: dict[str, Any] = json.loads(self.stderr.splitlines()[-1])['error']
        return error


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass
class Cli:
    """Run command lines in this process, with everything outside replaced.

    :param environ: the whole environment of the command lines
    :param provider: who presents the credential; None for those installed
    """

    environ: dict[str, str]
    clock: FakeClock = field(default_factory=FakeClock)
    browser: FakeBrowser = field(default_factory=FakeBrowser)
    provider: AuthProvider | None = None

    def run(self, *argv: str, stdin: str = '', terminal: bool = False) -> CliResult:
        """Run one command line.

        :param stdin: what comes on stdin
        :param terminal: True if stdin and stderr are terminals
        """
        stream = Terminal if terminal else io.StringIO
        stdout, stderr = io.StringIO(), stream()
        context = Context(
            stream(stdin), stdout, stderr, dict(self.environ), self.clock, self.browser
        )
        provider = self.provider and CheckedProvider(self.provider, 'test', 'the test')
        exit_code = main(list(argv), context, provider)
        return CliResult(exit_code, stdout.getvalue(), stderr.getvalue())


def run_cli(*argv: str, environ: Mapping[str, str] | None = None, stdin: str = '') -> CliResult:
    """Run one command line in a home of its own that is gone afterwards.

    :param environ: added to the isolated environment
    """
    with tempfile.TemporaryDirectory() as home:
        return Cli({**isolated_environment(home), **(environ or {})}).run(*argv, stdin=stdin)


def isolated_environment(home: str) -> dict[str, str]:
    """Return an environment with all of phyware's files below ``home``."""
    return {
        'HOME': home,
        'PHYWARE_CONFIG_DIR': f'{home}/phyware',
        'PHYWARE_CREDENTIAL_STORE': 'file',
        'BROWSER': 'none',
    }


class TestCase(unittest.TestCase):
    """A test with a home of its own; ``self.cli.run(...)`` runs a command line."""

    def setUp(self) -> None:
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = directory.name
        self.cli = Cli(isolated_environment(self.home))


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
