"""The word that is being typed, and what came before it.

Layer: framework, pure text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from phyware.repl.words import Token, tokens

_PLAIN = re.compile(r'[\w@%+=:,./~?&!-]+\Z', re.ASCII)


@dataclass(frozen=True)
class Typed:
    """The place of the cursor at the end of a line.

    :param words: the finished words of the command
    :param prefix: the word at the cursor, without its quotes
    :param start: where that word begins in the line
    :param quote: the quote that is open; empty for none
    :param is_file: it is the file after ``>``
    """

    words: tuple[str, ...]
    prefix: str
    start: int
    quote: str = ''
    is_file: bool = False


def typed(line: str) -> Typed | None:
    """Return what is typed at the end of ``line``.

    :returns: None where nothing of ours can be: behind ``|``, or in a comment
    """
    found = list(tokens(line))
    last = _last_word(line, found)
    if last is None:
        return None
    before = found[:-1] if found and found[-1] is last else found
    command = _of_command(before)
    if any(token.operator and token.text == '|' for token in command):
        return None
    words = tuple(token.text for token in command if not token.operator)
    is_file = bool(command) and command[-1].operator
    return Typed(words, last.text, last.start, last.quote, is_file)


def quoted(text: str, quote: str = '', *, finished: bool = True) -> str:
    """Return ``text`` as it is to be typed, in the quotes that were begun.

    :param quote: the open quote
    :param finished: close it
    """
    if quote == '"':
        text = re.sub(r'(["\\$`])', r'\\\1', text)
        return f'"{text}"' if finished else f'"{text}'
    if quote != "'" and _PLAIN.match(text):
        return text
    text = text.replace("'", "'\\''")
    return f"'{text}'" if finished else f"'{text}"


def _last_word(line: str, found: list[Token]) -> Token | None:
    end = found[-1].end if found else 0
    if line[end:].lstrip().startswith('#'):
        return None
    if found and not found[-1].operator and end == len(line):
        return found[-1]
    return Token('', len(line), len(line))


def _of_command(before: list[Token]) -> list[Token]:
    starts = [number for number, token in enumerate(before)
              if token.operator and token.text == ';']
    return before[starts[-1] + 1:] if starts else before
