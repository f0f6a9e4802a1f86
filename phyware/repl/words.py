"""A line cut into words and operators, with quotes as in a shell.

Layer: framework, pure text; knows nothing of commands.  Unlike ``shlex`` it
tells a quoted operator from a bare one, and where each word stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS = (';', '|', '>', '>>')
_PIECE = re.compile(r"""[^\s;|>'"\\]+|\\.|'[^']*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
# What is still being typed: a quote without its end, a backslash with nothing behind.
_OPEN = re.compile(r"""'[^']*\Z|"(?:[^"\\]|\\.)*\\?\Z|\\\Z""", re.DOTALL)
_OPERATOR = re.compile('>>|[;|>]')
_ESCAPED = re.compile(r'\\(["\\$`])')


@dataclass(frozen=True)
class Token:
    """A word or an operator.

    :param text: without its quotes
    :param start: where it begins in the line
    :param end: where it is over
    :param operator: it is one of ``OPERATORS``, not quoted
    :param quote: the quote, or the backslash, that is open at its end; empty if none
    :param bare: no part of it was quoted
    """

    text: str
    start: int
    end: int
    operator: bool = False
    quote: str = ''
    bare: bool = True


def tokens(line: str) -> Iterator[Token]:
    """Yield the words and operators of ``line``, up to a ``#`` that begins a word."""
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        if line[at] == '#':
            return
        operator = _OPERATOR.match(line, at)
        token = Token(operator[0], at, operator.end(), True) if operator else _word(line, at)
        yield token
        at = token.end


def _word(line: str, start: int) -> Token:
    at, parts, bare = start, [], True
    while piece := _PIECE.match(line, at):
        parts.append(_unquoted(piece[0]))
        bare = bare and piece[0][0] not in '\'"\\'
        at = piece.end()
    rest = _OPEN.match(line, at)
    if rest is None:
        return Token(''.join(parts), start, at, bare=bare)
    quote = rest[0][0]
    parts.append(_unquoted(rest[0] + quote) if quote != '\\' else '')
    return Token(''.join(parts), start, len(line), quote=quote, bare=False)


def _unquoted(piece: str) -> str:
    if piece[0] == "'":
        return piece[1:-1]
    if piece[0] == '"':
        return _ESCAPED.sub(r'\1', piece[1:-1])
    return piece[1:] if piece[0] == '\\' else piece
