"""phyware.providers: one auth provider, chosen by name and kept from harming others."""

from __future__ import annotations

import io
import sys

from phyware.auth import AuthProvider, AuthRequest, Credential
from phyware.context import Context
from phyware.errors import ConnectionFailed, GenericError, PhywareError, Validation
from phyware.providers import load_provider
from phyware.secret import Secret
from tests.unit.phyware.plugins import PROVIDERS, PluginCase

HOST = 'https://cloud.example.org'
OLD = Credential(HOST, Secret('old'), 'oauth', 'acme')

# A provider whose three answers are expressions.
SOURCE = '''
    from phyware.auth import AuthProvider, Credential, Identity
    from phyware.errors import ConnectionFailed
    from phyware.secret import Secret

    class Provider(AuthProvider):
        def __init__(self, request):
            self.request = request
        def credential(self, host):
            return {0}
        def reject(self, credential):
            host = credential.host
            return {0}
        def identity(self, host):
            return {1}

    def fail(error):
        raise error
'''


class ProviderCase(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        context = Context(io.StringIO(), io.StringIO(), io.StringIO(), {'HOME': self.home})
        self.request = AuthRequest(context)

    def provider(self, source: str, attribute: str = 'Provider') -> AuthProvider:
        self.site.install('acme', source, {PROVIDERS: {'acme': attribute}})
        return load_provider('acme', self.request)

    def answering(self, credential: str = 'None', identity: str = 'None') -> AuthProvider:
        return self.provider(SOURCE.format(credential, identity))

    def refused(self, kind: type[PhywareError], name: str = 'acme') -> PhywareError:
        with self.assertRaises(kind) as caught:
            load_provider(name, self.request)
        return caught.exception


class LoadTest(ProviderCase):
    def test_the_factory_is_given_the_request(self) -> None:
        provider = self.answering('Credential(host, Secret(self.request.context.environ["HOME"]),'
                                  ' "oauth", "acme")')
        found = provider.credential(HOST)

        assert found is not None
        self.assertEqual(self.home, found.token.reveal())

    def test_only_the_chosen_one_is_loaded(self) -> None:
        other = self.site.install('other', 'raise SystemExit', {PROVIDERS: {'other': 'X'}})
        self.answering()

        self.assertNotIn(other, sys.modules)

    def test_a_name_nobody_has_is_refused_with_those_there_are(self) -> None:
        self.site.install('other', '', {PROVIDERS: {'other': 'X'}})
        error = self.refused(Validation, 'acme\x1b')

        self.assertEqual('no auth provider is named acme\\x1b', error.message)
        self.assertEqual('Providers installed: api-key, other, stored', error.remediation)

    def test_a_part_of_a_name_is_not_the_name(self) -> None:
        self.refused(Validation, 'store')
        self.refused(Validation, 'Stored')

    def test_case_83_a_name_claimed_twice_is_refused(self) -> None:
        for package in ('one', 'two'):
            self.site.install(package, 'raise SystemExit', {PROVIDERS: {'acme': 'X'}})

        error = self.refused(GenericError)
        self.assertEqual('the auth provider acme is claimed by one, two', error.message)

    def test_case_83_nobody_takes_the_place_of_cores_own(self) -> None:
        self.site.install('thief', 'raise SystemExit', {PROVIDERS: {'stored': 'X'}})
        load_provider('stored', self.request)

        self.assertNotIn('thief', sys.modules)


class BrokenFactoryTest(ProviderCase):
    def test_case_83_whatever_way_it_fails(self) -> None:
        for body, cause in (
            ('raise SystemExit(0)', 'SystemExit'),
            ('import sys; sys.exit(7)', 'SystemExit'),
            ('raise ValueError("odd")', 'ValueError'),
            ('raise BaseException', 'BaseException'),
            ('return None', 'it made a NoneType, not an AuthProvider'),
            ('return "token"', 'it made a str, not an AuthProvider'),
        ):
            with self.subTest(body), self.another_site():
                self.site.install('acme', f'def f(request): {body}', {PROVIDERS: {'acme': 'f'}})
                error = self.refused(GenericError)
                self.assertIn('the auth provider acme', error.message)
                self.assertIn('package acme', error.message)
                self.assertTrue(error.message.endswith(cause), error.message)

    def test_case_83_what_cannot_be_called_or_imported(self) -> None:
        for source, cause in (
            ('Provider = 5', 'cannot be called'),
            ('raise SystemExit(0)', 'cannot be loaded: SystemExit: 0'),
            ('', 'AttributeError'),
        ):
            with self.subTest(source), self.another_site():
                self.site.install('acme', source, {PROVIDERS: {'acme': 'Provider'}})
                self.assertIn(cause, self.refused(GenericError).message)

    def test_an_abstract_provider_is_named(self) -> None:
        self.site.install(
            'acme', 'from phyware.auth import AuthProvider as P', {PROVIDERS: {'acme': 'P'}}
        )

        said = self.refused(GenericError).message
        self.assertTrue(said.endswith('it does not define credential, identity, reject'), said)

    def test_ctrl_c_and_errors_of_phyware_pass(self) -> None:
        for error, kind in (
            ('KeyboardInterrupt', KeyboardInterrupt),
            ('ConnectionFailed("away")', ConnectionFailed),
        ):
            source = f'from phyware.errors import *\ndef f(request): raise {error}'
            with self.subTest(error), self.another_site(), self.assertRaises(kind):
                self.provider(source, 'f')


class AnswerTest(ProviderCase):
    """What a provider answers is checked before anybody uses it (case 83)."""

    GOOD = 'Credential(host, Secret("t"), "oauth", "acme")'

    def both(self, provider: AuthProvider) -> list[GenericError]:
        with self.assertRaises(GenericError) as asked:
            provider.credential(HOST)
        with self.assertRaises(GenericError) as rejected:
            provider.reject(OLD)
        return [asked.exception, rejected.exception]

    def test_good_answers_pass(self) -> None:
        provider = self.answering(self.GOOD, 'Identity(host, "acme", "me")')
        identity = provider.identity(HOST)

        assert identity is not None
        self.assertEqual('me', identity.user)
        for found in (provider.credential(HOST), provider.reject(OLD)):
            assert found is not None
            self.assertEqual((HOST, 't'), (found.host, found.token.reveal()))

    def test_none_passes(self) -> None:
        provider = self.answering()

        self.assertIsNone(provider.credential(HOST))
        self.assertIsNone(provider.reject(OLD))
        self.assertIsNone(provider.identity(HOST))

    def test_case_83_the_credential_of_another_host_is_refused(self) -> None:
        provider = self.answering('Credential("https://other.example", Secret("t"), "pat", "x")')

        for error in self.both(provider):
            self.assertIn('acme failed: it gave the credential of another host', error.message)

    def test_case_63_a_token_is_known_to_every_output_before_anybody_gets_it(self) -> None:
        token = 'Secret("canary-of-" + host[-3:])'
        provider = self.answering(f'Credential({HOST!r}, {token}, "oauth", "acme")')
        provider.credential(HOST)
        with self.assertRaises(GenericError):
            provider.credential('https://other.net')

        redact = self.request.context.redactor.redact
        self.assertEqual('*** and ***', redact('canary-of-org and canary-of-net'))

    def test_case_83_junk_is_refused(self) -> None:
        for junk, cause in (
            ('"token"', 'it gave a str, not a Credential or None'),
            ('5', 'it gave a int, not a Credential or None'),
            ('object()', 'it gave a object, not a Credential or None'),
            ('Credential(host, "token", "oauth", "acme")',
             'the token of its Credential is a str, no Secret'),
        ):
            with self.subTest(junk), self.another_site():
                for error in self.both(self.answering(junk)):
                    self.assertIn(f'acme failed: {cause}', error.message)

    def test_case_83_an_identity_is_checked_too(self) -> None:
        for junk in ('"me"', 'Credential(host, Secret("t"), "pat", "x")'):
            refused = self.assertRaisesRegex(GenericError, 'acme failed: .* not an Identity')
            with self.subTest(junk), self.another_site(), refused:
                self.answering('None', junk).identity(HOST)

    def test_case_83_what_it_raises_names_it(self) -> None:
        for junk in ('fail(ValueError("odd"))', 'fail(SystemExit(0))', 'fail(BaseException())'):
            with self.subTest(junk), self.another_site():
                for error in self.both(self.answering(junk)):
                    self.assertIn('the auth provider acme of the package acme', error.message)
                    self.assertNotIn('odd', error.message)

    def test_errors_of_phyware_pass(self) -> None:
        provider = self.answering('fail(ConnectionFailed("busy"))')

        with self.assertRaisesRegex(ConnectionFailed, 'busy'):
            provider.credential(HOST)
