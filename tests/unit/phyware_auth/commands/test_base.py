"""What views become in columns."""

from __future__ import annotations

import unittest

from phyware.errors import Unauthorized
from phyware.secret import Secret
from phyware_auth.commands.base import STATUS_FIELDS, status_values, timestamp
from phyware_auth.service.views import StatusView

VIEW = StatusView(
    'https://x.io', 'valid', 'ada', ('openid',), 0, 'keyring', 'oauth', 'keyring (a.B)',
    Secret('canary'), Unauthorized('canary'),
)


class ValuesTests(unittest.TestCase):
    def test_fields_in_the_order_of_the_specification(self) -> None:
        self.assertEqual(list(status_values(VIEW)), list(STATUS_FIELDS))
        self.assertEqual(list(STATUS_FIELDS)[:4], ['user', 'scopes', 'expiry', 'host'])

    def test_types(self) -> None:
        values = status_values(VIEW)

        self.assertEqual(values['scopes'], ['openid'])
        self.assertEqual(values['expiry'], '1970-01-01T00:00:00Z')
        self.assertNotIn('canary', str(values))

    def test_unknown_is_none_and_empty_is_empty(self) -> None:
        for scopes, shown in ((None, None), ((), [])):
            with self.subTest(scopes):
                view = StatusView('https://x.io', 'none', scopes=scopes)

                self.assertEqual(status_values(view)['scopes'], shown)


class TimestampTests(unittest.TestCase):
    def test_rfc_3339_in_utc(self) -> None:
        for seconds, text in (
            (0, '1970-01-01T00:00:00Z'), (1_800_000_000, '2027-01-15T08:00:00Z'),
            (253_402_300_799, '9999-12-31T23:59:59Z'), (-62_135_596_800, '0001-01-01T00:00:00Z'),
            (None, None),
        ):
            with self.subTest(seconds):
                self.assertEqual(timestamp(seconds), text)

    def test_what_no_calendar_has(self) -> None:
        for seconds in (253_402_300_800, 10**30, -(10**30)):
            with self.subTest(seconds):
                self.assertIsNone(timestamp(seconds))
