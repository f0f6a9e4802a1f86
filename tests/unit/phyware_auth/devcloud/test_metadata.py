"""The discovery documents."""

from __future__ import annotations

from tests.unit.phyware_auth.devcloud.base import ORIGIN, DevcloudTestCase

RFC8414 = '/.well-known/oauth-authorization-server'
OIDC = '/.well-known/openid-configuration'


class MetadataTest(DevcloudTestCase):
    def test_both_documents_say_where_everything_is(self) -> None:
        first, second = self.get(RFC8414).get_json(), self.get(OIDC).get_json()

        self.assertEqual(first, second)
        self.assertEqual(f'{ORIGIN}/oauth/token', first['token_endpoint'])
        self.assertEqual(f'{ORIGIN}/oauth/device', first['device_authorization_endpoint'])
        self.assertEqual(f'{ORIGIN}/oauth/revoke', first['revocation_endpoint'])
        self.assertEqual(f'{ORIGIN}/oauth/userinfo', first['userinfo_endpoint'])
        self.assertEqual(f'{ORIGIN}/api/v1/sessions', first['phycloud_sessions_endpoint'])

    def test_scopes_and_grants(self) -> None:
        document = self.get(RFC8414).get_json()

        self.assertLessEqual(
            {'openid', 'email', 'offline_access', 'admin:sessions', 'robots:read', 'robots:write'},
            set(document['scopes_supported']),
        )
        self.assertEqual(4, len(document['grant_types_supported']))

    def test_issuer_is_the_host_that_was_asked(self) -> None:
        for host in ('127.0.0.1:8000', 'localhost:8000', '[::1]:8000', 'LOCALHOST:8000'):
            with self.subTest(host):
                document = self.http.get(RFC8414, headers={'Host': host}).get_json()

                self.assertEqual(f'http://{host.lower()}', document['issuer'])

    def test_issuer_drops_the_default_port(self) -> None:
        self.restart(port=80)
        for host in ('localhost', 'localhost:80'):
            with self.subTest(host):
                document = self.http.get(RFC8414, headers={'Host': host}).get_json()

                self.assertEqual('http://localhost', document['issuer'])

    def test_faults_leave_endpoints_out(self) -> None:
        for fault, member in (
            ('no-revocation', 'revocation_endpoint'),
            ('no-sessions-endpoint', 'phycloud_sessions_endpoint'),
            ('no-device-endpoint', 'device_authorization_endpoint'),
        ):
            with self.subTest(fault):
                self.restart(fault)

                self.assertNotIn(member, self.get(RFC8414).get_json())

    def test_an_endpoint_that_is_left_out_still_works(self) -> None:
        self.restart('no-device-endpoint')

        self.assertIn('device_code', self.device_codes())
