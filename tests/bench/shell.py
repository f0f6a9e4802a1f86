"""P6: the first prompt of the shell, beside that of Python.

Layer: bench; on a pseudo-terminal.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pexpect  # type: ignore[import-untyped]

from tests.bench.figure import Figure
from tests.bench.pairs import interleaved, ratio
from tests.bench.places import PHYWARE, environment, log_in

_OURS, _THEIRS = 'phyware: first prompt', 'python -i -q: first prompt'


class FirstPrompt:
    """Wall time until a person can type."""

    name = 'P6'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Measure both prompts."""
        environ = environment(home) | {'TERM': 'xterm', 'PYTHONSTARTUP': ''}
        log_in(environ, 'http://127.0.0.1:9')
        prompts = {
            _OURS: (PHYWARE, [], '127.0.0.1:9'), _THEIRS: (sys.executable, ['-i', '-q'], '>>> '),
        }
        values = interleaved(runs, {
            name: partial(_seconds, program, words, prompt, environ)
            for name, (program, words, prompt) in prompts.items()
        })
        yield Figure('P6', f'{_OURS} by {_THEIRS}', ratio(values, _OURS, _THEIRS), 9.8)


def _seconds(program: str, words: list[str], prompt: str, environ: dict[str, str]) -> float:
    start = time.perf_counter()
    child = pexpect.spawn(program, words, env=environ, timeout=60)
    child.expect_exact(prompt)
    taken = time.perf_counter() - start
    # Which takes a tenth of a second, to be sure that it is gone.
    child.close(force=True)
    return taken
