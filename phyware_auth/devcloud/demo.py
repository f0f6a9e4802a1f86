"""``phyware devcloud demo``: the main job, shown end to end.

Layer: command of the plugin.  Everything runs as a person would run it: a
devcloud process, and ``phyware`` processes that log in to it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from phyware.command import Command, Example
from phyware.errors import ExitStatus, GenericError
from phyware_auth.devcloud.command import require_extra

_STEPS = (
    ('auth', 'login', '--no-browser'),
    ('auth', 'status'),
    ('auth', 'sessions', 'list', '-c', 'id', '-c', 'user', '-c', 'client', '-c', 'current'),
)
_READY_SECONDS = 60.0
_LOOK_EVERY = 0.05
# -P: a folder named phyware where the person stands must not be run.
_PHYWARE = (sys.executable, '-P', '-m', 'phyware')


class Demo(Command):
    """Show a device login, its status and its sessions against a local PhyCloud

    It starts a devcloud on a free port, approves the code by itself, keeps
    every file in a temporary directory and removes it at the end.
    """

    examples = (Example('phyware devcloud demo', 'see what phyware does, without a host'),)
    errors = (GenericError,)

    def take_action(self, parsed_args: Any) -> int:
        """Run the steps.

        :returns: the exit status of the first step that failed, else 0
        :raises GenericError: the extra is missing, or the devcloud does not start
        """
        require_extra()
        with tempfile.TemporaryDirectory(prefix='phyware-demo-') as folder:
            environ = self._environment(folder)
            with self._devcloud(folder, environ) as url:
                return self._steps({**environ, 'PHYCLOUD_URL': url})

    def _environment(self, folder: str) -> dict[str, str]:
        ours = ('PHYWARE_', 'PHYCLOUD_')
        kept = {k: v for k, v in self.app.context.environ.items() if not k.startswith(ours)}
        return {**kept, 'PHYWARE_CONFIG_DIR': folder, 'PHYWARE_CREDENTIAL_STORE': 'file'}

    def _steps(self, environ: Mapping[str, str]) -> int:
        for step in _STEPS:
            self.app.stdout.write(f'\n$ phyware {" ".join(step)}\n')
            self.app.stdout.flush()
            status = subprocess.run((*_PHYWARE, *step), env=environ, check=False).returncode
            if status:
                return status
        return ExitStatus.OK

    @contextmanager
    def _devcloud(self, folder: str, environ: Mapping[str, str]) -> Iterator[str]:
        ready = Path(folder, 'ready.json')
        arguments = ('--port', '0', '--approve', 'demo@phyware.example', '--ready-file', str(ready))
        self.app.stdout.write('$ phyware devcloud start --port 0 --approve demo@phyware.example\n')
        process = subprocess.Popen(
            (*_PHYWARE, 'devcloud', 'start', *arguments), env=environ, stdout=subprocess.DEVNULL
        )
        try:
            self._wait(ready, process)
            url: str = json.loads(ready.read_text())['url']
            self.app.stdout.write(f'A local PhyCloud listens on {url}\n')
            yield url
        finally:
            process.terminate()
            process.wait()

    def _wait(self, ready: Path, process: subprocess.Popen[bytes]) -> None:
        clock = self.app.context.clock
        deadline = clock.monotonic() + _READY_SECONDS
        while not (ready.exists() and ready.stat().st_size):
            if process.poll() is not None or clock.monotonic() > deadline:
                raise GenericError(
                    'the devcloud did not start', 'Run phyware devcloud start to see why'
                )
            clock.sleep(_LOOK_EVERY)

