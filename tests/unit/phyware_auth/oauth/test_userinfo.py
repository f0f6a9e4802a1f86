"""Who a token is, as servers say it."""

from __future__ import annotations

import unittest
from typing import Any

from phyware.errors import ConnectionFailed
from phyware_auth.oauth.userinfo import UserInfo, parse_userinfo


class UserTests(unittest.TestCase):
    def user(self, **members: Any) -> str:
        return parse_userinfo(members).user

    def test_email_then_name_then_subject(self) -> None:
        everything = {'sub': 'u1', 'preferred_username': 'ada', 'email': 'ada@example.org'}

        self.assertEqual(self.user(**everything), 'ada@example.org')
        self.assertEqual(self.user(sub='u1', preferred_username='ada'), 'ada')
        self.assertEqual(self.user(sub='u1'), 'u1')

    def test_subject_that_is_a_number(self) -> None:
        self.assertEqual((self.user(sub=42), self.user(sub=0)), ('42', '0'))

    def test_members_of_another_type_do_not_count(self) -> None:
        for email in (None, '', ' ', True, ['x'], {'a': 1}, 1.5, 10**40):
            with self.subTest(email):
                self.assertEqual(self.user(email=email, sub='u1'), 'u1')

    def test_nobody(self) -> None:
        for members in ({}, {'sub': None}, {'sub': True}, {'sub': ['canary']}, {'name': 'canary'}):
            with self.subTest(members), self.assertRaises(ConnectionFailed) as caught:
                parse_userinfo(members)

            self.assertNotIn('canary', caught.exception.message)

    def test_case_79_a_name_that_commands_the_terminal(self) -> None:
        shown = self.user(email='a\x1b]52;c;x\x07\n\u202e')

        self.assertEqual(shown, 'a\\x1b]52;c;x\\x07\\n\\u202e')
        self.assertEqual(len(self.user(email='x' * 100_000)), 200)


class MembersTests(unittest.TestCase):
    def parsed(self, **members: Any) -> UserInfo:
        return parse_userinfo({'sub': 'u1', **members})

    def test_plain_server_says_no_more(self) -> None:
        self.assertEqual(self.parsed(), UserInfo('u1', None, None, None))

    def test_phycloud_says_more(self) -> None:
        found = self.parsed(scope='openid email', exp=1_800_000_000, sid='ses_1')

        self.assertEqual(
            found, UserInfo('u1', ('openid', 'email'), 1_800_000_000, 'ses_1')
        )

    def test_odd_ends_are_unknown(self) -> None:
        for end in (None, 'x', '5', True, -1, float('nan'), float('inf'), 1e300, 253402300800, [5]):
            with self.subTest(end):
                self.assertIsNone(self.parsed(exp=end).expiry)

    def test_ends_that_can_be_written(self) -> None:
        for end, expected in ((0, 0), (5.9, 5), (253402300799, 253402300799)):
            with self.subTest(end):
                self.assertEqual(self.parsed(exp=end).expiry, expected)

    def test_odd_session_ids_are_unknown(self) -> None:
        for sid in (None, '', 5, True, ['x']):
            with self.subTest(sid):
                self.assertIsNone(self.parsed(sid=sid).session_id)
