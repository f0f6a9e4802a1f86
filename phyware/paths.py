"""Where phyware keeps its files.

Layer: framework; computes paths, creates nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from phyware import places
from phyware.errors import GenericError

_HELP = 'Set PHYWARE_CONFIG_DIR to an absolute path of a directory you own'


class Paths:
    """Directories of one user, from the environment given.

    On Linux the XDG rules are followed by ``phyware.places`` and not by
    ``platformdirs``, which reads the process's own environment and turns a
    missing HOME into a directory named ``~`` (security case 13); elsewhere it
    decides.

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
        try:
            return Path(places.config_dir(self._environ))
        except places.NoPlace as error:
            raise GenericError(str(error), _HELP) from None
