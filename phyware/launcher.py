"""The console script.

Layer: framework; imports next to nothing until it knows that it must.
"""

from __future__ import annotations


def main() -> int:
    """Run the process's command line and return the exit status."""
    try:
        from phyware.app import main as app_main

        return app_main()
    except KeyboardInterrupt:
        # During the imports nobody else reports it, and Python shows a traceback.
        return 130
