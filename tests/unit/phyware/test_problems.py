"""Each row of the table "API errors", and what may be shown of a body."""

from __future__ import annotations

import unittest

from phyware.errors import (
    Conflict,
    ConnectionFailed,
    Expired,
    Forbidden,
    GenericError,
    NotFound,
    PhywareError,
    RateLimited,
    ServerFailed,
    Unauthorized,
    Validation,
)
from phyware.problems import error_from_response
from phyware.redaction import Redactor
from phyware.secret import Secret
from tests.unit.phyware.transport_fakes import HOST, response

TABLE: tuple[tuple[int, type[PhywareError], str, int], ...] = (
    (400, Validation, 'VALIDATION', 4),
    (401, Unauthorized, 'UNAUTHORIZED', 2),
    (403, Forbidden, 'FORBIDDEN', 2),
    (404, NotFound, 'NOT_FOUND', 3),
    (405, Validation, 'VALIDATION', 4),
    (409, Conflict, 'CONFLICT', 4),
    (410, NotFound, 'NOT_FOUND', 3),
    (413, Validation, 'VALIDATION', 4),
    (422, Validation, 'VALIDATION', 4),
    (429, RateLimited, 'RATE_LIMITED', 1),
    (500, ServerFailed, 'SERVER', 5),
    (503, ServerFailed, 'SERVER', 5),
    (902, ServerFailed, 'SERVER', 5),
)


class StatusTests(unittest.TestCase):
    def test_table(self) -> None:
        for status, kind, code, exit_code in TABLE:
            with self.subTest(status):
                error = error_from_response(response(status))

                self.assertIs(type(error), kind)
                self.assertEqual((error.code, error.exit_code), (code, exit_code))
                self.assertEqual(str(error), f'{kind.default_message}: HTTP {status}')

    def test_success_of_a_kind_nobody_expected(self) -> None:
        error = error_from_response(response(204))

        self.assertIs(type(error), ConnectionFailed)
        self.assertEqual(str(error), f'{HOST} gave an unexpected answer (HTTP 204)')

    def test_case_71_redirect_names_where_to(self) -> None:
        for location, target in (
            ('http://evil.example:81/x?canary', 'http://evil.example:81'),
            ('//evil.example/x', 'https://evil.example'),
            ('/login', HOST),
            ('http://user:canary@evil.example/', 'http://evil.example'),
            ('http://[::1/canary', 'somewhere that is no URL'),
        ):
            with self.subTest(location):
                error = error_from_response(response(302, location=location))

                self.assertIs(type(error), GenericError)
                self.assertEqual(
                    str(error), f'{HOST} redirects to {target}, and redirects are not followed'
                )

    def test_redirect_without_a_target(self) -> None:
        error = error_from_response(response(304))

        self.assertIn('redirects to nowhere', str(error))


class CredentialTests(unittest.TestCase):
    def test_expired_by_the_challenge(self) -> None:
        for challenge in (
            'Bearer error="invalid_token", error_description="The access token expired"',
            'Bearer error="token_expired"',
        ):
            with self.subTest(challenge):
                error = error_from_response(response(401, www_authenticate=challenge))

                self.assertIs(type(error), Expired)
                self.assertTrue(str(error).startswith('Token expired'))

    def test_expired_by_the_code_of_the_problem(self) -> None:
        error = error_from_response(response(401, {'code': 'EXPIRED'}))

        self.assertIs(type(error), Expired)

    def test_expired_by_the_stored_expiry(self) -> None:
        self.assertIs(type(error_from_response(response(401), expired=True)), Expired)
        self.assertIs(type(error_from_response(response(403), expired=True)), Forbidden)

    def test_who_gave_a_key_is_told_which_to_correct(self) -> None:
        for source, name in (('option', '--api-key'), ('environment', 'PHYCLOUD_API_KEY')):
            for expired in (True, False):
                with self.subTest(source, expired=expired):
                    error = error_from_response(response(401), expired=expired, source=source)
                    self.assertRegex(error.remediation, f'without the .* {name}, or correct it')
        self.assertNotIn('correct', error_from_response(response(403), source='option').remediation)
        self.assertEqual(
            error_from_response(response(401), source='file').remediation, 'Re-run auth login'
        )

    def test_a_login_is_to_the_host_that_refused(self) -> None:
        for challenge, kind, remediation in (
            ('', 'oauth', 'Re-run auth login: phyware auth login'),
            ('', 'pat', 'Re-run auth login: phyware auth login --with-token'),
            ('Bearer error="token_expired"', 'oauth',
             'Run auth refresh or re-login: phyware auth login'),
        ):
            refused = response(401, www_authenticate=challenge)
            error = error_from_response(refused, source='file', token_kind=kind, host=HOST)
            self.assertEqual(f'{remediation} --host {HOST}', error.remediation)

    def test_what_a_plugins_provider_presented_is_not_mended_by_a_login(self) -> None:
        for expired in (True, False):
            error = error_from_response(response(401), expired=expired, source='vault')
            self.assertEqual(
                'Correct what the auth provider (vault) presents, '
                'or choose another: --auth-provider', error.remediation,
            )

    def test_who_must_have_a_missing_scope_is_told(self) -> None:
        challenge = 'Bearer error="insufficient_scope", scope="robots:read"'
        scoped = response(403, www_authenticate=challenge)
        for source, kind, remediation in (
            ('environment', 'pat',
             'Give the variable PHYCLOUD_API_KEY a key that has the scope robots:read'),
            ('option', 'pat', 'Give the option --api-key a key that has the scope robots:read'),
            ('vault', 'oauth', 'Let the auth provider (vault) present what has the scope '
             'robots:read, or choose another: --auth-provider'),
            ('file', 'pat', 'Log in with a token that has the scope robots:read: '
             'phyware auth login --with-token'),
            ('keyring', 'oauth', 'Log in again with the scope robots:read among those that '
             'auth login --scopes names'),
        ):
            with self.subTest(source):
                error = error_from_response(scoped, source=source, token_kind=kind)
                self.assertEqual(remediation, error.remediation)
        unnamed = error_from_response(response(403), source='environment', token_kind='pat')
        self.assertIn('a key that has the scope that is missing', unnamed.remediation)

    def test_refused_for_another_reason(self) -> None:
        challenge = 'Bearer error="invalid_token", error_description="The token was revoked"'

        error = error_from_response(response(401, www_authenticate=challenge))

        self.assertIs(type(error), Unauthorized)
        self.assertTrue(str(error).startswith('Invalid credentials'))

    def test_missing_scope_is_named(self) -> None:
        challenge = 'Basic realm="x", Bearer error="insufficient_scope", scope="admin:sessions"'

        error = error_from_response(response(403, www_authenticate=challenge))

        self.assertEqual(
            str(error), 'Not allowed with this credential: the scope admin:sessions is missing'
        )
        self.assertRegex(
            error.remediation, '^Log in again with the scope admin:sessions among .*--scopes'
        )

    def test_case_79_scope_is_cleaned(self) -> None:
        challenge = 'Bearer scope="a\x1b]52;c;x\x07"'

        error = error_from_response(response(403, www_authenticate=challenge))

        self.assertNotIn('\x1b', f'{error}{error.remediation}')


class BodyTests(unittest.TestCase):
    def message(self, body: object, status: int = 404) -> str:
        return str(error_from_response(response(status, body)))

    def test_problem_details(self) -> None:
        self.assertEqual(
            self.message({'title': 'No', 'detail': 'no session 42'}), 'Not found: no session 42'
        )
        self.assertEqual(self.message({'title': 'No session'}), 'Not found: No session')

    def test_oauth_error(self) -> None:
        body = {'error': 'invalid_request', 'error_description': 'no client_id'}

        self.assertEqual(self.message(body, 400), 'Invalid input: invalid_request: no client_id')

    def test_what_was_asked_for(self) -> None:
        error = error_from_response(response(404, {'detail': 'gone'}), what='session 42')

        self.assertEqual(str(error), 'Not found: session 42: gone')

    def test_a_body_that_is_no_json_object_is_never_shown(self) -> None:
        for body in (b'<html>canary', b'canary', b'["canary"]', b'"canary"', b'\xff'):
            with self.subTest(body):
                self.assertEqual(self.message(body), 'Not found: HTTP 404')

    def test_members_that_are_no_text(self) -> None:
        for body in ({'detail': ['canary']}, {'detail': None, 'title': 1}, {'error': {'a': 'b'}}):
            with self.subTest(body):
                self.assertEqual(self.message(body), 'Not found: HTTP 404')

    def test_case_79_text_is_one_clean_short_line(self) -> None:
        message = self.message({'detail': 'a\nb\x1b[2J\u202e' + 'x' * 5000})

        self.assertTrue(message.startswith('Not found: a\\nb\\x1b[2J\\u202ex'))
        self.assertLess(len(message), 250)

    def test_case_63_a_server_that_quotes_the_token(self) -> None:
        redactor = Redactor()
        redactor.add(Secret('phk_canary'))
        body = {'detail': f'{"x" * 195} phk_canary'}

        error = error_from_response(response(401, body), redactor=redactor)

        self.assertNotIn('phk_c', str(error))
