"""A short-lived access token at hand, for those who ask for it very often.

Layer: store; imports nothing but ``os`` and ``codec``, since the fast path reads
it (performance.md, P2k).

A keyring costs a conversation on the message bus for every read.  Whoever sets
``PHYWARE_TOKEN_CACHE=1`` has the access token of a login (never a personal access
token, never a refresh token) in a file of 0600 in ``XDG_RUNTIME_DIR`` as well,
which the system empties at the end of the session.  It counts only as long as
the record of the host is that of the same save.
"""

import os

from phyware.fast.files import OTHERS, read_own
from phyware.slugs import host_slug
from phyware_auth.store import codec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = 'PHYWARE_TOKEN_CACHE'
_LONGEST = 64 * 1024
_SAME = ('host', 'generation', 'serial', 'expiry')


def is_wanted(environ: 'Mapping[str, str]') -> bool:
    """Tell whether the person asked for it."""
    return environ.get(VARIABLE) == '1'


def read(environ: 'Mapping[str, str]', record: 'Mapping[str, str]') -> str | None:
    """Return the access token of the login that ``record`` is about, None if it is not here.

    :param record: the fields of the host's record, as they are written
    """
    path = _path(environ, record['host'])
    data = None if path is None else read_own(path, _LONGEST, OTHERS)
    try:
        fields = {} if data is None else codec.decode(data)
    except ValueError:
        return None
    same = all(fields.get(name) == record.get(name) for name in _SAME)
    return fields.get('access_token') if same else None


def write(environ: 'Mapping[str, str]', record: 'Mapping[str, str]', token: str) -> None:
    """Keep ``token``; whoever cannot goes without.

    :param record: as for ``read``
    """
    path = _path(environ, record['host'])
    if path is None or not record.get('expiry'):
        return
    fields = {name: record[name] for name in _SAME if name in record}
    data = codec.encode({**fields, 'access_token': token})
    temporary = f'{_temporary(path)}{os.getpid()}'
    try:
        _make(os.path.dirname(path))
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(temporary, flags, 0o600)
        try:
            whole = os.write(descriptor, data) == len(data)
        finally:
            os.close(descriptor)
        os.replace(temporary, path) if whole else os.unlink(temporary)
    except OSError:
        _remove(temporary)


def forget(environ: 'Mapping[str, str]', host: str) -> None:
    """Remove what is kept of ``host``, whether or not anything is wanted now.

    Also what a writer that was killed has left (security case 3).  One that is
    alive goes without.
    """
    path = _path(environ, host)
    if path is None:
        return
    _remove(path)
    directory, prefix = os.path.split(_temporary(path))
    try:
        names = os.listdir(directory)
    except OSError:
        return
    for name in names:
        if name.startswith(prefix) and name[len(prefix) :].isdigit():
            _remove(os.path.join(directory, name))


def _path(environ: 'Mapping[str, str]', host: str) -> str | None:
    directory = environ.get('XDG_RUNTIME_DIR') or ''
    if not os.path.isabs(directory) or '\0' in directory:
        return None
    try:
        status = os.stat(directory)
    except OSError:
        return None
    if status.st_uid != os.geteuid() or status.st_mode & OTHERS:
        return None
    return os.path.join(directory, 'phyware', host_slug(host))


def _temporary(path: str) -> str:
    # No slug begins with a dot.
    directory, name = os.path.split(path)
    return os.path.join(directory, f'.tok-{name}-')


def _make(directory: str) -> None:
    try:
        os.mkdir(directory, 0o700)
    except FileExistsError:
        return


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
