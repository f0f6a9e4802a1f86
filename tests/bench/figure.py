"""What a measurement gives, and what a row of the table is.

Layer: bench.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Figure:
    """One measured value beside its bar.

    :param row: the number of the row in the table of bars, ``P9``
    :param what: what was measured
    :param value: a ratio, or a number of ``unit``
    :param bar: most that ``value`` may be; None for what is only shown
    :param unit: ``x`` for a ratio
    """

    row: str
    what: str
    value: float
    bar: float | None = None
    unit: str = 'x'

    @property
    def met(self) -> bool | None:
        """Tell whether the bar is met; None without one."""
        return None if self.bar is None else self.value <= self.bar

    def line(self) -> str:
        """Return the figure as a line of the table."""
        verdict = {True: 'met', False: 'MISSED', None: ''}[self.met]
        bar = '' if self.bar is None else f'<= {self.bar:g}'
        return f'{self.row:4} {self.what:58} {self.value:9.2f} {self.unit:4} {bar:10} {verdict}'


class Row(Protocol):
    """Something that is measured; made without arguments."""

    name: str

    def measure(self, home: Path, runs: int) -> Iterable[Figure]:
        """Measure and give figures.

        :param home: an empty directory, for files
        :param runs: how often each side of a pair is run; rows that take long take fewer
        """
