"""How wide a table may be, and how its columns share that.

Layer: framework; asks the terminal for its size and nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from phyware.formatters.stream import Sink

_MARGIN = 1
_PER_COLUMN = 3


def width_limit(stdout: TextIO, parsed_args: argparse.Namespace) -> int | None:
    """Return the number of terminal cells a table may take, None for no limit.

    --max-width, else the terminal that ``stdout`` is, else with --fit-width the
    terminal of another standard stream (a pager's).  A pipe has no limit.
    """
    given = int(getattr(parsed_args, 'max_width', 0) or 0)
    if given > 0:
        return given
    if Sink(stdout).terminal:
        return _terminal_width([stdout])
    if getattr(parsed_args, 'fit_width', False):
        return _terminal_width([sys.__stderr__, sys.__stdin__])
    return None


def _terminal_width(streams: Sequence[TextIO | None]) -> int | None:
    for stream in streams:
        try:
            if stream is not None:
                return os.get_terminal_size(stream.fileno()).columns or None
        except (OSError, ValueError):
            continue
    return None


def shared_widths(natural: Sequence[int], limit: int, least: int) -> list[int]:
    """Return the widths of columns in a table of at most ``limit`` cells.

    Columns within an equal share keep their width; the others share what is
    left, the last of them taking the remainder, none getting less than ``least``
    (the rule of cliff's table).

    :param natural: the widths that the contents ask for
    """
    left = max(0, limit - _MARGIN - _PER_COLUMN * len(natural))
    share = left // len(natural)
    wide = [index for index, width in enumerate(natural) if width > share]
    left -= sum(width for width in natural if width <= share)
    widths, each = list(natural), left // max(len(wide), 1)
    for index in wide[:-1]:
        widths[index] = min(natural[index], max(least, each))
        left -= each
    for index in wide[-1:]:
        widths[index] = min(natural[index], max(least, left))
    return widths


def table_width(widths: Sequence[int]) -> int:
    """Return the width of a table whose columns have ``widths``."""
    return sum(widths) + _PER_COLUMN * len(widths) + _MARGIN
