"""P12: 64 processes that find one expired token.

Layer: bench.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import requests

from tests.bench.figure import Figure
from tests.bench.pairs import interleaved, p10, seconds_of, serving
from tests.bench.places import PHYWARE, environment, log_in

_PROCESSES = 64


# What prints a stored token without the rest of the program, and what asks the host.
_COMMANDS = {'auth token': ('auth', 'token'), 'auth sessions list': ('auth', 'sessions', 'list')}


class Refreshes:
    """Grants and wall time of a command in 64 processes at once."""

    name = 'P12'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Measure 64 with an expired token, 64 with a good one, and one refresh."""
        with serving('tests.bench.token_server') as host:
            for name, words in _COMMANDS.items():
                bench = _Bench(host, environment(home), words)
                yield Figure('P12', f'64 {name}, one expired token: refreshes',
                             bench.grants(), 1, '')
                values = interleaved(max(3, runs // 6), {
                    'expired': partial(bench.seconds, _PROCESSES, expired=True),
                    'valid': partial(bench.seconds, _PROCESSES, expired=False),
                    'one': partial(bench.seconds, 1, expired=True),
                })
                usual = p10(values['valid']) + p10(values['one'])
                yield Figure('P12', f'64 {name} by 64 with a valid token + 1 refresh',
                             p10(values['expired']) / usual, 1.2)


class _Bench:
    def __init__(self, host: str, environ: dict[str, str], words: tuple[str, ...]) -> None:
        self._host, self._environ, self._words = host, environ, words

    def grants(self) -> int:
        """Return how often 64 processes refresh one expired token."""
        self.expire()
        before = self.refreshes()
        self.run(_PROCESSES)
        return self.refreshes() - before

    def expire(self) -> None:
        """Store a login whose access token is over."""
        log_in(self._environ, self._host, expiry=1, token_endpoint=f'{self._host}/token')

    def refreshes(self) -> int:
        """Return how many grants the host has given."""
        return int(requests.get(f'{self._host}/count', timeout=10).json()['count'])

    def seconds(self, processes: int, *, expired: bool) -> float:
        """Return the seconds that so many processes take together."""
        if expired:
            self.expire()
        return seconds_of(lambda: self.run(processes))

    def run(self, processes: int) -> None:
        """Run the command in so many processes at once.

        :raises AssertionError: one of them fails
        """
        started = [
            subprocess.Popen([PHYWARE, *self._words], env=self._environ, stdout=subprocess.DEVNULL)
            for _ in range(processes)
        ]
        statuses = {process.wait() for process in started}
        assert statuses == {0}, statuses
