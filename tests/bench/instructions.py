"""P1 to P4 and P7 in instructions, where a bar does not depend on what else the machine does.

Layer: bench; without valgrind there are no figures.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.bench.callgrind import Line, millions
from tests.bench.figure import Figure
from tests.bench.packages import COMMANDS, SIZES, install, with_packages
from tests.bench.peers import PY, peers
from tests.bench.places import PHYWARE, environment, log_in

_HOST = 'http://127.0.0.1:9'
_BARE = 'bare cliff --version'
_STATUS = 'auth status --offline'
_NOBODYS = {f'{words}, logged out': words for words in (_STATUS, 'auth token')}
_TAB = 'completion zsh --candidates'
_TYPED = {_TAB: 'auth\0to\0'}
# The row, its bar by py, and its command lines with their exit statuses.
_BY_PY: tuple[tuple[str, float, dict[str, int]], ...] = (
    ('P1', 1.25, {'--version': 0}),
    ('P2', 1.5, {'auth token': 0}),
    ('P3', 2.1, {f'{_STATUS} -o json': 0}),
    ('P4', 9.0, {
        '--help': 0, 'auth --help': 0, 'auth token --help': 0, 'devcloud start --help': 0,
        'nosuch': 4, 'auth tokne': 4, 'commands catalog --help': 0, 'completion bash': 0,
        'plugin list': 0, 'plugin show phyware': 0, 'commands catalog auth token -o json': 0,
        _STATUS: 0, **dict.fromkeys(_NOBODYS, 2), 'auth switch': 4,
        'auth switch --host nosuch': 3, _TAB: 0,
    }),
)
# The command lines with their exit statuses, and their bars by their own without more commands.
_GROWING: dict[str, tuple[int, float]] = {
    'auth token': (0, 1.3), 'auth token --help': (0, 1.9), '--help': (0, 1.9),
    'auth tokne': (4, 1.9), 'nosuch': (4, 1.9), 'plugin list': (0, 1.9), _TAB: (0, 1.9),
}
# Thousands of instructions that one more command may cost.
_EACH = {'one distribution': 15, '2,000 distributions': 30}


class StartUpInstructions:
    """Instructions of commands that ask no host, by those of ``python -c pass``."""

    name = 'Mi'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Count each command once."""
        if not _can_count():
            return
        environ, others = environment(home), peers()
        log_in(environ, _HOST)
        lines = {name: Line(tuple(others[name]), environ) for name in (PY, _BARE)}
        lines |= _lines({name: status for *_, names in _BY_PY for name, status in names.items()},
                        environ)
        # In a home in which there is no credential, but room for the launcher's index.
        (nobody := home / 'nobody').mkdir()
        for name, words in _NOBODYS.items():
            lines[name] = _line(words, 2, environment(nobody))
        counted = millions(lines)
        for name, count in counted.items():
            yield Figure('', _called(name), count, None, 'Mi')
        for row, bar, names in _BY_PY:
            for name in names:
                yield Figure(row, f'{_called(name)} by {PY}, Mi', counted[name] / counted[PY], bar)
        yield Figure('', f'{_BARE} by {PY}, Mi', counted[_BARE] / counted[PY])


class GrowthInstructions:
    """Instructions with 10,000 more commands: by those without, and for each of them."""

    name = 'Mi'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Count each command line once, with none and with each size."""
        if not _can_count():
            return
        environ = environment(home)
        log_in(environ, _HOST)
        statuses = {name: status for name, (status, _) in _GROWING.items()}
        without = millions(_lines(statuses, environ))
        for size, distributions in SIZES.items():
            site = home / f'site{distributions}'
            install(site, distributions)
            counted = millions(_lines(statuses, with_packages(environ, site)))
            for name, count in counted.items():
                yield from _growth(name, size, count, without[name])


def _growth(name: str, size: str, count: float, without: float) -> Iterator[Figure]:
    what = f'{name}, {COMMANDS:,} commands in {size}'
    yield Figure('P7', f'{what}, by none, Mi', count / without, _GROWING[name][1])
    each = (count - without) * 1000 / COMMANDS
    yield Figure('P7', f'{what}, for each', each, _EACH[size], 'k')


def _can_count() -> bool:
    """Tell whether valgrind is here; say so if it is not."""
    if shutil.which('valgrind') is not None:
        return True
    print('Mi: no figure, since valgrind is not installed', file=sys.stderr)
    return False


def _lines(statuses: Mapping[str, int], environ: Mapping[str, str]) -> dict[str, Line]:
    return {name: _line(name, status, environ) for name, status in statuses.items()}


def _line(words: str, status: int, environ: Mapping[str, str]) -> Line:
    return Line((PHYWARE, *words.split()), environ, status, _TYPED.get(words, ''))


def _called(name: str) -> str:
    return name if name in (PY, _BARE) else f'phyware {name}'
