"""What a devcloud says when it is ready: to a person, and to a program.

Layer: devcloud, text only.  These are the only places that show a secret.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from phyware.errors import GenericError
from phyware_auth.devcloud.seeding import Seeded
from phyware_auth.devcloud.settings import Seed


@dataclass(frozen=True)
class Facts:
    """What there is to say."""

    url: str
    seed: Seed
    seeded: Seeded
    approve: str | None

    def text(self) -> str:
        """Return the message; a program may look for the lines with a colon."""
        demo, other, seed = self.seed.demo, self.seed.other, self.seed
        lines = [
            'PhyCloud for development, on this machine only. Ctrl-C ends it.',
            '',
            f'export PHYCLOUD_URL={self.url}',
            '',
            f'Demo user: {demo.email}',
            f'Demo password: {demo.password}',
            f'Demo PAT: {demo.pat}',
            f'Other user: {other.email}',
            f'Other password: {other.password}',
            f'Other PAT: {other.pat}',
            f'Service client: {seed.client_id}',
            f'Service secret: {seed.client_secret}',
            '',
            f'Approve a device: {self.url}/device',
            f'API keys: {self.url}/keys',
            f'Sessions: {self.url}/sessions',
        ]
        if self.approve is not None:
            lines += ['', f'Every device code is approved at once, as {self.approve}.']
        return '\n'.join(lines) + '\n'

    def as_dict(self) -> dict[str, object]:
        """Return the members of the ready file."""
        demo, seed = self.seed.demo, self.seed
        users = {
            person.email: {
                'id': self.seeded.users[person.email], 'password': person.password,
                'pat': person.pat,
            }
            for person in seed.people
        }
        return {
            'url': self.url, 'pid': os.getpid(), 'instance_id': self.seeded.instance_id,
            'email': demo.email, 'user_id': self.seeded.users[demo.email],
            'password': demo.password, 'pat': demo.pat, 'users': users,
            'client_id': seed.client_id, 'client_secret': seed.client_secret,
        }


def say(facts: Facts, stdout: TextIO, ready_file: str | None) -> None:
    """Print the message, then write the ready file, complete from its first moment."""
    stdout.write(facts.text())
    stdout.flush()
    if ready_file is not None:
        try:
            _write_private(Path(ready_file), json.dumps(facts.as_dict()))
        except OSError as error:
            raise GenericError(
                f'The ready file {ready_file} cannot be written: {error.strerror}'
            ) from error


def _write_private(path: Path, text: str) -> None:
    # mkstemp makes the file 0600 and follows no link.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f'.{path.name}.')
    try:
        with os.fdopen(handle, 'w') as stream:
            stream.write(text)
        os.replace(temporary, path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
