"""The installed command under faults that strace puts into its system calls.

Layer: test fixture.

How the call to be hit is named.  ``strace -P PATH`` limits the injection to
calls on these paths, so that ``when=n`` counts only them.  Tried with strace
6.1: it does so for ``openat``, ``mkdir``, ``unlink`` and ``rename`` by their
first path, and for ``flock`` and ``fsync`` by the path of the descriptor; but
only for the whole path, not for what is below a directory, and not for the
second path of ``rename``.  So it can hit locks and directories, and none of
the files with random names that the store writes first.  Those are hit by
number: ``write``, ``fsync``, ``rename`` and ``unlink`` are the store's alone
until the result is shown, and of ``openat`` a run without faults tells which
are its own.  Each thread counts for itself; the locks are asked for in threads
of their own, where ``-P`` and ``when=1`` hit the first.

``--seccomp-bpf`` spares the stop at every other call, but strace then forgets
the signal of an injection: kills do without it.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import ClassVar

from phyware.hosts import host_slug
from phyware_auth.store.store import CredentialStore
from tests.functional.cli import PHYWARE, SECONDS, CloudTestCase, Result
from tests.functional.store_case import end, need, streamless

KILLED = -9
# Of a trace: the thread, the call and what it was called with.
_CALL = re.compile(r'^(\d+) +(\w+)\((.*)$', re.MULTILINE)


class FaultCase(CloudTestCase):
    """The first host is stored; the second is to be logged in to."""

    _template: ClassVar[Path | None] = None

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        need('strace', '-f', '--seccomp-bpf', '-e', 'trace=flock', '-o', os.devnull, 'true')
        cls._template = None

    def setUp(self) -> None:
        super().setUp()
        # The number of files that a start opens has to be the same each time.
        self.environ |= {'PYTHONDONTWRITEBYTECODE': '1', 'PYTHONHASHSEED': '0'}
        # With the launcher's index it opens no package's file, and the first run writes one.
        self.environ['XDG_CACHE_HOME'] = os.devnull
        self.hosts = self.config / 'hosts'
        self.locks = self.config / 'locks'
        self.active = self.config / 'active'
        self._kept = self.home / 'kept'
        self.log_in_once()
        self.keep()
        self.before = self.record(self.url).read_bytes()

    def log_in_once(self) -> None:
        """Log in to the first host, or take what the first test got of it."""
        cls = type(self)
        if cls._template is None:
            self.login_pat()
            kept = cls.enterClassContext(tempfile.TemporaryDirectory(prefix='phyware-cli-'))
            cls._template = Path(shutil.copytree(self.config, Path(kept, 'config')))
        else:
            shutil.copytree(cls._template, self.config)

    def begin(self) -> None:
        """Make the store what it was at the beginning, or at the last ``keep``."""
        shutil.rmtree(self.config, ignore_errors=True)
        if self._kept.exists():
            shutil.copytree(self._kept, self.config)

    def keep(self) -> None:
        """Let ``begin`` come back to what is stored now."""
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(self.config, self._kept)

    def record(self, host: str) -> Path:
        """Return the path of a host's record."""
        return self.hosts / host_slug(host)

    def lock(self, host: str) -> Path:
        """Return the path of the first of the two files that lock a host's record."""
        return self.locks / f'{host_slug(host)}.record.lock'

    def faulty(
        self, fault: str, *words: str, paths: tuple[Path, ...] = (), stdin: str | None = None
    ) -> Result:
        """Run ``phyware auth WORDS`` with ``inject=FAULT`` on ``paths``, or anywhere.

        Without words it is the login to the second host.
        """
        call = fault.partition(':')[0]
        options = ['-e', f'trace={call}', '-e', f'inject={fault}']
        options += [word for path in paths for word in ('-P', str(path))]
        options += [] if ':signal=' in fault else ['--seccomp-bpf']
        return self.traced(*options, words=words, stdin=stdin)

    def traced(
        self, *options: str, words: tuple[str, ...] = (), stdin: str | None = None
    ) -> Result:
        """Run ``phyware auth WORDS`` under strace with more options."""
        trace = ('-f', '-qq', '-o', str(self.trace))
        return self.under(('strace', *trace, *options), *words, stdin=stdin)

    def under(self, before: tuple[str, ...], *words: str, stdin: str | None = None) -> Result:
        """Run ``phyware auth WORDS`` by the command ``before`` to its end."""
        process = self.begun(before, *words)
        output, errors = process.communicate(stdin or self.cloud.pat, timeout=SECONDS)
        return Result(process.returncode, output, errors)

    def begun(self, before: tuple[str, ...], *words: str) -> subprocess.Popen[str]:
        """Start ``phyware auth WORDS``, the login without words, by the command ``before``."""
        words = words or ('login', '--with-token', '--host', self.other_url)
        process = subprocess.Popen(
            [*before, PHYWARE, 'auth', *words], env=self.environ, cwd=self.home,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self.addCleanup(end, process)
        return process

    @property
    def trace(self) -> Path:
        """Where strace writes."""
        return self.home / 'trace'

    def own_calls(self, *names: str, words: tuple[str, ...] = ()) -> list[tuple[str, int, str]]:
        """Return the main thread's calls on the store: name, number, arguments.

        The number is what ``when=`` takes, for a run that begins alike.
        """
        self.traced('-y', '--seccomp-bpf', '-e', f'trace=execve,{",".join(names)}', words=words)
        found = _CALL.findall(self.trace.read_text())
        counted: Counter[str] = Counter()
        own = []
        for thread, name, rest in found:
            if thread == found[0][0] and name in names:
                counted[name] += 1
                if str(self.config) in rest:
                    own.append((name, counted[name], rest))
        return own

    def token(self, host: str) -> str | None:
        """Return the token that is stored for ``host``, as the product reads it."""
        record = CredentialStore(streamless(self.environ)).load(host)
        return record.access_token.reveal() if record and record.access_token else None

    def leftovers(self) -> list[Path]:
        """Return the temporary files, which have to be private."""
        left = sorted(self.config.rglob('.tok-*'))
        self.assertLessEqual({stat.S_IMODE(path.stat().st_mode) for path in left}, {0o600})
        return left

    def assert_first_host_works(self) -> None:
        """Check that the login that was stored is, to the byte, and is good."""
        self.assertEqual(self.before, self.record(self.url).read_bytes())
        shown = self.auth('token', '--host', self.url)
        self.assertEqual((f'{self.cloud.pat}\n', ''), (shown.stdout, shown.stderr))
