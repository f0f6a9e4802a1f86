"""Measure the rows of the performance table and set them beside their bars.

``python -m tests.bench [--runs N] [ROW ...]`` prints a line for each figure and
writes ``bench.json``.  P9 needs curl and jq, ``Mi`` valgrind: it gives P1 to P4 and P7 in
instructions.  Rows are objects in ``ROWS``; add yours there.
"""

from __future__ import annotations

import argparse
import json
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


def main() -> None:
    """Print the table and write the file."""
    parser = argparse.ArgumentParser(prog='python -m tests.bench')
    parser.add_argument('--runs', type=int, default=30, help='of each side of a pair')
    parser.add_argument('rows', nargs='*', metavar='ROW', help='P9 for one; all if none is given')
    options = parser.parse_args()
    figures = list(_measured(options.rows, options.runs))
    rows = [{**asdict(figure), 'met': figure.met} for figure in figures]
    Path('bench.json').write_text(json.dumps({'runs': options.runs, 'rows': rows}, indent=2) + '\n')


def _measured(names: list[str], runs: int) -> Iterator[Figure]:
    for row in ROWS:
        if names and row.name not in names:
            continue
        with tempfile.TemporaryDirectory() as home:
            for figure in row().measure(Path(home), runs):
                print(figure.line(), flush=True)
                yield figure


if __name__ == '__main__':
    main()
