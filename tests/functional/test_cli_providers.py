"""The auth provider of an installed plugin that fails: named, in time, and never replaced."""

from __future__ import annotations

import os
import signal

from tests.functional.cli import LoggedInTestCase, Result
from tests.unit.phyware.plugins import PROVIDERS, Site

_HANG = 'threading.Event().wait()'
_SOURCE = '''
    import os, sys, threading
    from phyware.auth import AuthProvider, Credential
    from phyware.secret import Secret

    def does(part):
        """Do what the test wants to happen in this part."""
        wanted, _, action = os.environ['ACME'].partition(':')
        if wanted == part:
            open(os.path.join(os.environ['HOME'], 'asked'), 'w').close()
            return eval(action)
        return None

    def fail(error):
        raise error

    class Provider(AuthProvider):
        def __init__(self, request):
            does('make')
        def credential(self, host):
            return does('credential') or Credential(host, Secret('acme-token'), 'oauth', 'acme')
        def reject(self, credential):
            return does('reject')
        def identity(self, host):
            return does('identity')

    class Empty(Provider):
        def credential(self, host):
            return None

    does('import')
'''


class ForeignProviderTest(LoggedInTestCase):
    """The store holds a good credential for the host, which no failure may fall back to."""

    def setUp(self) -> None:
        super().setUp()
        site = self.enterContext(Site())
        site.install('acme-login', _SOURCE, {PROVIDERS: {'acme': 'Provider', 'empty': 'Empty'}})
        path = [str(site.path), *self.environ.get('PYTHONPATH', '').split(os.pathsep)]
        self.environ['PYTHONPATH'] = os.pathsep.join(filter(None, path))
        self.environ['PHYWARE_AUTH_PROVIDER'] = 'acme'

    def list_sessions(self, acme: str, status: int = 1, seconds: str = '60') -> Result:
        """Run a command that presents a credential; ACME says where the plugin does what."""
        self.environ |= {'ACME': acme, 'PHYWARE_AUTH_TIMEOUT': seconds}
        return self.auth('sessions', 'list', '--host', self.url, status=status)

    def assert_named(self, result: Result, code: str, cause: str) -> None:
        """Check that it is the plugin's failure, and that no call was made."""
        self.assert_error(result, code, 'the auth provider acme of the package acme-login')
        self.assertIn(cause, result.stderr)
        self.assertEqual('', result.stdout)

    def calls(self) -> int:
        """Return how often the API was called."""
        counted = self.counters()
        return sum(number for name, number in counted.items() if 'sessions' in name)

    def test_case_83_one_that_hangs_ends_the_command_by_the_deadline(self) -> None:
        before = self.calls()
        for part in ('import', 'make', 'credential'):
            with self.subTest(part):
                result = self.list_sessions(f'{part}:{_HANG}', seconds='0.5')
                self.assert_named(result, 'CONNECTION', 'did not answer within 0.5 seconds')
                self.assertIn('PHYWARE_AUTH_TIMEOUT', result.stderr)
        self.assertEqual(before, self.calls())

    def test_case_83_one_that_hangs_after_a_401_ends_the_command_too(self) -> None:
        before = self.calls()
        result = self.list_sessions(f'reject:{_HANG}', seconds='2')

        self.assert_named(result, 'CONNECTION', 'did not answer within 2 seconds')
        self.assertEqual(before + 1, self.calls())

    def test_case_83_ctrl_c_ends_the_wait_for_it(self) -> None:
        self.environ |= {'ACME': f'credential:{_HANG}', 'PHYWARE_AUTH_TIMEOUT': '3600'}
        process = self.start('auth', 'sessions', 'list', '--host', self.url)
        self.eventually((self.home / 'asked').exists)
        process.send_signal(signal.SIGINT)
        result = self.finish(process)

        self.assertEqual((130, 'Interrupted\n'), (result.exit_code, result.stderr))

    def test_case_83_one_that_raises_or_exits_is_named(self) -> None:
        before = self.calls()
        for acme, cause in (
            ('make:sys.exit(0)', 'failed: SystemExit'),
            ('credential:sys.exit(0)', 'failed: SystemExit'),
            ('credential:fail(ValueError("odd"))', 'failed: ValueError'),
            ('credential:fail(TimeoutError())', 'failed: TimeoutError'),
        ):
            with self.subTest(acme):
                self.assert_named(self.list_sessions(acme), 'ERROR', cause)
        self.assertEqual(before, self.calls())

    def test_case_83_junk_and_the_credential_of_another_origin_are_refused(self) -> None:
        before = self.calls()
        other = 'Credential("https://other.example", Secret("acme-token"), "oauth", "acme")'
        for answer, cause in (
            ('"acme-token"', 'it gave a str, not a Credential or None'),
            ('Credential(os.environ["URL"], "acme-token", "pat", "x")',
             'the token of its Credential is a str, no Secret'),
            (other, 'it gave the credential of another host'),
        ):
            with self.subTest(answer):
                self.environ['URL'] = self.url
                self.assert_named(self.list_sessions(f'credential:{answer}'), 'ERROR', cause)
        self.assertEqual(before, self.calls())

    def test_case_83_one_that_has_nothing_does_not_make_the_stored_login_speak(self) -> None:
        before = self.calls()
        result = self.list_sessions('reject:None', status=2)

        self.assert_error(result, 'UNAUTHORIZED', 'Invalid credentials')
        self.assertIn('Correct what the auth provider (acme) presents', result.stderr)
        self.assertEqual(before + 1, self.calls())

    def test_one_that_has_nothing_is_named_and_no_login_is_called_for(self) -> None:
        self.environ |= {'ACME': '', 'PHYWARE_AUTH_PROVIDER': 'empty'}
        for words in (('sessions', 'list'), ('status',), ('status', '--offline'), ('token',)):
            with self.subTest(words):
                result = self.auth(*words, '--host', self.url, status=2)
                said = f'Invalid credentials: the auth provider empty has none for {self.url}'
                self.assert_error(result, 'UNAUTHORIZED', said)
                self.assertNotIn('auth login', result.stderr)

    def test_case_83_a_deadline_that_is_no_time_is_refused(self) -> None:
        result = self.list_sessions('credential:None', status=4, seconds='soon')

        self.assert_error(result, 'VALIDATION', 'PHYWARE_AUTH_TIMEOUT is soon')
