"""Where the documents are, how they merge, and which endpoints are believed."""

from __future__ import annotations

from typing import Any

from phyware.errors import (
    ConnectionFailed,
    GenericError,
    NotFound,
    PhywareError,
    RateLimited,
    ServerFailed,
    Validation,
)
from phyware_auth.oauth.metadata import Metadata, discover, document_urls
from tests.unit.phyware_auth.authcase import (
    DOCUMENT,
    HOST,
    METADATA,
    OPENID,
    OTHER,
    SESSIONS,
    TOKEN,
    USERINFO,
    AuthCase,
    without,
)

NOT_THERE = {'status_code': 404}


class DiscoveryCase(AuthCase):
    def documents(self, first: Any, second: Any = NOT_THERE) -> None:
        """Serve the RFC 8414 document and the OpenID Connect one."""
        self.serve(METADATA, first, method='GET')
        self.serve(OPENID, second, method='GET')

    def discover(self, **options: Any) -> Metadata:
        return discover(self.transport, HOST, **options)

    def refused(self, **options: Any) -> PhywareError:
        with self.assertRaises(PhywareError) as caught:
            self.discover(**options)
        return caught.exception


class PlaceTests(DiscoveryCase):
    def test_host_without_a_path(self) -> None:
        self.assertEqual(
            document_urls('https://x.io'),
            (
                'https://x.io/.well-known/oauth-authorization-server',
                'https://x.io/.well-known/openid-configuration',
            ),
        )

    def test_host_with_a_path_has_them_in_different_places(self) -> None:
        self.assertEqual(
            document_urls('https://x.io:8443/a/tenant'),
            (
                'https://x.io:8443/.well-known/oauth-authorization-server/a/tenant',
                'https://x.io:8443/a/tenant/.well-known/openid-configuration',
            ),
        )

    def test_both_are_asked_in_that_order_as_json(self) -> None:
        self.documents(without(DOCUMENT, 'userinfo_endpoint'), DOCUMENT)

        self.discover()

        history = self.http.request_history
        self.assertEqual([request.url for request in history], [METADATA, OPENID])
        self.assertEqual({r.headers['Accept'] for r in history}, {'application/json'})


class MergeTests(DiscoveryCase):
    def test_complete_first_document_is_enough(self) -> None:
        self.documents(DOCUMENT)

        found = self.discover()

        self.assertEqual(self.http.call_count, 1)
        self.assertEqual((found.token, found.sessions), (TOKEN, SESSIONS))

    def test_the_first_wins_and_the_second_fills_up(self) -> None:
        self.documents(
            without(DOCUMENT, 'userinfo_endpoint', 'scopes_supported'),
            {**DOCUMENT, 'token_endpoint': f'{HOST}/second', 'scopes_supported': ['email']},
        )

        found = self.discover()

        self.assertEqual((found.token, found.userinfo), (TOKEN, USERINFO))
        self.assertEqual(found.scopes_supported, ('email',))

    def test_null_and_empty_members_count_as_left_out(self) -> None:
        self.documents({**DOCUMENT, 'userinfo_endpoint': None, 'token_endpoint': ''}, DOCUMENT)

        found = self.discover()

        self.assertEqual((found.token, found.userinfo), (TOKEN, USERINFO))

    def test_only_the_openid_document(self) -> None:
        for status in (404, 410):
            with self.subTest(status):
                self.documents({'status_code': status}, DOCUMENT)

                self.assertEqual(self.discover().token, TOKEN)

    def test_what_neither_names_is_none(self) -> None:
        self.documents({'issuer': HOST})

        self.assertEqual(self.discover(), Metadata(HOST))

    def test_neither_document(self) -> None:
        self.documents(NOT_THERE)

        error = self.refused()

        self.assertIsInstance(error, NotFound)
        self.assertEqual(error.message, f'no OAuth 2 metadata at {HOST}')
        self.assertIn('Check the URL', error.remediation)

    def test_other_answers_are_errors_of_their_own(self) -> None:
        for status, kind in ((500, ServerFailed), (429, RateLimited), (302, GenericError)):
            with self.subTest(status):
                self.documents({'status_code': status})

                self.assertIsInstance(self.refused(), kind)

    def test_case_54_answers_that_are_no_object(self) -> None:
        for body in (b'', b'<html>', b'[]', b'"x"', b'null', b'[' * 200_000, b'\xff\xfe'):
            with self.subTest(body[:9]):
                self.documents({'content': body})

                self.assertIsInstance(self.refused(), ConnectionFailed)


class IssuerTests(DiscoveryCase):
    def test_case_62_another_issuer(self) -> None:
        for issuer in (OTHER, f'{HOST}/tenant', 'http://cloud.example', f'{HOST}:8443', 'x y'):
            with self.subTest(issuer):
                self.documents({**DOCUMENT, 'issuer': issuer})

                error = self.refused()

                self.assertIsInstance(error, Validation)
                self.assertIn('is for another issuer', error.message)

    def test_case_62_no_issuer_or_no_text(self) -> None:
        for issuer in (None, '', 5, [HOST], {'a': HOST}, 'x' * 5000):
            with self.subTest(type(issuer)):
                self.documents({**DOCUMENT, 'issuer': issuer})

                self.assertIsInstance(self.refused(), Validation)

    def test_case_62_the_second_document_is_checked_as_well(self) -> None:
        self.documents(without(DOCUMENT, 'userinfo_endpoint'), {**DOCUMENT, 'issuer': OTHER})

        self.assertIsInstance(self.refused(), Validation)

    def test_issuer_in_another_spelling_of_the_same_host(self) -> None:
        for issuer in ('https://CLOUD.example/', 'https://cloud.example:443'):
            with self.subTest(issuer):
                self.documents({**DOCUMENT, 'issuer': issuer})

                self.assertEqual(self.discover().host, HOST)

    def test_case_79_the_issuer_is_shown_harmlessly(self) -> None:
        self.documents({**DOCUMENT, 'issuer': 'https://x\x1b]0;pwned\x07.io'})

        self.assertIn('https://x\\x1b]0;pwned\\x07.io', self.refused().message)


class EndpointTests(DiscoveryCase):
    def test_case_62_endpoint_on_another_origin(self) -> None:
        for url in (f'{OTHER}/token', f'{HOST}:8443/token', 'https://cloud.example.evil/token'):
            with self.subTest(url):
                self.documents({**DOCUMENT, 'token_endpoint': url})

                error = self.refused()

                self.assertIsInstance(error, Validation)
                self.assertIn('its token_endpoint on another origin', error.message)
                self.assertIn('--trust-origin', error.remediation)

    def test_case_62_each_endpoint_that_is_used_is_checked(self) -> None:
        for name in DOCUMENT:
            if name.endswith('_endpoint'):
                with self.subTest(name):
                    self.documents({**DOCUMENT, name: f'{OTHER}/x'})

                    self.assertIn(name, self.refused().message)

    def test_case_62_explicitly_trusted_origin(self) -> None:
        self.documents({**DOCUMENT, 'token_endpoint': f'{OTHER}/token'})

        found = self.discover(trusted_origins=('https://third.example', OTHER))

        self.assertEqual(found.token, f'{OTHER}/token')

    def test_case_62_trust_is_in_an_origin_not_in_its_name(self) -> None:
        self.documents({**DOCUMENT, 'token_endpoint': f'{OTHER}:8443/token'})

        self.assertIsInstance(self.refused(trusted_origins=(OTHER,)), Validation)

    def test_case_62_plain_http_and_other_schemes(self) -> None:
        for url in ('http://cloud.example/t', 'ftp://cloud.example/t', 'file:///t', '/t', 'x'):
            with self.subTest(url):
                self.documents({**DOCUMENT, 'token_endpoint': url})

                error = self.refused(trusted_origins=('http://cloud.example',))

                self.assertIsInstance(error, Validation)

    def test_plain_http_where_it_is_allowed(self) -> None:
        host = 'http://cloud.example'
        self.environ['PHYWARE_ALLOW_INSECURE_HTTP'] = '1'
        url = f'{host}/.well-known/oauth-authorization-server'
        document = {'issuer': host, 'token_endpoint': f'{host}/token'}
        self.serve(url, document, method='GET')
        self.serve(f'{host}/.well-known/openid-configuration', NOT_THERE, method='GET')

        found = discover(self.transport, host, allow_insecure_http=True)

        self.assertEqual(found.token, f'{host}/token')

    def test_case_73_endpoints_with_odd_characters(self) -> None:
        for url in (
            'https://user@cloud.example/t', 'https://evil\\@cloud.example/t', f'{HOST}/a b',
            f'{HOST}/t#f', f'{HOST}/\x1b', f'{HOST}/é', f'{HOST}/t\n', f'{HOST}/{"x" * 2048}',
        ):
            with self.subTest(url[:40]):
                self.documents({**DOCUMENT, 'token_endpoint': url})

                error = self.refused()

                self.assertIn(error.code, ('VALIDATION', 'CONNECTION'))
                self.assertIn('token_endpoint', error.message)

    def test_endpoints_that_are_no_text(self) -> None:
        for value in (5, True, [TOKEN], {'url': TOKEN}):
            with self.subTest(value):
                self.documents({**DOCUMENT, 'token_endpoint': value})

                self.assertIsInstance(self.refused(), ConnectionFailed)

    def test_endpoints_are_kept_byte_for_byte(self) -> None:
        for url in (f'{HOST}/A//b/%7e/?q=%2F&x=', f'{HOST.upper()}/t', f'{HOST}:443/t/'):
            with self.subTest(url):
                self.documents({**DOCUMENT, 'token_endpoint': url})

                self.assertEqual(self.discover().token, url)

    def test_members_that_are_not_used_are_not_judged(self) -> None:
        self.documents({**DOCUMENT, 'authorization_endpoint': 'javascript:1', 'jwks_uri': 5})

        self.assertEqual(self.discover().token, TOKEN)


class ScopesTests(DiscoveryCase):
    def scopes(self, listed: Any) -> tuple[str, ...] | None:
        self.documents({**DOCUMENT, 'scopes_supported': listed})
        return self.discover().scopes_supported

    def test_list(self) -> None:
        self.assertEqual(self.scopes(['openid', 'x']), ('openid', 'x'))

    def test_absent_empty_or_another_type_is_no_list(self) -> None:
        odd: tuple[Any, ...] = (None, [], '', 'openid email', 5, True, {'openid': 1})
        for listed in odd:
            with self.subTest(listed):
                self.assertIsNone(self.scopes(listed))

    def test_items_that_are_no_text_are_left_out(self) -> None:
        self.assertEqual(self.scopes(['openid', 5, None, ['email']]), ('openid',))


class CredentialTests(DiscoveryCase):
    def test_discovery_sends_none(self) -> None:
        self.documents(DOCUMENT)

        self.discover()

        self.assertNotIn('Authorization', self.http.last_request.headers)
