"""The fast path of the installed command: taken, quick to import, and the same to look at.

Layer: functional test.  ``phyware.app`` is the whole path, without the launcher.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import ClassVar

from tests.functional.cli import PHYWARE, SECONDS, CloudTestCase

WHOLE = [sys.executable, '-P', '-c', 'import sys, phyware.app; sys.exit(phyware.app.main())']
FAST = (
    ('--version',),
    ('auth', 'token'),
    ('auth', 'status', '--offline', '-o', 'json'),
    ('auth', 'status', '--offline'),
)
# All that the fast path may bring in, over an interpreter that does nothing.
ALLOWED = {
    'phyware', 'phyware.launcher', 'phyware.places', 'phyware.slugs',
    'phyware.fast', 'phyware.fast.files', 'phyware.fast.index', 'phyware.fast.run',
    'phyware_auth', 'phyware_auth.fast', 'phyware_auth.store', 'phyware_auth.store.codec',
    'zlib', 'time', 'atexit',
}
HEAVY = {'requests', 'urllib3', 'keyring', 'yaml', 'cmd2', 'rich', 'prettytable', 'tabulate', 'ssl'}


class FastCase(CloudTestCase):
    """Logged in, and with an index."""

    start_up: ClassVar[set[str]] = set()

    def setUp(self) -> None:
        super().setUp()
        self.login_pat()
        if not self.indexes():
            self.run_cli('auth', 'status', '--offline')
        self.assertEqual(len(self.indexes()), 1)

    def indexes(self) -> list[Path]:
        """Return the indexes of fast functions in this home."""
        return list((self.home / '.cache' / 'phyware').glob('fast*'))

    def imported(self, *command: str) -> set[str]:
        """Return the modules that a process imports."""
        environ = {**self.environ, 'PYTHONPROFILEIMPORTTIME': '1'}
        done = subprocess.run(
            command, env=environ, cwd=self.home, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=SECONDS,
        )
        lines = [line for line in done.stderr.splitlines() if line.startswith('import time:')]
        return {line.rpartition('|')[2].strip() for line in lines[1:]}

    def shell(self, script: str, *command: str) -> tuple[int, str, str]:
        """Run a command line in sh, ``"$@"`` in ``script`` being ``command``."""
        done = subprocess.run(
            ['sh', '-c', script, 'sh', *command], env=self.environ, cwd=self.home,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS,
        )
        return done.returncode, done.stdout, done.stderr


class TakenTest(FastCase):
    """Nothing that is not needed is imported (performance.md, P5)."""

    def test_the_fast_path_imports_next_to_nothing(self) -> None:
        start_up = self.imported(sys.executable, '-c', 'pass')
        for words in FAST:
            with self.subTest(words):
                found = self.imported(PHYWARE, *words) - start_up
                self.assertIn('phyware.launcher', found)
                # pip before 24 writes "import re" into the console script.
                script = self.imported(sys.executable, '-c', 'import re')
                self.assertEqual(found - script - ALLOWED, set())

    def test_other_commands_import_no_library_that_they_do_not_use(self) -> None:
        for words in (('auth', 'token', '--help'), ('plugin', 'list'), ('auth', '--help'),
                      ('auth', 'status', '--offline', '-o', 'table'), ('--help',)):
            with self.subTest(words):
                found = {name.partition('.')[0] for name in self.imported(PHYWARE, *words)}
                self.assertIn('cliff', found)
                self.assertEqual(found & HEAVY, set())

    def test_an_index_that_is_gone_is_made_again(self) -> None:
        [index] = self.indexes()
        index.unlink()
        self.assertEqual(self.auth('token').stdout, f'{self.cloud.pat}\n')
        self.assertEqual(self.indexes(), [index])

    def test_an_index_that_lost_a_block_changes_nothing_and_is_made_again(self) -> None:
        [index] = self.indexes()
        whole = index.read_bytes()
        expected = self.run_cli('auth', '--help')
        index.write_bytes(whole[:-512] + bytes(512))
        for _ in range(2):
            self.assertEqual(expected, self.run_cli('auth', '--help'))
        self.assertEqual(whole, index.read_bytes())

    def test_without_a_home_to_keep_it_in_commands_run_as_ever(self) -> None:
        self.environ['XDG_CACHE_HOME'] = '/proc/nowhere'
        self.assertEqual(self.auth('token').stdout, f'{self.cloud.pat}\n')


class SameTest(FastCase):
    """Bytes and exit statuses are those of the whole path."""

    def assert_same(self, script: str) -> None:
        for words in FAST:
            with self.subTest(script=script, words=words):
                fast = self.shell(script, PHYWARE, *words)
                self.assertEqual(fast, self.shell(script, *WHOLE, *words))

    def test_it_prints_the_same(self) -> None:
        self.assert_same('"$@"')

    def test_case_91_an_output_that_takes_nothing(self) -> None:
        self.assert_same('"$@" >/dev/full')
        self.assert_same('"$@" >&-')
        # The reader of the pipe is gone before the command starts.
        unread = 'mkfifo unread; true <unread & exec 3>unread; wait; rm unread;'
        self.assert_same(f'{unread} "$@" >&3 3>&-; echo $?')

    def test_an_input_and_a_stderr_that_are_closed(self) -> None:
        self.assert_same('"$@" <&- 2>&-')

    def test_other_encodings(self) -> None:
        self.assert_same('PYTHONIOENCODING=utf-16 LC_ALL=C "$@" | od -c')
        self.assert_same('PYTHONUNBUFFERED=1 "$@"')

    def test_case_77_a_key_of_the_environment_wins(self) -> None:
        self.assert_same('PHYCLOUD_API_KEY=phk_env "$@"')

    def test_a_login_that_is_over_is_told_by_both(self) -> None:
        self.assert_same('PHYCLOUD_URL=https://nobody.example "$@"')
