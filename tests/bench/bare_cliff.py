"""The least cliff application there is: a peer.

Layer: bench; run as a program.
"""

from __future__ import annotations

import sys

from cliff.app import App
from cliff.commandmanager import CommandManager


def main() -> int:
    """Run it."""
    return App('A bare application', '1', CommandManager('bare.commands')).run(sys.argv[1:])


if __name__ == '__main__':
    sys.exit(main())
