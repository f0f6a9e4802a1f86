"""Rotation of refresh tokens and detection of reuse (RFC 9700 section 4.14.2)."""

from __future__ import annotations

from sqlalchemy import update

from phyware_auth.devcloud.models import RefreshToken
from tests.unit.phyware_auth.devcloud.base import FULL_SCOPE, DevcloudTestCase


class RotationTest(DevcloudTestCase):
    def assert_ended(self, refresh_token: str) -> None:
        response = self.refresh(refresh_token)
        self.assertEqual(
            (400, 'invalid_grant'), (response.status_code, response.get_json()['error'])
        )

    def test_case_35_each_refresh_gives_a_new_token(self) -> None:
        first = self.tokens()
        second = self.refresh(first['refresh_token']).get_json()
        third = self.refresh(second['refresh_token']).get_json()

        found = {answer['refresh_token'] for answer in (first, second, third)}

        self.assertEqual(3, len(found))
        self.assertEqual(200, self.get('/oauth/userinfo', third['access_token']).status_code)

    def test_case_34_reuse_ends_the_whole_session(self) -> None:
        first = self.tokens()
        second = self.refresh(first['refresh_token']).get_json()

        self.assert_ended(first['refresh_token'])

        self.assert_ended(second['refresh_token'])
        for answer in (first, second):
            self.assertEqual(401, self.get('/oauth/userinfo', answer['access_token']).status_code)

    def test_reuse_leaves_other_sessions_alone(self) -> None:
        first, bystander = self.tokens(), self.tokens()
        self.refresh(first['refresh_token'])
        self.assert_ended(first['refresh_token'])

        self.assertEqual(200, self.refresh(bystander['refresh_token']).status_code)

    def test_the_session_stays_the_same_and_lives_longer(self) -> None:
        first = self.tokens()
        self.clock.sleep(20 * 24 * 3600)
        second = self.refresh(first['refresh_token']).get_json()
        self.clock.sleep(20 * 24 * 3600)

        third = self.refresh(second['refresh_token']).get_json()

        listed = self.get('/api/v1/sessions', third['access_token']).get_json()['sessions']
        self.assertEqual([True], [row['current'] for row in listed])

    def test_expired(self) -> None:
        token = self.tokens()['refresh_token']
        self.clock.sleep(30 * 24 * 3600)

        self.assert_ended(token)

    def test_unknown_missing_and_of_another_client(self) -> None:
        token = self.tokens()['refresh_token']

        self.assert_ended('phr_unknown')
        self.assertEqual(
            'invalid_request',
            self.form('/oauth/token', grant_type='refresh_token').get_json()['error'],
        )
        with self.database.write() as session:
            session.execute(update(RefreshToken).values(client_id='another'))
        self.assert_ended(token)

    def test_a_refused_scope_does_not_use_the_token_up(self) -> None:
        token = self.tokens()['refresh_token']

        response = self.refresh(token, scope='robots:write')

        self.assertEqual('invalid_scope', response.get_json()['error'])
        self.assertEqual(200, self.refresh(token).status_code)

    def test_a_narrower_scope_narrows_the_access_token_only(self) -> None:
        narrow = self.refresh(self.tokens()['refresh_token'], scope='openid').get_json()

        wide = self.refresh(narrow['refresh_token']).get_json()

        self.assertEqual('openid', narrow['scope'])
        self.assertEqual(FULL_SCOPE, wide['scope'])


class RefreshFaultsTest(DevcloudTestCase):
    def test_case_40_grace_gives_the_same_successor(self) -> None:
        self.restart('reuse-grace=30')
        old = self.tokens()['refresh_token']
        first = self.refresh(old).get_json()
        self.clock.sleep(30)

        second = self.refresh(old).get_json()

        self.assertEqual(3570, second.pop('expires_in'))
        self.assertEqual(3600, first.pop('expires_in'))
        self.assertEqual(first, second)

    def test_case_40_grace_holds_across_servers(self) -> None:
        self.restart('reuse-grace=30')
        old = self.tokens()['refresh_token']
        first = self.refresh(old).get_json()
        self.restart('reuse-grace=30')

        self.assertEqual(first, self.refresh(old).get_json())

    def test_after_the_grace_it_is_reuse(self) -> None:
        self.restart('reuse-grace=30')
        old = self.tokens()['refresh_token']
        successor = self.refresh(old).get_json()['refresh_token']
        self.clock.sleep(31)

        self.assertEqual(400, self.refresh(old).status_code)
        self.assertEqual(400, self.refresh(successor).status_code)

    def test_in_the_grace_but_the_successor_was_used(self) -> None:
        self.restart('reuse-grace=30')
        old = self.tokens()['refresh_token']
        successor = self.refresh(old).get_json()['refresh_token']
        self.refresh(successor)

        self.assertEqual(400, self.refresh(old).status_code)

    def test_without_the_grace_successors_are_random(self) -> None:
        token = self.tokens()['refresh_token']

        successor = self.refresh(token).get_json()['refresh_token']

        self.restart('reuse-grace=30')
        self.assertEqual(400, self.refresh(token).status_code)
        self.assertEqual(400, self.refresh(successor).status_code)

    def test_case_36_no_rotation(self) -> None:
        self.restart('no-rotation')
        token = self.tokens()['refresh_token']

        answers = [self.refresh(token).get_json() for _ in range(2)]

        self.assertTrue(all('access_token' in answer for answer in answers))
        self.assertFalse(any('refresh_token' in answer for answer in answers))

    def test_short_lifetimes(self) -> None:
        self.restart('short-lifetimes=10')

        self.assertEqual(10, self.tokens()['expires_in'])

    def test_case_46_95_odd_lives_one_after_another(self) -> None:
        self.restart('odd-expires-in=3')
        token, bodies = self.tokens()['refresh_token'], []
        for _ in range(4):
            response = self.refresh(token)
            token = response.get_json()['refresh_token']
            bodies.append(response.get_data(as_text=True))

        for literal, body in zip(('null', '"3600"', '-1', '3600'), bodies, strict=True):
            self.assertRegex(body, f'"expires_in": ?{literal}[,}}]')

    def test_case_41_rotation_without_answer(self) -> None:
        self.restart('rotation-without-answer')
        token = self.tokens()['refresh_token']

        self.assert_unanswered(grant_type='refresh_token', refresh_token=token)

        self.assertEqual('invalid_grant', self.refresh(token).get_json()['error'])
