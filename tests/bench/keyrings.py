"""P2k: a token from a real GNOME keyring, beside ``keyring.get_password``.

Layer: bench; needs dbus-daemon and gnome-keyring-daemon.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from unittest import mock

from tests.bench.figure import Figure
from tests.bench.pairs import interleaved, ratio, seconds_of
from tests.bench.peers import PY
from tests.bench.places import PHYWARE, environment, log_in
from tests.functional.keyring_session import BACKEND, KeyringSession

_BUS = ('DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR')
_PEER = 'keyring.get_password'
_OURS = 'phyware auth token (keyring)'
_CACHED = 'phyware auth token (keyring, PHYWARE_TOKEN_CACHE=1)'
_GET = 'import keyring; assert keyring.get_password("bench", "bench")'


def _python(code: str, environ: dict[str, str]) -> None:
    subprocess.run([sys.executable, '-c', f'import keyring; {code}'], env=environ, check=True)


class KeyringToken:
    """Wall time of one read of a keyring."""

    name = 'P2k'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Measure a read by us, by the library, and from the token at hand."""
        keyring = KeyringSession()
        try:
            environ = environment(home) | {name: keyring.environ[name] for name in _BUS}
            del environ['PHYWARE_CREDENTIAL_STORE']
            with mock.patch.dict(os.environ, environ):
                log_in(environ, 'http://127.0.0.1:9', storage='keyring', backend=BACKEND)
            _python('keyring.set_password("bench", "bench", "a" * 200)', environ)
            yield from _figures(environ, runs)
        finally:
            keyring.stop()


def _figures(environ: dict[str, str], runs: int) -> Iterator[Figure]:
    cached = environ | {'PHYWARE_TOKEN_CACHE': '1'}
    commands = {
        PY: ([sys.executable, '-c', 'pass'], environ),
        _PEER: ([sys.executable, '-c', _GET], environ),
        _OURS: ([PHYWARE, 'auth', 'token'], environ),
        _CACHED: ([PHYWARE, 'auth', 'token'], cached),
    }
    values = interleaved(runs, {
        name: partial(seconds_of, partial(
            subprocess.run, argv, env=env, check=True, stdout=subprocess.DEVNULL))
        for name, (argv, env) in commands.items()
    })
    yield Figure('P2k', f'{_OURS} by {PY}', ratio(values, _OURS, PY), 12.5)
    yield Figure('P2k', f'{_OURS} by {_PEER}', ratio(values, _OURS, _PEER), 0.72)
    yield Figure('P2k', f'{_CACHED} by {PY}', ratio(values, _CACHED, PY), 1.5)
