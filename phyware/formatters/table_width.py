"""How wide a table may be, and how its columns share that.

Layer: framework; asks the terminal for its size and nothing else.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TextIO

from phyware.formatters.stream import Sink

_MARGIN = 1
_PER_COLUMN = 3
_STDIN, _STDERR = 0, 2


def width_limit(
    stdout: TextIO,
    parsed_args: argparse.Namespace,
    size_of: Callable[[int], os.terminal_size] = os.get_terminal_size,
) -> int | None:
    """Return the number of terminal cells a table may take, None for no limit.

    --max-width, else the terminal that ``stdout`` is, else with --fit-width the
    terminal behind a pager.  A pipe alone has no limit.

    :param size_of: gives the size of the terminal of a file descriptor, or OSError
    """
    given = int(getattr(parsed_args, 'max_width', 0) or 0)
    if given > 0:
        return given
    if Sink(stdout).terminal:
        return _first_width([stdout.fileno], size_of)
    if getattr(parsed_args, 'fit_width', False):
        return _first_width([lambda: _STDERR, lambda: _STDIN], size_of)
    return None


def is_chosen(parsed_args: argparse.Namespace) -> bool:
    """Tell whether somebody asked for a width, and so for columns of it."""
    given = int(getattr(parsed_args, 'max_width', 0) or 0)
    return given > 0 or bool(getattr(parsed_args, 'fit_width', False))


def _first_width(
    descriptors: Iterable[Callable[[], int]], size_of: Callable[[int], os.terminal_size]
) -> int | None:
    for descriptor in descriptors:
        # OSError: no terminal, or a stream that is no file.
        with suppress(OSError):
            return size_of(descriptor()).columns or None
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
