"""The words of a line as bash reads them, and a word as bash has to be given it.

Layer: framework, no I/O.  Nothing is expanded: ``$(...)`` stays what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass

_PLAIN = frozenset('_./:@%+=,-')
_BLANKS = frozenset(' \t\n')


@dataclass
class Line:
    """A line up to the cursor.

    :param words: the finished words, unquoted, the program's name first
    :param last: the word the cursor is in; empty for a new one
    :param quote: the quote that is open in it, empty for none
    """

    words: tuple[str, ...] = ()
    last: str = ''
    quote: str = ''


def read_line(text: str) -> Line:
    """Return the words of ``text`` (bash manual, Quoting)."""
    words: list[str] = []
    word: str | None = None
    quote, escaped = '', False
    for char in text:
        if escaped:
            keep = quote == '"' and char not in '$`"\\'
            word, escaped = (word or '') + ('\\' if keep else '') + char, False
        elif char == '\\' and quote != "'":
            word, escaped = word or '', True
        elif quote:
            word, quote = (word or '', '') if char == quote else ((word or '') + char, quote)
        elif char in '\'"':
            word, quote = word or '', char
        elif char in _BLANKS:
            words += [] if word is None else [word]
            word = None
        else:
            word = (word or '') + char
    return Line(tuple(words), word or '', quote)


def bash_word(text: str, quoted: bool) -> str | None:
    """Return ``text`` so that bash reads it as one word, and runs nothing.

    :param quoted: whether it goes inside of a quote that is open; then only what
        needs no quoting there is given
    """
    if quoted:
        return text if all(map(_is_plain, text)) else None
    return ''.join(char if _is_plain(char) else f'\\{char}' for char in text)


def _is_plain(char: str) -> bool:
    return char.isalnum() or char in _PLAIN
