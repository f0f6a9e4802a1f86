"""phyware.children: real processes that inherit nothing they should not."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from phyware.children import child_environ, start_detached

_REPORT = '''
import json, os, sys
report = {
    "environ": dict(os.environ), "own_session": os.getsid(0) == os.getpid(),
    "streams": [os.path.realpath(f"/dev/fd/{fd}") for fd in range(3)],
    "descriptors": [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
                    if os.path.lexists(f"/proc/self/fd/{fd}")],
}
json.dump(report, open(sys.argv[1], "w"))
'''


class ChildEnvironTest(unittest.TestCase):
    def test_case_67_our_own_variables_are_left_out(self) -> None:
        ours = ('PHYCLOUD_API_KEY', 'PHYCLOUD_URL', 'PHYWARE_AUTH_PROVIDER', 'phycloud_api_key')
        environ = dict.fromkeys(ours, 'x') | {'PATH': '/bin', 'MY_PHYCLOUD_': 'y'}

        self.assertEqual({'PATH': '/bin', 'MY_PHYCLOUD_': 'y'}, child_environ(environ))


class StartDetachedTest(unittest.TestCase):
    def setUp(self) -> None:
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_case_67_and_19_a_child_gets_nothing_of_ours(self) -> None:
        lock = self.enterContext(open(self.directory / 'lock', 'w'))
        os.set_inheritable(lock.fileno(), True)
        environ = dict(os.environ) | {'PHYCLOUD_API_KEY': 'phk_c4nary', 'KEPT': 'yes'}
        process = start_detached(
            [sys.executable, '-c', _REPORT, str(self.directory / 'report')], environ
        )
        assert process is not None
        self.assertEqual(0, process.wait(180))

        report = json.loads((self.directory / 'report').read_text())
        self.assertEqual('yes', report['environ']['KEPT'])
        self.assertNotIn('c4nary', str(report['environ']))
        self.assertTrue(report['own_session'])
        self.assertEqual(['/dev/null'] * 3, report['streams'])
        self.assertNotIn(str(self.directory / 'lock'), report['descriptors'])

    def test_the_exit_status_is_taken_so_no_zombie_is_left(self) -> None:
        process = start_detached([sys.executable, '-c', 'raise SystemExit(7)'], os.environ)
        for thread in threading.enumerate():
            if thread.name == 'phyware-reaper':
                thread.join(180)

        assert process is not None
        self.assertEqual(7, process.returncode)

    def test_arguments_are_not_for_a_shell(self) -> None:
        target = self.directory / 'made by a shell'
        process = start_detached(['/bin/echo', f'; > "{target}"', '$(id)'], os.environ)

        assert process is not None
        self.assertEqual(0, process.wait(180))
        self.assertFalse(target.exists())

    def test_what_cannot_be_started_is_none(self) -> None:
        self.assertIsNone(start_detached([str(self.directory / 'absent')], {}))
        self.assertIsNone(start_detached(['/bin/echo', 'nul\0'], {}))
