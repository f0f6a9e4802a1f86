"""The command-line options of the built-in formatters.

Layer: framework; argparse only, so that a parser costs no formatter import
(cliff-traps 21).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

from phyware.declared import names_env

MAX_WIDTH_ENV = 'PHYWARE_MAX_WIDTH'
QUOTE_MODES = ('all', 'minimal', 'none', 'nonnumeric')
DEFAULT_QUOTE_MODE = 'nonnumeric'


def add_all(
    parser: argparse.ArgumentParser, *, lister: bool, environ: Mapping[str, str] | None = None
) -> None:
    """Add one argument group with the options of every built-in formatter.

    :param lister: also offer what only makes sense for a list
    """
    group = parser.add_argument_group('formatter options')
    _add_json(group)
    _add_width(group, os.environ if environ is None else environ)
    if lister:
        _add_print_empty(group)
    _add_quote(group)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add --noindent."""
    _add_json(parser.add_argument_group('json formatter'))


def add_table(parser: argparse.ArgumentParser) -> None:
    """Add --max-width, --fit-width and --print-empty."""
    group = parser.add_argument_group('table formatter')
    _add_width(group, os.environ)
    _add_print_empty(group)


def add_csv(parser: argparse.ArgumentParser) -> None:
    """Add --quote."""
    _add_quote(parser.add_argument_group('csv formatter'))


def _add_json(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--noindent', action='store_true', help='json: write the document on one line'
    )


def _add_width(group: argparse._ArgumentGroup, environ: Mapping[str, str]) -> None:
    names_env(group.add_argument(
        '--max-width', metavar='COLUMNS', type=int, default=_width_from(environ),
        help=f'table: wrap cells to make it this wide; 0 for no limit (env {MAX_WIDTH_ENV})',
    ), MAX_WIDTH_ENV)
    group.add_argument(
        '--fit-width', action='store_true',
        help='table: wrap cells to fit the terminal; the default when it goes to one',
    )


def _width_from(environ: Mapping[str, str]) -> int:
    # A variable meant for another program must not break this one (cliff-traps 22).
    value = environ.get(MAX_WIDTH_ENV, '')
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


def _add_print_empty(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--print-empty', action='store_true',
        help='table: print the headings even when there is nothing to list',
    )


def _add_quote(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--quote', choices=QUOTE_MODES, dest='quote_mode', default=DEFAULT_QUOTE_MODE,
        help=f'csv: when to quote a value; {DEFAULT_QUOTE_MODE} if not given',
    )
