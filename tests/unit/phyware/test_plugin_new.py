"""``plugin new``: what it writes, and what it refuses to.

Layer: unit test; that the package installs and passes its own tests is shown
by tests/functional/test_plugin_package.py.
"""

from __future__ import annotations

import compileall
import configparser
from pathlib import Path
from unittest import mock

from phyware.testing import CliResult
from tests.unit.phyware.plugins import PLAIN_COMMAND, PluginCase


class PluginNewTest(PluginCase):
    """Into a directory of the test."""

    def new(self, name: str, status: int = 0) -> CliResult:
        """Run the command and check its exit status."""
        result = self.cli.run('plugin', 'new', name, '--directory', self.home, '-o', 'json')
        self.assertEqual(result.exit_code, status, result)
        return result

    def test_the_files_are_those_that_are_told(self) -> None:
        told = self.new('acme-robots').json()
        root = Path(self.home, 'acme-robots')
        self.assertEqual(told['directory'], str(root))
        written = {str(path.relative_to(root)) for path in root.rglob('*') if path.is_file()}
        self.assertEqual(set(told['files']), written)

    def test_the_package_compiles_and_nothing_is_left_to_fill_in(self) -> None:
        self.new('acme-robots')
        root = Path(self.home, 'acme-robots')
        for path in root.rglob('*.*'):
            self.assertNotIn('$', path.read_text() if path.is_file() else '', path)
        self.assertTrue(compileall.compile_dir(root, quiet=1))

    def test_hyphens_are_for_people_and_underscores_for_python(self) -> None:
        self.new('acme-robots')
        config = configparser.ConfigParser()
        config.read(Path(self.home, 'acme-robots', 'setup.cfg'))
        self.assertEqual(config['metadata']['name'], 'acme-robots')
        self.assertEqual(
            config['options.entry_points']['phyware.commands'].split('\n')[1:],
            ['acme-robots_list = acme_robots.commands:List',
             'acme-robots_show = acme_robots.commands:Show'],
        )

    def test_a_name_that_cannot_be_one_is_refused(self) -> None:
        for odd in ('Demo', '1demo', 'de mo', '../demo', 'demo-', 'de--mo', 'class', '', 'x' * 41,
                    'dem\x1bo', 'démo'):
            with self.subTest(odd):
                self.assertEqual(self.new(odd, 4).error()['code'], 'VALIDATION')
        self.assertEqual(list(Path(self.home).iterdir()), [])

    def test_a_name_that_is_taken_is_refused(self) -> None:
        self.install('other', PLAIN_COMMAND, humans_list='Echo')
        for taken in ('auth', 'plugin', 'requests', 'json', 'tests', 'phyware-x', 'humans'):
            with self.subTest(taken):
                self.assertEqual(self.new(taken, 4).error()['code'], 'CONFLICT')

    def test_what_is_there_is_never_touched(self) -> None:
        self.new('demo')
        Path(self.home, 'demo', 'setup.cfg').write_text('mine')
        self.assertEqual(self.new('demo', 4).error()['code'], 'CONFLICT')
        self.assertEqual(Path(self.home, 'demo', 'setup.cfg').read_text(), 'mine')

    def test_a_directory_that_is_not_there_is_named(self) -> None:
        with mock.patch.object(self, 'home', f'{self.home}/nowhere'):
            error = self.new('demo', 1).error()
        self.assertIn('No such file or directory: ', error['message'])
        self.assertIn('/nowhere/demo', error['message'])

    def test_the_person_is_told_what_comes_next(self) -> None:
        self.assertIn('pip install -e . && python -m unittest', self.new('demo').stderr)
