"""The markdown format: a table of GitHub Flavored Markdown.

Layer: framework.
"""

from __future__ import annotations

import re

from phyware.formatters.tabulated import TabulatedFormatter

_ENTITIES = str.maketrans({'&': '&amp;', '<': '&lt;', '>': '&gt;'})
# Underscores inside of a word are not markup, and field names are full of them.
_MARKUP = re.compile(r'[\\|`*~\[\]]|(?<!\w)_|_(?!\w)')


class MarkdownFormatter(TabulatedFormatter):
    """Write a Markdown table whose cells are text, whatever they hold."""

    tablefmt = 'github'

    def escape(self, cell: str) -> str:
        """Return ``cell`` with markup escaped (GFM sections 2.4 and 4.10)."""
        return _MARKUP.sub(r'\\\g<0>', cell.translate(_ENTITIES))
