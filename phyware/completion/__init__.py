"""What can come next on a command line: for the shells and for the REPL.

Layer: framework.  Cheap to import: a shell asks at every Tab.
"""

from __future__ import annotations

from phyware.completion.live import candidates

__all__ = ['candidates']
