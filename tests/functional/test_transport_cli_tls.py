"""Whom the installed command believes, and what it says when it does not.

Layer: functional test.
"""

from __future__ import annotations

from pathlib import Path

from tests.functional.cli import Result
from tests.functional.transport_host import KEY, HostCase
from tests.functional.transport_server import OK

COMMANDS = ('status', 'sessions list', 'login --with-token')


class VerificationTest(HostCase):
    """What is said: one line with the reason, and what to do about it."""

    def results(self, url: str) -> list[Result]:
        """Return what each kind of command says."""
        environ = {'PHYCLOUD_API_KEY': KEY, 'PHYCLOUD_URL': url}
        results = self.together(*(f'auth {command}' for command in COMMANDS), **environ)
        self.assertEqual([1] * len(COMMANDS), [result.exit_code for result in results], results)
        return results

    def test_case_89_each_fault_is_one_line_with_the_ca_option(self) -> None:
        authority = self.authority()
        self.environ['REQUESTS_CA_BUNDLE'] = str(authority.bundle)
        faults = {
            'self-signed certificate': self.authority().self_signed_context(),
            'unable to get local issuer certificate': self.authority().server_context(),
            "IP address mismatch, certificate is not valid for '127.0.0.1'.":
                authority.server_context('127.0.0.2'),
            'certificate has expired': authority.server_context(days=-1),
        }
        for reason, context in faults.items():
            host = self.host(tls=context)
            for result in self.results(host.url):
                with self.subTest(reason):
                    message = f'could not connect to {host.url}: TLS: certificate verify failed: '
                    self.assert_error(result, 'CONNECTION', message + reason, 'If you trust this')
                    self.assertIn('--ca-bundle FILE or REQUESTS_CA_BUNDLE\n', result.stderr)
                    self.assertNotRegex(result.stderr.lower(), 'insecure|disable|verify=')
            self.assertEqual([], host.requests)

    def test_case_89_plain_http_on_the_https_port(self) -> None:
        server = self.recorder(lambda connection: connection.send(OK))
        url = server.url.replace('http:', 'https:')

        for result in self.results(url):
            message = f'could not connect to {url}: TLS: the port answers in plain http'
            self.assert_error(result, 'CONNECTION', message, 'Check the scheme and the port')


class AuthorityTest(HostCase):
    """Which setting counts, for every way to the network."""

    def setUp(self) -> None:
        super().setUp()
        self.right, self.wrong = self.authority(), self.authority()
        self.tls_host = self.host(tls=self.right.server_context())
        self.environ |= {'PHYCLOUD_API_KEY': KEY, 'PHYCLOUD_URL': self.tls_host.url}

    def assert_all(self, status: int, *words: str, **environ: str) -> list[str]:
        """Run each kind of command; return their errors."""
        lines = [f'auth {command} {" ".join(words)}' for command in COMMANDS]
        results = self.together(*lines, **environ)
        self.assertEqual([status] * len(lines), [result.exit_code for result in results], results)
        return [result.stderr for result in results]

    def test_case_90_the_environment_works(self) -> None:
        bundle = str(self.right.bundle)

        self.assert_all(0, REQUESTS_CA_BUNDLE=bundle)
        self.assert_all(0, SSL_CERT_FILE=bundle)

    def test_case_90_the_option_beats_the_environment(self) -> None:
        right, wrong = str(self.right.bundle), str(self.wrong.bundle)

        self.assert_all(0, '--ca-bundle', right, REQUESTS_CA_BUNDLE=wrong, SSL_CERT_FILE=wrong)
        for text in self.assert_all(1, '--ca-bundle', wrong, REQUESTS_CA_BUNDLE=right):
            self.assertIn('certificate verify failed', text)
        self.assert_all(0, '--ca-bundle', right, REQUESTS_CA_BUNDLE='/no/such.pem')

    def test_case_90_a_file_that_cannot_be_used_is_named(self) -> None:
        junk = Path(self.home, 'junk.pem')
        junk.write_text('-----BEGIN CERTIFICATE-----\nAAAA\n')
        for path, reason in (
            ('/no/such.pem', 'No such file'), (str(junk), 'it holds no PEM certificate')
        ):
            for source, texts in (
                ('--ca-bundle', self.assert_all(1, '--ca-bundle', path)),
                ('REQUESTS_CA_BUNDLE', self.assert_all(1, REQUESTS_CA_BUNDLE=path)),
            ):
                with self.subTest(path=path, source=source):
                    said = f'ERROR: the CA bundle {path} ({source}) cannot be used: {reason}'
                    self.assertEqual([True] * 3, [text.startswith(said) for text in texts], texts)
        self.assertEqual([], self.tls_host.requests)
