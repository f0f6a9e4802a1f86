"""Which lines a history may keep.

Layer: framework, pure.  The history is in memory only; nothing here writes.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from phyware.redaction import Redactor
from phyware.repl.words import tokens

MOST_LINES = 1000
_SECRET_OPTION = re.compile(
    r'--?(?:[\w-]*(?:key|token|secret|passw(?:or)?d|passphrase|credential)[\w-]*|pin)',
    re.IGNORECASE,
)
_OPAQUE = re.compile(r'(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[A-Za-z0-9._~+/=-]{16,}')


class History:
    """The lines of one session that may be shown again.

    A line is left out, as a whole, if one of these holds; better one too many
    than a secret (security case 68):

    - it starts with a space, as shells have it;
    - it does not begin with a word of a command: a token or a password that
      was typed at the wrong prompt looks like that;
    - an option named after a secret (``--api-key``, ``--password``) has a value;
    - the redactor would mask a part of it: a secret that is in use, or what
      looks like one (``phk_``, ``Bearer``, a password in a URL);
    - it was refused as no valid command line, and a word of it is long and has
      letters and digits: most likely a token where none belongs.

    What a hidden prompt reads never passes here.

    :param redactor: knows the secrets of this session
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._lines: list[str] = []

    @property
    def lines(self) -> list[str]:
        """Return the lines kept, the oldest first."""
        return list(self._lines)

    def add(self, line: str, first_words: Collection[str], *, refused: bool) -> bool:
        """Keep ``line`` if it may be kept; tell whether it was.

        :param first_words: the words that commands begin with
        :param refused: some command of it ended as a validation error
        """
        if not self._may_keep(line, first_words, refused):
            return False
        line = line.rstrip()
        if line not in self._lines[-1:]:
            self._lines.append(line)
            del self._lines[:-MOST_LINES]
        return True

    def _may_keep(self, line: str, first_words: Collection[str], refused: bool) -> bool:
        words = [token.text for token in tokens(line)]
        if line[:1].isspace() or not _begins_a_command(words, first_words):
            return False
        if _gives_secret(words) or self._redactor.redact(line) != line:
            return False
        return not (refused and any(map(_OPAQUE.fullmatch, words)))


def _begins_a_command(words: list[str], first_words: Collection[str]) -> bool:
    if words and words[0].startswith('-'):
        return any(word in first_words for word in words)
    return bool(words) and words[0] in first_words


def _gives_secret(words: list[str]) -> bool:
    for word, following in zip(words, [*words[1:], ''], strict=True):
        name, equals, _ = word.partition('=')
        if not _SECRET_OPTION.fullmatch(name):
            continue
        # Without a value it is a flag, such as --with-token.
        if equals or (following and following not in ';|>>' and following[0] != '-'):
            return True
    return False
