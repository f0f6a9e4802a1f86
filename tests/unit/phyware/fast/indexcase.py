"""A home, a plugin with a fast command, and the index of both.

Layer: test fixture.
"""

from __future__ import annotations

import time
from pathlib import Path

from phyware.fast import build, index
from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND, PluginCase

FAST = 'phyware.fast'
MODULE = PLAIN_COMMAND + '''

def fast(argv):
    return len(argv) if argv != ['decline'] else None

def table(argv):
    from phyware.errors import ExitStatus
    return ExitStatus.INTERRUPTED

def failing(argv):
    raise SystemError

def leaving(argv):
    raise SystemExit(3)

def interrupted(argv):
    raise KeyboardInterrupt

def printing(argv):
    print('text')
    return 0

def odd(argv):
    return 'text'

def large(argv):
    return 256
'''


class IndexCase(PluginCase):
    """A home without an index, and a plugin with a fast command."""

    def setUp(self) -> None:
        super().setUp()
        self.environ = dict(self.cli.environ)
        self.later = time.time() + 3600

    def add(self, name: str = 'acme', function: str = 'fast', **entries: str) -> None:
        """Install a package with the command ``robots run`` and its fast function."""
        groups = {COMMANDS: {'robots_run': 'Echo'}, FAST: {'robots_run': function}}
        self.site.install(name, MODULE, {**groups, **{k: {v: 'Echo'} for k, v in entries.items()}})

    def write(self) -> bool:
        """Write the index as if everything had been installed long ago."""
        return build.write_index(self.environ, self.later)

    def found(self, *argv: str) -> tuple[bool, str, int]:
        """Return what is found for a command line."""
        states, *found = index.find(self.environ, argv)
        return bool(states), *found

    @property
    def path(self) -> Path:
        """Return where the index is."""
        found = index.path_of(self.environ)
        assert found is not None
        return Path(found)
