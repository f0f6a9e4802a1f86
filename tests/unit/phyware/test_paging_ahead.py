"""Pages fetched ahead: one at most, errors at their row, the credential's thread."""

from __future__ import annotations

import io
import threading
from typing import Any
from unittest import mock

from phyware import paging
from phyware.auth import Credential
from phyware.cloud import CloudSession
from phyware.context import Context
from phyware.errors import ConnectionFailed, NotFound, ServerFailed
from phyware.secret import Secret
from phyware.testing import CloudTestCase, FakeProvider
from phyware.transport import Request, Response, Transport
from tests.unit.phyware.test_paging import ROBOTS, page

SECONDS = 60


class Threads(list[threading.Thread]):
    """Remembers in which threads a method was called."""

    def noting(self, method: Any) -> Any:
        """Return ``method``, noted."""
        def noted(*args: Any) -> Any:
            self.append(threading.current_thread())
            return method(*args)

        return noted


class AheadTest(CloudTestCase):
    """A list of robots, against a real server on loopback."""

    def setUp(self) -> None:
        super().setUp()
        streams = io.StringIO(), io.StringIO(), io.StringIO()
        self.context = Context(*streams, self.cli.environ, self.cli.clock)
        self.transport = Transport(self.context)
        self.addCleanup(self.transport.close)
        self.cloud = CloudSession(self.host.url, self.transport, self.context, self.provider)
        self.answered = threading.Semaphore(0)
        self.enterContext(mock.patch.object(self.transport, 'request', self.counted))

    def counted(self, request: Request) -> Response:
        """Make a request, and count it when its answer is there."""
        try:
            return Transport.request(self.transport, request)
        finally:
            self.answered.release()

    def await_answers(self, count: int) -> None:
        """Wait until so many more requests are answered."""
        for _ in range(count):
            self.assertTrue(self.answered.acquire(timeout=SECONDS))

    def robots(self, **options: Any) -> Any:
        """Return the generator of all robots."""
        return paging.items(self.cloud, ROBOTS, 'robots', **options)

    def cursors(self) -> list[str | None]:
        """Return the cursors asked for so far."""
        return [call.query.get('cursor') for call in self.host.calls]

    def test_a_page_is_fetched_while_the_one_before_is_used_and_no_other(self) -> None:
        self.host.answer('GET', ROBOTS, page('a', 'b', following='2'))
        self.host.answer('GET', ROBOTS, page('c', 'd', following='3'))
        self.host.answer('GET', ROBOTS, page('e'))
        robots = self.robots()

        next(robots)
        self.await_answers(2)
        next(robots)
        self.assertEqual([None, '2'], self.cursors())
        next(robots)
        self.await_answers(1)
        self.assertEqual([None, '2', '3'], self.cursors())
        self.assertEqual(['d', 'e'], [robot['id'] for robot in robots])

    def test_nothing_is_asked_for_before_the_first_row_nor_beyond_the_limit(self) -> None:
        self.host.answer('GET', ROBOTS, page('a', 'b', following='2'))
        self.host.answer('GET', ROBOTS, page('c', 'd', following='3'))
        robots = self.robots(limit=3)

        self.assertEqual([], self.cursors())
        self.assertEqual(3, len(list(robots)))
        self.assertEqual([None, '2'], self.cursors())
        self.assertEqual(['3', '1'], [call.query['limit'] for call in self.host.calls])
        self.assertEqual([], list(self.robots(limit=0)))

    def test_the_error_of_a_page_comes_after_the_rows_before_it(self) -> None:
        self.host.answer('GET', ROBOTS, page('a', 'b', following='2'))
        self.host.answer('GET', ROBOTS, {'detail': 'gone'}, status=404)
        robots = self.robots()

        first = next(robots)
        self.await_answers(2)

        self.assertEqual(('a', 'b'), (first['id'], next(robots)['id']))
        with self.assertRaises(NotFound):
            next(robots)

    def test_a_page_that_fails_ahead_is_asked_for_again_when_it_is_needed(self) -> None:
        self.host.answer('GET', ROBOTS, page('a', following='2'))
        self.host.answer('GET', ROBOTS, {}, status=503, headers={'Retry-After': '2'})
        self.host.answer('GET', ROBOTS, page('b'))
        robots = self.robots()

        next(robots)
        self.await_answers(2)

        before = self.cli.clock.monotonic()
        self.assertEqual(['b'], [robot['id'] for robot in robots])
        self.assertEqual(2.0, self.cli.clock.monotonic() - before)

    def test_all_attempts_of_a_page_are_three(self) -> None:
        self.host.answer('GET', ROBOTS, page('a', following='2'))
        self.host.answer('GET', ROBOTS, {}, status=500)

        with self.assertRaises(ServerFailed):
            list(self.robots())

        self.assertEqual([None, '2', '2', '2'], self.cursors())

    def test_pages_that_go_round_give_their_rows_first(self) -> None:
        self.host.answer('GET', ROBOTS, page('a', following='1'))
        robots = self.robots()

        self.assertEqual(['a', 'a'], [next(robots)['id'] for _ in range(2)])
        with self.assertRaisesRegex(ConnectionFailed, 'does not end'):
            next(robots)
        self.assertEqual([None, '1'], self.cursors())

    def test_a_generator_that_is_closed_waits_for_no_page(self) -> None:
        held, begun = threading.Event(), threading.Event()
        self.addCleanup(held.set)
        self.host.answer('GET', ROBOTS, page('a', following='2'))
        robots = self.robots()
        answer = self.transport.request

        def hold(request: Request) -> Response:
            if (request.params or {}).get('cursor'):
                begun.set()
                held.wait(SECONDS)
            return answer(request)

        with mock.patch.object(self.transport, 'request', hold):
            next(robots)
            self.await_answers(1)
            self.assertTrue(begun.wait(SECONDS))
            robots.close()

            self.assertFalse(self.answered.acquire(blocking=False), 'it waited for the page')
            self.assertEqual([None], self.cursors())

    def test_case_39_a_refresh_amid_a_list_happens_in_the_main_thread(self) -> None:
        # Only there can signals be held back while a one-time answer is kept.
        threads = Threads()
        provider = FakeProvider()
        newer = Credential(self.host.url, Secret('newer-token'), 'pat', 'option', None)
        refresh = mock.patch.object(provider, 'reject', threads.noting(lambda _: newer))
        self.enterContext(refresh)
        cloud = CloudSession(self.host.url, self.transport, self.context, provider)
        self.host.answer('GET', ROBOTS, page('a', following='2'))
        self.host.answer('GET', ROBOTS, {}, status=401)
        self.host.answer('GET', ROBOTS, page('b'))

        found = [robot['id'] for robot in paging.items(cloud, ROBOTS, 'robots')]

        self.assertEqual(['a', 'b'], found)
        self.assertEqual([threading.main_thread()], threads)
        tokens = [call.token for call in self.host.calls]
        self.assertEqual(['test-token', 'test-token', 'newer-token'], tokens)

    def test_one_connection_for_all_pages(self) -> None:
        accepted = mock.Mock(wraps=self.host._server.get_request)
        self.enterContext(mock.patch.object(self.host._server, 'get_request', accepted))
        for cursor in ('2', '3', None):
            self.host.answer('GET', ROBOTS, page('a', following=cursor))

        self.assertEqual(3, len(list(self.robots())))

        self.assertEqual(1, accepted.call_count)


class RowsTest(CloudTestCase):
    def test_members_by_name_and_none_for_what_is_missing(self) -> None:
        found: list[dict[str, Any]] = [{'id': 1, 'name': 'a', 'more': 0}, {'name': 'b'}]

        rows = [tuple(row) for row in paging.rows(found, ('id', 'name'))]

        self.assertEqual([(1, 'a'), (None, 'b')], rows)
