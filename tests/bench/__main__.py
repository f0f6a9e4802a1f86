"""Measure start-up against ``python -c pass``, interleaved in one run.

``python -m tests.bench [RUNS]`` prints a table of medians and ratios and
writes ``bench.json``.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from phyware.context import Context
from phyware.secret import Secret
from phyware_auth.store.record import HostRecord
from phyware_auth.store.store import CredentialStore

_HOST = 'http://127.0.0.1:9'
_BIN = Path(sys.executable).parent
_PHYWARE = str(_BIN / 'phyware')

_COMMANDS = {
    'P0 python -c pass': [sys.executable, '-c', 'pass'],
    'P1 phyware --version': [_PHYWARE, '--version'],
    'P2 phyware auth token (file)': [_PHYWARE, 'auth', 'token'],
    'P3 phyware auth status --offline -o json': [
        _PHYWARE, 'auth', 'status', '--offline', '-o', 'json',
    ],
    'P4 phyware auth token --help': [_PHYWARE, 'auth', 'token', '--help'],
}


def main() -> None:
    """Print the table and write the file."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with tempfile.TemporaryDirectory() as home:
        environ = _environment(home)
        _log_in(environ)
        medians = _medians(runs, lambda argv: _seconds(argv, environ))
    base = medians['P0 python -c pass']
    rows = {name: {'seconds': s, 'x py': s / base} for name, s in medians.items()}
    for name, row in rows.items():
        print(f'{name:45} {row["seconds"] * 1000:8.1f} ms {row["x py"]:6.2f} x py')
    Path('bench.json').write_text(json.dumps({'runs': runs, 'rows': rows}, indent=2) + '\n')


def _environment(home: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(('PHYWARE_', 'PHYCLOUD_'))}
    return {
        **kept,
        'HOME': home,
        'PHYWARE_CONFIG_DIR': f'{home}/phyware',
        'PHYWARE_CREDENTIAL_STORE': 'file',
    }


def _log_in(environ: dict[str, str]) -> None:
    """Store a credential that is valid for a day, without any server."""
    now = int(time.time())
    context = Context(sys.stdin, sys.stdout, sys.stderr, environ)
    store = CredentialStore(context)
    store.save_login(
        HostRecord(
            host=_HOST, kind='oauth', storage='file', client_id='phyware-cli', issuer=_HOST,
            obtained=now, expiry=now + 86400, user='bench@example.org', scopes=('openid',),
            access_token=Secret('a' * 43), refresh_token=Secret('r' * 43),
        )
    )
    store.set_active(_HOST)


def _medians(runs: int, seconds: Callable[[list[str]], float]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for argv in _COMMANDS.values():
        seconds(argv)
    for _ in range(runs):
        for name, argv in _COMMANDS.items():
            times[name].append(seconds(argv))
    return {name: statistics.median(values) for name, values in times.items()}


def _seconds(argv: list[str], environ: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(argv, env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == '__main__':
    main()
