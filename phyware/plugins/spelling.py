"""Names that are read, and yet are not what their author meant; groups that are not read.

Layer: framework; compares names, imports no plugin.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from phyware.discovery import COMMAND_GROUP
from phyware.extensions import Installed, distribution_of
from phyware.plugins.inventory import Plugin
from phyware.plugins.names import GROUPS, item
from phyware.plugins.problem import WARNING, Problem
from phyware.text import clean

_PREFIX = 'phyware.'
_UNREAD = 'phyware reads no group of this name'
_CLOSE_ENOUGH = 0.8
# Of groups of anybody's only what cannot be another project's.
_SURELY_MEANT = 0.9
# What ends the names of commands in most projects on cliff.
_VERBS = ('create', 'delete', 'get', 'list', 'remove', 'show')


def _plain(name: str) -> str:
    """Return a name as everybody means it: words in lower case, a space between two."""
    return ' '.join(re.split('[-_ .]+', name.lower())).strip()


def spelling_problems(plugin: Plugin) -> Iterator[Problem]:
    """Yield the commands of ``plugin`` that nobody would type as they are named."""
    commands = [ep for ep in plugin.entry_points if ep.group == COMMAND_GROUP]
    heads = [re.split('[-_ ]', ep.name)[0].lower() for ep in commands]
    for ep in commands:
        if problem := _spelling(ep.name, heads):
            yield Problem(plugin.name, item(ep), WARNING, *problem)


def _spelling(name: str, heads: list[str]) -> tuple[str, str] | None:
    """Return what is odd in a name and what helps.

    :param heads: the first words of all commands of the package
    """
    words = re.split('[_ ]', name)
    wanted = clean('_'.join(filter(None, words)).lower())
    if not all(words):
        return 'it has an empty word, that nobody types', f'Name it {wanted} in its entry point'
    if name != name.lower():
        typed = clean(' '.join(words))
        return f'it has to be typed with its capitals: {typed}', f'Name it {wanted}'
    head, _, tail = name.partition('-')
    if len(words) == 1 and tail and (heads.count(head) > 1 or tail in _VERBS):
        several = clean(_plain(name))
        advice = f"Name it {several.replace(' ', '_')} if '{several}' is meant: an _ is a space"
        return 'it is one word, as a - is no space', advice
    return None


def group_problems(installed: Installed) -> Iterator[Problem]:
    """Yield the groups that are almost one of phyware's, and so are read by nobody."""
    for group in installed.groups(''):
        advice = '' if group in GROUPS else _advice(group)
        for entry in installed.entries(group) if advice else ():
            yield Problem(
                distribution_of(entry), f"group '{clean(group)}'", WARNING, _UNREAD, advice
            )


def _advice(group: str) -> str:
    if group.startswith(f'{COMMAND_GROUP}.'):
        spaced = ' ' in group
        return f'Write {clean(group.replace(" ", "_"))}' if spaced else ''
    close = ' or '.join(_close_groups(group))
    return f'Did you mean {close}?' if close else ''


def _close_groups(group: str) -> Iterable[str]:
    typed = _plain(group).replace(' ', '.')
    if halves := [known for known in GROUPS if known.startswith(f'{typed}.')]:
        # The prefix of all of them may be anybody's.
        return halves if typed.count('.') else ()
    head, rest = '.'.join(group.split('.')[:2]), group.split('.')[2:]
    cutoff = _CLOSE_ENOUGH if group.startswith(_PREFIX) else _SURELY_MEANT
    if rest and difflib.get_close_matches(head, [COMMAND_GROUP], 1, _SURELY_MEANT):
        return ['.'.join([COMMAND_GROUP, *rest])]
    return difflib.get_close_matches(typed, GROUPS, 1, cutoff)
