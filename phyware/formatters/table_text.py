"""Draw columns as a table with +---+ rules.

Layer: framework, no I/O.  Widths are counted in terminal cells (wcwidth), so
that CJK and emoji line up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

from phyware.formatters.columns import Column
from phyware.formatters.table_width import shared_widths, table_width


@dataclass(frozen=True)
class _Track:
    """One column as it is drawn: ``width`` terminal cells, without the padding."""

    column: Column
    width: int

    def pad(self, text: str) -> str:
        gap = ' ' * (self.width - cell_width(text))
        return gap + text if self.column.right else text + gap

    def wrap(self, cell: str) -> list[str]:
        if cell_width(cell) <= self.width:
            return [cell]
        from wcwidth import wrap

        return wrap(cell, self.width) or ['']

    def template(self) -> str:
        # The heading is padded as well, hence the cells alone decide.
        return f'%{self.width}s' if self.column.right else f'%-{self.width}s'


class TableText:
    """The text of one table.

    :param limit: wrap cells to make it this many terminal cells wide, or None
    :param least: the least width that wrapping may leave a column
    """

    def __init__(self, columns: Sequence[Column], limit: int | None, least: int) -> None:
        contents = [_content_width(column.cells) for column in columns]
        headings = [cell_width(column.heading) for column in columns]
        widths = _settled(contents, headings, limit, least)
        self._tracks = list(map(_Track, columns, widths))
        self._wrapped = any(map(int.__gt__, contents, widths))

    def pieces(self, rows: int) -> Iterator[str]:
        """Yield the text in pieces of at most ``rows`` rows."""
        rule = '+' + ''.join('-' * (track.width + 2) + '+' for track in self._tracks) + '\n'
        yield rule + _line(track.pad(track.column.heading) for track in self._tracks) + rule
        lines = self._wrapped_lines() if self._wrapped else self._plain_lines()
        while piece := ''.join(islice(lines, rows)):
            yield piece
        yield rule

    def _plain_lines(self) -> Iterator[str]:
        formats, columns = [], []
        for track in self._tracks:
            # '%-9s' counts characters; only in ASCII is that the width.
            narrow = ''.join(track.column.cells).isascii()
            formats.append(track.template() if narrow else '%s')
            columns.append(track.column.cells if narrow else map(track.pad, track.column.cells))
        return map(_line(formats).__mod__, zip(*columns, strict=True))

    def _wrapped_lines(self) -> Iterator[str]:
        for row in zip(*(track.column.cells for track in self._tracks), strict=True):
            parts = [track.wrap(cell) for track, cell in zip(self._tracks, row, strict=True)]
            yield ''.join(
                _line(track.pad(text) for track, text in zip(self._tracks, texts, strict=True))
                for texts in zip_longest(*parts, fillvalue='')
            )


def _line(texts: Iterable[str]) -> str:
    return '| ' + ' | '.join(texts) + ' |\n'


def _settled(
    contents: list[int], headings: list[int], limit: int | None, least: int
) -> list[int]:
    natural = list(map(max, contents, headings))
    if limit is None or not natural or table_width(natural) <= limit:
        return natural
    shares = shared_widths(natural, limit, least)
    # A heading is never wrapped, as in cliff.
    return [
        max(heading, min(content, share))
        for heading, content, share in zip(headings, contents, shares, strict=True)
    ]


def cell_width(text: str) -> int:
    """Return how many terminal cells ``text`` takes; it has no control characters."""
    if text.isascii():
        return len(text)
    import wcwidth

    return wcwidth.width(text)


def _content_width(cells: list[str]) -> int:
    return max(map(len if ''.join(cells).isascii() else cell_width, cells), default=0)
