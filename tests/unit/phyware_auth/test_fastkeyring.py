"""The token at hand of a login that somebody ends just then.

Layer: unit test.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any
from unittest import mock

from phyware.context import Context
from phyware_auth import fastkeyring
from phyware_auth.store import tokencache
from phyware_auth.store.store import CredentialStore
from tests.unit.phyware_auth.store.fakes import HOST, StoreCase, context, keyring_record


class LogoutMeanwhileTest(StoreCase):
    """Read, then a logout of another process, then kept: nothing is left (security case 47)."""

    def setUp(self) -> None:
        super().setUp()
        self.runtime = self.enterContext(tempfile.TemporaryDirectory())
        self.environ = {'XDG_RUNTIME_DIR': self.runtime, 'PHYWARE_TOKEN_CACHE': '1'}
        self.store = self.another_store(**self.environ)
        self.store.save_login(keyring_record())
        self.printed: list[str] = []

    def print_token(self) -> int | None:
        """Print the token as ``auth token`` does, from the keyring in memory."""
        own = context(self.directory, self.clock, **self.environ)
        return_own = mock.patch.object(Context, 'from_system', return_value=own)
        store = mock.patch.object(fastkeyring, 'CredentialStore', self.make_store)
        out = mock.patch.object(fastkeyring, 'write_out', self.write_out)
        with return_own, store, out:
            return fastkeyring.print_token(HOST, 60)

    def write_out(self, text: str) -> bool:
        self.printed.append(text)
        return True

    def make_store(self, own: Any, warn: Callable[[str], None]) -> CredentialStore:
        return CredentialStore(own, warn=warn, keyrings=self.keyrings)

    def kept(self) -> list[str]:
        """Return the names of what is at hand."""
        folder = os.path.join(self.runtime, 'phyware')
        return os.listdir(folder) if os.path.isdir(folder) else []

    def test_a_token_of_a_login_that_stays_is_kept(self) -> None:
        self.assertEqual((self.print_token(), self.printed), (0, ['access-1\n']))
        self.assertEqual(len(self.kept()), 1)

    def test_case_47_a_logout_between_the_reading_and_the_keeping(self) -> None:
        write = tokencache.write

        def after_logout(*args: Any) -> None:
            self.store.remove(HOST)
            write(*args)

        with mock.patch.object(tokencache, 'write', after_logout):
            self.print_token()
        self.assertEqual(self.kept(), [])

    def test_case_47_a_token_that_is_kept_in_the_middle_of_a_logout(self) -> None:
        def keep(method: str, *_: str) -> None:
            if method == 'delete' and not self.printed:
                self.print_token()

        self.backend.before = keep
        self.store.remove(HOST)
        self.assertEqual((self.printed, self.kept()), (['access-1\n'], []))
