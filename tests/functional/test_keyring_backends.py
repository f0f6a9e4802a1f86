"""The installed command with keyring backends of other systems, and with bad ones.

Layer: functional test.
"""

from __future__ import annotations

import json
import shutil
from typing import ClassVar

from tests.functional.keyring_case import OddKeyringCase
from tests.functional.long_token_host import LongTokenHost


class DroppingTest(OddKeyringCase):
    """Security case 26."""

    backend = 'Dropping'

    def test_case_26_what_a_keyring_does_not_keep_is_no_login(self) -> None:
        before = self.counters()
        result = self.finish(self.start_login())
        self.assert_failed(result, 'ERROR', 'the keyring odd_ring.Dropping did not keep the secret')
        asked = {name for name, count in self.counters().items() if count != before.get(name)}
        self.assertEqual({'GET /api/v1/debug/counters'}, asked)
        self.assert_no_plaintext()

    def test_case_26_the_keyring_that_keeps_nothing_is_refused(self) -> None:
        for name in ('null', 'fail'):
            backend = f'keyring.backends.{name}.Keyring'
            self.environ['PYTHON_KEYRING_BACKEND'] = backend
            result = self.finish(self.start_login())
            self.assert_failed(result, 'ERROR', f'the configured keyring {backend} does not keep')
            self.assertIn('--insecure-storage', result.stderr)
        self.assert_no_plaintext()


class ConfigurationTest(OddKeyringCase):
    """Security case 27: the variable and keyringrc.cfg may name anything."""

    def refused(self, source: str) -> str:
        """Run a login; return what it says is wrong with ``source``."""
        result = self.finish(self.start_login())
        self.assert_failed(result, 'ERROR', f'{source} names no usable keyring backend')
        self.assert_no_plaintext()
        return result.stderr

    def test_case_27_a_bad_variable_is_named(self) -> None:
        (self.modules / 'ending.py').write_text('import sys\nsys.exit(7)\n')
        (self.modules / 'broken.py').write_text('def (:\n')
        for value, kind in (
            ('bogus', 'ValueError'), ('', 'ValueError'), ('no.such.Ring', 'ModuleNotFoundError'),
            ('odd_ring.Nothing', 'AttributeError'), ('os.path.join', 'AttributeError'),
            ('ending.Ring', 'SystemExit'), ('broken.Ring', 'SyntaxError'),
        ):
            self.environ['PYTHON_KEYRING_BACKEND'] = value
            with self.subTest(value):
                self.assertIn(f'({kind})', self.refused('PYTHON_KEYRING_BACKEND'))

    def test_case_27_a_bad_variable_harms_no_login_that_is_stored(self) -> None:
        self.login_pat()
        self.environ['PYTHON_KEYRING_BACKEND'] = 'no.such.Ring'
        self.assertEqual(self.cloud.pat, self.auth('token').stdout.strip())
        shown = self.auth('status', '-o', 'json').json()
        self.assertEqual('keyring (odd_ring.Keyring)', shown['storage'])

    def test_case_27_a_bad_file_is_named(self) -> None:
        del self.environ['PYTHON_KEYRING_BACKEND']
        path = self.home / '.config' / 'python_keyring' / 'keyringrc.cfg'
        path.parent.mkdir(parents=True)
        for text, kind in (
            ('garbage\n', 'MissingSectionHeaderError'), ('\0\0', 'MissingSectionHeaderError'),
            ('[backend]\ndefault-keyring=no.such.Ring\n', 'ModuleNotFoundError'),
        ):
            path.write_text(text)
            with self.subTest(text):
                self.assertIn(f'({kind})', self.refused(str(path)))

    def test_case_27_the_status_names_the_class_that_a_file_brought_in(self) -> None:
        del self.environ['PYTHON_KEYRING_BACKEND']
        path = self.home / '.config' / 'python_keyring' / 'keyringrc.cfg'
        path.parent.mkdir(parents=True)
        folder = self.home / 'elsewhere'
        folder.mkdir()
        (self.modules / 'odd_ring.py').rename(folder / 'odd_ring.py')
        path.write_text(
            f'[backend]\ndefault-keyring=odd_ring.Keyring\nkeyring-path={folder}\n'
        )

        self.login_pat()
        self.modules = folder
        self.assertIn(self.cloud.pat, self.kept())
        shown = self.auth('status', '--offline', '-o', 'json').json()

        self.assertEqual('keyring (odd_ring.Keyring)', shown['storage'])

    def test_case_27_a_backend_that_ends_the_process_does_not(self) -> None:
        self.use('Ending')
        result = self.finish(self.start_login())
        self.assert_failed(result, 'CONNECTION', 'the keyring odd_ring.Ending failed (SystemExit)')


class WindowsTest(OddKeyringCase):
    """Security case 30: items of at most 2560 bytes in UTF-16."""

    backend = 'Windows'

    def host_with(self, length: int) -> LongTokenHost:
        host = LongTokenHost(length)
        self.addCleanup(host.close)
        return host

    def login_by_code(self, length: int, status: int) -> str:
        """Log in for a token of ``length``; return the host."""
        host = self.host_with(length)
        self.said = self.auth('login', '--no-browser', '--host', host.url, status=status).stderr
        return host.url

    def test_case_30_a_token_that_fits_beside_the_rest_is_stored_in_an_item_of_its_own(
        self,
    ) -> None:
        host = self.login_by_code(1100, 0)
        self.assertEqual('a' * 1100, self.auth('token', '--host', host).stdout.strip())
        items = json.loads(self.kept())
        self.assertEqual(
            {f'phyware:{host} phyware', f'phyware:{host} phyware-access'}, set(items)
        )
        self.auth('logout', '--local', '--host', host)
        self.assertEqual('{}', self.kept())

    def test_case_30_a_token_too_long_for_it_is_an_error_and_nothing_half_stored(self) -> None:
        host = self.login_by_code(3000, 1)
        self.assertIn('ERROR: the secret is too long for the keyring odd_ring.Windows', self.said)
        self.assertIn('--insecure-storage', self.said)
        self.assertEqual('{}', self.kept())
        gone = self.auth('token', '--host', host, status=2)
        self.assertIn('not logged in', gone.stderr)
        self.assertNotIn('a' * 100, self.stored_text())

    def test_case_30_a_token_beyond_16_kib_is_refused_before_the_keyring(self) -> None:
        self.use('Keyring')
        self.login_by_code(16 * 1024 + 1, 1)
        self.assertIn('CONNECTION: the host gave an unexpected answer', self.said)
        self.assertEqual('{}', self.kept())

    def test_case_30_a_pat_of_64_mib_is_refused_before_it_is_read_whole(self) -> None:
        self.use('Keyring')
        path = self.home / 'pat'
        with path.open('wb') as stream:
            for _ in range(64):
                stream.write(b'a' * 1024 * 1024)
        with path.open() as stdin:
            result = self.finish(
                self.start('auth', 'login', '--with-token', '--host', self.url, stdin=stdin)
            )
        self.assertEqual(4, result.exit_code, result.stderr[:500])
        self.assertLess(len(result.stderr), 500)
        self.assertEqual('{}', self.kept())


class MacOSTest(OddKeyringCase):
    """Security case 31: an item is replaced by deleting it and adding it."""

    backend = 'MacOS'
    faults: ClassVar[tuple[str, ...]] = ('reuse-grace',)

    def reads(self) -> int:
        path = self.steer('reads')
        return path.read_text().count('phyware\n') if path.exists() else 0

    def test_case_31_a_reader_in_between_waits_for_the_writer(self) -> None:
        self.login_pat()
        gate = self.steer('gate')
        gate.touch()
        writer = self.start_login()
        self.eventually(lambda: self.kept() == '{}')
        before = self.reads()
        reader = self.start('auth', 'token', '--host', self.url)
        self.eventually(lambda: self.reads() > before)

        gate.unlink()

        self.assertEqual(0, self.finish(writer).exit_code)
        self.assertEqual(f'{self.cloud.pat}\n', self.finish(reader).stdout)

    def test_case_31_an_addition_that_fails_restores_the_former_login(self) -> None:
        self.auth('login', '--no-browser', '--host', self.url)
        # The probe is let through; then each new item is refused, and not each restoration.
        for fates in ('ynynyny', 'ynnnyny'):
            self.steer('refusals').write_text(fates)
            result = self.auth('refresh', '--force', status=1)
            self.assert_failed(result, 'CONNECTION', 'the keyring odd_ring.MacOS failed')

            # The refresh token is not lost.
            self.steer('refusals').unlink()
            shown = self.auth('refresh', '--force', '-o', 'json').json()
            self.assertEqual('valid', shown['state'])

    def test_case_31_an_addition_that_fails_once_is_made_again(self) -> None:
        self.auth('login', '--no-browser', '--host', self.url)
        self.steer('refusals').write_text('yn')
        self.assertIs(True, self.auth('refresh', '--force', '-o', 'json').json()['refreshed'])
        self.assertEqual(200, self.userinfo(self.auth('token').stdout.strip()))


class HangingTest(OddKeyringCase):
    """Security case 22: any backend may be silent."""

    backends = ('Hanging', 'Busy')

    def test_case_22_a_backend_that_does_not_end_is_connection(self) -> None:
        self.login_pat()
        processes = {}
        for name in self.backends:
            directory = shutil.copytree(self.config, self.home / name)
            self.environ['PHYWARE_CONFIG_DIR'] = str(directory)
            self.pin(name, directory)
            processes[name] = [self.start('auth', 'token') for _ in range(4)]
        for name, started in processes.items():
            for result in self.results(started):
                silence = f'the keyring odd_ring.{name} does not answer'
                self.assert_failed(result, 'CONNECTION', silence)
