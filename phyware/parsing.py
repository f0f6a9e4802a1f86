"""argparse as phyware wants it: exact options, errors as exceptions.

Layer: framework; no I/O but help on the stream given.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn, TextIO

from phyware.errors import Validation
from phyware.text import clean

_LONG_OPTION = re.compile(r'--[A-Za-z][A-Za-z0-9-]{0,40}\Z')


class HelpShown(Exception):
    """Help was printed: the invocation is over and went well."""


def adopt(parser: argparse.ArgumentParser, stdout: TextIO) -> None:
    """Make any command's parser exact, and let it raise in place of exiting.

    Stock argparse runs abbreviated options, prints to ``sys.stdout`` and exits
    with 2, which is "authentication" here (cliff-traps 2, 8 and 9).
    """
    prog = parser.prog
    print_help = parser.print_help

    def error(message: str) -> NoReturn:
        raise usage_error(prog, clean(message))

    def shown(file: Any = None) -> NoReturn:
        print_help(file or stdout)
        raise HelpShown

    parser.allow_abbrev = False
    parser.error = error  # type: ignore[method-assign]
    parser.print_help = shown  # type: ignore[method-assign]


def parse_exactly(parser: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    """Parse all of ``argv``; the error names unknown options, never values.

    argparse itself repeats every unrecognised word, which may be a secret
    (security case 66).

    :raises Validation: ``argv`` does not fit
    :raises HelpShown: help was asked for and printed
    """
    parsed, extras = parser.parse_known_args(list(argv))
    if extras:
        raise usage_error(parser.prog, f'unrecognized arguments: {_shown(extras)}')
    return parsed


def usage_error(prog: str, message: str) -> Validation:
    """Return the error of a command line that ``prog`` cannot take."""
    return Validation(message, f"See '{prog} --help'")


def _shown(extras: Sequence[str]) -> str:
    options = [name for word in extras if (name := _option_name(word))]
    rest = len(extras) - len(options)
    if options:
        return ', '.join(options)
    return f'{rest} that the command does not take'


def _option_name(word: str) -> str | None:
    name = word.partition('=')[0]
    if _LONG_OPTION.match(name):
        return name
    if re.match(r'-[A-Za-z]', word):
        return word[:2]
    return None
