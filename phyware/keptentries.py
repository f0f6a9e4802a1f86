"""All entry points, kept behind the launcher's index.

Layer: framework; no I/O but through ``phyware.fast.index``.  With 2,000 packages
to open and take apart the file of each takes four times as long as all that
phyware does else (performance.md, P7).  What is kept is what ``EntryFiles`` makes of
them, and holds as long as the index does: while none of those files has changed.
It is plain text::

    phyware.commands 1                 each group, and how many lines it has
    console_scripts 1

    robots list = acme:List            the lines of a group,
    /site-packages/acme-1.0.dist-info  and where the distribution of each is
    robots = acme:main
    /site-packages/acme-1.0.dist-info
"""

from __future__ import annotations

from collections.abc import Mapping

from phyware.entryfiles import EntryFiles, Lines
from phyware.fast import index


def kept_entries(environ: Mapping[str, str], states: str) -> EntryFiles | None:
    """Return the entry points, None where they have to be read.

    :param states: of the index that was found to be sound a moment ago, if any was
    """
    text = index.second_part(environ, states) if states else None
    return EntryFiles(_groups(text.split('\n'))) if text else None


def text_of(files: EntryFiles) -> str:
    """Return what is to be kept; nothing if a distribution lies in no directory.

    Whoever found that one knows more of it than where it is.
    """
    lines = [*(f'{name} {len(found.lines)}' for name, found in files.groups.items()), '']
    for found in files.groups.values():
        places = [where for where in found.wheres if isinstance(where, str)]
        if len(places) < len(found.wheres):
            return ''
        lines += found.lines + places
    return '\n'.join(lines)


def _groups(lines: list[str]) -> dict[str, Lines]:
    groups: dict[str, Lines] = {}
    heads = lines.index('')
    start = heads + 1
    for head in lines[:heads]:
        name, _, count = head.rpartition(' ')
        middle, end = start + int(count), start + 2 * int(count)
        groups[name] = Lines(lines[start:middle], [*lines[middle:end]])
        start = end
    return groups
