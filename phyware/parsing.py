"""argparse as phyware wants it: exact options, errors as exceptions.

Layer: framework; no I/O but help on the stream given.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol

from phyware.errors import Validation
from phyware.text import clean, kind_of

_LONG_OPTION = re.compile(r'--[A-Za-z][A-Za-z0-9-]{0,40}\Z')
_QUOTED = r'(?s)[\'"].*[\'"]'


class Writer(Protocol):
    """What help is written to."""

    def write(self, text: str, /) -> object:
        """Take ``text``."""


class HelpShown(Exception):
    """Help was printed: the invocation is over and went well."""


def adopt(parser: argparse.ArgumentParser, stdout: Writer) -> None:
    """Make any command's parser exact, and let it raise in place of exiting.

    Stock argparse runs abbreviated options, prints to ``sys.stdout`` and exits
    with 2, which is "authentication" here (cliff-traps 2, 8 and 9).
    """
    prog, matches = parser.prog, parser._get_option_tuples

    def error(message: str) -> NoReturn:
        raise usage_error(prog, clean(message))

    def finish(status: int = 0, message: str | None = None) -> NoReturn:
        if status:
            error(message or 'the arguments do not fit')
        raise HelpShown

    def show(message: str, file: Any = None) -> None:
        stdout.write(message)

    def exact(typed: str) -> list[Any]:
        # allow_abbrev is about "--name" only, this about "-name".
        return [match for match in matches(typed) if typed.startswith(match[1])]

    parser.allow_abbrev = parser.exit_on_error = False
    for name, function in {
        'error': error, 'exit': finish, '_print_message': show, '_get_option_tuples': exact,
    }.items():
        setattr(parser, name, function)
    for action in parser._actions:
        _adopt_action(action, stdout)


def _adopt_action(action: argparse.Action, stdout: Writer) -> None:
    if isinstance(action, argparse._HelpAction):
        # cliff's starts a pager, with our environment, on the process's own
        # stdout (security case 67).
        action.__class__ = argparse._HelpAction
    elif isinstance(action, argparse._SubParsersAction):
        for parser in {id(parser): parser for parser in action.choices.values()}.values():
            adopt(parser, stdout)


def parse_exactly(parser: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    """Parse all of ``argv``; the error for what is left over never repeats it.

    argparse itself repeats every unrecognised word, which may be a secret
    (security case 66).

    :param parser: one that was adopted
    :raises Validation: ``argv`` does not fit
    :raises HelpShown: help was asked for and printed
    """
    try:
        parsed, extras = parser.parse_known_args(list(argv))
    except argparse.ArgumentError as error:
        reason = _reason(parser, error)
    else:
        if not extras:
            return parsed
        reason = f'unrecognized arguments: {_shown(extras)}'
    raise usage_error(parser.prog, reason)


def checked_parser(given: object) -> argparse.ArgumentParser:
    """Return what a command's ``get_parser`` gave.

    :raises TypeError: it is no parser, as where ``return`` was forgotten
    """
    if not isinstance(given, argparse.ArgumentParser):
        raise TypeError(f'get_parser returned a {kind_of(given)}, not a parser')
    return given


def usage_error(prog: str, message: str) -> Validation:
    """Return the error of a command line that ``prog`` cannot take."""
    return Validation(message, f"See '{prog} --help'")


def _reason(parser: argparse.ArgumentParser, error: argparse.ArgumentError) -> str:
    name = (error.argument_name or '').partition('/')[0]
    action = parser._option_string_actions.get(name)
    if action is not None and action.nargs == 0:
        # argparse quotes what was given to a flag: --with-token=SECRET.
        return clean(re.sub(_QUOTED, '***', str(error)))
    return clean(error)


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
