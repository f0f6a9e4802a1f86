"""``phyware auth login``: options, output, and what it asks a person."""

from __future__ import annotations

import getpass
from unittest import mock

from phyware.secret import Secret
from phyware_auth.oauth.scopes import DEFAULT_SCOPES
from phyware_auth.store.choice import StorageChoice
from phyware_auth.store.errors import NoKeyring
from phyware_auth.store.store import CredentialStore
from tests.unit.phyware_auth.authcase import (
    DEVICE,
    DEVICE_ANSWER,
    HOST,
    OTHER,
    PENDING,
    SUCCESS,
    TOKEN,
    text_of,
)
from tests.unit.phyware_auth.commands.commandcase import FIELDS, CommandCase

BOTH = 'not allowed with argument'


class OutputTests(CommandCase):
    def test_columns_and_types(self) -> None:
        shown = self.auth('login', '-o', 'json').json()

        self.assertEqual(list(shown), FIELDS)
        self.assertEqual(shown['scopes'], ['openid', 'email'])
        self.assertEqual(shown['expiry'], '2027-01-15T09:00:05Z')
        self.assertEqual((shown['user'], shown['host']), ('ada@example.org', HOST))
        self.assertEqual((shown['state'], shown['source']), ('valid', 'file'))
        self.assertEqual((shown['token_kind'], shown['storage']), ('oauth', 'file'))

    def test_unknown_end_and_user_are_null(self) -> None:
        self.serve_metadata(userinfo_endpoint=None)
        self.serve(TOKEN, {'access_token': 'x', 'token_type': 'bearer', 'scope': ''})

        shown = self.auth('login', '-o', 'json').json()

        self.assertEqual((shown['expiry'], shown['user'], shown['scopes']), (None, None, []))

    def test_the_code_is_on_stderr_and_data_alone_on_stdout(self) -> None:
        self.serve(TOKEN, PENDING, SUCCESS)

        result = self.auth('login', '-q', '-o', 'json')

        self.assertIn('WDJB-MJHT', result.stderr)
        self.assertNotIn('WDJB-MJHT', result.stdout)
        self.assertNotIn('warning', result.stderr)
        self.assertEqual(self.browser.opened, [f'{HOST}/device?user_code=WDJB-MJHT'])

    def test_no_secret_is_shown(self) -> None:
        result = self.auth('login', '--debug', '-vvv')

        for secret in ('access-new', 'refresh-new', 'device-canary'):
            self.assertNotIn(secret, result.stdout + result.stderr)

    def test_no_browser(self) -> None:
        self.auth('login', '--no-browser')

        self.assertEqual(self.browser.opened, [])

    def test_qr_and_clipboard(self) -> None:
        result = self.auth('login', '--qr', '--clipboard')

        self.assertIn('█', result.stderr)
        self.assertIn('clipboard', result.stderr)

    def test_warns_that_the_variable_wins(self) -> None:
        self.cli.environ['PHYCLOUD_API_KEY'] = 'phk_x'

        result = self.auth('login')

        self.assertIn('PHYCLOUD_API_KEY is set and wins over this login', result.stderr)

    def test_warns_that_the_variable_names_another_host(self) -> None:
        self.assertNotIn('wins', self.auth('login').stderr)
        self.cli.environ['PHYCLOUD_URL'] = OTHER

        result = self.auth('login', '--host', HOST)

        self.assertIn('warning: PHYCLOUD_URL is set and wins over this login\n', result.stderr)


class HostTests(CommandCase):
    def test_host_wins_over_url(self) -> None:
        self.auth('login', '--url', OTHER, '--host', HOST)

        self.assertEqual(self.fresh_store().hosts(), [HOST])

    def test_refused_host_sends_nothing(self) -> None:
        error = self.refused('login', '--host', 'http://cloud.example', code='VALIDATION', status=4)

        self.assertIn('PHYWARE_ALLOW_INSECURE_HTTP', error['remediation'])
        self.assertEqual(self.http.call_count, 0)


class OptionsTests(CommandCase):
    def test_case_60_80_combinations_that_cannot_be(self) -> None:
        for words, said in (
            (('--with-token', '--password'), BOTH),
            (('--email', 'a@b'), '--email goes with --password'),
            (('--email', 'a@b', '--with-token'), '--email goes with --password'),
            (('--with-token', '--scopes', 'openid'), '--scopes does not go with --with-token'),
            (('--scopes', ''), '--scopes names no scope'),
            (('--scopes', 'é'), '--scopes names no scope'),
            (('--device-endpoint', 'http://cloud.example/d'), 'http:// is only for this machine'),
            (('--device-endpoint', 'x'), 'not an http or https URL'),
            (('--trust-origin', 'ftp://x/'), 'not an http or https URL'),
            (('--with-token', '--device-endpoint', f'{HOST}/d'), '--device-endpoint goes with'),
            (('--with-token', '--qr'), '--qr goes with the device code'),
            (('--password', '--clipboard'), '--clipboard goes with the device code'),
            (('--password', '--email', 'a\r\nX: b'), '--email has characters'),
            (('--password', '--email', 'a\0b'), '--email has characters'),
            (('--password', '--email', 'a\udcffb'), '--email has characters'),
            (('--token', 'canary'), 'unrecognized arguments: --token'),
            # Case 60: nobody can be talked into entering another's code.
            (('--code', 'canary'), 'unrecognized arguments: --code'),
            (('--device-code', 'canary'), 'unrecognized arguments: --device-code'),
            (('canary',), 'unrecognized arguments: 1 that'),
        ):
            with self.subTest(words):
                error = self.refused('login', *words, code='VALIDATION', status=4)

                self.assertIn(said, error['message'])
        self.assertEqual((self.http.call_count, self.fresh_store().hosts()), (0, []))

    def test_qr_without_its_library_is_said_before_anything_is_asked(self) -> None:
        with mock.patch.dict('sys.modules', qrcode=None):
            error = self.refused('login', '--qr', code='ERROR', status=1)
            self.auth('login')

        self.assertIn('phyware[qr]', error['remediation'])
        self.assertEqual(len(self.requests_to(DEVICE)), 1)

    def test_no_browser_goes_with_every_way(self) -> None:
        self.auth('login', '--with-token', '--no-browser', stdin='phk_x')

    def test_help_names_the_scopes_that_are_asked_for(self) -> None:
        text = ' '.join(self.auth('login', '--help').stdout.split())

        self.assertIn(f'"{" ".join(DEFAULT_SCOPES)}" if not given', text)

    def test_scopes(self) -> None:
        self.auth('login', '--scopes', 'openid,email')

        self.assertEqual(self.requests_to(DEVICE)[0]['scope'], 'openid email')

    def test_device_endpoint_and_trusted_origin(self) -> None:
        url, token = f'{OTHER}/d', f'{OTHER}/t'
        self.serve_metadata(device_authorization_endpoint=None, token_endpoint=token)
        self.serve(url, DEVICE_ANSWER)
        self.serve(token, SUCCESS)

        self.auth('login', '--device-endpoint', url, '--trust-origin', OTHER)

        self.assertEqual((len(self.requests_to(url)), len(self.requests_to(token))), (1, 1))

    def test_case_62_without_the_flag(self) -> None:
        self.serve_metadata(token_endpoint=f'{OTHER}/t')

        error = self.refused('login', code='VALIDATION', status=4)

        self.assertIn('--trust-origin', error['remediation'])


class TokenAndPasswordTests(CommandCase):
    def test_case_86_token_on_stdin(self) -> None:
        shown = self.auth('login', '--with-token', '-o', 'json', stdin='phk_x\r\n').json()

        self.assertEqual((shown['token_kind'], shown['scopes']), ('pat', None))
        self.assertEqual(text_of(self.stored().access_token), 'phk_x')

    def test_case_86_no_token_on_stdin(self) -> None:
        for stdin in ('', '\n', 'a b', 'canary\ncanary', 'é'):
            with self.subTest(stdin):
                error = self.refused(
                    'login', '--with-token', stdin=stdin, code='VALIDATION', status=4
                )

                self.assertNotIn('canary', str(error))
        self.assertEqual(self.http.call_count, 0)

    def test_password_of_a_person(self) -> None:
        with mock.patch('getpass.getpass', return_value='pass-canary'):
            result = self.auth('login', '--password', terminal=True, stdin='ada@example.org\n')

        form = self.requests_to(TOKEN)[0]
        self.assertEqual((form['username'], form['password']), ('ada@example.org', 'pass-canary'))
        self.assertNotIn('pass-canary', result.stdout + result.stderr)

    def test_email_is_not_asked_for_if_it_was_given(self) -> None:
        with mock.patch('getpass.getpass', return_value='x'):
            self.auth('login', '--password', '--email', 'a@b')

        self.assertEqual(self.requests_to(TOKEN)[0]['username'], 'a@b')

    def test_case_87_email_without_a_terminal(self) -> None:
        error = self.refused('login', '--password', stdin='a@b\n', code='VALIDATION', status=4)

        self.assertEqual(error['remediation'], 'Name it with --email')
        self.assertEqual(self.http.call_count, 0)

    def test_case_87_password_without_a_terminal(self) -> None:
        # What getpass does on a machine without a controlling terminal.
        with mock.patch('getpass.getpass', vars(getpass)['fallback_getpass']):
            error = self.refused(
                'login', '--password', '--email', 'a@b', stdin='canary\n',
                code='VALIDATION', status=4,
            )

        self.assertIn('Password cannot be asked without a terminal', error['message'])
        self.assertEqual(self.http.call_count, 0)


class StorageTests(CommandCase):
    def test_probed_before_anything_is_asked_of_the_host_or_the_person(self) -> None:
        with mock.patch.object(CredentialStore, 'probe', side_effect=NoKeyring):
            self.refused('login', '--with-token', stdin='phk_x', code='ERROR', status=1)

        self.assertEqual(self.http.call_count, 0)

    def test_case_21_no_keyring_and_nobody_to_ask(self) -> None:
        with mock.patch.object(CredentialStore, 'choose', side_effect=NoKeyring):
            error = self.refused('login', code='ERROR', status=1)

        self.assertIn('--insecure-storage', error['remediation'])
        self.assertEqual((self.http.call_count, self.fresh_store().hosts()), (0, []))

    def test_a_person_is_asked_once_and_may_say_no(self) -> None:
        for typed, status in (('y\n', 0), ('n\n', 1), ('', 1)):
            with self.subTest(typed), mock.patch.object(CredentialStore, 'choose', _no_keyring):
                result = self.auth('login', '-q', terminal=True, stdin=typed, status=status)

                question = 'Store the credential in a file only you can read? [y/N] '
                self.assertEqual(result.stderr.count(question), 1)
                self.assertIn('No usable keyring was found', result.stderr.partition('[y/N]')[0])

    def test_insecure_storage(self) -> None:
        del self.cli.environ['PHYWARE_CREDENTIAL_STORE']

        shown = self.auth('login', '--insecure-storage', '-o', 'json').json()

        self.assertEqual((shown['storage'], shown['source']), ('file', 'file'))
        self.assertEqual(self.stored().refresh_token, Secret('refresh-new'))


def _no_keyring(store: CredentialStore, insecure: bool) -> StorageChoice:
    if not insecure:
        raise NoKeyring
    return StorageChoice('file')
