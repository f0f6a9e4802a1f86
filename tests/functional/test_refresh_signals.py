"""A refresh that is interrupted or killed between the answer and the save.

Layer: functional test; strace gives the signal at a system call.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from typing import ClassVar

from phyware.secret import Secret
from tests.functional.cli import PHYWARE, SECONDS, Result
from tests.functional.refresh_case import RefreshTestCase
from tests.functional.site_file import customize
from tests.functional.store_case import need
from tests.functional.transport_server import ScriptedServer

_CALLS = 'fsync,sendto,rename'
# Longer than a test waits for a process.
_PATIENT = '''
from phyware.transport.client import Transport
limits = Transport.__init__.__kwdefaults__
limits['connect_timeout'] = limits['total_timeout'] = 600.0
'''
# Each call without its process: 'sendto(5, "POST /oauth/token'.
_LINE = re.compile(r'^\d+ +(\w+\(.*)$', re.MULTILINE)


class StraceTestCase(RefreshTestCase):
    def setUp(self) -> None:
        super().setUp()
        need('strace', '-f', '-o', os.devnull, 'true')
        self._trace = self.home / 'trace'

    def traced(self, *options: str) -> Result:
        """Run ``auth token`` under strace, which ends as it does."""
        process = subprocess.Popen(
            ['strace', '-f', '-qq', '-o', str(self._trace), *options, PHYWARE, 'auth', 'token'],
            env=self.environ, cwd=self.home, start_new_session=True, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        self.addCleanup(process.kill)
        stdout, stderr = process.communicate(timeout=SECONDS)
        return Result(process.returncode, stdout, stderr)

    def save_of_the_answer(self) -> int:
        """Return which fsync of a refresh is the first one after the answer."""
        self.session()
        self.assertEqual(0, self.traced('-e', f'trace={_CALLS}').exit_code)
        calls = _LINE.findall(self._trace.read_text())
        [sent] = [n for n, call in enumerate(calls) if 'POST /oauth/token' in call]
        names = [call.partition('(')[0] for call in calls]
        self.assertEqual('fsync', [name for name in names[sent:] if name != 'sendto'][0])
        self.assertIn('rename', names[sent:])
        return names[:sent].count('fsync') + 1

    def interrupted(self, number: signal.Signals, when: int) -> Result:
        """Refresh, with a signal at the fsync number ``when``."""
        inject = f'inject=fsync:signal={number.name}:when={when}'
        return self.traced('-e', f'trace={_CALLS}', '-e', inject)


class SignalTest(StraceTestCase):
    def test_case_39_a_signal_between_the_answer_and_the_save_loses_nothing(self) -> None:
        when = self.save_of_the_answer()
        for number, status in (
            (signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)
        ):
            with self.subTest(number.name):
                old = self.session()

                result = self.interrupted(number, when)

                # A shell shows what ended by SIGTERM as 143, and by SIGHUP as 129.
                self.assertEqual((status, ''), (result.exit_code, result.stdout))
                self.assertNotEqual(old.refresh_token, self.loaded().refresh_token)
                self.assertEqual(200, self.userinfo(self.stored()['access_token']))
                self.auth('refresh', '--force')

    def test_case_39_nor_does_a_signal_while_the_answer_is_on_its_way(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                gate = self.gate()
                self.session(host=gate.url)
                started: list[subprocess.Popen[str]] = []

                def send(number: int = number, started: list[subprocess.Popen[str]] = started
                         ) -> None:
                    self.eventually(lambda: started)
                    os.kill(started[0].pid, number)

                gate.once('after', 'refresh_token', send)
                started.append(self.start('auth', 'token'))
                result = self.finish(started[0])

                expected = 130 if number == signal.SIGINT else -number
                self.assertEqual((expected, ''), (result.exit_code, result.stdout))
                self.assertIn(f'this ends once {gate.url} has answered', result.stderr)
                self.auth('refresh', '--force')

    def test_case_39_as_long_as_nothing_is_sent_ctrl_c_ends_it_at_once(self) -> None:
        customize(self, _PATIENT)
        server = ScriptedServer(lambda connection: connection.hang())
        self.addCleanup(server.close)
        host = server.url.replace('http:', 'https:')
        old = self.keep(host, -10, access_token=Secret('a'), refresh_token=Secret('r'))
        process = self.start('auth', 'token')
        self.eventually(lambda: server.connections)

        process.send_signal(signal.SIGINT)
        result = self.finish(process)

        self.assertEqual((130, ''), (result.exit_code, result.stdout))
        self.assertEqual('Interrupted\n', result.stderr)
        self.assertEqual(old, self.loaded(host))


class FullDiskTest(StraceTestCase):
    def test_case_2_a_full_disk_is_noticed_before_the_token_is_spent(self) -> None:
        old = self.session()

        result = self.traced('-e', f'trace={_CALLS}', '-e', 'inject=fsync:error=ENOSPC:when=1')

        self.assertEqual((1, ''), (result.exit_code, result.stdout))
        self.assertIn('No space left on device', result.stderr)
        self.assertEqual((0, old), (self.grants(), self.loaded()))
        self.auth('token')

    def test_case_2_so_is_a_disk_that_has_room_for_a_few_bytes(self) -> None:
        old = self.session()

        # One block of 512 bytes: less than what a record takes.
        shell = ('sh', '-c', 'ulimit -f 1 && exec "$0" auth token', PHYWARE)
        result = subprocess.run(
            shell, env=self.environ, cwd=self.home, capture_output=True, text=True,
            timeout=SECONDS, check=False,
        )

        self.assertEqual((1, ''), (result.returncode, result.stdout))
        self.assertIn('File too large', result.stderr)
        self.assertEqual((0, old), (self.grants(), self.loaded()))
        self.auth('token')


class KilledTest(StraceTestCase):
    faults: ClassVar[tuple[str, ...]] = ('reuse-grace',)

    def test_case_40_95_killed_there_the_grace_gives_the_same_successor(self) -> None:
        when = self.save_of_the_answer()
        old = self.session()

        killed = self.interrupted(signal.SIGKILL, when)
        self.assertEqual((-signal.SIGKILL, ''), (killed.exit_code, killed.stdout))
        self.assertEqual(old, self.loaded(), 'the old record is whole')
        token = self.auth('token').stdout.strip()

        self.assertEqual(200, self.userinfo(token))
        self.auth('refresh', '--force')
        self.assertEqual(200, self.userinfo(self.stored()['access_token']))
        self.assertEqual([], list(self.config.rglob('.tok-*')), 'swept')


class DroppedTest(RefreshTestCase):
    """Rotated, and the connection closed without the answer."""

    faults: ClassVar[tuple[str, ...]] = ('rotation-without-answer=1', 'reuse-grace')

    def test_case_41_95_the_grant_is_sent_once_and_again_by_the_next_run(self) -> None:
        self.site(TEST_LONG_WAITS='60')
        old = self.session()

        lost = self.auth('token', '-o', 'json', status=1)
        self.assertEqual(('CONNECTION', 1), (lost.error()['code'], self.grants()))
        self.assertEqual(old, self.loaded())
        at_once = self.auth('token', '-o', 'json', status=1)
        self.assertEqual(('CONNECTION', 1), (at_once.error()['code'], self.grants()))
        self.site(TEST_CLOCK_OFFSET='61')
        token = self.auth('token').stdout.strip()

        self.assertEqual((200, 2), (self.userinfo(token), self.grants()))
        self.auth('refresh', '--force')
