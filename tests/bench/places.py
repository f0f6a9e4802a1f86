"""Homes in which nobody but the bench is logged in.

Layer: bench.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from phyware.context import Context
from phyware.secret import Secret
from phyware_auth.store.record import HostRecord
from phyware_auth.store.store import CredentialStore

BIN = Path(sys.executable).parent
PHYWARE = str(BIN / 'phyware')


def environment(home: Path) -> dict[str, str]:
    """Return the environment of commands that have ``home``."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(('PHYWARE_', 'PHYCLOUD_'))}
    return {
        **kept,
        'HOME': str(home),
        'PHYWARE_CONFIG_DIR': f'{home}/phyware',
        'PHYWARE_CREDENTIAL_STORE': 'file',
    }


def log_in(environ: dict[str, str], host: str, **members: object) -> None:
    """Store a credential that is valid for a day, without any server.

    :param members: of the record, in place of the usual ones
    """
    now = int(time.time())
    record = HostRecord(
        host=host, kind='oauth', storage='file', client_id='phyware-cli', issuer=host,
        obtained=now, expiry=now + 86400, user='bench@example.org', scopes=('openid',),
        access_token=Secret('a' * 43), refresh_token=Secret('r' * 43),
    )
    store = CredentialStore(Context(sys.stdin, sys.stdout, sys.stderr, environ))
    store.save_login(record._replace(**members))  # type: ignore[arg-type]
    store.set_active(host)
