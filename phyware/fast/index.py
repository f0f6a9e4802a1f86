"""The list of fast functions, as it was made from what is installed.

Layer: framework; imports nothing but ``os`` and ``sys`` (performance.md, P5).
``phyware.fast.build`` writes it.  It is plain text::

    phyware-fast 2 0.1.0
    P /site-packages:/other            the search path it is for
    D 1764000000000000000/1764000000123456789 /site-packages
    F 312 1764000000000000000/1764000000123456789 /site-packages/acme-1.0.dist-info/entry_points.txt
    C auth token|phyware_auth.fast:token
    end

It holds only while every directory and file is as it is written there; else it
counts for nothing.
"""

import os
import sys

from phyware import __version__
from phyware.fast.files import read_own
from phyware.places import NoPlace, cache_dir

LONGEST = 4 * 1024 * 1024
HEAD = f'phyware-fast 2 {__version__}'
END = 'end'
_LONGEST_NAME = 150

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def path_of(environ: 'Mapping[str, str]') -> str | None:
    """Return where the index of this interpreter is, None if it can be nowhere."""
    try:
        directory = cache_dir(environ)
    except NoPlace:
        return None
    # One for each environment; two that share a name only take turns.
    return os.path.join(directory, 'fast' + sys.prefix.replace(os.sep, '-')[-_LONGEST_NAME:])


def find(environ: 'Mapping[str, str]', argv: 'Sequence[str]') -> 'tuple[bool, str, int]':
    """Return whether there is a sound index, the function for ``argv``, and its words.

    :returns: ``(sound, 'module:function', number of words)``; no function and
        0 where ``argv`` begins with no fast command
    """
    path = path_of(environ)
    data = None if path is None else read_own(path, LONGEST)
    lines = [] if data is None else data.decode('utf-8', 'surrogateescape').split('\n')
    if lines[:2] != [HEAD, f'P {search_path()}'] or lines[-2:] != [END, '']:
        return False, '', 0
    function, words = '', 0
    for line in lines[2:-2]:
        kind, _, rest = line.partition(' ')
        if kind == 'C':
            name, _, target = rest.partition('|')
            wanted = name.split(' ')
            if list(argv[: len(wanted)]) == wanted:
                function, words = target, len(wanted)
        elif not _holds(kind, rest):
            return False, '', 0
    return True, function, words


def search_path() -> str:
    """Return where modules and metadata are looked for."""
    return os.pathsep.join(sys.path)


def state_of(kind: str, path: str) -> str:
    """Return what is compared of a directory (``D``) or a file (``F``).

    A directory changes when something is installed in it or removed; a file
    may be rewritten in its place.  An image of a system, a build that can be
    repeated and rsync give files the time they want, but none sets the time at
    which that was done.
    """
    try:
        status = os.stat(path)
    except OSError:
        return '-' if kind == 'D' else '- -'
    changed = f'{status.st_mtime_ns}/{status.st_ctime_ns}'
    return changed if kind == 'D' else f'{status.st_size} {changed}'


def _holds(kind: str, rest: str) -> bool:
    if kind == 'D':
        state, _, path = rest.partition(' ')
    else:
        size, _, rest = rest.partition(' ')
        changed, _, path = rest.partition(' ')
        state = f'{size} {changed}'
    return kind in ('D', 'F') and state_of(kind, path) == state
