"""phyware_auth.store.stamps: a failed refresh is remembered for 5 seconds."""

from __future__ import annotations

import os
import stat
import tempfile
import unittest

from phyware.secret import Secret
from phyware.testing import FakeClock
from phyware_auth.store.stamps import FailureStamps
from tests.unit.phyware_auth.store.fakes import HOST, OTHER

TOKEN = Secret('refresh-canary')


class FailureStampsTest(unittest.TestCase):
    """Rule 5, security case 42."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix='phyware-test-')
        self.addCleanup(folder.cleanup)
        self.locks = os.path.join(folder.name, 'locks')
        os.mkdir(self.locks)
        self.clock = FakeClock()
        self.stamps = FailureStamps(folder.name, self.clock)

    def test_a_failure_is_seen_for_its_token_and_host_alone(self) -> None:
        self.stamps.note(HOST, TOKEN, 'CONNECTION')
        self.assertEqual(self.stamps.recent(HOST, TOKEN), 'CONNECTION')
        self.assertIsNone(self.stamps.recent(HOST, Secret('another')))
        self.assertIsNone(self.stamps.recent(OTHER, TOKEN))

    def test_it_is_forgotten_after_5_seconds(self) -> None:
        self.stamps.note(HOST, TOKEN, 'CONNECTION')
        self.clock.advance(4.9)
        self.assertEqual(self.stamps.recent(HOST, TOKEN), 'CONNECTION')
        self.clock.advance(0.2)
        self.assertIsNone(self.stamps.recent(HOST, TOKEN))

    def test_case_45_a_clock_set_back_does_not_make_it_last(self) -> None:
        self.stamps.note(HOST, TOKEN, 'CONNECTION')
        self.clock.advance(-7200)
        self.assertIsNone(self.stamps.recent(HOST, TOKEN))

    def test_a_success_forgets_it(self) -> None:
        self.stamps.note(HOST, TOKEN, 'CONNECTION')
        self.stamps.forget(HOST)
        self.stamps.forget(HOST)
        self.assertIsNone(self.stamps.recent(HOST, TOKEN))

    def test_case_63_no_secret_is_in_it_and_it_is_private(self) -> None:
        self.stamps.note(HOST, TOKEN, 'CONNECTION')
        (name,) = os.listdir(self.locks)
        path = os.path.join(self.locks, name)
        with open(path) as stream:
            self.assertNotIn('canary', stream.read())
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)

    def test_case_12_a_planted_link_is_not_followed(self) -> None:
        self.stamps.note(HOST, TOKEN, 'CONNECTION')
        (name,) = os.listdir(self.locks)
        victim = os.path.join(self.locks, 'victim')
        os.rename(os.path.join(self.locks, name), victim)
        os.symlink(victim, os.path.join(self.locks, name))
        with open(victim, 'rb') as stream:
            before = stream.read()
        self.stamps.note(HOST, TOKEN, 'SERVER')
        with open(victim, 'rb') as stream:
            self.assertEqual(stream.read(), before)
        self.assertIsNone(self.stamps.recent(HOST, TOKEN))

    def test_junk_is_no_stamp(self) -> None:
        self.stamps.note(HOST, TOKEN, 'CONNECTION')
        (name,) = os.listdir(self.locks)
        with open(os.path.join(self.locks, name)) as stream:
            good = stream.read().split()
        for text in ('', 'x', 'x y z', f'nan {good[1]} X', '\xff' * 300, f'x {good[1]} X'):
            with self.subTest(text=text[:20]):
                with open(os.path.join(self.locks, name), 'w') as stream:
                    stream.write(text)
                self.assertIsNone(self.stamps.recent(HOST, TOKEN))

    def test_a_directory_that_is_not_there_is_no_failure(self) -> None:
        stamps = FailureStamps('/nonexistent', self.clock)
        stamps.note(HOST, TOKEN, 'CONNECTION')
        self.assertIsNone(stamps.recent(HOST, TOKEN))
