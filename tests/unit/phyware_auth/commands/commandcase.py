"""Command lines in this process, on a host that requests-mock plays.

Layer: test fixture.
"""

from __future__ import annotations

from typing import Any

from phyware.testing import Cli, CliResult
from phyware_auth.store.store import CredentialStore
from tests.unit.phyware_auth.authcase import (
    DEVICE,
    DEVICE_ANSWER,
    HOST,
    REVOKE,
    SUCCESS,
    TOKEN,
    USERINFO,
    AuthCase,
)

FIELDS = ['user', 'scopes', 'expiry', 'host', 'state', 'source', 'token_kind', 'storage']
USER = {'sub': 'u1', 'email': 'ada@example.org'}


class CommandCase(AuthCase):
    def setUp(self) -> None:
        super().setUp()
        environ = {**self.environ, 'PHYCLOUD_URL': HOST, 'PHYWARE_CREDENTIAL_STORE': 'file'}
        self.cli = Cli(environ, clock=self.clock, browser=self.browser)
        self.serve_metadata()
        self.serve(DEVICE, DEVICE_ANSWER)
        self.serve(TOKEN, SUCCESS)
        self.serve(REVOKE, {'status_code': 200})
        self.serve(USERINFO, USER, method='GET')

    def auth(self, *words: str, status: int = 0, stdin: str = '', **more: Any) -> CliResult:
        """Run ``phyware auth WORDS`` and check its exit status."""
        result = self.cli.run('auth', *words, stdin=stdin, **more)
        self.assertEqual(result.exit_code, status, result.stderr)
        return result

    def refused(self, *words: str, code: str, status: int, stdin: str = '') -> dict[str, Any]:
        """Run a command line that fails; return the error object, stdout being empty."""
        result = self.auth(*words, '-o', 'json', status=status, stdin=stdin)
        error = result.error()
        self.assertEqual((error['code'], error['exit_code'], result.stdout), (code, status, ''))
        return error

    def fresh_store(self) -> CredentialStore:
        """Return a store that has read nothing yet."""
        return CredentialStore(self.context)
