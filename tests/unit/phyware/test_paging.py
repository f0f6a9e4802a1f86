"""Pages of an API as one list, and the host that plugin tests play them with.

Layer: unit test.
"""

from __future__ import annotations

import io
from typing import Any

from phyware import paging
from phyware.cloud import CloudSession
from phyware.context import Context
from phyware.errors import ConnectionFailed, NotFound
from phyware.testing import CloudTestCase
from phyware.transport import Transport

ROBOTS = '/api/v1/robots'


def page(*names: str, following: object = None) -> dict[str, Any]:
    """Return an answer with robots of these names."""
    return {'robots': [{'id': name} for name in names], 'next_cursor': following}


class PagingTest(CloudTestCase):
    """A list of robots, against a real server on loopback."""

    def setUp(self) -> None:
        super().setUp()
        streams = io.StringIO(), io.StringIO(), io.StringIO()
        context = Context(*streams, self.cli.environ, self.cli.clock)
        transport = Transport(context)
        self.addCleanup(transport.close)
        self.cloud = CloudSession(self.host.url, transport, context, self.provider)

    def names(self, **options: Any) -> list[str]:
        """Return the ids of all robots."""
        return [robot['id'] for robot in paging.items(self.cloud, ROBOTS, 'robots', **options)]

    def test_all_pages_are_followed_with_the_parameters_and_the_token(self) -> None:
        self.host.answer('GET', ROBOTS, page('a', 'b', following='2'))
        self.host.answer('GET', ROBOTS, page('c'))
        self.assertEqual(self.names(params={'status': 'idle'}), ['a', 'b', 'c'])
        first, second = self.host.calls
        self.assertEqual(first.query, {'status': 'idle', 'limit': '1000'})
        self.assertEqual(second.query, {'status': 'idle', 'limit': '1000', 'cursor': '2'})
        self.assertEqual({first.token, second.token}, {'test-token'})

    def test_a_limit_ends_it_within_a_page_and_asks_for_no_more(self) -> None:
        self.host.answer('GET', ROBOTS, page('a', 'b', 'c', following='2'))
        self.assertEqual(self.names(limit=2), ['a', 'b'])
        self.assertEqual([call.query['limit'] for call in self.host.calls], ['2'])

    def test_pages_that_go_round_end(self) -> None:
        self.host.answer('GET', ROBOTS, page('a', following='1'))
        with self.assertRaisesRegex(ConnectionFailed, 'robots does not end'):
            self.names()

    def test_what_is_no_page_is_unexpected(self) -> None:
        for odd in ({}, {'robots': 5}, {'robots': [1]}, page('a', following=5)):
            with self.subTest(odd):
                self.host.answer('GET', f'{ROBOTS}/{id(odd)}', odd)
                with self.assertRaisesRegex(ConnectionFailed, 'unexpected answer'):
                    list(paging.items(self.cloud, f'{ROBOTS}/{id(odd)}', 'robots'))

    def test_the_host_refuses_what_nobody_said_an_answer_for(self) -> None:
        with self.assertRaises(NotFound):
            self.cloud.get('/api/v1/unknown')

    def test_the_host_sees_bodies_and_says_status_and_headers(self) -> None:
        self.host.answer('POST', ROBOTS, {'id': 'a'}, status=201, headers={'X-Made': 'yes'})
        answer = self.cloud.post(ROBOTS, json={'name': 'R2'})
        self.assertEqual((answer.status, answer.headers['x-made']), (201, 'yes'))
        self.assertEqual(self.host.calls[0].body, {'name': 'R2'})
