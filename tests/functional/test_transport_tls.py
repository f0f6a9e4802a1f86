"""Whom the transport believes, and what it says when it does not."""

from __future__ import annotations

import os
import ssl
import tempfile
from pathlib import Path
from unittest import mock

from phyware.errors import ConnectionFailed, GenericError
from tests.functional.transport_case import TransportCase
from tests.functional.transport_server import OK, Authority, ScriptedServer, answering


class TLSCase(TransportCase):
    """An authority, and servers with its certificates."""

    def setUp(self) -> None:
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.authority = Authority(self.directory)
        self.bundle = str(self.authority.bundle)

    def tls_server(self, context: ssl.SSLContext | None = None) -> ScriptedServer:
        server = ScriptedServer(answering(OK), context or self.authority.server_context())
        self.addCleanup(server.close)
        return server

    def other_bundle(self) -> str:
        """Return the bundle of an authority that signed nothing here."""
        directory = self.directory / 'other'
        directory.mkdir()
        return str(Authority(directory).bundle)


class VerificationTests(TLSCase):
    def assert_reason(self, server: ScriptedServer, reason: str, bundle: str | None) -> None:
        error = self.failure(lambda: self.transport(ca_bundle=bundle).get(server.url))
        self.assertEqual(str(error), f'could not connect to {server.url}: TLS: {reason}')
        self.assertIsInstance(error, ConnectionFailed)
        self.assertEqual(server.requests, [])

    def test_case_89_unknown_authority(self) -> None:
        server = self.tls_server()
        self.assert_reason(
            server,
            'certificate verify failed: unable to get local issuer certificate',
            None,
        )

    def test_case_89_remediation_names_the_ca_option_and_no_way_around(self) -> None:
        server = self.tls_server()

        error = self.failure(lambda: self.transport().get(server.url))

        self.assertIn('--ca-bundle FILE or REQUESTS_CA_BUNDLE', error.remediation)
        self.assertNotIn('insecure', error.remediation.lower())

    def test_case_89_wrong_name(self) -> None:
        server = self.tls_server(self.authority.server_context('127.0.0.2'))
        self.assert_reason(
            server,
            'certificate verify failed: IP address mismatch,'
            " certificate is not valid for '127.0.0.1'.",
            self.bundle,
        )

    def test_case_89_expired(self) -> None:
        server = self.tls_server(self.authority.server_context(days=-1))
        self.assert_reason(
            server, 'certificate verify failed: certificate has expired', self.bundle
        )

    def test_case_89_plain_http_on_the_https_port(self) -> None:
        server = self.server(lambda connection: connection.send(OK))
        url = server.url.replace('http:', 'https:')

        error = self.failure(lambda: self.transport().get(url))

        self.assertEqual(
            str(error), f'could not connect to {url}: TLS: the port answers in plain http'
        )

    def test_https_on_the_http_port(self) -> None:
        server = self.tls_server()
        url = server.url.replace('https:', 'http:')

        error = self.failure(lambda: self.transport().get(url))

        self.assertIsInstance(error, ConnectionFailed)

    def test_handshake_that_never_ends(self) -> None:
        server = self.server(lambda connection: connection.hang())
        url = server.url.replace('http:', 'https:')

        error = self.failure(lambda: self.transport(total_timeout=0.3).get(url))

        self.assertEqual(str(error), f'could not connect to {url}: timed out after 0.3 s')


class AuthorityTests(TLSCase):
    def test_explicit_bundle(self) -> None:
        server = self.tls_server()

        response = self.transport(ca_bundle=self.bundle).get(server.url)

        self.assertEqual(response.status, 200)

    def test_case_90_bundle_from_the_environment(self) -> None:
        server = self.tls_server()
        for name in ('REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE'):
            with self.subTest(name):
                response = self.transport({name: self.bundle}).get(server.url)

                self.assertEqual(response.status, 200)

    def test_case_90_explicit_bundle_beats_the_environment(self) -> None:
        server = self.tls_server()
        other = self.other_bundle()

        good = self.transport({'REQUESTS_CA_BUNDLE': other}, ca_bundle=self.bundle)
        bad = self.transport({'REQUESTS_CA_BUNDLE': self.bundle}, ca_bundle=other)

        self.assertEqual(good.get(server.url).status, 200)
        self.assertIn('certificate verify failed', str(self.failure(lambda: bad.get(server.url))))

    def test_case_90_explicit_bundle_is_the_only_one(self) -> None:
        server = self.tls_server()
        transport = self.transport(ca_bundle=self.other_bundle())

        # What requests adds where it is left alone.
        with mock.patch('requests.adapters.DEFAULT_CA_BUNDLE_PATH', self.bundle):
            error = self.failure(lambda: transport.get(server.url))

        self.assertIn('certificate verify failed', str(error))

    def test_the_name_is_verified_and_not_the_address_it_leads_to(self) -> None:
        server = self.tls_server(self.authority.server_context('localhost'))
        url = server.url.replace('127.0.0.1', 'localhost')

        response = self.transport(ca_bundle=self.bundle).get(url)

        self.assertEqual(response.status, 200)

    def test_a_directory_of_authorities(self) -> None:
        server = self.tls_server()

        error = self.failure(
            lambda: self.transport(ca_bundle=str(self.directory)).get(server.url)
        )

        # It is read, but has no file with the name OpenSSL looks for.
        self.assertIn('unable to get local issuer certificate', str(error))

    def test_case_90_missing_file_is_named(self) -> None:
        server = self.tls_server()

        error = self.failure(
            lambda: self.transport({'REQUESTS_CA_BUNDLE': '/no/such.pem'}).get(server.url)
        )

        self.assertIs(type(error), GenericError)
        self.assertEqual(
            str(error),
            'the CA bundle /no/such.pem (REQUESTS_CA_BUNDLE) cannot be used:'
            ' No such file or directory',
        )

    def test_case_90_junk_file_is_named(self) -> None:
        server = self.tls_server()
        junk = self.directory / 'junk.pem'
        for content in (b'', b'junk\n', b'-----BEGIN CERTIFICATE-----\nAAAA\n'):
            with self.subTest(content):
                junk.write_bytes(content)

                error = self.failure(
                    lambda: self.transport(ca_bundle=str(junk)).get(server.url)
                )

                self.assertIn(f'the CA bundle {junk} (--ca-bundle) cannot be used', str(error))

    def test_a_key_log_that_cannot_be_written_is_named(self) -> None:
        server = self.tls_server()

        with mock.patch.dict(os.environ, SSLKEYLOGFILE='/no/such/keys'):
            error = self.failure(lambda: self.transport(ca_bundle=self.bundle).get(server.url))

        self.assertIs(type(error), GenericError)
        self.assertEqual(
            str(error), 'the file of SSLKEYLOGFILE cannot be written: No such file or directory'
        )
        self.assertEqual(server.requests, [])

    def test_case_90_a_bundle_that_is_unusable_does_not_matter_to_http(self) -> None:
        server = self.server(answering(OK))

        response = self.transport(ca_bundle='/no/such.pem').get(server.url)

        self.assertEqual(response.status, 200)

    def test_many_requests_share_one_connection(self) -> None:
        server = self.tls_server()
        transport = self.transport(ca_bundle=self.bundle)

        for _ in range(5):
            transport.get(server.url)

        self.assertEqual((server.connections, len(server.requests)), (1, 5))
