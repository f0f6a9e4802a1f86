"""A name lookup ends in time and keeps the resolver's order."""

from __future__ import annotations

import socket
import threading
import unittest
from typing import Any
from unittest import mock

from phyware.errors import ConnectionFailed
from phyware.transport import Transport
from phyware.transport.resolve import lookup
from tests.unit.phyware.transport_fakes import context


def answer(*addresses: str) -> list[tuple[object, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, '', (item, 80)) for item in addresses]


class LookupTests(unittest.TestCase):
    def resolver(self, **behaviour: Any) -> None:
        self.enterContext(mock.patch('socket.getaddrinfo', **behaviour))

    def test_addresses_once_each_in_order(self) -> None:
        self.resolver(return_value=answer('192.0.2.2', '192.0.2.1', '192.0.2.2'))

        self.assertEqual(lookup('cloud.example', 80, 5), ['192.0.2.2', '192.0.2.1'])

    def test_resolver_that_never_answers(self) -> None:
        stopped = threading.Event()
        self.addCleanup(stopped.set)
        self.resolver(side_effect=lambda *_, **__: stopped.wait() and [])

        with self.assertRaises(TimeoutError):
            lookup('cloud.example', 80, 0.01)

    def test_an_answer_that_comes_while_it_is_looked_for_is_not_missed(self) -> None:
        go = threading.Event()
        self.resolver(side_effect=lambda *_, **__: go.wait() and answer('192.0.2.1'))

        class LateThread(threading.Thread):
            """Answers when the time is over, and just before it is looked whether it ended."""

            def join(self, timeout: float | None = None) -> None:
                assert timeout is not None

            def is_alive(self) -> bool:
                go.set()
                super().join()
                return False

        with mock.patch('threading.Thread', LateThread):
            self.assertEqual(lookup('cloud.example', 80, 0.01), ['192.0.2.1'])

    def test_name_that_is_not_known(self) -> None:
        self.resolver(side_effect=socket.gaierror(socket.EAI_NONAME, 'canary'))

        with self.assertRaises(ConnectionFailed) as caught:
            Transport(context()).get('https://cloud.example/')

        self.assertEqual(
            str(caught.exception), 'could not connect to https://cloud.example: name not known'
        )

    def test_name_without_an_address(self) -> None:
        self.resolver(return_value=[])

        with self.assertRaises(socket.gaierror):
            lookup('cloud.example', 80, 5)

    def test_name_the_resolver_cannot_encode(self) -> None:
        with self.assertRaises(socket.gaierror):
            lookup(f'{"a" * 64}.example', 80, 5)

    def test_case_42_transport_gives_up_on_the_resolver(self) -> None:
        stopped = threading.Event()
        self.addCleanup(stopped.set)
        self.resolver(side_effect=lambda *_, **__: stopped.wait() and [])

        with self.assertRaises(ConnectionFailed) as caught:
            Transport(context(), connect_timeout=0.01).get('https://cloud.example/')

        self.assertEqual(
            str(caught.exception),
            'could not connect to https://cloud.example: timed out after 0.01 s',
        )
