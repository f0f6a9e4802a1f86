"""Many processes of the installed command over one file store.

Layer: functional test.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from phyware.testing.host import FakeHost
from tests.functional.cli import SECONDS, CliTestCase, CloudTestCase, Result
from tests.functional.fault_case import FaultCase
from tests.functional.store_case import end

MANY = 20
PAT = 'phk_manyhosts0123456789'
_ROOT = Path(__file__).parents[2]


class ManyHostsTest(CliTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.urls = [self.serve() for _ in range(MANY)]

    def serve(self) -> str:
        """Start a host that knows one token; return its URL."""
        host = self.enterContext(FakeHost())
        endpoints = {name: f'{host.url}/{name}' for name in (
            'token_endpoint', 'userinfo_endpoint', 'revocation_endpoint',
        )}
        host.answer('GET', '/.well-known/oauth-authorization-server',
                    {'issuer': host.url, **endpoints})
        host.answer('GET', '/userinfo_endpoint', {'sub': '1', 'email': 'ada@example.org'})
        return host.url

    def test_case_6_twenty_logins_to_twenty_hosts_at_once_are_all_kept(self) -> None:
        words = ('auth', 'login', '--with-token', '--host')
        processes = [self.start(*words, url, stdin=subprocess.PIPE) for url in self.urls]
        for process in processes:
            assert process.stdin
            process.stdin.write(PAT)
            process.stdin.close()
            process.stdin = None
        results = [self.finish(process) for process in processes]

        self.assertEqual([(0, '')] * MANY, [(r.exit_code, r.stderr) for r in results])
        tokens = [self.start('auth', 'token', '--host', url) for url in self.urls]
        self.assertEqual([f'{PAT}\n'] * MANY, [self.finish(t).stdout for t in tokens])
        self.assertEqual([], list(self.config.rglob('.tok-*')))
        # All of them, and no other, as "logout --all" finds them.
        gone = self.auth('logout', '--all', '--local', '-o', 'json').json()
        self.assertEqual(sorted(self.urls), [row['host'] for row in gone])
        self.assertEqual({'removed'}, {row['local'] for row in gone})


class ReaderTest(CloudTestCase):
    ROUNDS = 5

    def test_case_5_a_reader_never_sees_half_a_record(self) -> None:
        self.login_pat()
        pats = [str(user['pat']) for user in self.cloud.users.values()]
        reads: list[Result] = []
        for _ in range(self.ROUNDS):
            writers = [self.writer(pat) for pat in pats]
            while any(writer.poll() is None for writer in writers):
                reads.append(self.finish(self.start('auth', 'token', '--host', self.url)))
            self.assertEqual([0, 0], [self.finish(writer).exit_code for writer in writers])

        self.assertGreaterEqual(len(reads), self.ROUNDS)
        self.assertEqual({(0, '')}, {(read.exit_code, read.stderr) for read in reads})
        self.assertLessEqual({read.stdout.strip() for read in reads}, set(pats))

    def writer(self, pat: str) -> subprocess.Popen[str]:
        """Start a login to the host that is there already."""
        words = ('auth', 'login', '--with-token', '--host', self.url)
        process = self.start(*words, stdin=subprocess.PIPE)
        assert process.stdin
        process.stdin.write(pat)
        process.stdin.close()
        process.stdin = None
        return process


class HeldLockTest(FaultCase):
    """The second host's record is held; who needs it waits for ten seconds."""

    def hold(self) -> subprocess.Popen[str]:
        """Start a process that holds the lock until its input ends."""
        holder = subprocess.Popen(
            [sys.executable, '-m', 'tests.functional.store_driver', 'hold', self.other_url,
             'record', '60'],
            env=self.environ, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.addCleanup(end, holder)
        assert holder.stdout
        self.assertEqual('HELD\n', holder.stdout.readline())
        return holder

    def test_case_16_17_nobody_enters_while_a_holder_lives_whose_lock_file_was_removed(
        self,
    ) -> None:
        holder = self.hold()
        lock = self.lock(self.other_url)
        lock.unlink()
        holder.send_signal(signal.SIGSTOP)
        words = ('auth', 'login', '--with-token', '--host', self.other_url)
        waiters = [self.start(*words, stdin=subprocess.PIPE) for _ in range(2)]
        first = self.auth('token', '--host', self.url)

        said = [waiter.communicate(self.cloud.pat, timeout=SECONDS) for waiter in waiters]

        self.assertEqual([1, 1], [waiter.returncode for waiter in waiters])
        self.assertEqual(['', ''], [output for output, _ in said])
        for _, errors in said:
            self.assertRegex(errors, r'^CONNECTION: the lock \S+: another process holds it\n')
        self.assertEqual(f'{self.cloud.pat}\n', first.stdout)
        self.assertIsNone(self.token(self.other_url))
        with contextlib.suppress(ProcessLookupError):
            holder.kill()
        holder.wait()
        self.login_pat(self.other_url)
        self.assertEqual(self.cloud.pat, self.token(self.other_url))


class BrowserTest(CloudTestCase):
    def end_browser(self, pid: Path) -> None:
        """Kill the process whose number is in a file, if it came to that."""
        if pid.exists():
            os.kill(int(pid.read_text()), signal.SIGKILL)

    def test_case_19_a_browser_that_lives_on_keeps_no_lock(self) -> None:
        pid = self.home / 'pid'
        browser = self.program('graphical', f'echo $$ > "{pid}.new"\nmv "{pid}.new" "{pid}"\n'
                                            'exec sleep 600')
        self.environ |= {'DISPLAY': ':99', 'BROWSER': str(browser)}
        self.addCleanup(self.end_browser, pid)

        self.auth('login', '--host', self.url)

        number = int(self.eventually(lambda: pid.exists() and pid.read_text()))
        open_files = [os.readlink(p) for p in Path(f'/proc/{number}/fd').iterdir()]
        self.assertEqual([], [name for name in open_files if str(self.config) in name])
        self.login_pat()
        self.auth('logout', '--local')
        os.kill(number, 0)
