"""A credential that is for endpoints beside its host: those, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import requests_mock

from phyware.errors import PhywareError, Unauthorized, Validation
from tests.unit.phyware.test_cloud import CloudTest
from tests.unit.phyware.transport_fakes import HOST, FakeProvider, credential

OTHER = 'https://sessions.example'
ENDPOINT = f'{OTHER}/v1/s'


class EndpointTests(CloudTest):
    def setUp(self) -> None:
        super().setUp()
        self.http.register_uri(requests_mock.ANY, requests_mock.ANY, json={})
        self.first = replace(credential('phk_a'), endpoints=('https://x.example/', ENDPOINT))

    def error(self, provider: FakeProvider, url: str) -> PhywareError:
        with self.assertRaises(PhywareError) as caught:
            self.cloud(provider).get(url)
        return caught.exception

    def test_it_is_sent_below_an_endpoint(self) -> None:
        cloud = self.cloud(FakeProvider(self.first))
        urls = [ENDPOINT, f'{ENDPOINT}/', f'{ENDPOINT}?a=b', f'{ENDPOINT}/ses_1', f'{HOST}/x']
        for url in [*urls, 'https://x.example/a']:
            with self.subTest(url):
                cloud.get(url)

                self.assertEqual(url, self.http.last_request.url)
                self.assertEqual('phk_a', self.tokens()[-1])

    def test_case_72_nowhere_else_on_its_origin_and_on_no_other(self) -> None:
        for url in (
            OTHER, f'{OTHER}/', f'{OTHER}/v1', f'{ENDPOINT}2', f'{OTHER}:8443/v1/s',
            'http://sessions.example/v1/s', 'https://evil.example/v1/s', f'{ENDPOINT}/../x',
            'https://evil.example\\@sessions.example/v1/s', f'{ENDPOINT}/%2e%2e/x',
            'https://user@sessions.example/v1/s', '//sessions.example/v1/s',
        ):  # fmt: skip
            with self.subTest(url):
                self.assertIsInstance(self.error(FakeProvider(self.first), url), Validation)
        self.assertEqual(0, self.http.call_count)

    def test_without_endpoints_the_remedy_is_named(self) -> None:
        error = self.error(FakeProvider(credential()), ENDPOINT)

        self.assertEqual(f'The URL is not below {HOST}', error.message)
        self.assertIn('phyware auth login --trust-origin', error.remediation)
        self.assertIsInstance(self.error(FakeProvider(), ENDPOINT), Unauthorized)

    def test_a_newer_credential_that_is_not_for_it_is_not_sent(self) -> None:
        self.http.get(ENDPOINT, status_code=401)
        provider = FakeProvider(self.first, credential('phk_b'))

        self.assertIsInstance(self.error(provider, ENDPOINT), Validation)
        self.assertEqual(['phk_a'], self.tokens())
