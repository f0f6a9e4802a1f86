"""Where phyware's files are, by name alone.

Layer: framework; imports nothing but ``os`` and ``sys``, since the fast path
needs it (performance.md, P2).  ``phyware.paths`` says what is wrong in words.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class NoPlace(ValueError):
    """No directory can be named; the text says why (security case 13)."""


def config_dir(environ: 'Mapping[str, str]') -> str:
    """Return the absolute directory of records, locks and settings.

    :param environ: the environment to read
    :raises NoPlace: none can be named, it is relative, or the home is ``/``
    """
    explicit = environ.get('PHYWARE_CONFIG_DIR')
    if explicit:
        return _absolute('PHYWARE_CONFIG_DIR', explicit)
    if sys.platform in ('win32', 'darwin'):
        import platformdirs

        directory = platformdirs.user_config_dir('phyware', appauthor=False, roaming=False)
        return _absolute('the home directory', directory)
    return os.path.join(_base(environ, 'XDG_CONFIG_HOME', '.config'), 'phyware')


def cache_dir(environ: 'Mapping[str, str]') -> str:
    """Return the absolute directory of what can be made again.

    :raises NoPlace: as ``config_dir``
    """
    if sys.platform in ('win32', 'darwin'):
        import platformdirs

        return _absolute('the home directory', platformdirs.user_cache_dir('phyware', False))
    return os.path.join(_base(environ, 'XDG_CACHE_HOME', '.cache'), 'phyware')


def _base(environ: 'Mapping[str, str]', variable: str, folder: str) -> str:
    given = environ.get(variable)
    if given:
        return _absolute(variable, given)
    home = _absolute('HOME', _home(environ))
    if os.path.normpath(home) in ('/', '//'):
        raise NoPlace('the home directory of this user is the root directory')
    return os.path.join(home, folder)


def _home(environ: 'Mapping[str, str]') -> str:
    if 'HOME' in environ:
        return environ['HOME']
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        raise NoPlace('no home directory is known for this user') from None


def _absolute(name: str, value: str) -> str:
    if not os.path.isabs(value) or '\0' in value:
        raise NoPlace(f'{name} is not an absolute path')
    return value
