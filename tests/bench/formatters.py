"""P10: the formatters against cliff's, with equal bytes.

Layer: bench.  CPU time of this process: nothing here waits.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from cliff.formatters import commaseparated, json_format, table, value, yaml_format

from phyware import formatters
from tests.bench.figure import Figure
from tests.bench.pairs import cpu_of, interleaved, ratio

_ROWS = 100_000
_OPTIONS = argparse.Namespace(
    noindent=False, max_width=0, fit_width=False, print_empty=False, quote_mode='nonnumeric'
)
# Formatter, bar, and by how much fewer runs will do, since some take cliff seconds.
_THEIRS: dict[str, tuple[Any, float, int]] = {
    'json': (json_format.JSONFormatter(), 0.40, 1),
    'table': (table.TableFormatter(), 0.10, 8),
    'csv': (commaseparated.CSVLister(), 0.80, 1),
    'value': (value.ValueFormatter(), 0.80, 1),
    'yaml': (yaml_format.YAMLFormatter(), 0.25, 8),
}
# Named as json names them: cliff's formatters do not normalise keys.
_COLUMNS = ('id', 'user', 'client', 'ip', 'created_at', 'requests', 'load', 'current')


class Formatters:
    """CPU time of each format by cliff's on the same rows."""

    name = 'P10'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Measure each format.

        :raises AssertionError: the bytes differ
        """
        rows = [_row(number) for number in range(_ROWS)]
        for name, (theirs, bar, slow) in _THEIRS.items():
            ours = formatters.load_list_formatter(name)
            assert _text(ours, rows) == _text(theirs, rows), f'{name}: other bytes than cliff'
            values = interleaved(max(3, runs // (3 * slow)), {
                'ours': partial(cpu_of, partial(_text, ours, rows)),
                'theirs': partial(cpu_of, partial(_text, theirs, rows)),
            })
            found = ratio(values, 'ours', 'theirs')
            yield Figure('P10', f'{name} of 100,000 rows by cliff, CPU', found, bar)


def _text(formatter: Any, rows: Sequence[Sequence[Any]]) -> str:
    stdout = io.StringIO()
    formatter.emit_list(_COLUMNS, iter(rows), stdout, _OPTIONS)
    return stdout.getvalue()


def _row(number: int) -> tuple[Any, ...]:
    # The widths are the same on all pages, so that a table need not be redrawn.
    return (
        f'ses_{number * 2654435761 % 2**40:010x}', 'ada@example.org', 'phyware 1.0 on Linux',
        '192.0.2.17', '2026-01-02T03:04:05Z', 100_000 + number, 0.5 + number % 10, number == 0,
    )
