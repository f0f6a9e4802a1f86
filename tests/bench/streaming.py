"""P9: a list of a million sessions against ``curl`` piped to ``jq -c``.

Layer: bench.  Needs curl and jq.  CPU time is given beside wall time: on a machine
that others use, it is the one to believe.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.pairs import Used, interleaved, median, p10, run, serving
from tests.bench.places import PHYWARE, environment, log_in

_SERVER = 'tests.bench.page_server'
_ROWS, _FEWER = 1_000_000, 100_000
_RUNS = 3
_LIST = (PHYWARE, 'auth', 'sessions', 'list', '-o', 'json')


class SessionsList:
    """Wall time, CPU time, memory and the first row of ``sessions list -o json``."""

    name = 'P9'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Measure with two servers, of 1,000,000 and of 100,000 rows."""
        environ = environment(home)
        with serving(_SERVER, str(_ROWS)) as many, serving(_SERVER, str(_FEWER)) as fewer:
            for host in (many, fewer):
                log_in(environ, host)
            ours = [[*_LIST, '--host', host] for host in (many, fewer)]
            yield from _throughput(ours[0], _curl_and_jq(many), environ, home / 'used')
            yield from _memory(ours, environ, home / 'used')
            yield from _first_row(ours[0], environ, runs)


def _curl_and_jq(host: str) -> list[str]:
    pages = f'{host}/api/v1/sessions?limit=1000&cursor=[0-{_ROWS // 1000 - 1}]'
    return ['sh', '-c', f"curl -sS '{pages}' | jq -c '.sessions[]'"]


def _throughput(
    ours: list[str], theirs: list[str], environ: Mapping[str, str], out: Path
) -> Iterator[Figure]:
    used: dict[str, list[Used]] = {'ours': [], 'theirs': []}
    for _ in range(_RUNS):
        for name, command in (('ours', ours), ('theirs', theirs)):
            used[name].append(run(command, environ, out))
    for kind, bar in (('seconds', 0.85), ('cpu', None)):
        least = {name: min(getattr(item, kind) for item in items) for name, items in used.items()}
        what = 'wall' if kind == 'seconds' else 'CPU'
        yield Figure('P9', f'1,000,000 rows by curl | jq -c, {what}',
                     least['ours'] / least['theirs'], bar)
    yield Figure('P9', '1,000,000 rows, CPU', min(item.cpu for item in used['ours']), None, 's')


def _memory(
    commands: list[list[str]], environ: Mapping[str, str], out: Path
) -> Iterator[Figure]:
    many, fewer = (run(command, environ, out).peak for command in commands)
    yield Figure('P9', 'peak memory with 1,000,000 rows', many, 48, 'MiB')
    yield Figure('P9', 'peak memory by that with 100,000 rows', many / fewer, 1.2)


def _first_row(command: list[str], environ: Mapping[str, str], runs: int) -> Iterator[Figure]:
    values = interleaved(runs, {
        'ours': lambda: _seconds_to_first_row(command, environ),
        'py': lambda: _seconds_to_first_row([sys.executable, '-c', 'pass'], environ),
    })
    for what, of in (('p10', p10), ('median', median)):
        yield Figure('P9', f'first row by python -c pass, {what}',
                     of(values['ours']) / of(values['py']), 14)


def _seconds_to_first_row(command: list[str], environ: Mapping[str, str]) -> float:
    """Return the seconds until the first output that is a row's, or until the end."""
    start = time.perf_counter()
    with subprocess.Popen(command, env=dict(environ), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if b'"id"' in line:
                break
        else:
            process.wait()
        seconds = time.perf_counter() - start
        process.kill()
    return seconds
