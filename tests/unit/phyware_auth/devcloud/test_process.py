"""A devcloud process up to the moment it is ready, and what it says then."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import stat
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

from waitress.server import BaseWSGIServer

from phyware.errors import GenericError, PhywareError, Validation
from phyware_auth.devcloud import announce, process, server
from phyware_auth.devcloud.options import Options
from phyware_auth.devcloud.seeding import Seeded
from tests.unit.phyware_auth.devcloud.base import DEMO, OTHER, SEED, FakeClock


class ServeTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def serve(self, options: Options) -> str:
        """Serve until ready, then send the signal; return what was printed."""
        stdout = io.StringIO()
        say = announce.say

        def ready(facts: announce.Facts, stream: io.StringIO, path: str | None) -> None:
            say(facts, stream, path)
            self.during = sorted(self.folder.rglob('*'))
            os.kill(os.getpid(), signal.SIGTERM)

        with (
            mock.patch.object(announce, 'say', ready),
            mock.patch.dict(os.environ, TMPDIR=str(self.folder)),
            mock.patch.object(tempfile, 'tempdir', None),
        ):
            came = process.serve(options, stdout, FakeClock(), SEED)
        self.assertEqual(signal.SIGTERM, came)
        return stdout.getvalue()

    def test_lines_for_a_person_and_a_script(self) -> None:
        lines = self.serve(Options(port=0, approve=DEMO.email)).splitlines()

        url = next(line for line in lines if line.startswith('export PHYCLOUD_URL='))
        self.assertRegex(url, r'^export PHYCLOUD_URL=http://127\.0\.0\.1:[1-9]\d+$')
        for line in (
            f'Demo user: {DEMO.email}', f'Demo password: {DEMO.password}', f'Demo PAT: {DEMO.pat}',
        ):
            self.assertIn(line, lines)

    def test_the_temporary_database_is_private_and_goes(self) -> None:
        self.serve(Options(port=0))

        self.assertTrue(any(path.name == 'devcloud.sqlite' for path in self.during))
        self.assertEqual([], list(self.folder.iterdir()))

    def test_a_named_database_stays(self) -> None:
        path = self.folder / 'kept.sqlite'
        first = self.serve(Options(port=0, database=f'sqlite:///{path}', seed_sessions=3))

        second = self.serve(Options(port=0, database=f'sqlite:///{path}'))

        self.assertTrue(path.exists() and first and second)

    def test_what_cannot_be_used(self) -> None:
        for options, kind in (
            (Options(port=0, approve='nobody@phyware.example'), Validation),
            (Options(port=0, database='nonsense'), Validation),
            (Options(port=0, database='mysql://u:p@127.0.0.1/x'), Validation),
            (Options(port=0, database='oracle+nope://u:p@127.0.0.1/x'), Validation),
            (Options(port=0, database='sqlite:////dev/null/x'), GenericError),
            (Options(port=0, database='postgresql://u:p4ss@127.0.0.1:1/x'), GenericError),
            (Options(port=0, ready_file='/dev/null/x'), GenericError),
        ):
            with self.subTest(str(options)), self.assertRaises(PhywareError) as caught:
                self.serve(options)

            self.assertIsInstance(caught.exception, kind)
            self.assertNotIn('p4ss', str(caught.exception))

    def test_a_port_that_is_taken(self) -> None:
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            taken.listen()

            with self.assertRaisesRegex(GenericError, 'cannot be used'):
                self.serve(Options(port=taken.getsockname()[1]))


class ListenTest(unittest.TestCase):
    def test_case_93_loopback_only(self) -> None:
        sockets = server.listen(0)
        for bound in sockets:
            self.addCleanup(bound.close)

        names = [bound.getsockname()[:2] for bound in sockets]

        self.assertEqual('127.0.0.1', names[0][0])
        self.assertLessEqual({name for name, _ in names}, {'127.0.0.1', '::1'})
        self.assertEqual(1, len({port for _, port in names}))

    def test_the_first_signal_counts_and_handlers_come_back(self) -> None:
        before = signal.getsignal(signal.SIGTERM)
        stopping = threading.Event()

        with server.signals(stopping) as came, self.assertRaises(server.Stopped):
            os.kill(os.getpid(), signal.SIGINT)

        self.assertEqual([signal.SIGINT], came)
        self.assertTrue(stopping.is_set())
        self.assertEqual(before, signal.getsignal(signal.SIGTERM))


class ReadyFileTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, 'ready.json')
        users = {DEMO.email: 'usr_1', OTHER.email: 'usr_2'}
        seeded = Seeded('ins_1', 'signing key', users)
        self.facts = announce.Facts('http://127.0.0.1:8000', SEED, seeded, None)

    def test_members_and_mode(self) -> None:
        old = os.umask(0)
        self.addCleanup(os.umask, old)

        announce.say(self.facts, io.StringIO(), str(self.path))

        found = json.loads(self.path.read_text())
        self.assertEqual(0o600, stat.S_IMODE(self.path.stat().st_mode))
        self.assertEqual((DEMO.email, 'usr_1', os.getpid()),
                         (found['email'], found['user_id'], found['pid']))
        self.assertEqual('usr_2', found['users'][OTHER.email]['id'])
        self.assertNotIn('signing key', self.path.read_text())

    def test_a_link_is_replaced_not_followed(self) -> None:
        victim = self.path.with_name('victim')
        victim.write_text('mine')
        self.path.symlink_to(victim)

        announce.say(self.facts, io.StringIO(), str(self.path))

        self.assertEqual('mine', victim.read_text())
        self.assertFalse(self.path.is_symlink())
        self.assertEqual(2, len(list(self.path.parent.iterdir())))


class DeadlineTest(unittest.TestCase):
    def channel(self, partial: bool) -> server.DeadlineChannel:
        channel = server.DeadlineChannel.__new__(server.DeadlineChannel)
        channel.last_activity = 100.0
        channel.request = object() if partial else None
        return channel

    def read(self, channel: server.DeadlineChannel, *, completes: bool) -> float:
        def handle_read(this: server.DeadlineChannel) -> None:
            this.last_activity = 200.0
            this.request = None if completes else object()

        with mock.patch('waitress.channel.HTTPChannel.handle_read', handle_read):
            channel.handle_read()
        return channel.last_activity

    def test_case_94_dripping_puts_nothing_off(self) -> None:
        self.assertEqual(100.0, self.read(self.channel(partial=True), completes=False))

    def test_a_new_or_a_complete_request_counts_as_activity(self) -> None:
        self.assertEqual(200.0, self.read(self.channel(partial=False), completes=False))
        self.assertEqual(200.0, self.read(self.channel(partial=True), completes=True))

    def test_every_listening_server_has_the_deadline(self) -> None:
        sockets = server.listen(0)
        for bound in sockets:
            self.addCleanup(bound.close)
        built = server.build(lambda _environ, _start: [], sockets)
        self.addCleanup(built.close)
        channels = getattr(built, 'map', None) or built._map
        dispatchers = channels.values()

        servers = [one for one in dispatchers if isinstance(one, BaseWSGIServer)]

        self.assertEqual(len(sockets), len(servers))
        self.assertTrue(all(one.channel_class is server.DeadlineChannel for one in servers))
        self.assertTrue(all(one.adj.max_request_body_size == 65536 for one in servers))
