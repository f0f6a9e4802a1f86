"""The list of fast functions, and of all entry points, as made from what is installed.

Layer: framework; imports nothing but ``os`` and ``sys`` (performance.md, P5).
``phyware.fast.build`` writes it.  It is plain text::

    phyware-fast 6 0.1.0 utf-8
    P /site-packages:/other            the search path it is for
    N 1 2 7207519473120842031 0000000242 5831
    auth token|phyware_auth.fast:token
    /site-packages
    /site-packages/acme-1.0.dist-info/entry_points.txt
    /other
    /site-packages/plain-1.0.dist-info/entry_points.txt
    end
    ...                                what phyware.keptentries makes of it

N says how many commands and paths there are, what the paths' states are, and how
many bytes there are up to the line ``end`` and behind it: who looks for a fast
function reads no more than it needs.

It holds only while every directory and file of the paths has the sizes and times
it had, nothing can be read where nothing could, at those that follow, and only
Python itself finds packages; else it counts for nothing.  There may be thousands
(P7): asking the system for a state is most of what one of them costs, and they are
compared at once.
"""

import os
import sys

from phyware import __version__
from phyware.fast.files import read_start
from phyware.places import NoPlace, cache_dir

# Bytes up to the line END, and in all: beyond there is no index.
LONGEST, LONGEST_WHOLE = 4 * 1024 * 1024, 64 * 1024 * 1024
# In another encoding the same bytes are another path.
HEAD = f'phyware-fast 6 {__version__} {sys.getfilesystemencoding()}'
END = 'end'
_LONGEST_NAME = 150
# Python takes no number of some thousand digits.
_LONGEST_COUNTS = 100
_PYTHONS_OWN = ('_frozen_importlib', '_frozen_importlib_external')
# Bytes that hold the first part where not hundreds of packages are installed.
_USUAL = 32 * 1024

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


def find(environ: 'Mapping[str, str]', argv: 'Sequence[str]') -> 'tuple[str, str, int]':
    """Return the states of a sound index, the function for ``argv``, and its words.

    :returns: ``(states, 'module:function', number of words)``; no states where no
        index is sound, no function and 0 where ``argv`` begins with no fast command
    """
    path = path_of(environ)
    lines = [] if path is None else _first_part(path)
    if lines[:2] != [HEAD, f'P {search_path()}'] or lines[-2:] != [END, '']:
        return '', '', 0
    commands, there, states = lines[2].split(' ')[1:4]
    first, last = 3 + int(commands), 3 + int(commands) + int(there)
    if states_of(lines[first:last]) != states or any(readable(lines[last:-2])):
        return '', '', 0
    if not all(map(searches_the_path, sys.meta_path)):
        return '', '', 0
    return states, *_function(lines[3:first], list(argv))


def _first_part(path: str) -> 'list[str]':
    """Return the lines through ``END``; none of a file that is not whole."""
    data, size = read_start(path, _USUAL)
    length = length_of(data, size)
    if length > len(data):
        data, size = read_start(path, length)
        length = length_of(data, size)
    whole = 0 < length <= len(data)
    return data[:length].decode('utf-8', 'surrogateescape').split('\n') if whole else []


def length_of(data: bytes, size: int) -> int:
    """Return how many bytes the first part has; 0 of what is no index of ``size`` bytes."""
    words = (data.split(b'\n', 3) + [b''] * 2)[2][:_LONGEST_COUNTS].split(b' ')
    numbers = [*words[1:3], *words[4:]]
    if len(words) != 6 or words[0] != b'N' or not all(map(bytes.isdigit, numbers)):
        return 0
    length = int(words[4])
    return length if length + int(words[5]) == size and length < LONGEST else 0


def _function(commands: 'list[str]', argv: 'list[str]') -> 'tuple[str, int]':
    function, words = '', 0
    for command in commands:
        name, _, target = command.partition('|')
        wanted = name.split(' ')
        if argv[: len(wanted)] == wanted:
            function, words = target, len(wanted)
    return function, words


def search_path() -> str:
    """Return where modules and metadata are looked for, empty if not all of it is text."""
    try:
        return os.pathsep.join(sys.path)
    except TypeError:
        return ''


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


def readable(paths: 'Sequence[str]') -> 'list[bool]':
    """Tell of each of ``paths`` whether it leads to something which this process may read.

    What it may not read is as good as absent; another group may change that, and
    leaves no trace in sizes and times.  All are told to be readable where the system
    cannot spell one.
    """
    try:
        return [*map(os.access, paths, [os.R_OK] * len(paths))]
    except ValueError:
        return [True] * len(paths)


def searches_the_path(finder: object) -> bool:
    """Tell whether a finder finds no packages but those on the search path.

    keyring imports the backport importlib_metadata, whose finder does find those, and
    setuptools a copy of it.  Of any other nobody can say what it looks at: there is no
    index beside it.
    """
    kind = finder if isinstance(finder, type) else type(finder)
    module = kind.__module__
    if module in _PYTHONS_OWN or 'importlib_metadata' in str(module).split('.'):
        return True
    return getattr(finder, 'find_distributions', None) is None
