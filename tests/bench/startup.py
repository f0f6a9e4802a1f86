"""P1 to P4: start-up by ``python -c pass``.

Layer: bench.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.pairs import interleaved, ratio, seconds_of
from tests.bench.places import PHYWARE, environment, log_in

_PY = 'python -c pass'
_COMMANDS = {
    _PY: ('P0', [sys.executable, '-c', 'pass'], None),
    'phyware --version': ('P1', [PHYWARE, '--version'], 1.25),
    'phyware auth token (file)': ('P2', [PHYWARE, 'auth', 'token'], 1.5),
    'phyware auth status --offline -o json': (
        'P3', [PHYWARE, 'auth', 'status', '--offline', '-o', 'json'], 2.1,
    ),
    'phyware auth token --help': ('P4', [PHYWARE, 'auth', 'token', '--help'], 9.0),
}


class StartUp:
    """Wall time of commands that ask no host."""

    name = 'P1'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Measure all commands, interleaved."""
        environ = environment(home)
        log_in(environ, 'http://127.0.0.1:9')
        run = partial(subprocess.run, env=environ, check=True, stdout=subprocess.DEVNULL)
        values = interleaved(runs, {
            name: partial(seconds_of, partial(run, argv))
            for name, (_, argv, _) in _COMMANDS.items()
        })
        for name, (row, _, bar) in _COMMANDS.items():
            if bar is not None:
                yield Figure(row, f'{name} by {_PY}', ratio(values, name, _PY), bar)
