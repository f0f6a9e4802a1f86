"""The installed command with a real GNOME keyring, or with a backend of the tests.

Layer: test fixture.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

from phyware.hosts import host_slug
from phyware_auth.store import codec
from tests.functional.cli import CliTestCase, Result
from tests.functional.keyring_crash import CrashOutlivingCase
from tests.functional.keyring_session import BACKEND, keyring_session
from tests.functional.refresh_case import RefreshTestCase

SILENCE = f'the keyring {BACKEND} does not answer'
LOCKED = 'the keyring is locked'
# Not imported: a backend class that is defined is one that keyring may choose.
_ODD_KEYRINGS = Path(__file__).with_name('odd_keyrings.py')


class KeyringCommandCase(CliTestCase):
    """What a command may say and leave where its keyring fails."""

    secrets: tuple[str, ...] = ()

    def setUp(self) -> None:
        super().setUp()
        del self.environ['PHYWARE_CREDENTIAL_STORE']

    def assert_failed(self, result: Result, code: str, message: str) -> None:
        """Check status 1, the error's one line and its remedy, and that nobody is said logged out.

        :param message: how it begins
        """
        self.assertEqual((1, ''), (result.exit_code, result.stdout), result.stderr)
        self.assert_error(result, code, message)
        self.assertEqual(2, result.stderr.count('\n'), result.stderr)
        for word in ('not logged in', 'Traceback', *self.secrets):
            self.assertNotIn(word, result.stderr)

    def assert_no_plaintext(self) -> None:
        """Check that no file of the person's has a secret in it."""
        for path in self.home.rglob('*'):
            if path.is_file() and path.name != 'secrets.json':
                for secret in self.secrets:
                    self.assertNotIn(secret, path.read_text(errors='replace'), path)


class GnomeCommandCase(CrashOutlivingCase, KeyringCommandCase, RefreshTestCase):
    """One login, of the host ``url``, is in a real GNOME keyring of the test's own."""

    def setUp(self) -> None:
        super().setUp()
        self.keyring = keyring_session(self)
        names = ('DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR')
        self.bus = {name: self.keyring.environ[name] for name in names}
        self.environ |= self.bus
        self.enterContext(mock.patch.dict(os.environ, self.bus))
        self.secrets = (self.cloud.pat,)
        self.login_pat()

    def expired_session(self) -> None:
        """Store an OAuth login in the keyring whose access token is over."""
        record = self.session(storage='keyring', backend=BACKEND)
        assert record.access_token and record.refresh_token
        self.secrets += (record.access_token.reveal(), record.refresh_token.reveal())

    def empty(self) -> None:
        """Delete every item by hand."""
        import secretstorage

        with closing(secretstorage.dbus_init()) as connection:
            for item in secretstorage.get_default_collection(connection).get_all_items():
                item.delete()

    def items(self) -> list[dict[str, str]]:
        """Return the attributes of all items."""
        import secretstorage

        with closing(secretstorage.dbus_init()) as connection:
            found = secretstorage.get_default_collection(connection).get_all_items()
            return [item.get_attributes() for item in found]

    def token_works(self) -> None:
        """Check that the first login is there and whole."""
        self.assertEqual(self.cloud.pat, self.auth('token', '--host', self.url).stdout.strip())


class OddKeyringCase(KeyringCommandCase, RefreshTestCase):
    """A backend of ``odd_keyrings``, chosen by the variable."""

    backend = 'Keyring'

    def setUp(self) -> None:
        super().setUp()
        self.modules = self.home / 'modules'
        self.modules.mkdir()
        shutil.copy(_ODD_KEYRINGS, self.modules / 'odd_ring.py')
        path = [str(self.modules), *filter(None, [self.environ.get('PYTHONPATH')])]
        self.environ['PYTHONPATH'] = ':'.join(path)
        self.use(self.backend)
        self.secrets = (self.cloud.pat,)

    def use(self, name: str) -> None:
        """Choose a backend for the logins that follow."""
        self.environ['PYTHON_KEYRING_BACKEND'] = f'odd_ring.{name}'

    def pin(self, name: str, config: Path) -> None:
        """Let the login that is stored below ``config`` name another backend."""
        record = config / 'hosts' / host_slug(self.url)
        fields = codec.decode(record.read_bytes())
        record.write_bytes(codec.encode({**fields, 'backend': f'odd_ring.{name}'}))

    def steer(self, name: str) -> Path:
        """Return a file of the command's copy of ``odd_keyrings``."""
        return self.modules / name

    def kept(self) -> str:
        """Return all that the backend keeps."""
        path = self.steer('secrets.json')
        return path.read_text() if path.exists() else '{}'

    def start_login(self) -> Any:
        """Start a login with the PAT, its stdin fed."""
        path = self.home / 'pat'
        path.write_text(self.cloud.pat)
        with path.open() as stdin:
            process = self.start('auth', 'login', '--with-token', '--host', self.url, stdin=stdin)
        path.unlink()
        return process
