"""The shells: their scripts, what they send, and how each takes a candidate.

Layer: framework.  A candidate may be anything a server or a package has named:
here it becomes a word of the shell's language, and never more than one.
"""

from __future__ import annotations

from dataclasses import dataclass

from phyware.completion.bash import bash_word, read_line

_FILES = {'bash': 'bash.sh', 'zsh': 'zsh.sh', 'fish': 'fish.fish', 'powershell': 'powershell.ps1'}
SHELLS = tuple(_FILES)


def script(shell: str) -> str:
    """Return the script of a shell, the same on every machine."""
    from importlib.resources import files

    path = files('phyware').joinpath('completion', 'scripts', _FILES[shell])
    return path.read_text(encoding='utf-8')


@dataclass(frozen=True)
class Typed:
    """What stands before the cursor.

    :param words: the finished words after the program's name, unquoted
    :param last: the word the cursor is in, unquoted
    :param quoted: whether a quote is open in it
    :param kept: how much of the last word the shell itself keeps before a candidate
    """

    words: tuple[str, ...]
    last: str
    quoted: bool = False
    kept: int = 0


def read_typed(shell: str, text: str) -> Typed | None:
    """Return what a script has sent, each part ended by NUL; None if it is nothing.

    The script of bash sends the variable COMP_WORDBREAKS and the line, because
    bash takes words apart; the others send the words.
    """
    # PowerShell ends what it pipes with a line.
    parts = text.rstrip('\r\n').removesuffix('\0').split('\0')
    if shell != 'bash':
        return Typed(tuple(parts[:-1]), parts[-1])
    if len(parts) != 2:
        return None
    line = read_line(parts[1])
    if not line.words:
        return None
    breaks = [line.last.rfind(char) for char in ':=@' if char in parts[0]]
    kept = 0 if line.quote else max(breaks, default=-1) + 1
    return Typed(line.words[1:], line.last, bool(line.quote), kept)


def written(shell: str, typed: Typed, candidate: str) -> str | None:
    """Return ``candidate`` as the shell's script hands it on; None if it cannot be.

    zsh, fish and the script of PowerShell quote by themselves.
    """
    if shell != 'bash':
        return candidate
    return bash_word(candidate[typed.kept:], typed.quoted)
