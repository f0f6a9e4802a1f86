"""One document that can be read is enough, whatever is at the other address."""

from __future__ import annotations

from typing import Any

import requests

from phyware.errors import ConnectionFailed, NotFound, ServerFailed
from tests.unit.phyware_auth.authcase import DEVICE, HOST, TOKEN
from tests.unit.phyware_auth.oauth.test_metadata import NOT_THERE, DiscoveryCase

DOCUMENT_ALONE = {'issuer': HOST, 'token_endpoint': TOKEN, 'device_authorization_endpoint': DEVICE}
UNREADABLE: tuple[dict[str, Any], ...] = (
    {'status_code': 401}, {'status_code': 403}, {'status_code': 500}, {'status_code': 503},
    {'status_code': 429}, {'status_code': 400, 'content': b'{"error":"x"}'},
    {'status_code': 302, 'headers': {'Location': 'https://login.example/'}},
    {'content': b'<!doctype html><title>Sign in</title>'}, {'content': b''}, {'content': b'[]'},
    {'content': b'[' * 200_000}, {'content': b'{"issuer":"a","issuer":"b"}'},
)


class PairTests(DiscoveryCase):
    def test_case_54_62_one_document_does_where_the_other_address_has_none(self) -> None:
        for other in UNREADABLE:
            for first, second in ((DOCUMENT_ALONE, other), (other, DOCUMENT_ALONE)):
                with self.subTest(other=str(other)[:40], first=first is other):
                    self.documents(first, second)

                    with self.assertLogs('phyware.auth', 'INFO') as logged:
                        found = self.discover()

                    self.assertEqual((found.token, found.revocation), (TOKEN, None))
                    busy = other.get('status_code', 200) in (429, 500, 503)
                    self.assertEqual(logged.records[0].levelname, 'WARNING' if busy else 'INFO')
                    self.assertIn('/.well-known/', logged.output[0])

    def test_a_host_that_does_not_answer_any_more_is_no_host(self) -> None:
        self.documents(DOCUMENT_ALONE, {'exc': requests.ConnectionError})

        self.assertIsInstance(self.refused(), ConnectionFailed)

    def test_what_was_in_the_way_first_is_said_where_there_is_neither(self) -> None:
        for documents, kind in (
            (({'status_code': 401}, NOT_THERE), NotFound),
            (({'status_code': 500}, {'status_code': 401}), ServerFailed),
            ((NOT_THERE, {'content': b'<html>'}), ConnectionFailed),
        ):
            with self.subTest(kind):
                self.documents(*documents)

                self.assertIsInstance(self.refused(), kind)

    def test_a_refusal_is_none_of_a_credential_for_none_was_presented(self) -> None:
        for status in (400, 401, 403, 405, 409):
            with self.subTest(status):
                self.documents({'status_code': status}, NOT_THERE)

                error = self.refused()

                self.assertIs(type(error), NotFound)
                self.assertEqual(error.message, f'no OAuth 2 metadata at {HOST}: HTTP {status}')
                self.assertIn('Check the URL', error.remediation)
