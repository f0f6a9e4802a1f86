"""Processes over one credential store, and the faults that strace makes.

Layer: test fixture.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from phyware.context import Context
from phyware.hosts import host_slug
from phyware_auth.store.store import CredentialStore

HOST = 'https://a.example'
OTHER = 'https://b.example'
SECONDS = 180
_DRIVER = [sys.executable, '-m', 'tests.functional.store_driver']
_ROOT = Path(__file__).parents[2]
_KEPT = ('PATH', 'PYTHONPATH', 'TMPDIR', 'COVERAGE_PROCESS_START', 'COVERAGE_PROCESS_CONFIG')


def need(program: str, *trial: str) -> None:
    """Skip a test whose tool is missing or does not work; fail where CI has it all."""
    found = shutil.which(program)
    if found and subprocess.run([found, *trial], capture_output=True, check=False).returncode == 0:
        return
    if os.environ.get('CI') == 'true':
        raise AssertionError(f'{program} is missing or does not work here')
    raise unittest.SkipTest(f'{program} is missing or does not work here')


class StoreProcessCase(unittest.TestCase):
    """A configuration directory of its own, used by processes."""

    def setUp(self) -> None:
        super().setUp()
        # Each try of a lock is made in a thread, which may not get its turn within a second.
        self.enterContext(mock.patch('phyware_auth.store.locks._GRACE', SECONDS))
        self.home = Path(self.enterContext(tempfile.TemporaryDirectory(prefix='phyware-test-')))
        self.config = self.home / 'config'
        self.hosts = self.config / 'hosts'
        self.environ = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            'HOME': str(self.home),
            'LC_ALL': 'C.UTF-8',
            'PHYWARE_CONFIG_DIR': str(self.config),
            'PHYWARE_CREDENTIAL_STORE': 'file',
            'PYTHONDONTWRITEBYTECODE': '1',
            # The number of files that a start opens has to be the same each time.
            'PYTHONHASHSEED': '0',
        }

    def start(
        self, *words: str, before: tuple[str, ...] = (), environ: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start the driver with ``words``, under the command ``before``."""
        process = subprocess.Popen(
            [*before, *_DRIVER, *words],
            env={**self.environ, **(environ or {})},
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(end, process)
        return process

    def run_driver(
        self, *words: str, before: tuple[str, ...] = (), environ: Mapping[str, str] | None = None
    ) -> str:
        """Run the driver to its end; return its output, without the line's end."""
        process = self.start(*words, before=before, environ=environ)
        output, errors = process.communicate(timeout=SECONDS)
        self.assertNotIn('Traceback', errors)
        return output.strip()

    def assert_ok(self, expected: str, *words: str) -> None:
        """Check that the driver succeeds, and what it finds."""
        self.assertEqual(f'OK {expected}'.strip(), self.run_driver(*words))

    def with_fault(self, fault: str, *words: str) -> str:
        """Run the driver under ``strace -e inject=FAULT``."""
        return self.run_driver(*words, before=self.strace('-e', f'inject={fault}'))

    def strace(self, *options: str) -> tuple[str, ...]:
        need('strace', '-f', '-o', os.devnull, 'true')
        return ('strace', '-f', '-qq', '-o', str(self.home / 'trace'), *options)

    def suffix(self, host: str = HOST) -> str | None:
        """Return which login is stored, as another process finds it now."""
        found = CredentialStore(streamless(self.environ)).load(host)
        token = found.access_token if found else None
        return token.reveal().removeprefix('access-') if token else None

    def record(self, host: str = HOST) -> Path:
        """Return the path of a host's record."""
        return self.hosts / host_slug(host)


def streamless(environ: Mapping[str, str]) -> Context:
    """Return a context of ``environ`` that reads and writes nothing."""
    return Context(io.StringIO(), io.StringIO(), io.StringIO(), environ=environ)


def end(process: subprocess.Popen[str]) -> None:
    """End a process that a test started, and close what it had."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
