"""A list takes the memory of a page, however many pages it has."""

from __future__ import annotations

import argparse
import gc
import io
import json
import tracemalloc
import unittest
from collections.abc import Callable, Mapping
from typing import Any, cast

from phyware import formatters, paging
from phyware.cloud import CloudSession
from phyware.transport import Headers, Response

_ROWS = 300
_NAMES = ('id', 'name', 'size')
_KEPT = 256 * 1024


class Null(io.TextIOBase):
    """Takes text and keeps none of it; counts the lines."""

    lines = 0

    def write(self, text: str) -> int:
        self.lines += text.count('\n')
        return len(text)


class Pages:
    """A session whose pages are made when they are asked for."""

    def __init__(self, count: int) -> None:
        self._count = count

    def get(self, path: str, params: Mapping[str, Any]) -> Response:
        """Return a page."""
        number = int(params['cursor'] or 1)
        rows = [
            {'id': f'{number}-{row}', 'name': 'x' * 100, 'size': 10_000 + row}
            for row in range(_ROWS)
        ]
        following = str(number + 1) if number < self._count else None
        body = json.dumps({'rows': rows, 'next_cursor': following}).encode()
        return Response(200, 'https://cloud.example', Headers({}), body)

    def get_ahead(self, path: str, params: Mapping[str, Any]) -> Callable[[], Response]:
        """Return what gives a page, which is there already."""
        answer = [self.get(path, params)]
        return answer.pop


def _peak(output: str, pages: int) -> int:
    """Return the most memory that a list of so many pages takes, in bytes."""
    cloud = cast(CloudSession, Pages(pages))
    stdout, formatter = Null(), formatters.load_list_formatter(output)
    gc.collect()
    tracemalloc.start()
    try:
        rows = paging.rows(paging.items(cloud, '/rows', 'rows'), _NAMES)
        formatter.emit_list(_NAMES, rows, cast(Any, stdout), argparse.Namespace())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert stdout.lines >= pages * _ROWS
    return peak


class MemoryTest(unittest.TestCase):
    def test_five_times_as_many_pages_take_no_more_memory(self) -> None:
        for output in ('json', 'csv', 'value', 'tsv', 'yaml', 'table'):
            with self.subTest(output):
                # The first one imports and fills caches; after 1000 rows batches are largest.
                _peak(output, 3)
                few, many = _peak(output, 6), _peak(output, 30)

                self.assertLess(many, 1.2 * few + _KEPT)
