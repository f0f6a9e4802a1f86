"""How the time to connect is shared out."""

from __future__ import annotations

import socket
import unittest
from unittest import mock

from urllib3.exceptions import NewConnectionError

from phyware.transport.bounded import _BoundedReader, bounded_pools


class ConnectBudgetTests(unittest.TestCase):
    def setUp(self) -> None:
        self.lookup = self.enterContext(mock.patch('phyware.transport.bounded.lookup'))
        self.create = self.enterContext(mock.patch('urllib3.util.connection.create_connection'))
        self.lookup.return_value = ['192.0.2.1', '192.0.2.2']

    def connect(self, *ticks: float) -> mock.Mock:
        """Open a connection with 10 s for it, while the clock shows ``ticks``."""
        connection = bounded_pools(1)['http'].ConnectionCls('cloud.example', 80, timeout=10.0)
        with mock.patch('phyware.transport.bounded.monotonic', side_effect=ticks):
            return connection._new_conn()  # type: ignore[attr-defined, no-any-return]

    def test_each_address_gets_its_share_of_what_is_left(self) -> None:
        self.create.side_effect = [OSError, mock.DEFAULT]

        # Began, after the lookup, after the first address, in the end.
        self.connect(100, 102, 106, 107)

        tried = [(call.args[0], call.args[1]) for call in self.create.call_args_list]
        self.assertEqual(tried, [(('192.0.2.1', 80), 4.0), (('192.0.2.2', 80), 4.0)])

    def test_handshake_gets_what_connecting_left(self) -> None:
        sock = self.connect(100, 101, 103)

        sock.settimeout.assert_called_with(7)

    def test_the_last_address_says_what_failed(self) -> None:
        self.create.side_effect = OSError

        with self.assertRaises(NewConnectionError):
            self.connect(100, 100, 100)

        self.assertEqual(self.create.call_count, 2)


class AnswerBudgetTests(unittest.TestCase):
    """The time of an answer, on a real pair of sockets."""

    def setUp(self) -> None:
        ours, self.theirs = socket.socketpair()
        self.addCleanup(ours.close)
        self.addCleanup(self.theirs.close)
        ours.settimeout(30)
        self.clock = self.enterContext(mock.patch('phyware.transport.bounded.monotonic'))
        self.clock.return_value = 100.0
        self.reader = _BoundedReader(ours, ours.makefile('rb', buffering=0), 1000)
        self.addCleanup(self.reader.close)

    def test_case_39_what_came_in_time_is_read_after_a_stop(self) -> None:
        self.theirs.sendall(b'answer')
        self.clock.return_value = 200.0

        self.assertEqual(self.reader.read(100), b'answer')

    def test_case_57_what_did_not_come_in_time_is_not_waited_for(self) -> None:
        self.clock.return_value = 200.0

        with self.assertRaises(TimeoutError):
            self.reader.read(100)
