"""How many instructions a command takes, which the machine's other work does not change.

Layer: bench; needs valgrind.  Only the process itself is counted, in user mode.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

# What callgrind finds out about functions is not wanted.
_CALLGRIND = ('valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null')
_COLLECTED = re.compile(r'^==\d+== Collected : (\d+)$', re.MULTILINE)


@dataclass(frozen=True)
class Line:
    """A command line to be counted.

    :param argv: the program's path and its arguments
    :param status: what it exits with
    :param stdin: what it reads
    """

    argv: tuple[str, ...]
    environ: Mapping[str, str]
    status: int = 0
    stdin: str = ''

    def run(self, *before: str) -> str:
        """Run it, with other words ``before`` it, and return its stderr.

        :raises CalledProcessError: it ends with another status
        """
        environ = {**self.environ, 'PYTHONHASHSEED': '0'}
        done = subprocess.run(
            [*before, *self.argv], env=environ, input=self.stdin, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        if done.returncode != self.status:
            raise subprocess.CalledProcessError(done.returncode, done.args, stderr=done.stderr)
        return done.stderr


def millions(lines: Mapping[str, Line]) -> dict[str, float]:
    """Return the millions of instructions of each line, each having run once before.

    They are counted on all processors at once: none has less to do for it.

    :raises CalledProcessError: a line ends with another status than its own
    """
    for line in lines.values():
        line.run()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(lines, pool.map(_millions, lines.values()), strict=True))


def _millions(line: Line) -> float:
    stderr = line.run(*_CALLGRIND)
    [collected] = _COLLECTED.findall(stderr)
    return int(collected) / 1e6
