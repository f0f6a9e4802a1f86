"""Lists that an API gives in pages: all of their items, one page at a time.

Layer: framework, on a CloudSession; holds one page, and at most the bytes of the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
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

    While the items of a page are used, the next page is on its way already, in
    another thread; an error of it comes after the last item before it.

    :param path: as ``CloudSession.get`` takes it
    :param key: the member of the answer that holds the items, ``"robots"``
    :param params: query parameters but for ``limit`` and ``cursor``
    :param limit: stop after so many, None for all
    :raises PhywareError: a page does not come
    :raises ConnectionFailed: a page is not as it should be, or they go round
    """
    seen: set[str] = set()
    left = limit
    answer = None if limit == 0 else cloud.get(path, params=_asked(params, left, None))
    while answer is not None:
        page, cursor = _parsed(answer.json_object(), key)
        answer = following = None
        page = page[:left]
        left = None if left is None else left - len(page)
        ends = cursor is None or left == 0
        if not ends and cursor not in seen:
            following = cloud.get_ahead(path, params=_asked(params, left, cursor))
        yield from page
        # Not two pages at once, while the next one is read.
        del page
        if cursor is None or ends:
            return
        if following is None:
            raise _unexpected(f'its list of {key} does not end')
        seen.add(cursor)
        answer = following()


def rows(
    found: Iterable[Mapping[str, Any]], names: Sequence[str]
) -> Iterator[Sequence[Any]]:
    """Yield of each item its members of these names, None for one that it has not.

    :param found: what ``items`` gives
    :param names: those of the columns, two or more of them
    """
    pick = itemgetter(*names)
    for item in found:
        try:
            yield pick(item)
        except KeyError:
            yield [item.get(name) for name in names]


def _asked(
    params: Mapping[str, object] | None, left: int | None, cursor: str | None
) -> dict[str, object]:
    size = LARGEST_PAGE if left is None else min(left, LARGEST_PAGE)
    return {**(params or {}), 'limit': size, 'cursor': cursor}


def _parsed(answer: Mapping[str, Any], key: str) -> tuple[list[Mapping[str, Any]], str | None]:
    page, following = answer.get(key), answer.get('next_cursor')
    if not isinstance(page, list) or not set(map(type, page)) <= {dict}:
        raise _unexpected(f'it holds no list of {key}')
    if following is not None and not isinstance(following, str):
        raise _unexpected('its next_cursor is not a text')
    return page, following or None


def _unexpected(what: str) -> ConnectionFailed:
    return ConnectionFailed(
        f'the host gave an unexpected answer: {what}', 'Check the URL; try again later'
    )
