"""phyware_auth.service.failures: whose token was refused, and what helps.

Layer: unit test.
"""

from __future__ import annotations

import unittest

from phyware_auth.service.failures import rejected

HOST = 'https://cloud.phyware.io'


class RejectedTest(unittest.TestCase):
    def test_what_is_stored_is_made_anew(self) -> None:
        for source, name in (('keyring', 'the keyring'), ('file', 'the credential file')):
            error = rejected(HOST, source)
            self.assertTrue(error.message.endswith(f'the token from {name}'))
            self.assertEqual(
                f'Re-run auth login: phyware auth login --host {HOST}', error.remediation
            )

    def test_what_a_provider_presents_is_not_called_stored(self) -> None:
        error = rejected(HOST, 'vault\x1b[2J')

        self.assertTrue(error.message.endswith('the auth provider (vault\\x1b[2J)'))
        self.assertIn('--auth-provider', error.remediation)
        self.assertNotIn('login', error.remediation)
