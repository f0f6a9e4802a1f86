"""What the store's tests build upon: a context in a directory, fake keyrings.

Layer: test fixture.
"""

from __future__ import annotations

import io
import os
import stat
import tempfile
import unittest
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from typing import Any, TypeVar
from unittest import mock

from phyware.context import Context
from phyware.deadline import call_within
from phyware.hosts import host_slug
from phyware.kept import Kept
from phyware.secret import Secret
from phyware.testing import FakeClock
from phyware_auth.store.errors import NoKeyring
from phyware_auth.store.keyrings import Backend
from phyware_auth.store.record import FILE, KEYRING, OAUTH, HostRecord
from phyware_auth.store.store import CredentialStore

HOST = 'https://cloud.example'
OTHER = 'http://localhost:8000'
MEMORY = 'tests.MemoryBackend'
T = TypeVar('T')


class Machine(Kept):
    """Keeps nothing, and lets each process be so many times slower than alone.

    What this machine does to the process of the tests is not to matter to them.
    """

    def __init__(self, slower: float = 1) -> None:
        super().__init__()
        self.slower = slower

    def get(self, slot: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return ``make()``."""
        made: Any = (lambda: self.slower) if slot == 'slowdown' else make()
        found: T = made
        return found


def answer_in_peace(test: unittest.TestCase) -> None:
    """Give another thread a minute for what a fake clock leaves moments for.

    It lets no time pass between two calls, but a busy machine does.
    """
    def run(function: Callable[[], T], seconds: float, *late: Callable[[T], None]) -> T:
        return call_within(function, 60 if seconds > 0 else 0, *late)

    for module in 'choice', 'keyringcalls', 'locks':
        test.enterContext(mock.patch(f'phyware_auth.store.{module}.call_within', run))


def context(
    directory: str, clock: FakeClock | None = None, machine: Machine | None = None, **environ: Any
) -> Context:
    """Return a context whose configuration directory is ``directory``."""
    streams = (io.StringIO(), io.StringIO(), io.StringIO())
    variables = {'PHYWARE_CONFIG_DIR': directory, **environ}
    kept = machine or Machine()
    return Context(*streams, environ=variables, clock=clock or FakeClock(), kept=kept)


def oauth_record(host: str = HOST, suffix: str = '1', **changes: Any) -> HostRecord:
    """Return a login with an access and a refresh token, for file storage."""
    values: dict[str, Any] = {
        'host': host,
        'kind': OAUTH,
        'storage': FILE,
        'client_id': 'phyware-cli',
        'issuer': host,
        'obtained': 1_800_000_000,
        'user': 'ada@example.org',
        'scopes': ('openid', 'email'),
        'expiry': 1_800_003_600,
        'token_endpoint': f'{host}/oauth/token',
        'access_token': Secret(f'access-{suffix}'),
        'refresh_token': Secret(f'refresh-{suffix}'),
        **changes,
    }
    return HostRecord(**values)


def link_of(owner: int) -> AbstractContextManager[object]:
    """Return a context in which every path is a symbolic link of ``owner``'s."""
    fields = (stat.S_IFLNK | 0o777, 0, 0, 1, owner, owner, 0, 0, 0, 0)
    return mock.patch('os.lstat', return_value=os.stat_result(fields))


def keyring_record(host: str = HOST, suffix: str = '1', **changes: Any) -> HostRecord:
    """Return the same login for the fake keyring."""
    return oauth_record(host, suffix, **{'storage': KEYRING, 'backend': MEMORY, **changes})


class MemoryBackend:
    """A keyring in memory; a function in ``before`` may stop any of its calls.

    :param before: called with the method's name, the user name and the secret
    """

    def __init__(self, before: Callable[[str, str, str], None] | None = None) -> None:
        self.items: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []
        self.before = before

    def get_password(self, service: str, username: str) -> str | None:
        self._note('get', username)
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._note('set', username, password)
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._note('delete', username)
        del self.items[service, username]

    def _note(self, method: str, username: str, secret: str = '') -> None:
        self.calls.append(f'{method} {username}')
        if self.before:
            self.before(method, username, secret)


class FakeKeyrings:
    """Finds and makes the backends it was given, by name."""

    def __init__(self, **backends: Backend) -> None:
        self.backends: dict[str, Backend] = {f'tests.{name}': backends[name] for name in backends}

    def detect(self) -> str:
        if not self.backends:
            raise NoKeyring
        return next(iter(self.backends))

    def build(self, name: str) -> Backend:
        if name not in self.backends:
            raise ImportError(name)
        return self.backends[name]


class StoreCase(unittest.TestCase):
    """A store in a temporary directory, over a keyring in memory."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix='phyware-test-')
        self.addCleanup(folder.cleanup)
        answer_in_peace(self)
        self.directory = os.path.join(folder.name, 'config')
        self.clock = FakeClock()
        self.warnings: list[str] = []
        self.backend = MemoryBackend()
        self.keyrings = FakeKeyrings(MemoryBackend=self.backend)
        self.store = self.another_store()

    def another_store(self, machine: Machine | None = None, **environ: str) -> CredentialStore:
        """Return a store of the same directory, as another process would have."""
        return CredentialStore(
            context(self.directory, self.clock, machine, **environ),
            warn=self.warnings.append,
            keyrings=self.keyrings,
        )

    def path(self, name: str) -> str:
        """Return the path of a file in the configuration directory."""
        return os.path.join(self.directory, name)

    def files(self, folder: str) -> list[str]:
        """Return the visible names in a folder of the configuration directory."""
        names = os.listdir(self.path(folder))
        return sorted(name for name in names if not name.startswith('.lock-'))


class FileStoreCase(StoreCase):
    """A store whose logins go to files."""

    def save(self, host: str = HOST, suffix: str = '1') -> None:
        """Log in."""
        self.store.save_login(oauth_record(host, suffix))

    def record_path(self, host: str = HOST) -> str:
        """Return where the record of ``host`` is."""
        return self.path(os.path.join('hosts', host_slug(host)))


def text_of(secret: Secret | None) -> str | None:
    """Return the text of a secret, for a comparison that shows the difference."""
    return None if secret is None else secret.reveal()
