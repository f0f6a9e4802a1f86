"""Five states of a credential, and which error each ends with."""

from __future__ import annotations

from typing import Any
from unittest import mock

import requests

from phyware.errors import ConnectionFailed, Expired, GenericError, PhywareError, Unauthorized
from phyware.secret import Secret
from phyware.session import Selection
from phyware_auth.service.status import StatusService
from phyware_auth.service.views import StatusView
from phyware_auth.store.errors import CorruptRecord, KeyringLocked, SecretMissing
from phyware_auth.store.record import PAT
from tests.unit.phyware_auth.authcase import HOST, METADATA, USERINFO, AuthCase, text_of

USER = {'sub': 'u1', 'email': 'grace@example.org'}
REFUSED = {'status_code': 401}
DOWN: tuple[dict[str, Any], ...] = (
    {'status_code': 503}, {'status_code': 429}, {'exc': requests.ConnectionError},
    {'text': '<html>'}, {'json': []}, {'json': {}},
)


class StatusCase(AuthCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = int(self.clock.now())
        self.service = StatusService(self.deps)
        self.serve(USERINFO, USER, method='GET')

    def status(self, offline: bool = False, **more: Any) -> StatusView:
        return self.service.status(Selection(HOST), offline, **more)

    def assert_state(self, view: StatusView, state: str, kind: type[PhywareError] | None) -> None:
        self.assertEqual(view.state, state)
        self.assertIs(type(view.error) if view.error else None, kind)


class StoredTests(StatusCase):
    def test_valid(self) -> None:
        self.saved()

        view = self.status()

        self.assert_state(view, 'valid', None)
        self.assertEqual((view.user, view.source), ('grace@example.org', 'file'))
        self.assertEqual((view.scopes, view.expiry), (('openid', 'email'), self.now + 3600))
        self.assertEqual(self.http.last_request.headers['Authorization'], 'Bearer access-1')

    def test_what_the_server_says_of_the_token_wins(self) -> None:
        self.saved()
        self.serve(USERINFO, {**USER, 'scope': 'openid', 'exp': self.now + 7}, method='GET')

        view = self.status()

        self.assertEqual((view.scopes, view.expiry), (('openid',), self.now + 7))

    def test_none(self) -> None:
        view = self.status()

        self.assert_state(view, 'none', Unauthorized)
        assert view.error is not None
        self.assertIn(f'phyware auth login --host {HOST}', view.error.remediation)
        self.assertEqual(self.http.call_count, 0)

    def test_expired_is_known_without_asking(self) -> None:
        for offline in (False, True):
            with self.subTest(offline):
                self.saved(expiry=self.now)

                self.assert_state(self.status(offline), 'expired', Expired)
                self.assertEqual(self.http.call_count, 0)

    def test_expired_says_the_server(self) -> None:
        self.saved(expiry=None)
        challenge = 'Bearer error="invalid_token", error_description="The token expired"'
        headers = {'WWW-Authenticate': challenge}
        self.serve(USERINFO, {**REFUSED, 'headers': headers}, method='GET')

        self.assert_state(self.status(), 'expired', Expired)

    def test_invalid(self) -> None:
        self.saved()
        self.serve(USERINFO, REFUSED, method='GET')

        view = self.status()

        self.assert_state(view, 'invalid', Unauthorized)
        assert view.error is not None
        self.assertIn('the token from the credential file', view.error.message)
        self.assertEqual(
            view.error.remediation, f'Re-run auth login: phyware auth login --host {HOST}'
        )

    def test_case_43_unreachable_is_connection_not_a_bad_credential(self) -> None:
        self.saved()
        for trouble in DOWN:
            with self.subTest(trouble):
                self.serve(USERINFO, trouble, method='GET')

                view = self.status()

                self.assert_state(view, 'unreachable', ConnectionFailed)
                self.assertEqual((view.user, view.host), ('ada@example.org', HOST))

    def test_offline_asks_nobody(self) -> None:
        self.saved()

        view = self.status(offline=True)

        self.assert_state(view, 'valid', None)
        self.assertEqual((view.user, self.http.call_count), ('ada@example.org', 0))

    def test_offline_does_not_ask_the_keyring_unless_the_token_is_wanted(self) -> None:
        self.saved()
        with mock.patch.object(self.store, 'load', side_effect=KeyringLocked()):
            self.assert_state(self.status(offline=True), 'valid', None)
            self.assert_state(
                self.status(offline=True, with_token=True), 'unreachable', KeyringLocked
            )

    def test_host_that_offers_no_userinfo(self) -> None:
        self.saved(userinfo_endpoint=None)

        self.assert_state(self.status(), 'valid', None)
        self.assertIn('judged by what is stored', self.warnings[0])

    def test_a_token_that_got_lost_is_not_valid(self) -> None:
        self.saved(access_token=None, expiry=None)

        self.assert_state(self.status(), 'expired', Expired)
        self.assertEqual(self.http.call_count, 0)


class OpenIdTests(StatusCase):
    def test_a_token_without_openid_that_userinfo_refuses_still_stands(self) -> None:
        self.saved(scopes=('read',))
        for status in (401, 403):
            with self.subTest(status):
                self.warnings.clear()
                self.serve(USERINFO, {'status_code': status}, method='GET')

                self.assert_state(self.status(), 'valid', None)
                self.assertIn('the token lacks openid', self.warnings[0])

    def test_a_token_whose_scopes_are_unknown_does_not(self) -> None:
        self.saved(scopes=None)
        self.serve(USERINFO, REFUSED, method='GET')

        self.assert_state(self.status(), 'invalid', Unauthorized)

    def test_a_pat_without_openid_does_not(self) -> None:
        self.saved(kind=PAT, scopes=('read',), refresh_token=None)
        self.serve(USERINFO, REFUSED, method='GET')

        self.assert_state(self.status(), 'invalid', Unauthorized)


class UnreadableTests(StatusCase):
    def test_case_24_a_locked_keyring_is_not_not_logged_in(self) -> None:
        self.saved()
        with mock.patch.object(self.store, 'load', side_effect=KeyringLocked()):
            view = self.status()

        self.assert_state(view, 'unreachable', KeyringLocked)
        self.assertEqual(view.user, 'ada@example.org')

    def test_case_32_a_secret_that_the_keyring_lost(self) -> None:
        self.saved()
        with mock.patch.object(self.store, 'load', side_effect=SecretMissing(HOST)):
            self.assert_state(self.status(), 'none', SecretMissing)

    def test_an_index_that_cannot_be_read_either(self) -> None:
        reason = KeyringLocked()
        with (
            mock.patch.object(self.store, 'load', side_effect=reason),
            self.assertRaises(KeyringLocked),
        ):
            self.status()

    def test_a_damaged_record_is_no_state(self) -> None:
        with (
            mock.patch.object(self.store, 'load', side_effect=CorruptRecord('/f')),
            self.assertRaises(GenericError),
        ):
            self.status()


class KeyTests(StatusCase):
    def setUp(self) -> None:
        super().setUp()
        self.serve_metadata()
        self.saved(user='somebody else')

    def status(self, offline: bool = False, **more: Any) -> StatusView:
        selection = Selection(HOST, Secret('phk_key'), 'environment')
        return self.service.status(selection, offline, **more)

    def test_valid_and_the_store_is_not_read(self) -> None:
        with mock.patch.object(self.store, 'load', side_effect=AssertionError):
            view = self.status()

        self.assert_state(view, 'valid', None)
        self.assertEqual((view.user, view.source), ('grace@example.org', 'environment'))
        self.assertEqual((view.token_kind, view.storage), (PAT, None))
        self.assertEqual(text_of(view.token), 'phk_key')

    def test_invalid_names_the_variable(self) -> None:
        self.serve(USERINFO, REFUSED, method='GET')

        view = self.status()

        self.assert_state(view, 'invalid', Unauthorized)
        assert view.error is not None
        self.assertIn('the variable PHYCLOUD_API_KEY', view.error.message)
        self.assertEqual(
            view.error.remediation,
            'Re-run auth login without the variable PHYCLOUD_API_KEY, or correct it',
        )

    def test_invalid_names_the_option(self) -> None:
        self.serve(USERINFO, REFUSED, method='GET')

        view = self.service.status(Selection(HOST, Secret('phk_key'), 'option'), False)

        assert view.error is not None
        self.assertIn('the option --api-key', view.error.remediation)

    def test_unreachable_during_discovery_and_after(self) -> None:
        for url in (USERINFO, METADATA):
            for trouble in DOWN[:4]:
                with self.subTest(f'{url} {trouble}'):
                    self.serve_metadata()
                    self.serve(url, trouble, method='GET')

                    self.assert_state(self.status(), 'unreachable', ConnectionFailed)

    def test_offline(self) -> None:
        self.assert_state(self.status(offline=True), 'valid', None)
        self.assertEqual(self.http.call_count, 0)

    def test_no_userinfo_to_check_with(self) -> None:
        self.serve_metadata(userinfo_endpoint=None)

        self.assert_state(self.status(), 'valid', None)
        self.assertIn('the credential was not checked', self.warnings[0])
