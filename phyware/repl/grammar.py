"""What a line of the shell asks for: commands, the programs they feed, a file.

Layer: framework, pure.  There is no shell behind it: ``$``, ``*``, ``!``, ``&``
and a backquote are ordinary characters.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from phyware.errors import Validation
from phyware.repl.words import Token, tokens

_QUOTE_IT = 'Quote what is to be taken as it stands'


@dataclass(frozen=True)
class Target:
    """A file that takes the output.

    :param append: keep what is in it
    """

    path: str
    append: bool = False


@dataclass(frozen=True)
class Step:
    """One command line, and where its output goes.

    :param argv: the words of the command
    :param programs: the argument lists after each ``|``
    :param target: the file after ``>`` or ``>>``; None for the terminal
    """

    argv: tuple[str, ...]
    programs: tuple[tuple[str, ...], ...] = ()
    target: Target | None = None


def parse(line: str, home: str | None = None) -> list[Step]:
    """Return the commands of ``line``, in the order they are to run.

    A message never repeats a word, which may be a secret (security case 66).

    :param home: what a bare ``~`` at the start of a word stands for
    :raises Validation: it is none, so nothing of it is to run
    """
    return [_step(part, home) for part in _parts(line) if part]


def _parts(line: str) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in tokens(line):
        if token.quote:
            open_quote = token.quote != '\\'
            what = 'a quote is not closed' if open_quote else 'nothing follows the backslash'
            raise Validation(what, _QUOTE_IT)
        if token.operator and token.text == ';':
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _step(part: list[Token], home: str | None) -> Step:
    stages: list[list[str]] = [[]]
    target: Target | None = None
    stream = iter(_checked(part))
    for token in stream:
        if not token.operator:
            stages[-1].append(_expanded(token, home))
        elif target is not None:
            raise Validation('something follows the file after >', 'Name one file, at the end')
        elif token.text == '|':
            stages.append([])
        else:
            target = _target(token, next(stream, None), home)
    if not all(stages):
        raise Validation('a command or a program is missing beside |', _QUOTE_IT)
    first, *programs = map(tuple, stages)
    return Step(first, tuple(programs), target)


def _checked(part: list[Token]) -> list[Token]:
    """Refuse what a shell would take for a redirection of something else."""
    for before, after in zip(part, part[1:], strict=False):
        redirects = after.operator and after.text.startswith('>')
        if redirects and before.end == after.start and before.text in ('1', '2', '&'):
            raise Validation('only the output of a command can go to a file', _QUOTE_IT)
    return part


def _target(operator: Token, name: Token | None, home: str | None) -> Target:
    if name is None or name.operator or not name.text:
        raise Validation(f'a file name is missing after {operator.text}', _QUOTE_IT)
    if name.bare and name.text.startswith('&'):
        raise Validation('the output can only go to a file', _QUOTE_IT)
    return Target(_expanded(name, home), operator.text == '>>')


def _expanded(token: Token, home: str | None) -> str:
    if home and token.bare and (token.text == '~' or token.text.startswith('~/')):
        return os.path.join(home, token.text[2:])
    return token.text
