"""The provider, against a host on loopback that answers what a test says."""

from __future__ import annotations

import io

from acme_client_credentials.provider import make

from phyware.auth import AuthProvider, AuthRequest
from phyware.context import Context
from phyware.errors import PhywareError
from phyware.testing import FakeHost, ProviderContract, TestCase

METADATA = '/.well-known/oauth-authorization-server'
TOKEN = '/oauth/token'


class ProviderCase(TestCase):
    """A host that knows the service ``nightly``."""

    def setUp(self) -> None:
        super().setUp()
        self.host = self.enterContext(FakeHost())
        self.known_host = self.host.url
        self.cli.environ |= {
            'PHYCLOUD_SERVICE_HOST': self.host.url,
            'PHYCLOUD_SERVICE_ID': 'nightly',
            'PHYCLOUD_SERVICE_SECRET': 'canary-secret',
        }
        self.metadata(issuer=self.host.url, token_endpoint=f'{self.host.url}{TOKEN}')

    def metadata(self, **members: str) -> None:
        """Say what the host tells of itself."""
        self.host.answer('GET', METADATA, members)

    def token(self, text: str, seconds: int = 3600) -> None:
        """Say which token comes next."""
        self.host.answer('POST', TOKEN, {
            'access_token': text, 'token_type': 'Bearer', 'expires_in': seconds, 'scope': 'a b',
        })

    def provider(self) -> AuthProvider:
        """Return the provider in a context of this test."""
        streams = io.StringIO(), io.StringIO(), io.StringIO()
        context = Context(*streams, self.cli.environ, self.cli.clock)
        return make(AuthRequest(context))

    def error(self) -> PhywareError:
        """Return what asking for a credential raises."""
        with self.assertRaises(PhywareError) as caught:
            self.provider().credential(self.host.url)
        return caught.exception


class ContractTest(ProviderContract, ProviderCase):
    """What every provider must hold."""

    def setUp(self) -> None:
        super().setUp()
        self.token('first')
        self.token('second')

    def make_provider(self, request: AuthRequest) -> AuthProvider:
        """Return the provider of the environment."""
        return make(request)


class GrantTest(ProviderCase):
    def test_a_token_is_asked_for_once_and_kept(self) -> None:
        self.token('first')
        provider = self.provider()

        tokens = [provider.credential(self.host.url) for _ in range(2)]

        self.assertEqual({given and given.token.reveal() for given in tokens}, {'first'})
        metadata, grant = self.host.calls
        self.assertEqual((metadata.path, grant.path), (METADATA, TOKEN))
        self.assertEqual(grant.body, {'grant_type': 'client_credentials'})

    def test_a_token_that_is_over_is_replaced(self) -> None:
        self.token('first', seconds=100)
        self.token('second')
        provider = self.provider()
        provider.credential(self.host.url)
        self.cli.clock.advance(60)

        given = provider.credential(self.host.url)

        self.assertEqual(given and given.token.reveal(), 'second')

    def test_a_refused_client_is_told_without_its_secret(self) -> None:
        self.host.answer('POST', TOKEN, {'error': 'invalid_client'}, status=401)

        error = self.error()

        self.assertEqual(error.code, 'UNAUTHORIZED')
        self.assertNotIn('canary-secret', f'{error!r} {error.remediation}')

    def test_no_secret_goes_to_another_origin(self) -> None:
        with FakeHost() as evil:
            self.host = evil
            self.metadata(issuer=self.known_host, token_endpoint=f'{evil.url}{TOKEN}')
            self.cli.environ['PHYCLOUD_SERVICE_HOST'] = evil.url

            self.assertEqual(self.error().code, 'VALIDATION')

            self.assertEqual([call.path for call in evil.calls], [METADATA])

    def test_the_scope_is_asked_for_where_it_is_said(self) -> None:
        self.cli.environ['PHYCLOUD_SERVICE_SCOPE'] = 'robots:read'
        self.token('first')

        self.provider().credential(self.host.url)

        self.assertEqual(self.host.calls[-1].body['scope'], 'robots:read')

    def test_a_missing_variable_is_named(self) -> None:
        del self.cli.environ['PHYCLOUD_SERVICE_SECRET']

        self.assertIn('PHYCLOUD_SERVICE_SECRET', self.error().message)

    def test_other_failures_keep_their_meaning(self) -> None:
        self.host.answer('POST', TOKEN, status=503)
        self.host.answer('POST', TOKEN, b'<html>')
        self.host.answer('POST', TOKEN, {'token_type': 'Bearer'})

        codes = [self.error().code for _ in range(3)]

        self.assertEqual(codes, ['SERVER', 'CONNECTION', 'CONNECTION'])
