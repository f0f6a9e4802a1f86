"""phyware.redaction: a canary in each position, and none comes out."""

from __future__ import annotations

import base64
import io
import json
import logging
import unittest
from functools import partial
from unittest import mock
from urllib.parse import quote, quote_plus

from hypothesis import given
from hypothesis import strategies as st

from phyware.redaction import RedactingFilter, Redactor
from phyware.secret import Secret
from phyware.text import clean

_ANY_TEXT = st.text(st.characters(codec=None))
_SECRETS = st.text(st.characters(codec=None), min_size=4).filter(lambda text: '***' not in text)
_NASTY = 'pä"ss\'\\ w%rd\n&/+1\u2028\U0001f511'


def redactor(*secrets: str) -> Redactor:
    made = Redactor()
    for secret in secrets:
        made.add(Secret(secret))
    return made


class ByValueTest(unittest.TestCase):
    """Security cases 63 and 65."""

    def test_case_63_a_secret_goes_wherever_it_stands(self) -> None:
        known = redactor('c4nary')
        known.add('plain-text')

        self.assertEqual('x***y *** z', known.redact('xc4naryy plain-text z'))

    def test_case_65_escaped_forms_of_a_nasty_password_go(self) -> None:
        raw = _NASTY.encode()
        for form in (
            _NASTY, clean(_NASTY), quote(_NASTY), quote(_NASTY, safe=''), quote_plus(_NASTY),
            quote(raw, '').lower(), json.dumps(_NASTY)[1:-1],
            json.dumps(_NASTY, ensure_ascii=False)[1:-1], repr(_NASTY)[1:-1], ascii(_NASTY)[1:-1],
            repr(raw)[2:-1],
        ):  # fmt: skip
            with self.subTest(form):
                self.assertEqual('<***>', redactor(_NASTY).redact(f'<{form}>'))

    def test_a_secret_inside_of_base64_goes_at_every_offset(self) -> None:
        secret = 'c4nary~?>þÿ!'
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            for before in (b'', b'u', b'us', b'use', b'user'):
                encoded = encode(before + secret.encode() + b'.').decode()
                kept = redactor(secret).redact(encoded).replace('***', '').rstrip('=')
                # What shares bits with other bytes stays: up to two characters an end.
                self.assertLessEqual(len(kept), -(-len(before) * 8 // 6) + 2)

    def test_the_longer_of_two_secrets_goes_first(self) -> None:
        self.assertEqual('***', redactor('c4nary', 'c4nary-and-more').redact('c4nary-and-more'))

    def test_a_long_token_is_known_though_its_end_was_cut_off(self) -> None:
        token = 'Zq9' * 30

        self.assertEqual('got *** .', redactor(token).redact(f'got {token[:40]}… .'))

    def test_case_63_what_is_left_before_the_mark_of_a_cut_goes(self) -> None:
        for secret in ('c4nary/é value', 'c4nary/é' * 9):
            for form in (secret, quote(secret), base64.b64encode(secret.encode()).decode()[:-4]):
                for length in range(4, len(form)):
                    for mark in ('…', '...'):
                        with self.subTest(form=form[:length]):
                            text = f'x … said {form[:length]}{mark} end'
                            shown = redactor(secret).redact(text)
                            self.assertIn(shown, (f'x … said ***{mark} end', 'x … said *** end'))

    def test_case_63_a_secret_that_is_added_while_another_thread_redacts(self) -> None:
        known = redactor('first')
        late = partial(self.late, known)
        with mock.patch('phyware.redaction._forms', side_effect=late):
            known.redact('x')

        self.assertEqual('*** ***', known.redact('first second'))

    @staticmethod
    def late(known: Redactor, value: str) -> list[str]:
        known.add('second')
        return [value]

    def test_a_cut_word_that_is_none_stays(self) -> None:
        for text in ('c4na…', 'a c4… b', 'nary...', '…', 'x c4narx…'):
            with self.subTest(text):
                self.assertEqual(text.replace('c4na…', '***…'), redactor('c4nary').redact(text))

    def test_case_75_secrets_of_the_environment(self) -> None:
        known = Redactor()
        known.add_environment({
            'PHYCLOUD_API_KEY': 'key-c4nary', 'https_proxy': 'http://u:p%40ss%2Fc4nary@proxy:1',
            'ALL_PROXY': 'me:all-c4nary@proxy', 'NO_PROXY': 'a@b', 'OTHER': 'x:other-word@y',
        })  # fmt: skip

        text = 'key-c4nary p%40ss%2Fc4nary p@ss/c4nary all-c4nary other-word'
        self.assertEqual('*** *** *** *** other-word', known.redact(text))

    def test_very_short_values_go_only_where_they_are_named(self) -> None:
        known = redactor('abc', '')

        self.assertEqual('abc password=***', known.redact('abc password=abc'))
        self.assertEqual('a *** d', redactor('four').redact('a four d'))

    @given(_SECRETS, _ANY_TEXT, _ANY_TEXT)
    def test_no_secret_survives_in_any_text(self, secret: str, before: str, after: str) -> None:
        shown = redactor(secret).redact(before + secret + after)

        self.assertNotIn(secret, shown)


class ByNameTest(unittest.TestCase):
    """Security cases 64 and 75: secrets nobody told the redactor of."""

    def assert_hidden(self, *texts: str) -> None:
        for text in texts:
            with self.subTest(text):
                shown = redactor().redact(text)
                self.assertNotIn('CANARY', shown)
                self.assertIn('***', shown)
                self.assertEqual(shown, redactor().redact(shown))

    def test_case_64_form_bodies_and_query_strings(self) -> None:
        for name in (
            'access_token', 'refresh_token', 'id_token', 'token', 'password', 'device_code',
            'client_secret', 'api_key', 'apikey', 'client_assertion', 'code_verifier',
        ):  # fmt: skip
            self.assert_hidden(f'{name}=CANARY', f'{name.upper()}=CANARY.x-_~')
            shown = redactor().redact(f'a=b&{name}=CANARY&c=d')
            self.assertEqual(f'a=b&{name}=***&c=d', shown)

    def test_json_and_repr_and_yaml_members(self) -> None:
        self.assert_hidden(
            '{"access_token": "CANARY"}', '{"refresh_token":"CAN\\"CANARY"}',
            "{'password': 'CANARY'}", '{\\"id_token\\": \\"CANARY\\"}', 'device_code: CANARY',
            "{'client_secret': b'CANARY'}", '{"password": "it\'s CANARY',
            "Tokens(access_token='CANARY', refresh_token='CANARY')",
            json.dumps(json.dumps({'a': json.dumps({'password': 'CANARY'})})),
        )  # fmt: skip

    def test_case_64_headers(self) -> None:
        self.assert_hidden(
            'Authorization: Bearer CANARY', 'authorization: Basic CANARY==',
            'Proxy-Authorization: CANARY', 'Cookie: a=b; session="CANARY"; c=CANARY',
            'Set-Cookie: sid=CANARY; Path=/', 'X-API-Key: CANARY',
            "{'Authorization': 'Bearer CANARY', 'Accept': '*/*'}", "[('Cookie', 'sid=CANARY')]",
            "{b'Authorization': b'Bearer CANARY'}", "header: Authorization= 'CANARY'",
            "b'GET /\\r\\nAuthorization: Bearer CANARY\\r\\nCookie: a=CANARY\\r\\n\\r\\n'",
        )  # fmt: skip

    def test_the_next_header_stays_readable(self) -> None:
        shown = redactor().redact('Authorization: Bearer CANARY\r\nAccept: */*')

        self.assertEqual('Authorization: ***\r\nAccept: */*', shown)

    def test_tokens_that_are_known_by_their_look(self) -> None:
        self.assert_hidden(
            'phk_CANARY', 'the key (phk_CANARY) is', 'x=phk_CANARY-~.y', 'PHYCLOUD_API_KEY=CANARY',
            'Bearer CANARYxyz12', 'bearer%20CANARYxyz12', 'got eyJhbGciCANARY.eyJzdCANARY.CANARY',
        )  # fmt: skip

    def test_case_75_user_info_and_proxy_credentials(self) -> None:
        self.assert_hidden(
            'https://user:CANARY@host/x', 'http://CANARY@proxy:3128', 'socks5h://u:CANARY@p@host',
            'http://u:CANARY/x@proxy:3128', "ProxyError('http://u:CANARY@10.0.0.1:8080')",
        )  # fmt: skip
        self.assertEqual('at http://***@p:1/x', redactor().redact('at http://u:CANARY@p:1/x'))

    def test_what_is_no_secret_stays(self) -> None:
        for text in (
            'Token expired', 'token_type: Bearer', 'expires_in=3600',
            'argument --password: expected one argument',
            'argument --api-key: expected one argument', 'the Bearer token is missing',
            'WWW-Authenticate: Bearer realm="x", error="invalid_token", scope="admin:sessions"',
            '["authorization_code", "refresh_token", "password"]',
            'token_endpoint=https://x.io/token', 'http://localhost:8000/users/a@b.example',
            'PHYCLOUD_API_KEY is set', 'a=b&c=d', '', 'Use --api-key, or set PHYCLOUD_API_KEY',
            'password login is not offered', 'user_code=ABCD-EFGH',
        ):  # fmt: skip
            with self.subTest(text):
                self.assertEqual(text, redactor('c4nary').redact(text))

    def test_hostile_text_is_read_to_its_end(self) -> None:
        for piece in (
            'a', '\\', '"', ' ', '://', '://u:', 'eyJ', 'phk_', 'bearer ', 'bearer+', 'token"',
            'cookie\\\'', 'password="', 'password=\\\\', 'authorization:', 'api', '@',
            'https://a:b@',
        ):  # fmt: skip
            with self.subTest(piece):
                shown = redactor('c4nary').redact(piece * 20_000 + '\n\nc4nary')
                self.assertNotIn('c4nary', shown)


class BrokenError(Exception):
    def __str__(self) -> str:
        raise ValueError('CANARY')


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


class RedactingFilterTest(unittest.TestCase):
    """Security cases 63 to 65, on a handler as the application has it."""

    def setUp(self) -> None:
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        line = '%(name)s %(message)s %(token)s'
        handler.setFormatter(logging.Formatter(line, defaults={'token': ''}))
        handler.addFilter(RedactingFilter(redactor('c4nary', 'un "quoted" c4nary')))
        self.logger = logging.Logger('urllib3.connectionpool')
        self.logger.addHandler(handler)

    def logged(self) -> str:
        text = self.stream.getvalue()
        self.assertNotIn('c4nary', text)
        self.assertNotIn('CANARY', text)
        return text

    def test_case_64_arguments_of_other_libraries_are_redacted(self) -> None:
        path = '/x?access_token=CANARY'
        self.logger.debug('%s://%s:%s "%s %s %s" %s', 'http', 'h', 80, 'GET', path, 'HTTP/1.1', 200)

        expected = 'urllib3.connectionpool http://h:80 "GET /x?access_token=*** HTTP/1.1" 200 '
        self.assertEqual(expected, self.logged().rstrip('\n'))

    def test_case_64_of_a_query_the_names_stay(self) -> None:
        self.logger.debug('"GET %s HTTP/1.1" 200', '/a?code=CANARY&limit=10&CANARY&x=CANARY=?')
        self.logger.debug('"GET /?a=%s HTTP/1.1"', 'un "quoted" c4nary')
        self.logger.debug('Redirecting /?next=CANARY -> https://h/b?c=CANARY')
        self.logger.name = 'phyware.auth'
        self.logger.debug('what? state=on ?state=on')

        lines = [line.partition(' ')[2].strip() for line in self.logged().splitlines()]
        self.assertEqual('"GET /a?code=***&limit=***&***&x=*** HTTP/1.1" 200', lines[0])
        self.assertEqual('"GET /?a=*** HTTP/1.1"', lines[1])
        self.assertEqual('Redirecting /?next=*** -> https://h/b?c=***', lines[2])
        self.assertEqual('what? state=on ?state=on', lines[3])

    def test_a_percent_sign_in_what_was_formatted_is_no_format(self) -> None:
        self.logger.info('%s', '100%s %d c4nary')

        self.assertIn('100%s %d ***', self.logged())

    def test_case_65_tracebacks_are_redacted(self) -> None:
        self.logger.error('failed', exc_info=raised(ValueError('c4nary password=CANARY')))

        self.assertIn('ValueError: *** password=***', self.logged())
        self.assertIn('Traceback', self.logged())

    def test_stacks_and_extras_are_redacted(self) -> None:
        self.logger.error('failed', stack_info=True, extra={'token': 'c4nary'})

        self.assertIn('failed ***', self.logged())
        self.assertIn('Stack (most recent call last)', self.logged())

    def test_a_record_that_cannot_be_formatted_is_said_without_its_arguments(self) -> None:
        self.logger.error('two %s %s c4nary', 'CANARY')
        self.logger.error('number %d', 'CANARY')
        self.logger.error(BrokenError())
        self.logger.error('%s', BrokenError())

        self.assertIn('two %s %s *** (arguments withheld, TypeError', self.logged())
        self.assertIn('BrokenError (arguments withheld, ValueError', self.logged())

    def test_an_exception_that_cannot_be_shown_does_not_stop_the_log(self) -> None:
        self.logger.error('before', exc_info=raised(BrokenError()))
        self.logger.error('after')

        self.assertIn('before', self.logged())
        self.assertIn('after', self.logged())

    def test_a_record_passes_two_filters_unharmed(self) -> None:
        record = logging.LogRecord('x', logging.INFO, '', 1, '%s', ('c4nary',), None)
        for _ in range(2):
            self.assertTrue(RedactingFilter(redactor('c4nary')).filter(record))

        self.assertEqual('***', record.getMessage())
