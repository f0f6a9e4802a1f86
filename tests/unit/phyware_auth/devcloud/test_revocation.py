"""Revocation (RFC 7009)."""

from __future__ import annotations

from sqlalchemy import update
from werkzeug.test import TestResponse

from phyware_auth.devcloud.models import AccessToken
from tests.unit.phyware_auth.devcloud.base import DEMO, DevcloudTestCase


class RevocationTest(DevcloudTestCase):
    def revoke(self, token: str, **fields: str) -> TestResponse:
        return self.form('/oauth/revoke', token=token, **fields)

    def works(self, access_token: str) -> bool:
        return self.get('/oauth/userinfo', access_token).status_code == 200

    def test_access_token_only(self) -> None:
        answer = self.tokens()

        response = self.revoke(answer['access_token'], token_type_hint='access_token')

        self.assertEqual(200, response.status_code)
        self.assertFalse(self.works(answer['access_token']))
        self.assertEqual(200, self.refresh(answer['refresh_token']).status_code)

    def test_refresh_token_only(self) -> None:
        answer = self.tokens()

        self.revoke(answer['refresh_token'], token_type_hint='refresh_token')

        self.assertTrue(self.works(answer['access_token']))
        self.assertEqual('invalid_grant',
                         self.refresh(answer['refresh_token']).get_json()['error'])

    def test_both_end_the_session(self) -> None:
        answer = self.tokens()

        self.revoke(answer['refresh_token'], token_type_hint='refresh_token')
        self.revoke(answer['access_token'], token_type_hint='access_token')

        listed = self.get('/api/v1/sessions', DEMO.pat).get_json()
        self.assertEqual([], listed['sessions'])

    def test_a_wrong_or_unknown_hint_is_only_a_hint(self) -> None:
        for hint in ('refresh_token', 'pat', ''):
            with self.subTest(hint):
                token = self.tokens()['access_token']

                self.revoke(token, token_type_hint=hint)

                self.assertFalse(self.works(token))

    def test_case_47_a_rotated_token_revokes_its_successor(self) -> None:
        old = self.tokens()['refresh_token']
        successor = self.refresh(old).get_json()['refresh_token']

        self.revoke(old, token_type_hint='refresh_token')

        self.assertEqual(400, self.refresh(successor).status_code)

    def test_case_47_95_a_rotated_token_leaves_its_successor_alive_if_told_so(self) -> None:
        self.restart('revoke-one')
        old = self.tokens()['refresh_token']
        successor = self.refresh(old).get_json()['refresh_token']

        self.revoke(old, token_type_hint='refresh_token')
        successor = self.refresh(successor).get_json()['refresh_token']
        self.revoke(successor, token_type_hint='refresh_token')

        self.assertEqual(400, self.refresh(successor).status_code)

    def test_unknown_token_is_fine_and_none_is_not(self) -> None:
        self.assertEqual(200, self.revoke('unknown').status_code)
        self.assertEqual('invalid_request', self.revoke('').get_json()['error'])

    def test_token_of_another_client(self) -> None:
        token = self.tokens()['access_token']
        with self.database.write() as session:
            session.execute(update(AccessToken).values(client_id='another'))

        self.assertEqual('invalid_grant', self.revoke(token).get_json()['error'])
        self.assertTrue(self.works(token))

    def test_faults(self) -> None:
        for fault, status in (('no-revocation', 404), ('revocation-5xx', 503)):
            with self.subTest(fault):
                self.restart(fault)
                token = self.tokens()['access_token']

                self.assertEqual(status, self.revoke(token).status_code)
                self.assertTrue(self.works(token))
