"""What to say of a command that does not exist.

Layer: framework; compares names, imports no plugin.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, repeat
from operator import contains, itemgetter

from phyware.discovery import CommandManager
from phyware.errors import Validation

# Only what looks like a command word is repeated: an argument may be a secret
# (security case 66).
_WORD = re.compile(r'[a-z][a-z-]{0,23}\Z')
_CLOSE_ENOUGH = 0.75
_MOST = 3
_MOST_WORDS = 8


def unknown_command(manager: CommandManager, argv: list[str]) -> Validation:
    """Return the error for ``argv``, with close names or none.

    Stock cliff always finds something to suggest, however far (cliff-traps 3, 4).
    """
    words = _leading_words(manager, argv)
    name = f" '{' '.join(words)}'" if words else ''
    close = same_but_for_spelling(manager, argv) or _close_names(manager, words)
    hint = f'Did you mean: {", ".join(close)}? ' if close else ''
    group = _group(manager, words)
    return Validation(f'unknown command{name}', f"{hint}See 'phyware {group}--help'")


def _group(manager: CommandManager, words: list[str]) -> str:
    """Return the words before the unknown one, which have a help of their own."""
    known = words if manager.is_group(words) else words[:-1]
    return ''.join(f'{word} ' for word in known)


def _leading_words(manager: CommandManager, argv: list[str]) -> list[str]:
    words: list[str] = []
    for word in argv:
        known = manager.is_group([*words, word])
        if known or _WORD.match(word):
            words.append(word)
        if not known:
            break
    return words


def same_but_for_spelling(manager: CommandManager, words: Sequence[str]) -> list[str]:
    """Return the commands whose names ``words`` begin with, but for ``-``, ``_`` and capitals.

    An author who writes ``bots-list`` in an entry point has named one word.
    """
    typed = _plain(' '.join(words[:_MOST_WORDS])).split()
    begun = {' '.join(typed[:length]) for length in range(1, len(typed) + 1)}
    # At once, and by no pattern: there may be 10,000.
    names = [*manager.commands]
    return [*compress(names, map(begun.__contains__, _plain('\n'.join(names)).split('\n')))][:_MOST]


def _plain(text: str) -> str:
    return text.lower().replace('-', ' ').replace('_', ' ')


def _close_names(manager: CommandManager, words: list[str]) -> list[str]:
    if not words:
        return []
    typed = ' '.join(words)
    if typed == 'version':
        return ['--version']
    within = {_through(name.split(), words) for name in _with_word(manager, words[0])} - {''}
    if within:
        return sorted(within)[:_MOST]
    return close_names(typed, _groups_and_commands(manager, words[:-1]))


def _with_word(manager: CommandManager, word: str) -> Iterable[str]:
    """Return the names that have ``word`` behind their first one."""
    return compress(manager.commands, map(contains, manager.commands, repeat(f' {word}')))


def _groups_and_commands(manager: CommandManager, group: list[str]) -> set[str]:
    """Return the names of what is right below ``group``, which may be no words."""
    start = ''.join(f'{word} ' for word in group)
    below = manager.below(group)
    if not start:
        return {*map(itemgetter(0), map(str.partition, below, repeat(' ')))}
    return {start + name[len(start):].partition(' ')[0] for name in below}


def close_names(typed: str, names: Iterable[str]) -> list[str]:
    """Return what difflib finds, which gets only what its quick look would not drop.

    That look takes 20 to 80 thousand instructions a name (performance.md, P7).
    """
    letters = Counter(typed)
    near = [name for name in names if _may_be_close(letters, len(typed), name)]
    return difflib.get_close_matches(typed, sorted(near), _MOST, _CLOSE_ENOUGH)


def _may_be_close(letters: Mapping[str, int], length: int, name: str) -> bool:
    """Tell whether enough letters of ``name`` are among ``letters``, wherever they stand."""
    needed = _CLOSE_ENOUGH * (length + len(name)) / 2
    if min(length, len(name)) < needed:
        return False
    shared = sum([min(name.count(letter), number) for letter, number in letters.items()])
    return shared >= needed


def _through(name: list[str], words: list[str]) -> str:
    """Return ``name`` up to ``words``, if they are in it but not where it begins."""
    for start in range(1, len(name) - len(words) + 1):
        end = start + len(words)
        if name[start:end] == words:
            return ' '.join(name[:end])
    return ''
