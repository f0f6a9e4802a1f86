"""What happens to each part of a credential at logout."""

from __future__ import annotations

from typing import Any
from unittest import mock

import requests

from phyware.errors import GenericError, NotFound
from phyware.hosts import host_slug
from phyware_auth.service.logout import LogoutService
from phyware_auth.service.outcomes import LogoutView
from phyware_auth.store import codec
from phyware_auth.store.errors import (
    CorruptRecord,
    KeyringLocked,
    LockUnavailable,
    NewerFormat,
    SecretMissing,
    StorageFailed,
)
from phyware_auth.store.record import PAT
from phyware_auth.store.removal import RemovalReport
from tests.unit.phyware_auth.authcase import HOST, OTHER, REVOKE, AuthCase, full_record

OK = {'status_code': 200}


class LogoutCase(AuthCase):
    def setUp(self) -> None:
        super().setUp()
        self.logouts = LogoutService(self.deps)
        self.serve(REVOKE, OK)

    def logged_in(self, **changes: Any) -> None:
        """Store a login, and make its host the active one."""
        self.saved(**changes)
        self.store.set_active(HOST)

    def outcome(self, view: LogoutView) -> tuple[str, str, str]:
        return view.refresh_token, view.access_token, view.local

    def revoked(self) -> list[tuple[str, str]]:
        return [(form['token'], form['token_type_hint']) for form in self.requests_to(REVOKE)]


class RevocationTests(LogoutCase):
    def test_both_tokens_the_refresh_token_first(self) -> None:
        self.logged_in(client_id='another')

        view = self.logouts.logout(HOST)

        self.assertEqual(self.outcome(view), ('revoked', 'revoked', 'removed'))
        self.assertEqual(
            self.revoked(), [('refresh-1', 'refresh_token'), ('access-1', 'access_token')]
        )
        self.assertEqual(self.requests_to(REVOKE)[0]['client_id'], 'another')
        self.assertEqual((view.user, view.error, self.warnings), ('ada@example.org', None, []))
        self.assertEqual((self.store.hosts(), self.store.active()), ([], None))

    def test_a_pat_has_no_refresh_token(self) -> None:
        self.logged_in(kind=PAT, refresh_token=None)

        view = self.logouts.logout(HOST)

        self.assertEqual(self.outcome(view), ('none', 'revoked', 'removed'))

    def test_case_33_a_revocation_that_fails_is_said_and_the_rest_goes_on(self) -> None:
        troubles: tuple[dict[str, Any], ...] = (
            {'status_code': 503}, {'status_code': 400}, {'exc': requests.ConnectionError},
        )
        for trouble in troubles:
            with self.subTest(trouble):
                self.warnings.clear()
                self.logged_in()
                self.serve(REVOKE, trouble, OK)

                view = self.logouts.logout(HOST)

                self.assertEqual(self.outcome(view), ('failed', 'revoked', 'removed'))
                self.assertIn(f'the refresh_token was not revoked on {HOST}', self.warnings[0])
                self.assertIsNone(view.error)
                self.assertEqual(self.store.hosts(), [])

    def test_host_that_offers_none(self) -> None:
        self.logged_in(revocation_endpoint=None)

        view = self.logouts.logout(HOST)

        self.assertEqual(self.outcome(view), ('not offered', 'not offered', 'removed'))
        self.assertIn(f'{HOST} offers no revocation', self.warnings[0])

    def test_local_only(self) -> None:
        self.logged_in()

        view = self.logouts.logout(HOST, local_only=True)

        self.assertEqual(self.outcome(view), ('kept', 'kept', 'removed'))
        self.assertEqual((self.http.call_count, self.store.hosts()), (0, []))

    def test_other_hosts_stay(self) -> None:
        self.logged_in()
        self.store.save_login(full_record(OTHER))
        self.store.set_active(OTHER)

        self.logouts.logout(HOST)

        self.assertEqual((self.store.hosts(), self.store.active()), ([OTHER], OTHER))

    def test_nobody_is_logged_in(self) -> None:
        self.store.save_login(full_record(OTHER))

        with self.assertRaises(NotFound) as caught:
            self.logouts.logout(HOST)

        self.assertIn(f'hosts that have one: {OTHER}', caught.exception.message)
        self.assertEqual(self.store.hosts(), [OTHER])


class InterruptTests(LogoutCase):
    def test_ctrl_c_in_the_middle_still_removes_what_is_local(self) -> None:
        self.logged_in()

        def press(request: Any, context: Any) -> str:
            raise KeyboardInterrupt

        self.http.post(REVOKE, text=press)

        with self.assertRaises(KeyboardInterrupt):
            self.logouts.logout(HOST)

        self.assertIn(f'tokens for {HOST} may still be alive there', self.warnings[0])

        self.assertEqual((self.store.hosts(), self.store.active()), ([], None))


class UnreadableTests(LogoutCase):
    def test_case_33_tokens_that_cannot_be_read(self) -> None:
        for reason in (KeyringLocked(), SecretMissing(HOST)):
            for local_only, left in ((False, 'failed'), (True, 'kept')):
                with self.subTest(f'{reason} {local_only}'):
                    self.warnings.clear()
                    self.logged_in()

                    with mock.patch.object(self.store, 'load', side_effect=reason):
                        view = self.logouts.logout(HOST, local_only)

                    self.assertEqual(self.outcome(view), (left, left, 'removed'))
                    self.assertEqual(view.user, 'ada@example.org')
                    self.assertEqual((self.store.hosts(), self.http.call_count), ([], 0))
                    self.assertEqual(len(self.warnings), 0 if local_only else 1)

    def test_case_33_a_record_of_which_nothing_is_known(self) -> None:
        self.logged_in()
        reason = CorruptRecord('/f')

        with (
            mock.patch.object(self.store, 'load', side_effect=reason),
            mock.patch.object(self.store, 'describe', side_effect=reason),
        ):
            view = self.logouts.logout(HOST)

        self.assertEqual(self.outcome(view), ('failed', 'failed', 'removed'))
        self.assertEqual((view.user, self.store.hosts()), (None, []))

    def test_case_33_what_could_not_be_removed_is_named(self) -> None:
        self.logged_in()
        report = RemovalReport((), (('the item', 'is locked'), ('/a/file', 'No space')))

        with mock.patch.object(self.store, 'remove', return_value=report):
            view = self.logouts.logout(HOST)

        self.assertEqual(view.local, 'failed')
        self.assertIsInstance(view.error, GenericError)
        self.assertEqual(
            str(view.error),
            f'the credential for {HOST} is still in the item: is locked; /a/file: No space',
        )
        self.assertEqual(self.store.active(), HOST)

    def test_case_33_a_keyring_that_is_gone_is_forgotten_by_local_only(self) -> None:
        self.logged_in()
        path = self.context.paths.config_dir / 'hosts' / host_slug(HOST)
        fields = codec.decode(path.read_bytes())
        path.write_bytes(codec.encode({**fields, 'storage': 'keyring', 'backend': 'no.such.Ring'}))

        view = self.logouts.logout(HOST)
        assert view.error is not None
        self.assertIn('--local removes the record', view.error.remediation)
        self.assertEqual((self.store.hosts(), self.store.active()), ([HOST], HOST))

        view = self.logouts.logout(HOST, local_only=True)
        assert view.error is not None
        self.assertIn(f'the item of {HOST} in no.such.Ring', view.error.message)
        self.assertNotIn('--local', view.error.remediation)
        self.assertEqual((self.store.hosts(), self.store.active()), ([], None))

    def test_case_33_a_store_that_refuses_is_an_outcome_not_an_exception(self) -> None:
        for reason in (
            CorruptRecord('/f'), NewerFormat('/f'), LockUnavailable('/l', 'held'),
            StorageFailed('/f', 'read-only'),
        ):
            with self.subTest(type(reason)):
                self.logged_in()

                with mock.patch.object(self.store, 'remove', side_effect=reason):
                    view = self.logouts.logout(HOST)

                self.assertEqual(self.outcome(view), ('revoked', 'revoked', 'failed'))
                self.assertIs(view.error, reason)

    def test_case_33_active_host_that_cannot_be_forgotten(self) -> None:
        self.logged_in()
        reason = StorageFailed('/active', 'read-only')

        with mock.patch.object(self.store, 'set_active', side_effect=reason):
            view = self.logouts.logout(HOST)

        self.assertEqual(self.outcome(view), ('revoked', 'revoked', 'removed'))
        self.assertIs(view.error, reason)

    def test_damaged_files_that_were_kept_are_named(self) -> None:
        self.logged_in()
        report = RemovalReport(kept=('/hosts/x.corrupt-1',))

        with mock.patch.object(self.store, 'remove', return_value=report):
            self.logouts.logout(HOST)

        self.assertIn('/hosts/x.corrupt-1 is a damaged credential file', self.warnings[0])
