"""``auth token`` from a real GNOME keyring: quick, asked once, and the same to look at.

Layer: functional test.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.functional.cli import PHYWARE, SECONDS
from tests.functional.keyring_case import GnomeCommandCase

WHOLE = [sys.executable, '-P', '-c', 'import sys, phyware.app; sys.exit(phyware.app.main())']


class FastKeyringCase(GnomeCommandCase):
    """A PAT and an OAuth login in a keyring, and an index of fast functions."""

    def setUp(self) -> None:
        super().setUp()
        self.environ['PHYCLOUD_URL'] = self.url
        self.run_cli('auth', 'status', '--offline')

    def run_it(self, *command: str) -> tuple[int, str, str, set[str]]:
        """Return exit status, stdout, stderr and the imported modules of ``auth token``."""
        environ = {**self.environ, 'PYTHONPROFILEIMPORTTIME': '1'}
        done = subprocess.run(
            [*command, 'auth', 'token'], env=environ, cwd=self.home, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=SECONDS,
        )
        lines = done.stderr.splitlines(keepends=True)
        imports = {line for line in lines if line.startswith('import time:')}
        said = ''.join(line for line in lines if line not in imports)
        names = {line.rpartition('|')[2].strip() for line in imports}
        return done.returncode, done.stdout, said, names

    def assert_same(self) -> set[str]:
        """Compare the launcher with the whole path; return what the former imports."""
        fast, whole = self.run_it(PHYWARE), self.run_it(*WHOLE)
        self.assertEqual(fast[:3], whole[:3])
        self.assertIn('cliff.app', whole[3])
        return fast[3]

    def cache(self) -> list[Path]:
        """Return the files of tokens at hand."""
        return list(Path(self.environ['XDG_RUNTIME_DIR']).glob('phyware/*'))

    def oauth_login(self) -> str:
        """Store a login with a refresh token in the keyring; return the access token."""
        self.login()
        return self.auth('token').stdout.strip()


class FastKeyringTest(FastKeyringCase):
    """No cache: the keyring is asked, and no parser is needed for it."""

    def test_the_same_is_printed_without_cliff(self) -> None:
        imported = self.assert_same()
        self.assertIn('secretstorage', imported)
        for name in ('cliff', 'stevedore', 'argparse', 'requests', 'yaml', 'cmd2'):
            self.assertNotIn(name, imported)

    def test_case_24_a_locked_keyring_is_told_in_the_same_words_and_once(self) -> None:
        self.keyring.lock()
        self.assertNotIn('cliff.app', self.assert_same())

    def test_case_32_a_secret_that_is_gone_is_told_in_the_same_words(self) -> None:
        self.empty()
        self.assert_same()

    def test_nothing_is_at_hand_unless_it_is_asked_for(self) -> None:
        self.oauth_login()
        self.assertEqual(self.cache(), [])


class TokenCacheTest(FastKeyringCase):
    """The opt-in cache of the short-lived access token."""

    def setUp(self) -> None:
        super().setUp()
        self.environ['PHYWARE_TOKEN_CACHE'] = '1'

    def test_the_second_call_asks_no_keyring(self) -> None:
        token = self.oauth_login()
        self.secrets += (token,)
        self.keyring.lock()
        status, stdout, stderr, imported = self.run_it(PHYWARE)
        self.assertEqual((status, stdout, stderr), (0, f'{token}\n', ''))
        self.assertFalse({name for name in imported if name.startswith('keyring')})
        [path] = self.cache()
        self.assertEqual((path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777),
                         (0o600, 0o700))
        self.assertNotIn('refresh', path.read_text())

    def test_a_personal_access_token_is_never_at_hand(self) -> None:
        self.auth('token')
        self.assertEqual(self.cache(), [])

    def test_case_47_it_is_gone_at_logout(self) -> None:
        token = self.oauth_login()
        self.assertEqual(len(self.cache()), 1)
        self.auth('logout')
        self.assertEqual(self.cache(), [])
        self.auth('token', status=2)
        self.assertEqual(self.userinfo(token), 401)

    def test_case_35_a_refresh_makes_another_one_count(self) -> None:
        token = self.oauth_login()
        self.auth('refresh', '--force')
        self.assertEqual(self.cache(), [])
        newer = self.auth('token').stdout.strip()
        self.assertNotIn(newer, ('', token))
        self.assertEqual(self.auth('token').stdout.strip(), newer)

    def test_a_copy_that_was_put_back_after_a_refresh_is_not_used(self) -> None:
        token = self.oauth_login()
        [path] = self.cache()
        old = path.read_bytes()
        self.auth('refresh', '--force')
        path.write_bytes(old)
        path.chmod(0o600)
        self.assertNotEqual(self.auth('token').stdout.strip(), token)

    def test_a_key_of_the_environment_is_what_is_printed(self) -> None:
        self.oauth_login()
        self.environ['PHYCLOUD_API_KEY'] = 'phk_env'
        self.assertEqual(self.auth('token').stdout, 'phk_env\n')
        shown = json.loads(self.auth('status', '--offline', '-o', 'json').stdout)
        self.assertEqual(shown['source'], 'environment')
