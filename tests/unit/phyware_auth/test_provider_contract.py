"""The hook's contract suite, on both providers of ours.

Layer: unit test.
"""

from __future__ import annotations

from phyware import testing
from phyware.auth import AuthProvider, AuthRequest
from phyware.secret import Secret
from phyware_auth.provider import ApiKeyProvider, StoredProvider
from tests.unit.phyware_auth.authcase import HOST, OTHER, SUCCESS, TOKEN, AuthCase


class StoredProviderContractTest(testing.ProviderContract, AuthCase):
    """A login that can be refreshed."""

    known_host = HOST
    unknown_host = OTHER

    def setUp(self) -> None:
        super().setUp()
        self.cli = testing.Cli(self.environ, self.clock)
        self.saved()
        self.serve(TOKEN, SUCCESS)

    def make_provider(self, request: AuthRequest) -> AuthProvider:
        """Return the provider on the store of the test."""
        return StoredProvider(self.deps)


class ApiKeyProviderContractTest(testing.ProviderContract, testing.TestCase):
    """A key is for whatever host the session chose it for."""

    unknown_host = None

    def make_provider(self, request: AuthRequest) -> AuthProvider:
        """Return the provider of a key that was given as an option."""
        return ApiKeyProvider(Secret('phk_contract'), 'option')
