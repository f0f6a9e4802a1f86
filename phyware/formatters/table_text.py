"""Draw columns as a table with +---+ rules.

Layer: framework, no I/O.  Widths are counted in terminal cells (wcwidth), so
that CJK and emoji line up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from phyware.formatters.columns import Column
from phyware.formatters.table_width import shared_widths, table_width

_LONG_CELL = 500


class _Track(NamedTuple):
    """One column as it is drawn: ``width`` terminal cells, without the padding."""

    column: Column
    width: int
    right: bool

    def pad(self, text: str) -> str:
        gap = ' ' * (self.width - cell_width(text))
        return gap + text if self.right else text + gap

    def wrap(self, cell: str) -> list[str]:
        if cell_width(cell) <= self.width:
            return [cell]
        from wcwidth import wrap

        pieces = _pieces(cell, self.width)
        return [line for piece in pieces for line in wrap(piece, self.width)] or ['']

    def template(self) -> str:
        # The heading is padded as well, hence the cells alone decide.
        return f'%{self.width}s' if self.right else f'%-{self.width}s'


def _pieces(cell: str, width: int) -> Iterator[str]:
    """Yield a long cell in parts of some lines each, cut at a space if there is one.

    What ``wcwidth.wrap`` takes grows with the square of a word's length: a host
    could keep it busy for hours with one cell.
    """
    start, size = 0, len(cell) if len(cell) <= _LONG_CELL else 8 * width
    while start < len(cell):
        end = start + size
        if end < len(cell):
            end = cell.rfind(' ', start + 1, end) + 1 or end
        yield cell[start:end]
        start = end


class TableText:
    """The text of one table, a batch of rows at a time.

    :param limit: wrap cells to make it this many terminal cells wide, or None
    :param least: the least width that wrapping may leave a column
    :param record: draw a rule after this many rows each; 0 for none
    """

    def __init__(self, limit: int | None, least: int, record: int = 0) -> None:
        self._limit, self._least, self._record = limit, least, record
        self._rights: list[bool] = []
        self._contents: list[int] = []
        self._widths: list[int] | None = None

    def batch(self, columns: Sequence[Column]) -> str:
        """Return the lines of a batch, the first one's below the headings.

        A rule comes before a batch that has a wider cell than all before it, and
        before each record.
        Columns are aligned as those of the first batch are.
        """
        contents = [_content_width(column.cells) for column in columns]
        beginning = self._widths is None
        changed = self._widen(columns, contents)
        widths = self._widths or []
        tracks = list(map(_Track, columns, widths, self._rights))
        rule = self.end() if changed or self._record else ''
        heading = rule + _line(track.pad(track.column.heading) for track in tracks)
        wrapped = any(map(int.__gt__, contents, widths))
        lines = _wrapped_lines(tracks) if wrapped else _plain_lines(tracks)
        if self._record:
            lines = _ruled(lines, rule, self._record)
        return (heading if beginning else '') + rule + ''.join(lines)

    def end(self) -> str:
        """Return the rule that ends the table."""
        return '+' + ''.join('-' * (width + 2) + '+' for width in self._widths or []) + '\n'

    def _widen(self, columns: Sequence[Column], contents: list[int]) -> bool:
        """Make room for another batch; tell whether any width changed."""
        before = self._widths
        if before is None:
            self._rights = [column.right for column in columns]
            self._contents = contents
        self._contents = list(map(max, self._contents, contents))
        headings = [cell_width(column.heading) for column in columns]
        self._widths = _settled(self._contents, headings, self._limit, self._least)
        return self._widths != before


def _plain_lines(tracks: list[_Track]) -> Iterator[str]:
    formats, columns = [], []
    for track in tracks:
        # '%-9s' counts characters; only in ASCII is that the width.
        narrow = ''.join(track.column.cells).isascii()
        formats.append(track.template() if narrow else '%s')
        columns.append(track.column.cells if narrow else map(track.pad, track.column.cells))
    return map(_line(formats).__mod__, zip(*columns, strict=True))


def _wrapped_lines(tracks: list[_Track]) -> Iterator[str]:
    for row in zip(*(track.column.cells for track in tracks), strict=True):
        parts = [track.wrap(cell) for track, cell in zip(tracks, row, strict=True)]
        yield ''.join(
            _line(track.pad(text) for track, text in zip(tracks, texts, strict=True))
            for texts in zip_longest(*parts, fillvalue='')
        )


def _ruled(lines: Iterator[str], rule: str, every: int) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number and number % every == 0:
            yield rule
        yield line


def fits(columns: Sequence[Column], limit: int | None, least: int) -> bool:
    """Tell whether a table of ``columns`` can be wrapped to be no wider than ``limit``."""
    if limit is None:
        return True
    contents = [_content_width(column.cells) for column in columns]
    headings = [cell_width(column.heading) for column in columns]
    return table_width(_settled(contents, headings, limit, least)) <= limit


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
