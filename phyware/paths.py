"""Where phyware keeps its files.

Layer: framework; computes paths, creates nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from phyware.errors import GenericError

_HELP = 'Set PHYWARE_CONFIG_DIR to an absolute path of a directory you own'


class Paths:
    """Directories of one user, from the environment given.

    On Linux the XDG rules are followed here and not by ``platformdirs``, which
    reads the process's own environment and turns a missing HOME into a
    directory named ``~`` (security case 13); elsewhere it decides.

    :param environ: the environment to read
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    @property
    def config_dir(self) -> Path:
        """Return the absolute directory of records, locks and settings.

        :raises GenericError: no directory can be named, it is relative, or
            the home directory is ``/`` (security case 13)
        """
        explicit = self._environ.get('PHYWARE_CONFIG_DIR')
        if explicit:
            return self._absolute('PHYWARE_CONFIG_DIR', explicit)
        if sys.platform in ('win32', 'darwin'):
            import platformdirs

            directory = platformdirs.user_config_dir('phyware', appauthor=False, roaming=False)
            return self._absolute('the home directory', directory)
        return self._xdg_config_home() / 'phyware'

    def _xdg_config_home(self) -> Path:
        base = self._environ.get('XDG_CONFIG_HOME')
        if base:
            return self._absolute('XDG_CONFIG_HOME', base)
        home = self._absolute('HOME', self._home())
        if os.path.normpath(home) in ('/', '//'):
            raise GenericError('the home directory of this user is the root directory', _HELP)
        return home / '.config'

    def _home(self) -> str:
        if 'HOME' in self._environ:
            return self._environ['HOME']
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            raise GenericError('no home directory is known for this user', _HELP) from None

    @staticmethod
    def _absolute(name: str, value: str) -> Path:
        if not os.path.isabs(value) or '\0' in value:
            raise GenericError(f'{name} is not an absolute path', _HELP)
        return Path(value)
