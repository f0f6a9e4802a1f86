"""What to say of a command that does not exist.

Layer: framework; compares names, imports no plugin.
"""

from __future__ import annotations

import difflib
import re

from phyware.discovery import CommandManager
from phyware.errors import Validation

# Only what looks like a command word is repeated: an argument may be a secret
# (security case 66).
_WORD = re.compile(r'[a-z][a-z-]{0,23}\Z')
_CLOSE_ENOUGH = 0.75
_MOST = 3


def unknown_command(manager: CommandManager, argv: list[str]) -> Validation:
    """Return the error for ``argv``, with close names or none.

    Stock cliff always finds something to suggest, however far (cliff-traps 3, 4).
    """
    words = _leading_words(manager, argv)
    name = f" '{' '.join(words)}'" if words else ''
    close = _close_names(manager, words)
    hint = f'Did you mean: {", ".join(close)}? ' if close else ''
    group = _group(manager, words)
    return Validation(f'unknown command{name}', f"{hint}See 'phyware {group}--help'")


def _group(manager: CommandManager, words: list[str]) -> str:
    """Return the words before the unknown one, which have a help of their own."""
    known = words if manager.group_members(words) else words[:-1]
    return ''.join(f'{word} ' for word in known)


def _leading_words(manager: CommandManager, argv: list[str]) -> list[str]:
    words: list[str] = []
    for word in argv:
        known = bool(manager.group_members([*words, word]))
        if known or _WORD.match(word):
            words.append(word)
        if not known:
            break
    return words


def _close_names(manager: CommandManager, words: list[str]) -> list[str]:
    if not words:
        return []
    typed = ' '.join(words)
    if typed == 'version':
        return ['--version']
    within = sorted(filter(None, {_through(name.split(), words) for name in manager.commands}))
    if within:
        return within[:_MOST]
    same_length = {' '.join(name.split()[: len(words)]) for name in manager.commands}
    return difflib.get_close_matches(typed, sorted(same_length), _MOST, _CLOSE_ENOUGH)


def _through(name: list[str], words: list[str]) -> str:
    """Return ``name`` up to ``words``, if they are in it but not where it begins."""
    for start in range(1, len(name) - len(words) + 1):
        end = start + len(words)
        if name[start:end] == words:
            return ' '.join(name[:end])
    return ''
