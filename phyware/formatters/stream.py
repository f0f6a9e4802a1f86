"""Rows in, text out: batches of rows and a stream that takes any text.

Layer: framework.  Errors of the stream (a closed pipe, a full disk) pass through.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TextIO

from phyware.formatters.rows import Row, checked

# That of a page as well (phyware.paging.LARGEST_PAGE).
MOST_ROWS = 1000
ENOUGH_CHARACTERS = 64 * 1024


class Sink:
    """Write text to a stream whatever the text holds and the stream's encoding is.

    :param stdout: any text stream; one without an encoding takes all of Unicode
    """

    def __init__(self, stdout: TextIO) -> None:
        self._stdout = stdout
        self._encoding = getattr(stdout, 'encoding', None) or 'utf-8'

    @property
    def unicode(self) -> bool:
        """Tell whether the stream can carry every character but surrogates."""
        return codecs.lookup(self._encoding).name.startswith('utf')

    @property
    def terminal(self) -> bool:
        """Tell whether someone reads the stream on a terminal."""
        isatty = getattr(self._stdout, 'isatty', None)
        return bool(isatty and isatty())

    def write(self, text: str) -> None:
        """Write ``text``; what the encoding lacks becomes a backslash escape."""
        if not text.isascii():
            text = self._encodable(text)
        self._stdout.write(text)

    def flush(self) -> None:
        """Hand what was written to the reader."""
        self._stdout.flush()

    def _encodable(self, text: str) -> str:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return text.encode(self._encoding, 'backslashreplace').decode(self._encoding)
        return text


def emit_batches(
    width: int, data: Iterable[Iterable[Any]], sink: Sink, render: Callable[[list[Row]], str],
    first: int = 1,
) -> int:
    """Write ``data`` batch by batch; return the number of rows.

    A batch is rendered as a whole before any of it is written.  The first one
    is a single row and is flushed, so that a reader sees it at once; later ones
    grow to MOST_ROWS rows or about ENOUGH_CHARACTERS.  A batch ends at each
    multiple of MOST_ROWS rows and is flushed there: that is where a page of the
    host's ends, and nothing of it waits for the next one to come.

    :param width: the number of columns each row must have
    :param render: makes text of one batch
    :param first: most rows of the first batch
    :raises WrongData: a row has another number of values
    """
    rows, size, count = iter(data), first, 0
    while batch := checked(islice(rows, min(size, MOST_ROWS - count % MOST_ROWS)), width, count):
        text = render(batch)
        sink.write(text)
        if not count or (count + len(batch)) % MOST_ROWS == 0:
            sink.flush()
        count += len(batch)
        fitting = len(batch) * ENOUGH_CHARACTERS // max(len(text), 1)
        size = max(1, min(2 * size, fitting, MOST_ROWS))
    return count
