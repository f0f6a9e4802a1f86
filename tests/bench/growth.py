"""P7 and P8: many commands, many distributions, many arguments.

Layer: bench.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from phyware.discovery import CommandManager
from tests.bench.figure import Figure
from tests.bench.packages import COMMANDS, SIZES, install, with_packages
from tests.bench.pairs import interleaved, p10, ratio, seconds_of
from tests.bench.places import PHYWARE, environment, log_in

_LINES = {
    'auth token': (('auth', 'token'), 1.3),
    'auth token --help': (('auth', 'token', '--help'), 1.9),
}
_ARGUMENTS = 8_000
# What an index that sees each change cannot do without: the state of each file.
_FLOOR = """
import os, sys
for name in os.listdir(sys.argv[1]):
    if name.endswith('.dist-info'):
        os.stat(f'{sys.argv[1]}/{name}/entry_points.txt')
"""


class Growth:
    """Wall time with 10,000 more commands by that without; dispatch of many arguments."""

    name = 'P7'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Measure each command line with and without."""
        log_in(environment(home), 'http://127.0.0.1:9')
        for size, distributions in SIZES.items():
            site = home / f'site{distributions}'
            install(site, distributions)
            yield from _with_and_without(environment(home), site, size, runs)
            yield _floor(environment(home), site, size, runs)
        yield from _arguments(runs)


def _with_and_without(
    environ: dict[str, str], site: Path, size: str, runs: int
) -> Iterator[Figure]:
    with_them = with_packages(environ, site)
    for name, (words, bar) in _LINES.items():
        run = {'without': partial(_run, words, environ), 'with': partial(_run, words, with_them)}
        for task in run.values():
            task()
        values = interleaved(runs, {key: partial(seconds_of, task) for key, task in run.items()})
        yield Figure('P7', f'{name}, {COMMANDS:,} commands in {size}, by none',
                     ratio(values, 'with', 'without'), bar)


def _floor(environ: dict[str, str], site: Path, size: str, runs: int) -> Figure:
    lines = {'pass': ('pass',), 'floor': (_FLOOR, str(site))}
    tasks = {
        name: partial(subprocess.run, [sys.executable, '-c', *line], env=environ, check=True)
        for name, line in lines.items()
    }
    values = interleaved(runs, {name: partial(seconds_of, task) for name, task in tasks.items()})
    what = f'python -c, which looks at the files of {size}, by python -c pass'
    return Figure('P7', what, ratio(values, 'floor', 'pass'))


def _run(words: tuple[str, ...], environ: dict[str, str]) -> None:
    subprocess.run([PHYWARE, *words], env=environ, check=True, stdout=subprocess.DEVNULL)


def _arguments(runs: int) -> Iterator[Figure]:
    manager = CommandManager()
    lines = {count: ['auth', 'token', *['x'] * count] for count in (_ARGUMENTS, 2 * _ARGUMENTS)}
    values = interleaved(runs, {
        str(count): partial(seconds_of, partial(manager.find_command, line))
        for count, line in lines.items()
    })
    yield Figure('P8', 'dispatch of 16,000 arguments by that of 8,000',
                 ratio(values, str(2 * _ARGUMENTS), str(_ARGUMENTS)), 2.3)
    milliseconds = p10(values[str(2 * _ARGUMENTS)]) * 1000
    yield Figure('P8', 'dispatch of 16,000 arguments', milliseconds, 10, 'ms')
