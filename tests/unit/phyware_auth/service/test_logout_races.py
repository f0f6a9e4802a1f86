"""A logout among logins, refreshes and logouts of other processes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

from phyware.errors import ConnectionFailed
from phyware.secret import Secret
from phyware_auth.store.errors import KeyringLocked
from phyware_auth.store.record import HostRecord
from phyware_auth.store.removal import RemovalReport
from phyware_auth.store.store import CredentialStore
from tests.unit.phyware_auth.authcase import HOST, OTHER, REVOKE, full_record, text_of
from tests.unit.phyware_auth.service.test_logout import LogoutCase


class MeanwhileTests(LogoutCase):
    """What other processes do between the revocation and the removal."""

    def meanwhile(self, *others: Callable[[], object]) -> None:
        """Call one of ``others`` with each revocation of a refresh token."""
        waiting = list(others)

        def revoked(request: Any, context: Any) -> str:
            if 'refresh_token' in request.text and waiting:
                waiting.pop(0)()
            return ''

        self.http.post(REVOKE, text=revoked)

    def login(self, number: int) -> None:
        """Log in as another process does: store first, then choose the host."""
        other = CredentialStore(self.context)
        tokens = {name: Secret(f'{name}-{number}') for name in ('access_token', 'refresh_token')}
        other.save_login(full_record(**tokens))
        other.set_active(HOST)

    def refresh(self) -> None:
        other, old = CredentialStore(self.context), self.stored()
        new = full_record(access_token=Secret('access-2'), refresh_token=Secret('refresh-2'))
        self.assertTrue(other.save_refresh(old, new))

    def test_case_47_what_a_refresh_stored_is_revoked_too(self) -> None:
        self.logged_in()
        self.meanwhile(self.refresh)

        view = self.logouts.logout(HOST)

        self.assertEqual(self.outcome(view), ('revoked', 'revoked', 'removed'))
        revoked = [token for token, _ in self.revoked()]
        self.assertEqual(revoked, ['refresh-1', 'access-1', 'refresh-2', 'access-2'])
        self.assertEqual((self.store.hosts(), self.store.active()), ([], None))

    def test_case_47_a_failure_before_is_not_forgotten(self) -> None:
        self.logged_in()
        self.meanwhile(self.refresh)
        found = self.logouts._revoke

        def failing(record: HostRecord, token: Secret, hint: str) -> str:
            done = found(record, token, hint)
            return 'failed' if token.reveal() == 'access-1' else done

        with mock.patch.object(self.logouts, '_revoke', failing):
            view = self.logouts.logout(HOST)

        self.assertEqual(self.outcome(view), ('revoked', 'failed', 'removed'))

    def test_case_47_another_logout_came_first(self) -> None:
        self.logged_in()
        self.meanwhile(lambda: CredentialStore(self.context).remove(HOST))

        view = self.logouts.logout(HOST)

        self.assertEqual(self.outcome(view), ('revoked', 'revoked', 'removed'))
        self.assertIsNone(view.error)

    def test_case_47_logins_without_end_are_an_error_and_none_is_lost(self) -> None:
        self.logged_in()
        self.meanwhile(*[partial(self.login, number) for number in range(9)])

        view = self.logouts.logout(HOST)

        self.assertEqual(view.local, 'failed')
        self.assertIsInstance(view.error, ConnectionFailed)
        self.assertEqual(len(self.revoked()), 2 * 5)
        self.assertEqual(text_of(self.stored().refresh_token), 'refresh_token-4')

    def test_case_47_a_login_at_the_very_end_stays_the_active_one(self) -> None:
        for method in ('active', 'set_active'):
            with self.subTest(method):
                self.logged_in()
                real, logins = getattr(self.store, method), [1]

                def late(*given: Any, real: Any = real, logins: Any = logins) -> Any:
                    while logins:
                        self.login(logins.pop())
                    return real(*given)

                with mock.patch.object(self.store, method, late):
                    self.logouts.logout(HOST)

                self.assertEqual((self.store.hosts(), self.store.active()), ([HOST], HOST))

    def test_case_47_only_what_is_to_stay_alive_is_removed_unseen(self) -> None:
        self.logged_in()
        self.meanwhile(self.refresh)

        view = self.logouts.logout(HOST, local_only=True)

        self.assertEqual(self.outcome(view), ('kept', 'kept', 'removed'))

    def test_case_33_a_keyring_that_does_not_tell_is_no_reason_to_keep_it(self) -> None:
        self.logged_in()
        real = self.store.remove

        def remove(
            host: str, expected: HostRecord | None = None, *, forget: bool = False
        ) -> RemovalReport:
            if expected is not None:
                raise KeyringLocked()
            return real(host, forget=forget)

        with mock.patch.object(self.store, 'remove', remove):
            view = self.logouts.logout(HOST)

        self.assertEqual(self.outcome(view), ('revoked', 'revoked', 'removed'))

    def test_case_47_all_hosts_while_another_process_logs_out_of_them(self) -> None:
        self.logged_in()
        for host in (OTHER, 'https://third.example'):
            self.store.save_login(full_record(host))
        self.meanwhile(lambda: CredentialStore(self.context).remove(OTHER))

        views = self.logouts.all()

        self.assertEqual([view.host for view in views], [HOST, 'https://third.example'])
        self.assertEqual(self.store.hosts(), [])
