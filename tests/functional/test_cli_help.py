"""Help, version, and the ways to start the command; the core without its plugin.

Layer: functional test.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.functional.cli import SECONDS, CliTestCase

ROOT = Path(__file__).parents[2]
VERBS = ('login', 'logout', 'refresh', 'sessions list', 'sessions revoke', 'status', 'switch',
         'token')


class HelpTest(CliTestCase):
    def test_group_is_listed(self) -> None:
        shown = [self.run_cli(*words).stdout for words in (
            ['auth'], ['auth', '--help'], ['auth', '-h'], ['help', 'auth'], ['--help', 'auth'],
        )]

        self.assertEqual(1, len(set(shown)))
        for verb in VERBS:
            self.assertRegex(shown[0], rf'(?m)^  auth {verb}  +[A-Z]')

    def test_subgroup_is_listed(self) -> None:
        shown = self.run_cli('auth', 'sessions', '--help').stdout

        self.assertIn('auth sessions list', shown)
        self.assertIn('auth sessions revoke', shown)
        self.assertNotIn('auth login', shown)

    def test_help_of_a_command(self) -> None:
        shown = self.run_cli('help', 'auth', 'login').stdout

        self.assertEqual(shown, self.auth('login', '--help').stdout)
        for text in ('--host URL', '--with-token', '--password', '--url URL', '--api-key KEY',
                     '--output', 'echo "$PAT" | phyware auth login --with-token',
                     '2  authentication or authorisation error', 'PHYCLOUD_URL',
                     'PHYCLOUD_API_KEY'):
            self.assertIn(text, shown)

    def test_every_command_has_help_with_examples(self) -> None:
        for verb in VERBS:
            with self.subTest(verb):
                result = self.auth(*verb.split(), '--help')
                self.assertTrue(result.stdout.startswith(f'usage: phyware auth {verb} '))
                self.assertIn(f'phyware auth {verb}', result.stdout.partition('examples:')[2])
                self.assertEqual('', result.stderr)

    def test_root(self) -> None:
        shown = self.run_cli('--help').stdout

        self.assertEqual(shown, self.run_cli('help').stdout)
        self.assertIn(f'  auth         {", ".join(VERBS)}\n', shown)

    def test_help_of_what_does_not_exist(self) -> None:
        result = self.run_cli('help', 'auth', 'lgoin', status=4)

        self.assert_error(result, 'VALIDATION', "unknown command 'auth lgoin'", 'Did you mean: ')

    def test_version(self) -> None:
        version = importlib.metadata.version('phyware')

        self.assertEqual(f'phyware {version}\n', self.run_cli('--version').stdout)

    def test_console_script_is_installed(self) -> None:
        script = Path(sysconfig.get_path('scripts'), 'phyware')

        done = subprocess.run(
            [script, 'auth', 'status', '-o', 'json'], env=self.environ, cwd=self.home,
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )

        self.assertEqual(2, done.returncode, done.stderr)
        self.assertEqual(self.auth('status', '-o', 'json', status=2).stdout, done.stdout)


class CoreAloneTest(CliTestCase):
    """phyware and what it depends on, on a path that has no phyware_auth."""

    def setUp(self) -> None:
        super().setUp()
        site = self.home / 'site'
        site.mkdir()
        for folder in (sysconfig.get_path('purelib'), sysconfig.get_path('platlib')):
            for entry in Path(folder).iterdir():
                _link(entry, site / entry.name)
        shutil.copytree(ROOT / 'phyware', site / 'phyware')
        metadata = importlib.metadata.distribution('phyware').locate_file('')
        for path in Path(str(metadata)).glob('phyware-*.*-info'):
            shutil.copytree(path, site / path.name, dirs_exist_ok=True)
        self.environ['PYTHONPATH'] = str(site)

    def core(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the core without the interpreter's own site-packages."""
        return subprocess.run(
            [sys.executable, '-S', '-m', 'phyware', *words], env=self.environ, cwd=self.home,
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )

    def test_commands_are_not_there(self) -> None:
        listed, unknown = self.core('--help'), self.core('auth', 'status')

        self.assertEqual((0, ''), (listed.returncode, listed.stderr))
        self.assertIn('commands:\n', listed.stdout)
        self.assertNotIn('auth  ', listed.stdout)
        self.assertNotIn('devcloud', listed.stdout)
        self.assertEqual((4, ''), (unknown.returncode, unknown.stdout))
        self.assertTrue(unknown.stderr.startswith("VALIDATION: unknown command 'auth'"))

    def test_the_rest_works(self) -> None:
        version, own_help = self.core('--version'), self.core('help', 'help')

        self.assertEqual(0, version.returncode, version.stderr)
        self.assertEqual(0, own_help.returncode, own_help.stderr)
        self.assertIn('usage: phyware help', own_help.stdout)


def _link(entry: Path, target: Path) -> None:
    name = entry.name.lower()
    if 'phyware' not in name and entry.suffix != '.pth' and not target.exists():
        os.symlink(entry, target)
