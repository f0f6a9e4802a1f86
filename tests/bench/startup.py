"""P1 to P4: start-up beside ``python -c pass`` and beside peers.

Layer: bench.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.pairs import interleaved, ratio, seconds_of
from tests.bench.peers import PY, peers
from tests.bench.places import PHYWARE, environment, log_in

_VERSION = 'phyware --version'
_TOKEN = 'phyware auth token'
_STATUS = 'phyware auth status --offline -o json'
_OFFLINE = ('phyware auth token --help', 'phyware auth status --offline', 'phyware plugin list')
_BARS = (
    ('P1', _VERSION, PY, 1.25),
    ('P1', _VERSION, 'gh --version', 0.35),
    ('P2', _TOKEN, PY, 1.5),
    ('P2', _TOKEN, 'gh auth token', 0.4),
    ('P3', _STATUS, PY, 2.1),
    *(('P4', command, PY, 9.0) for command in _OFFLINE),
    *(('P4', command, 'openstack token issue --help', 0.12) for command in _OFFLINE),
)


class StartUp:
    """Wall time of commands that ask no host."""

    name = 'P1'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Measure all commands and peers, interleaved."""
        environ = environment(home) | {'GH_TOKEN': 'gho_bench', 'HF_TOKEN': 'hf_bench'}
        log_in(environ, 'http://127.0.0.1:9')
        run = partial(subprocess.run, env=environ, stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL)
        others = peers()
        names = (_VERSION, _TOKEN, _STATUS, *_OFFLINE)
        ours = {name: [PHYWARE, *name.split()[1:]] for name in names}
        values = interleaved(runs, {
            name: partial(seconds_of, partial(run, argv))
            for name, argv in {**ours, **others}.items()
        })
        for row, name, peer, bar in _BARS:
            if peer in others:
                yield Figure(row, f'{name} by {peer}', ratio(values, name, peer), bar)
        for peer in others:
            yield Figure('', f'{peer} by {PY}', ratio(values, peer, PY))
