"""Keyring backends that behave as those of other systems do, or worse.

Layer: test fixture; a copy of this file is a module of its own on the command's
path.  Secrets and the files that steer a backend are beside that copy.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from keyring.backend import KeyringBackend

HERE = Path(__file__).parent
SECRETS = HERE / 'secrets.json'
READS = HERE / 'reads'
REFUSALS = HERE / 'refusals'
GATE = HERE / 'gate'
# CRED_MAX_CREDENTIAL_BLOB_SIZE, in UTF-16.
_WINDOWS_BYTES = 2560


class Keyring(KeyringBackend):
    """Keeps everything in one file."""

    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        with READS.open('a') as stream:
            stream.write(f'{service} {username}\n')
        return self._all().get(f'{service} {username}')

    def set_password(self, service: str, username: str, password: str) -> None:
        self._change(lambda secrets: secrets.update({f'{service} {username}': password}))

    def delete_password(self, service: str, username: str) -> None:
        self._change(lambda secrets: secrets.pop(f'{service} {username}'))

    def _all(self) -> dict[str, str]:
        return dict(json.loads(SECRETS.read_text())) if SECRETS.exists() else {}

    def _change(self, change: Callable[[dict[str, str]], object]) -> None:
        secrets = self._all()
        change(secrets)
        SECRETS.with_suffix('.new').write_text(json.dumps(secrets))
        SECRETS.with_suffix('.new').replace(SECRETS)


class Dropping(Keyring):
    """Says that it keeps a secret, and does not (security case 26)."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep nothing."""


class Windows(Keyring):
    """Refuses long secrets as the Credential Manager does (security case 30)."""

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password.encode('utf-16-le')) > _WINDOWS_BYTES:
            raise Exception(1783, 'CredWrite', 'The stub received bad data')
        super().set_password(service, username, password)


class MacOS(Keyring):
    """Deletes, then adds (security case 31).

    ``GATE`` holds the first login up in between, until it is gone.  Each
    letter of ``REFUSALS`` is the fate of one addition: ``n`` for no.
    """

    def set_password(self, service: str, username: str, password: str) -> None:
        if f'{service} {username}' in self._all():
            self.delete_password(service, username)
            while GATE.exists():
                time.sleep(0.02)
        fates = REFUSALS.read_text() if REFUSALS.exists() else ''
        REFUSALS.write_text(fates[1:])
        if fates.startswith('n'):
            raise RuntimeError('errSecInteractionNotAllowed')
        super().set_password(service, username, password)


class Hanging(Keyring):
    """Never answers."""

    def get_password(self, service: str, username: str) -> str | None:
        while True:
            time.sleep(3600)


class Busy(Keyring):
    """Never answers since it computes, in Rust as secretstorage's cipher does."""

    def get_password(self, service: str, username: str) -> str | None:
        from cryptography.hazmat.primitives import hashes

        while True:
            hashes.Hash(hashes.SHA256()).finalize()


class Ending(Keyring):
    """Ends the process, if it could."""

    def get_password(self, service: str, username: str) -> str | None:
        raise SystemExit(7)
