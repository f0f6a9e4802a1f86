"""The three ways to log in, and what is stored of each."""

from __future__ import annotations

from typing import Any
from unittest import mock

import requests

from phyware.errors import (
    ConnectionFailed,
    Expired,
    Forbidden,
    NotFound,
    ServerFailed,
    Unauthorized,
    Validation,
)
from phyware.secret import Secret
from phyware_auth.service.views import VALID
from phyware_auth.store.record import OAUTH, PAT
from tests.unit.phyware_auth.authcase import (
    DEVICE,
    DEVICE_ANSWER,
    HOST,
    METADATA,
    OTHER,
    PENDING,
    REVOKE,
    SESSIONS,
    SUCCESS,
    TOKEN,
    USERINFO,
    without,
)
from tests.unit.phyware_auth.service.logincase import PAT_USER, LoginCase

DENIED = {'status_code': 400, 'json': {'error': 'access_denied'}}


class DeviceTests(LoginCase):
    def test_approved(self) -> None:
        self.serve(TOKEN, PENDING, SUCCESS)

        view = self.with_code()

        self.assertEqual((view.state, view.user, view.host), (VALID, 'ada@example.org', HOST))
        self.assertEqual((view.token_kind, view.source, view.storage), (OAUTH, 'file', 'file'))
        self.assertEqual((view.scopes, view.expiry), (('openid', 'email'), 1_800_003_610))
        self.assertEqual(self.prompt.shown[0][0].user_code, 'WDJB-MJHT')
        self.assertEqual(self.prompt.shown[0][1], HOST)

    def test_what_later_commands_need_is_stored(self) -> None:
        self.with_code()

        record = self.stored()
        self.assertEqual(self.stored_tokens(), ('access-new', 'refresh-new'))
        self.assertEqual((record.token_endpoint, record.revocation_endpoint), (TOKEN, REVOKE))
        self.assertEqual((record.userinfo_endpoint, record.sessions_endpoint), (USERINFO, SESSIONS))
        self.assertEqual((record.kind, record.issuer), (OAUTH, HOST))
        self.assertEqual(record.client_id, 'phyware-cli')
        self.assertEqual((record.session_id, record.obtained), ('ses_1', 1_800_000_005))
        self.assertEqual(self.store.active(), HOST)

    def test_scopes_that_the_host_lists_are_asked_for(self) -> None:
        self.serve_metadata(scopes_supported=['email', 'openid', 'other'])

        self.with_code()

        self.assertEqual(self.requests_to(DEVICE)[0]['scope'], 'openid email')

    def test_exact_scopes(self) -> None:
        self.with_code(scopes=('read', 'write'))

        self.assertEqual(self.requests_to(DEVICE)[0]['scope'], 'read write')

    def test_another_client_id(self) -> None:
        self.environ['PHYCLOUD_CLIENT_ID'] = 'mine'

        self.with_code()

        ids = {form['client_id'] for form in self.requests_to(DEVICE) + self.requests_to(TOKEN)}
        self.assertEqual((ids, self.stored().client_id), ({'mine'}, 'mine'))

    def test_case_49_denied_stores_nothing(self) -> None:
        self.serve(TOKEN, PENDING, DENIED)

        self.assertIs(type(self.refused(self.with_code)), Unauthorized)
        self.assertEqual(self.store.hosts(), [])

    def test_nobody_approves(self) -> None:
        self.serve(TOKEN, PENDING)

        self.assertIs(type(self.refused(self.with_code)), Expired)

    def test_time_that_showing_the_code_takes_is_of_its_life(self) -> None:
        self.serve(TOKEN, PENDING)
        with mock.patch.object(self.prompt, 'show', lambda *_: self.clock.advance(890)):
            self.refused(self.with_code)

        self.assertEqual(len(self.requests_to(TOKEN)), 2)

    def test_case_61_ctrl_c_while_polling_stores_nothing(self) -> None:
        self.saved()
        self.prompt.wait = self.interrupt

        with self.assertRaises(KeyboardInterrupt):
            self.with_code()

        self.assertEqual(self.stored_tokens(), ('access-1', 'refresh-1'))
        self.assertEqual(self.revoked(), [])

    def interrupt(self, seconds: float) -> None:
        raise KeyboardInterrupt

    def test_case_56_bad_successes_store_nothing(self) -> None:
        self.saved()
        for change in ({'token_type': 'mac'}, {'access_token': None}, {'access_token': '\ncanary'}):
            with self.subTest(change):
                self.serve(TOKEN, {**SUCCESS, **change})

                self.assertIs(type(self.refused(self.with_code)), ConnectionFailed)

    def test_case_63_the_device_code_is_known_to_the_redactor(self) -> None:
        self.with_code()

        for secret in ('device-canary', 'access-new', 'refresh-new'):
            self.assertEqual(self.context.redactor.redact(f'<{secret}>'), '<***>')


class EndpointTests(LoginCase):
    def test_no_device_endpoint(self) -> None:
        self.serve_metadata(device_authorization_endpoint=None)

        error = self.refused(self.with_code)

        self.assertIs(type(error), Validation)
        self.assertIn('--device-endpoint', error.remediation)

    def test_device_endpoint_that_the_person_names(self) -> None:
        url = f'{OTHER}/device'
        self.serve_metadata(device_authorization_endpoint=None)
        self.serve(url, DEVICE_ANSWER)

        self.with_code(device_endpoint=url)

        self.assertEqual(len(self.requests_to(url)), 1)

    def test_case_62_device_endpoint_over_plain_http(self) -> None:
        error = self.refused(lambda: self.with_code(device_endpoint='http://cloud.example/d'))

        self.assertIs(type(error), Validation)
        self.assertEqual(self.requests_to(DEVICE), [])

    def test_no_token_endpoint_is_said_before_a_code_is_asked_for(self) -> None:
        self.serve_metadata(token_endpoint=None)

        error = self.refused(self.with_code)

        self.assertIs(type(error), Validation)
        self.assertIn('names no token_endpoint', error.message)
        self.assertEqual((self.requests_to(DEVICE), self.prompt.shown), ([], []))

    def test_no_metadata(self) -> None:
        self.serve(METADATA, {'status_code': 404}, method='GET')

        self.assertIs(type(self.refused(self.with_code)), NotFound)

    def test_case_62_trusted_origins_are_for_this_login(self) -> None:
        url = f'{OTHER}/token'
        self.serve_metadata(token_endpoint=url)
        self.serve(url, SUCCESS)

        self.assertIs(type(self.refused(self.with_code)), Validation)
        self.with_code(trusted_origins=(OTHER,))

        self.assertEqual(self.stored().token_endpoint, url)


class WhoTests(LoginCase):
    def test_a_host_that_does_not_say_who_does_not_undo_the_login(self) -> None:
        troubles: tuple[dict[str, Any], ...] = (
            {'status_code': 401}, {'status_code': 403}, {'status_code': 404}, {'status_code': 500},
            {'exc': requests.ConnectionError}, {'text': '<html>'}, {'json': {}},
        )
        for trouble in troubles:
            with self.subTest(trouble):
                self.warnings.clear()
                self.serve(USERINFO, trouble, method='GET')

                view = self.with_code()

                self.assertEqual((view.state, view.user), (VALID, None))
                self.assertEqual(self.stored_tokens(), ('access-new', 'refresh-new'))
                self.assertIn('does not say who is logged in', self.warnings[0])
                refused = trouble.get('status_code') in (401, 403)
                self.assertEqual('may lack openid' in self.warnings[0], refused)

    def test_no_userinfo_endpoint(self) -> None:
        self.serve_metadata(userinfo_endpoint=None)

        self.assertIsNone(self.with_code().user)
        self.assertIn('it offers no userinfo', self.warnings[0])

    def test_scopes_and_end_are_those_of_the_grant(self) -> None:
        self.serve(TOKEN, without(SUCCESS, 'scope', 'expires_in'))

        self.with_code()

        record = self.stored()
        self.assertEqual(record.scopes, ('openid', 'email', 'offline_access', 'admin:sessions'))
        self.assertIsNone(record.expiry)


class PasswordTests(LoginCase):
    def test_accepted(self) -> None:
        view = self.with_password()

        self.assertEqual((view.state, view.token_kind), (VALID, OAUTH))
        self.assertEqual(view.user, 'ada@example.org')
        self.assertEqual(self.stored_tokens(), ('access-new', 'refresh-new'))
        self.assertEqual(self.context.redactor.redact('pass-canary'), '***')

    def test_wrong(self) -> None:
        self.saved()
        self.serve(TOKEN, {'status_code': 400, 'json': {'error': 'invalid_grant'}})

        self.assertIs(type(self.refused(self.with_password)), Unauthorized)

    def test_not_offered(self) -> None:
        self.serve(TOKEN, {'status_code': 400, 'json': {'error': 'unsupported_grant_type'}})

        self.assertIs(type(self.refused(self.with_password)), Validation)

    def test_no_token_endpoint(self) -> None:
        self.serve_metadata(token_endpoint=None)

        self.assertIn('names no token_endpoint', self.refused(self.with_password).message)


class TokenTests(LoginCase):
    def setUp(self) -> None:
        super().setUp()
        self.serve(USERINFO, PAT_USER, method='GET')

    def test_checked_then_stored(self) -> None:
        view = self.with_token()

        self.assertEqual((view.state, view.user, view.token_kind), (VALID, 'ada@example.org', PAT))
        self.assertEqual((view.scopes, view.expiry), (('openid',), 1_900_000_000))
        self.assertEqual(self.stored_tokens(), ('phk_canary', None))
        self.assertEqual(self.http.last_request.headers['Authorization'], 'Bearer phk_canary')

    def test_a_pat_without_an_end(self) -> None:
        self.serve(USERINFO, without(PAT_USER, 'exp', 'scope'), method='GET')

        view = self.with_token()

        self.assertEqual((view.expiry, view.scopes), (None, None))

    def test_case_88_refused_or_unreachable_keeps_the_old_credential(self) -> None:
        self.saved()
        cases: tuple[tuple[dict[str, Any], type], ...] = (
            ({'status_code': 401}, Unauthorized), ({'status_code': 403}, Forbidden),
            ({'status_code': 500}, ServerFailed),
            ({'exc': requests.ConnectTimeout}, ConnectionFailed),
            ({'text': '<html>canary'}, ConnectionFailed), ({'json': {}}, ConnectionFailed),
            ({'status_code': 302, 'headers': {'Location': '/x'}}, ConnectionFailed),
            ({'status_code': 404}, ConnectionFailed),
        )
        for trouble, kind in cases:
            with self.subTest(trouble):
                self.serve(USERINFO, trouble, method='GET')

                self.assertIs(type(self.refused(self.with_token)), kind)
                self.assertEqual(self.revoked(), [])

    def test_case_88_host_that_is_down_during_discovery(self) -> None:
        self.saved()
        self.serve(METADATA, {'exc': requests.ConnectionError}, method='GET')

        self.assertIs(type(self.refused(self.with_token)), ConnectionFailed)

    def test_no_userinfo_endpoint_to_check_with(self) -> None:
        self.serve_metadata(userinfo_endpoint=None)

        error = self.refused(self.with_token)

        self.assertIs(type(error), Validation)
        self.assertIn('names no userinfo_endpoint', error.message)

    def test_case_63_token_is_known_to_the_redactor_before_anything_is_sent(self) -> None:
        self.serve(METADATA, {'status_code': 404}, method='GET')

        self.refused(lambda: self.with_token(Secret('other-canary')))

        self.assertEqual(self.context.redactor.redact('<other-canary>'), '<***>')
