"""A host that gives sessions in pages and keeps one back until the test lets it go.

Layer: test fixture.
"""

from __future__ import annotations

import re
import threading
from typing import Any

from tests.functional.transport_host import Host, document
from tests.functional.transport_server import SECONDS, Connection

_CURSOR = re.compile(rb'[?&]cursor=(\d+)')


class PageHost(Host):
    """Sessions in pages numbered from 1; a cursor is the number of the page.

    :param pages: how many there are
    :param rows: how many sessions each has
    :param failing: the page that gets a 404 in its place
    """

    def __init__(self, pages: int, rows: int = 1000, failing: int | None = None) -> None:
        self._pages, self._rows, self._failing = pages, rows, failing
        # Page 2 is the one that waits for this.
        self.released = threading.Event()
        self._changed = threading.Condition()
        self.asked: list[int] = []
        super().__init__()

    def close(self) -> None:
        """Let go of what is kept back, and end."""
        self.released.set()
        super().close()

    def await_page(self, number: int) -> bool:
        """Wait until a page was asked for; tell whether it was."""
        with self._changed:
            return self._changed.wait_for(lambda: number in self.asked, SECONDS)

    def _script_of_host(self, connection: Connection) -> None:
        while request := connection.read_request():
            path = request.split(b' ')[1]
            if path.startswith(b'/sessions'):
                connection.send(self._page(path))
            else:
                connection.send(self._answer(path.decode()))

    def _page(self, path: bytes) -> bytes:
        found = _CURSOR.search(path)
        number = int(found[1]) if found else 1
        with self._changed:
            self.asked.append(number)
            self._changed.notify_all()
        if number == 2:
            self.released.wait()
        if number == self._failing:
            return document({'detail': 'gone'}, 404)
        rows = [self._session(number, row) for row in range(self._rows)]
        following = str(number + 1) if number < self._pages else None
        return document({'sessions': rows, 'next_cursor': following})

    def _session(self, page: int, row: int) -> dict[str, Any]:
        return {'id': f'ses_{page}_{row}_', 'user': 'ada@example.org', 'client': 'x' * 100}
