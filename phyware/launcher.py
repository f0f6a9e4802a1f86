"""The console script.

Layer: framework; imports next to nothing until it knows that it must.
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run the process's command line and return the exit status."""
    try:
        if sys.argv[1:2] == ['completion'] and sys.argv[3:] == ['--candidates']:
            return _tab(sys.argv[2])
        from phyware.app import main as app_main

        return app_main()
    except KeyboardInterrupt:
        # During the imports nobody else reports it, and Python shows a traceback.
        return 130


def _tab(shell: str) -> int:
    """Answer a shell's Tab as the command would, without its half of the start."""
    from phyware.completion.shells import SHELLS
    from phyware.completion.tab import main as tab_main
    from phyware.context import Context

    return tab_main(shell, Context.from_system()) if shell in SHELLS else 4
