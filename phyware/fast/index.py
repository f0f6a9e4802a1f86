"""The list of fast functions, as it was made from what is installed.

Layer: framework; imports nothing but ``os`` and ``sys`` (performance.md, P5).
``phyware.fast.build`` writes it.  It is plain text::

    phyware-fast 3 0.1.0
    P /site-packages:/other            the search path it is for
    N 1 2 7207519473120842031          how many commands, how many paths, and their states
    auth token|phyware_auth.fast:token
    /site-packages
    /site-packages/acme-1.0.dist-info/entry_points.txt
    /other
    /site-packages/plain-1.0.dist-info/entry_points.txt
    end

It holds only while every directory and file of the paths has the sizes and times
it had, and nothing is where nothing was, at those that follow; else it counts
for nothing.  There may be thousands (P7): asking the system for a state is most
of what one of them costs, and they are compared at once.
"""

import os
import sys

from phyware import __version__
from phyware.fast.files import read_own
from phyware.places import NoPlace, cache_dir

LONGEST = 4 * 1024 * 1024
HEAD = f'phyware-fast 3 {__version__}'
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
    kind, commands, there, states = (lines[2].split(' ') + [''] * 3)[:4]
    if kind != 'N' or not (commands.isdecimal() and there.isdecimal()):
        return False, '', 0
    first, last = 3 + int(commands), 3 + int(commands) + int(there)
    if states_of(lines[first:last]) != states or any(map(is_there, lines[last:-2])):
        return False, '', 0
    return True, *_function(lines[3:first], list(argv))


def _function(commands: 'list[str]', argv: 'list[str]') -> 'tuple[str, int]':
    function, words = '', 0
    for command in commands:
        name, _, target = command.partition('|')
        wanted = name.split(' ')
        if argv[: len(wanted)] == wanted:
            function, words = target, len(wanted)
    return function, words


def search_path() -> str:
    """Return where modules and metadata are looked for."""
    return os.pathsep.join(sys.path)


def states_of(paths: 'Sequence[str]') -> str:
    """Return a number that sizes and times of directories and files make, empty if one is gone.

    A directory changes when something is installed in it or removed; a file
    may be rewritten in its place.  An image of a system, a build that can be
    repeated and rsync give files the time they want, but none sets the time at
    which that was done.
    """
    number = 0
    try:
        # Of numbers, which have the same hash in every process; none of them is kept.
        for status in map(os.stat, paths):
            number = hash((number, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    except (OSError, ValueError):
        return ''
    return str(number)


def is_there(path: str) -> bool:
    """Tell whether a path leads to something, as ``os.stat`` would."""
    return os.access(path, os.F_OK)
