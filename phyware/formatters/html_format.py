"""The html format: a table element; tabulate escapes its cells.

Layer: framework.
"""

from __future__ import annotations

from phyware.formatters.tabulated import TabulatedFormatter


class HTMLFormatter(TabulatedFormatter):
    """Write an HTML table."""

    tablefmt = 'html'
