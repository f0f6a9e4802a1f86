"""phyware.session: which host, which credential."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from unittest import mock

from phyware import extensions
from phyware.app import PhywareApp
from phyware.auth import Credential
from phyware.context import Context
from phyware.errors import ConnectionFailed, GenericError, Validation
from phyware.options import DEFAULT_URL, GlobalOptions
from phyware.session import Session, is_token
from tests.unit.phyware.plugins import PROVIDERS, PluginCase

KEY = 'phk_canary0123456789'
CLOUD = 'https://cloud.example.org'
OTHER = 'https://other.example.org'


class SessionCase(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.warnings: list[str] = []

    def session(self, environ: dict[str, str] | None = None, **options: Any) -> Session:
        streams = (io.StringIO(), io.StringIO(), io.StringIO())
        self.context = Context(*streams, self.cli.environ | (environ or {}))
        return Session(self.context, GlobalOptions(**options), self.warnings.append)

    def activate(self, host: str) -> Path:
        file = Path(self.home, 'phyware', 'active')
        file.parent.mkdir(exist_ok=True)
        file.write_text(host)
        return file


class MetadataTest(SessionCase):
    def test_what_was_read_for_the_commands_serves_the_provider(self) -> None:
        session = PhywareApp(Context(*(io.StringIO() for _ in '012'), self.cli.environ)).session
        with mock.patch.object(extensions, 'EntryFiles', side_effect=AssertionError('again')):
            self.assertIsNone(session.credential(CLOUD))


class HostTest(SessionCase):
    def test_the_first_that_says_decides(self) -> None:
        self.activate('https://active.example')
        environ = {'PHYCLOUD_URL': 'https://env.example'}

        for expected, host, session in (
            ('https://host.example', 'https://host.example', self.session(environ, url=CLOUD)),
            (CLOUD, None, self.session(environ, url=CLOUD)),
            ('https://env.example', None, self.session(environ)),
            ('https://active.example', None, self.session()),
        ):
            with self.subTest(expected):
                self.assertEqual(expected, session.select(host).host)
                self.assertEqual(expected, session.stored_host(host))

    def test_without_any_it_is_the_default(self) -> None:
        self.assertEqual(DEFAULT_URL, self.session().select().host)
        self.assertEqual(DEFAULT_URL, self.session({'PHYCLOUD_URL': ''}).select().host)

    def test_hosts_come_out_in_normal_form(self) -> None:
        for session in (
            self.session(url='Cloud.Example.org/'),
            self.session({'PHYCLOUD_URL': 'https://Cloud.Example.org:443/'}),
        ):
            self.assertEqual(CLOUD, session.select().host)

    def test_case_85_a_malformed_host_is_refused_wherever_it_comes_from(self) -> None:
        for host, session in (
            ('https://a b', self.session()),
            ('', self.session()),
            (None, self.session(url='')),
            (None, self.session(url='ftp://x')),
            (None, self.session({'PHYCLOUD_URL': 'https://user:pw@x'})),
        ):
            with self.subTest(host=host), self.assertRaises(Validation):
                session.select(host)

    def test_case_76_plain_http_needs_a_word_and_is_warned_of_once(self) -> None:
        with self.assertRaises(Validation):
            self.session(url='http://10.0.0.1').select()
        session = self.session({'PHYWARE_ALLOW_INSECURE_HTTP': '1'}, url='http://10.0.0.1')
        session.select()
        session.select()

        self.assertEqual(1, len(self.warnings))
        self.assertIn('http://10.0.0.1 is used over plain http', self.warnings[0])

    def test_a_store_that_cannot_be_read_is_connection(self) -> None:
        self.activate(OTHER).unlink()
        Path(self.home, 'phyware', 'active').mkdir()

        with self.assertRaises(ConnectionFailed):
            self.session().select()
        self.assertEqual(CLOUD, self.session(url=CLOUD).select().host)


class KeyTest(SessionCase):
    def test_the_option_goes_to_whatever_host_is_meant(self) -> None:
        selection = self.session({'PHYCLOUD_API_KEY': 'phk_other'}, api_key=KEY).select(OTHER)

        assert selection.api_key is not None
        self.assertEqual((OTHER, 'option'), (selection.host, selection.api_key_source))
        self.assertEqual(KEY, selection.api_key.reveal())

    def test_case_63_where_the_key_is_from_is_logged_once_and_not_the_key(self) -> None:
        for session, name in (
            (self.session(api_key=KEY), '--api-key'),
            (self.session({'PHYCLOUD_API_KEY': KEY}), 'PHYCLOUD_API_KEY'),
        ):
            with self.subTest(name), self.assertLogs('phyware.auth', 'INFO') as logs:
                session.select()
                session.select()
            self.assertEqual([f'INFO:phyware.auth:the API key is that of {name}'], logs.output)

    def test_the_option_needs_no_store(self) -> None:
        Path(self.home, 'phyware', 'active').mkdir(parents=True)

        self.assertEqual(DEFAULT_URL, self.session(api_key=KEY).select().host)
        self.assertEqual(
            DEFAULT_URL, self.session({'PHYWARE_CONFIG_DIR': 'x'}, api_key=KEY).select().host
        )

    def test_case_77_the_variable_is_for_its_own_host(self) -> None:
        for environ, expected in (({'PHYCLOUD_URL': CLOUD}, CLOUD), ({}, DEFAULT_URL)):
            session = self.session({'PHYCLOUD_API_KEY': KEY, **environ})
            for host in (None, expected, f'{expected}/'):
                selection = session.select(host)
                assert selection.api_key is not None
                self.assertEqual((expected, 'environment'),
                                 (selection.host, selection.api_key_source))
        self.assertEqual([], self.warnings)

    def test_case_77_and_is_withheld_from_any_other(self) -> None:
        environ = {'PHYCLOUD_API_KEY': KEY, 'PHYCLOUD_URL': CLOUD}
        for other in (OTHER, f'{CLOUD}:8443', f'{CLOUD}/path', 'http://127.0.0.1', DEFAULT_URL):
            for session, host in ((self.session(environ), other),
                                  (self.session(environ, url=other), None)):
                with self.subTest(other):
                    selection = session.select(host)
                    self.assertEqual((other, None, None), (
                        selection.host, selection.api_key, selection.api_key_source))
                    self.assertIn(f'PHYCLOUD_API_KEY is not sent to {other}', self.warnings[-1])

    def test_case_77_the_active_host_does_not_get_it(self) -> None:
        self.activate(OTHER)
        selection = self.session({'PHYCLOUD_API_KEY': KEY}).select()

        self.assertEqual(DEFAULT_URL, selection.host)

    def test_case_77_a_provider_made_with_the_key_is_not_asked_for_another_host(self) -> None:
        environ = {'PHYCLOUD_API_KEY': KEY, 'PHYCLOUD_URL': CLOUD}
        session = self.session(environ, auth_provider='api-key')
        found = session.credential()
        assert found is not None

        with self.assertRaisesRegex(Validation, 'api-key needs a key'):
            session.credential(OTHER)

    def test_an_empty_variable_is_none(self) -> None:
        self.assertIsNone(self.session({'PHYCLOUD_API_KEY': ''}).select().api_key)

    def test_case_80_a_key_that_is_no_token_is_refused_without_an_echo(self) -> None:
        for key in ('', 'se cret', 'secret\n', 'secret\r\nX: y', 'secr\0et', 'sécret', '=', '"s"',
                    'secret\u200b', '\ud800secret'):
            sessions = [self.session(api_key=key)]
            sessions += [self.session({'PHYCLOUD_API_KEY': key})] if key else []
            for session in sessions:
                with self.subTest(repr(key)), self.assertRaises(Validation) as caught:
                    session.select()
                said = f'{caught.exception!r}{caught.exception.remediation}'
                self.assertNotIn('secr', said.replace('without quotes', ''))

    def test_the_redactor_is_told_the_key_before_anything_else_is(self) -> None:
        session = self.session(api_key='secret value\n')
        with self.assertRaises(Validation):
            session.select()

        self.assertEqual('a *** b', self.context.redactor.redact('a secret value\n b'))

    def test_what_is_a_token(self) -> None:
        self.assertTrue(is_token('phk_aZ09-._~+/=='))
        for text in ('', '=', 'a=b', 'a b', 'é', '٣', 'a\n'):
            with self.subTest(text):
                self.assertFalse(is_token(text))


class ProviderTest(SessionCase):
    SOURCE = '''
        from phyware.auth import AuthProvider, Credential, Identity
        from phyware.secret import Secret
        made = []
        class P(AuthProvider):
            def __init__(self, request):
                made.append(request)
            def credential(self, host):
                return Credential(host, Secret('token'), 'oauth', 'acme')
            def reject(self, credential):
                return None
            def identity(self, host):
                return Identity(host, 'acme', 'me')
    '''

    def install_acme(self) -> str:
        return self.site.install('acme', self.SOURCE, {PROVIDERS: {'acme': 'P'}})

    def test_without_a_key_the_store_is_asked(self) -> None:
        self.assertIsNone(self.session().credential())

    def test_with_a_key_it_is_presented(self) -> None:
        found = self.session(api_key=KEY, url=CLOUD).credential()

        assert found is not None
        self.assertEqual((CLOUD, KEY, 'option'), (found.host, found.token.reveal(), found.source))

    def test_the_option_wins_over_the_variable(self) -> None:
        self.install_acme()
        environ = {'PHYWARE_AUTH_PROVIDER': 'absent'}
        session = self.session(environ, auth_provider='acme')
        found = session.credential(CLOUD)

        assert isinstance(found, Credential)
        self.assertEqual('acme', session.provider_named)
        self.assertEqual('token', found.token.reveal())
        with self.assertRaisesRegex(Validation, 'named absent'):
            self.session(environ).credential()

    def test_a_provider_is_made_once_and_told_of_the_invocation(self) -> None:
        module = __import__(self.install_acme())
        session = self.session({'PHYWARE_AUTH_PROVIDER': 'acme'}, api_key=KEY, ca_bundle='/ca')
        identity = session.identity(CLOUD)
        session.credential(OTHER)

        [request] = module.made
        assert identity is not None
        self.assertEqual('me', identity.user)
        self.assertEqual(('/ca', 'option'), (request.ca_bundle, request.api_key_source))
        self.assertIs(self.context, request.context)

    def test_case_83_a_provider_that_fails_is_not_replaced_by_another(self) -> None:
        self.site.install('acme', 'raise SystemExit(0)', {PROVIDERS: {'acme': 'P'}})
        session = self.session({'PHYCLOUD_API_KEY': KEY}, auth_provider='acme')

        with self.assertRaisesRegex(GenericError, 'package acme cannot be loaded'):
            session.credential()
