"""Measure the rows of the performance table and set them beside their bars.

``python -m tests.bench [--runs N] [ROW ...]`` prints a line for each figure and
writes ``bench.json``.  A row that fails is named, the others are measured, and
the exit status is 1.  P9 needs curl and jq, ``Mi`` valgrind: it gives P1 to P4 and P7 in
instructions.  Rows are objects in ``ROWS``; add yours there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests.bench.calls import Calls
from tests.bench.figure import Figure, Row
from tests.bench.formatters import Formatters
from tests.bench.growth import Growth
from tests.bench.instructions import GrowthInstructions, StartUpInstructions
from tests.bench.keyrings import KeyringToken
from tests.bench.refresh import Refreshes
from tests.bench.shell import FirstPrompt
from tests.bench.startup import StartUp
from tests.bench.streaming import SessionsList

ROWS: tuple[type[Row], ...] = (
    StartUp, KeyringToken, FirstPrompt, Growth, SessionsList, Formatters, Calls, Refreshes,
    StartUpInstructions, GrowthInstructions,
)


def main() -> int:
    """Print the table and write the file; return 1 if a row failed."""
    parser = argparse.ArgumentParser(prog='python -m tests.bench')
    parser.add_argument('--runs', type=int, default=30, help='of each side of a pair')
    parser.add_argument('rows', nargs='*', metavar='ROW', help='P9 for one; all if none is given')
    options = parser.parse_args()
    wanted = [row for row in ROWS if not options.rows or row.name in options.rows]
    failed: list[str] = []
    figures = [figure for row in wanted for figure in _measured(row, options.runs, failed)]
    rows = [{**asdict(figure), 'met': figure.met} for figure in figures]
    found = {'runs': options.runs, 'rows': rows, 'failed': failed}
    Path('bench.json').write_text(json.dumps(found, indent=2) + '\n')
    return 1 if failed else 0


def _measured(row: type[Row], runs: int, failed: list[str]) -> Iterator[Figure]:
    """Give the figures of a row up to its end or its failure, which goes to ``failed``."""
    with tempfile.TemporaryDirectory() as home:
        try:
            for figure in row().measure(Path(home), runs):
                print(figure.line(), flush=True)
                yield figure
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            print(f'{row.name:4} {row.__name__} FAILED: {error!r}', file=sys.stderr, flush=True)
            failed.append(row.name)


if __name__ == '__main__':
    sys.exit(main())
