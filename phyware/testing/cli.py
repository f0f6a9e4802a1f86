"""Run command lines in this process, in a home of their own.

Layer: shipped for plugin authors; nothing imports it at run time.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from phyware.app import main
from phyware.auth import AuthProvider
from phyware.context import Context
from phyware.providers import CheckedProvider
from phyware.testing.fakes import FakeBrowser, FakeClock

# Of a wrong answer, enough to see what it is.
_SHOWN = 200


@dataclass(frozen=True)
class CliResult:
    """What one command line did."""

    exit_code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """Return stdout parsed as JSON.

        :raises ValueError: it is none, as where a command prints beside its answer
        """
        try:
            return json.loads(self.stdout)
        except ValueError as error:
            shown = repr(self.stdout[:_SHOWN])
            raise ValueError(f'stdout is no JSON ({error}): {shown}') from None

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
