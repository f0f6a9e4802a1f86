"""A devcloud in its own process, for tests that need a real server.

Layer: test fixture.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

_ROOT = Path(__file__).parents[2]
# Where 200 processes of another test start at once, anything may take that long.
SECONDS = 180
_LOOK_EVERY = 0.05


def require_program(*names: str, folders: str = '') -> str:
    """Return the path of the first of these programs that is here.

    :param folders: where else to look, separated as in ``PATH``
    :raises AssertionError: there is none, and the environment says ``CI=true``
    :raises unittest.SkipTest: there is none, elsewhere
    """
    path = os.pathsep.join([os.environ.get('PATH', os.defpath), folders])
    for name in names:
        found = shutil.which(name, path=path)
        if found is not None:
            return found
    reason = f'not installed: {" or ".join(names)}'
    if os.environ.get('CI') == 'true':
        raise AssertionError(reason)
    raise unittest.SkipTest(reason)


class DevCloud:
    """A running ``phyware devcloud start --port 0``.

    ``url``, ``email``, ``password``, ``pat``, ``user_id``, ``client_id`` and
    ``client_secret`` come from its ready file, ``users`` (by e-mail address)
    and ``facts`` too.

    :param args: more options of the command, ``--fault`` for example
    :param environ: the environment of the process; that of the test when None
    """

    def __init__(self, *args: str, environ: Mapping[str, str] | None = None) -> None:
        self._args = args
        self._environ = dict(os.environ if environ is None else environ)
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix='phyware-test-')
        self.facts: dict[str, Any] = {}
        self.log = Path(self._folder.name, 'output.txt')

    @classmethod
    def start(cls, *args: str, environ: Mapping[str, str] | None = None) -> DevCloud:
        """Return a devcloud that listens; the caller calls :meth:`stop`."""
        cloud = cls(*args, environ=environ)
        try:
            cloud._run()
        except BaseException:
            cloud.stop()
            raise
        return cloud

    def __enter__(self) -> DevCloud:
        try:
            self._run()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __getattr__(self, name: str) -> Any:
        facts = self.__dict__.get('facts', {})
        if name in facts:
            return facts[name]
        raise AttributeError(name)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """Return the process, to look at it or to send it a signal."""
        assert self._process is not None, 'the devcloud was not started'
        return self._process

    @property
    def output(self) -> str:
        """Return what the process has printed."""
        return self.log.read_text()

    def stop(self) -> int | None:
        """End the process with SIGTERM and return its exit code."""
        try:
            if self._process is None:
                return None
            self._process.terminate()
            return self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self._folder.cleanup()

    def _run(self) -> None:
        ready = Path(self._folder.name, 'ready.json')
        command = [sys.executable, '-m', 'phyware', 'devcloud', 'start', '--port', '0']
        with self.log.open('wb') as log:
            self._process = subprocess.Popen(
                [*command, '--ready-file', str(ready), *self._args], cwd=_ROOT,
                env=self._environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        deadline = time.monotonic() + SECONDS
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f'The devcloud did not start:\n{self.output}')
            time.sleep(_LOOK_EVERY)
        self.facts = json.loads(ready.read_text())
