"""Lists that an API gives in pages: all of their items, one page at a time.

Layer: framework, on a CloudSession; holds one page in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from phyware.cloud import CloudSession
from phyware.errors import ConnectionFailed

LARGEST_PAGE = 1000


def items(
    cloud: CloudSession,
    path: str,
    key: str,
    *,
    params: Mapping[str, object] | None = None,
    limit: int | None = None,
) -> Iterator[Mapping[str, Any]]:
    """Yield the items of all pages, following ``next_cursor``.

    :param path: as ``CloudSession.get`` takes it
    :param key: the member of the answer that holds the items, ``"robots"``
    :param params: query parameters but for ``limit`` and ``cursor``
    :param limit: stop after so many, None for all
    :raises PhywareError: a page does not come
    :raises ConnectionFailed: a page is not as it should be, or they go round
    """
    cursor: str | None = None
    seen: set[str] = set()
    left = limit
    while left is None or left > 0:
        size = LARGEST_PAGE if left is None else min(left, LARGEST_PAGE)
        asked = {**(params or {}), 'limit': size, 'cursor': cursor}
        page, cursor = _parsed(cloud.get(path, params=asked).json_object(), key)
        yield from page if left is None else page[:left]
        left = None if left is None else left - len(page)
        if cursor is None:
            return
        if cursor in seen:
            raise _unexpected(f'its list of {key} does not end')
        seen.add(cursor)


def _parsed(answer: Mapping[str, Any], key: str) -> tuple[list[Mapping[str, Any]], str | None]:
    page, following = answer.get(key), answer.get('next_cursor')
    if not isinstance(page, list) or not all(isinstance(item, dict) for item in page):
        raise _unexpected(f'it holds no list of {key}')
    if following is not None and not isinstance(following, str):
        raise _unexpected('its next_cursor is not a text')
    return page, following or None


def _unexpected(what: str) -> ConnectionFailed:
    return ConnectionFailed(
        f'the host gave an unexpected answer: {what}', 'Check the URL; try again later'
    )
