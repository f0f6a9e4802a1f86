"""Text as it may reach a terminal: nothing in it but what is seen.

Layer: framework, no I/O.  Security case 79, cliff-traps 25.
"""

from __future__ import annotations

from phyware.text import clean_each


def shown(cells: list[str]) -> list[str]:
    """Return ``cells`` with every control and format character made visible.

    A cell stays one line, and whole: nothing is cut off.
    """
    return clean_each(cells, limit=None)
