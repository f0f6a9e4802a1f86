"""Times of several things, interleaved, so that a busy machine is busy for all of them.

Layer: bench.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_USAGE = str(Path(__file__).with_name('usage.py'))


@dataclass(frozen=True)
class Used:
    """What a process and its children took.

    :param cpu: seconds of user and system time
    :param peak: most memory of the process itself, MiB
    """

    seconds: float
    cpu: float
    peak: float


def interleaved(
    runs: int, tasks: Mapping[str, Callable[[], float]]
) -> dict[str, list[float]]:
    """Return what each of ``tasks`` gives, run in turn after one run to get warm."""
    values: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    for _ in range(runs):
        for name, task in tasks.items():
            values[name].append(task())
    return values


def p10(values: Sequence[float]) -> float:
    """Return the tenth percentile, the time of a machine that is not too busy."""
    return sorted(values)[len(values) // 10]


def ratio(values: Mapping[str, Sequence[float]], ours: str, theirs: str) -> float:
    """Return p10 of one by p10 of the other."""
    return p10(values[ours]) / p10(values[theirs])


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def cpu_of(task: Callable[[], object]) -> float:
    """Return the CPU seconds that ``task`` takes of this process."""
    start = time.process_time()
    task()
    return time.process_time() - start


def seconds_of(task: Callable[[], object]) -> float:
    """Return the seconds that ``task`` takes."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def run(command: Sequence[str], environ: Mapping[str, str], out: Path) -> Used:
    """Run a command with stdout to /dev/null and return what it took.

    :param out: a file to be written over
    :raises CalledProcessError: it failed
    """
    usage = [sys.executable, '-I', '-S', _USAGE, str(out), *command]
    subprocess.run(usage, env=dict(environ), check=True, stdout=subprocess.DEVNULL)
    used = json.loads(out.read_text())
    if used['status']:
        raise subprocess.CalledProcessError(used['status'], list(command))
    return Used(used['seconds'], used['cpu'], used['peak'] / 1024)


@contextmanager
def serving(module: str, *words: str) -> Iterator[str]:
    """Run a server of the bench; give the URL it prints."""
    command = [sys.executable, '-m', module, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()
