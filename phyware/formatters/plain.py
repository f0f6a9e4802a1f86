"""The plain format: columns with two spaces between them and no lines.

Layer: framework.
"""

from __future__ import annotations

from phyware.formatters.tabulated import TabulatedFormatter


class PlainFormatter(TabulatedFormatter):
    """Write a table without rules, for a mail or a note."""

    tablefmt = 'plain'
