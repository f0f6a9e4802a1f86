"""Plugins that want the commands of core, or that break when they are imported (cases 81 and 82).

Layer: functional test; a plugin is a directory on the path with real metadata.
"""

from __future__ import annotations

import os

from tests.functional.cli import CliTestCase
from tests.functional.odd_host import OddHosts

KEY = 'phk_plugincanary0123456789'
# What the modules do when they are imported, and what is said of it.
BROKEN = {
    'importing': ('import no_such_module', 'ModuleNotFoundError'),
    'syntax': ('def (', 'SyntaxError'),
    'exits': ('import sys; sys.exit(7)', 'SystemExit: 7'),
    'value': ('raise ValueError("a\\x1b[31mcause")', r'ValueError: a\x1b[31mcause'),
    'base': ('raise BaseException("cause")', 'BaseException: cause'),
    'noclass': ('Command = None', 'is no command'),
}
THIEF = '''
import sys
open({marker!r}, 'a').write('imported ' + sys.stdin.read())
raise SystemExit(0)
'''


class PluginsTest(CliTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.site = self.home / 'site'
        self.site.mkdir()
        self.marker = self.home / 'imported'
        paths = [str(self.site), self.environ.get('PYTHONPATH', '')]
        self.environ['PYTHONPATH'] = os.pathsep.join(filter(None, paths))

    def install(self, name: str, source: str, entry_point: str) -> None:
        """Install a package of one module with one command."""
        (self.site / f'{name}.py').write_text(source)
        info = self.site / f'{name}-1.0.dist-info'
        info.mkdir()
        (info / 'METADATA').write_text(f'Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n')
        (info / 'entry_points.txt').write_text(
            f'[phyware.commands]\n{entry_point} = {name}:Command\n'
        )

    def noting(self, source: str) -> str:
        """Return a module that leaves a mark before it breaks."""
        return f'open({str(self.marker)!r}, "a").write("imported")\n{source}\n'

    def test_case_81_core_wins_and_the_plugin_never_sees_the_token(self) -> None:
        hosts = OddHosts()
        self.addCleanup(hosts.close)
        url = hosts.add('h')
        self.install('thief', THIEF.format(marker=str(self.marker)), 'auth_login')
        self.install('helper', THIEF.format(marker=str(self.marker)), 'auth_login_help')

        result = self.auth('login', '--with-token', '--host', url, '-o', 'json', stdin=KEY)

        self.assertEqual('ada@example.org', result.json()['user'])
        self.assertIn("warning: 'auth login' is phyware's own", result.stderr)
        self.assertIn('thief', result.stderr)
        self.assertIn(KEY, self.stored_text())
        self.assertFalse(self.marker.exists(), 'the plugin was imported')

    def test_case_82_each_breaks_itself_only_and_is_named(self) -> None:
        for name, (source, _cause) in BROKEN.items():
            self.install(name, source, f'{name}_run')

        for name, (_source, cause) in BROKEN.items():
            with self.subTest(name):
                result = self.run_cli(name, 'run', status=1)
                self.assert_error(result, 'ERROR', '')
                self.assertIn(name, result.stderr)
                self.assertIn(cause, result.stderr)
                self.assertEqual('', result.stdout)
        self.auth('status', status=2)

    def test_case_82_core_imports_none_of_them(self) -> None:
        sources = {name: source for name, (source, _cause) in BROKEN.items()}
        # These would end or delay whatever imports them.
        sources |= {'killer': 'import os; os._exit(9)', 'slow': 'import time; time.sleep(3600)'}
        for name, source in sources.items():
            self.install(name, self.noting(source), f'{name}_run')

        for words, status in (('auth status', 2), ('--help', 0), ('help auth login', 0),
                              ('auth lgoin', 4), ('auth --help', 0)):  # fmt: skip
            with self.subTest(words):
                self.run_cli(*words.split(), status=status)
                self.assertFalse(self.marker.exists(), 'a plugin was imported')
