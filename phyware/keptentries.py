"""All entry points, kept behind the launcher's index.

Layer: framework; no I/O but of the index.  With 2,000 packages to open and take
apart the file of each takes four times as long as all that phyware does else
(performance.md, P7).  What is kept is what ``EntryFiles`` makes of them, and holds as
long as the index does: while none of those files has changed.
It is plain text::

    0a1b2c3d                           CRC-32 of the first part and this
    phyware.commands 2 1               each group, how many entry points it has, and
    console_scripts 1 1                how many runs of them are of one distribution

    robots_list                        the names of a group,
    robots_run
    acme:List                          the values,
    acme:Run
    2 /site-packages/acme-1.0.dist-info  and the runs: how many, and where it is
    robots
    acme:main
    1 /site-packages/acme-1.0.dist-info
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import Distribution
from itertools import chain, groupby, repeat

from phyware.entryfiles import EntryFiles, Group
from phyware.fast import index
from phyware.fast.files import read_own

_CHECK = len('0a1b2c3d\n')


def kept_entries(environ: Mapping[str, str], states: str) -> EntryFiles | None:
    """Return the entry points, None where they have to be read.

    :param states: of the index that was found to be sound a moment ago, if any was
    """
    first, second = _parts(environ, states) if states else (b'', b'')
    check, rest = second[:_CHECK], second[_CHECK:]
    if check == check_of(first, rest):
        return EntryFiles(_groups(rest.decode('utf-8', 'surrogateescape').split('\n')))
    if second:
        # Of a disk, or of a machine that lost its power: it would not be made anew.
        _forget(environ)
    return None


def _forget(environ: Mapping[str, str]) -> None:
    path = index.path_of(environ)
    if path is not None:
        with suppress(OSError):
            os.unlink(path)


def check_of(first: bytes, rest: bytes) -> bytes:
    """Return the line that stands before ``rest``, behind the first part of its index."""
    return b'%08x\n' % zlib.crc32(rest, zlib.crc32(first))


def _parts(environ: Mapping[str, str], states: str) -> tuple[bytes, bytes]:
    """Return what stands up to ``END`` and behind it; nothing if it is not of ``states``."""
    path = index.path_of(environ)
    data = (None if path is None else read_own(path, index.LONGEST_WHOLE)) or b''
    first = data[: index.length_of(data, len(data))]
    lines = first.decode('utf-8', 'surrogateescape').split('\n', 3)
    known = lines[:2] == [index.HEAD, f'P {index.search_path()}']
    if known and lines[2].split(' ')[3] == states:
        return first, data[len(first) :]
    return b'', b''


def text_of(files: EntryFiles) -> str:
    """Return what is to be kept; nothing if a distribution lies in no directory.

    Whoever found that one knows more of it than where it is.
    """
    heads, lines = [], []
    for name, (names, values, wheres) in files.groups.items():
        runs = [(len([*found]), where) for where, found in groupby(wheres)]
        if not all(isinstance(where, str) for _, where in runs):
            return ''
        heads.append(f'{name} {len(names)} {len(runs)}')
        lines += [*names, *values, *(f'{count} {where}' for count, where in runs)]
    return '\n'.join([*heads, '', *lines])


def _groups(lines: list[str]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    heads = lines.index('')
    start = heads + 1
    for head in lines[:heads]:
        name, count, runs = head.rsplit(' ', 2)
        values, places = start + int(count), start + 2 * int(count)
        wheres = _wheres(lines[places : places + int(runs)])
        groups[name] = Group(lines[start:values], lines[values:places], wheres)
        start = places + int(runs)
    return groups


def _wheres(runs: list[str]) -> list[str | Distribution]:
    found = (run.split(' ', 1) for run in runs)
    return [*chain.from_iterable(repeat(where, int(count)) for count, where in found)]
