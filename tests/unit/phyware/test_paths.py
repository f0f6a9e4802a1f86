"""phyware.paths: an absolute directory, or an error that says what to set."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from phyware.errors import GenericError
from phyware.paths import Paths


class ConfigDirTest(unittest.TestCase):
    def refused(self, environ: dict[str, str]) -> GenericError:
        with self.assertRaises(GenericError) as caught:
            _ = Paths(environ).config_dir
        self.assertIn('PHYWARE_CONFIG_DIR', caught.exception.remediation)
        return caught.exception

    def test_the_variable_of_its_own_comes_first(self) -> None:
        environ = {'PHYWARE_CONFIG_DIR': '/c', 'XDG_CONFIG_HOME': '/x', 'HOME': '/h'}

        self.assertEqual(Path('/c'), Paths(environ).config_dir)

    def test_then_xdg_then_home(self) -> None:
        environ = {'PHYWARE_CONFIG_DIR': '', 'XDG_CONFIG_HOME': '/x', 'HOME': '/h'}

        self.assertEqual(Path('/x/phyware'), Paths(environ).config_dir)
        self.assertEqual(
            Path('/h/.config/phyware'), Paths(environ | {'XDG_CONFIG_HOME': ''}).config_dir
        )

    def test_without_home_the_password_database_decides(self) -> None:
        entry = mock.Mock(pw_dir='/of/passwd')
        with mock.patch('pwd.getpwuid', return_value=entry):
            self.assertEqual(Path('/of/passwd/.config/phyware'), Paths({}).config_dir)

    def test_case_13_no_home_and_no_passwd_entry(self) -> None:
        with mock.patch('pwd.getpwuid', side_effect=KeyError):
            self.assertIn('no home', self.refused({}).message)

    def test_case_13_relative_and_empty_directories_are_refused(self) -> None:
        for environ in (
            {'HOME': ''},
            {'HOME': 'home'},
            {'HOME': '~'},
            {'XDG_CONFIG_HOME': 'x', 'HOME': '/h'},
            {'XDG_CONFIG_HOME': '~/.config', 'HOME': '/h'},
            {'PHYWARE_CONFIG_DIR': '.', 'HOME': '/h'},
            {'PHYWARE_CONFIG_DIR': '/a\0b', 'HOME': '/h'},
        ):
            with self.subTest(environ):
                self.assertIn('not an absolute path', self.refused(environ).message)

    def test_case_13_a_home_of_the_root_directory_is_refused(self) -> None:
        for home in ('/', '//', '/.', '/tmp/..'):
            with self.subTest(home):
                self.assertIn('root directory', self.refused({'HOME': home}).message)
        with mock.patch('pwd.getpwuid', return_value=mock.Mock(pw_dir='/')):
            self.refused({})

    def test_case_13_elsewhere_a_home_that_is_unknown_is_refused_too(self) -> None:
        with (
            mock.patch('sys.platform', 'darwin'),
            mock.patch('platformdirs.user_config_dir', return_value='~/Library/x') as asked,
        ):
            self.refused({'HOME': '/h'})
            asked.return_value = '/Users/x/Library/x'
            self.assertEqual(Path('/Users/x/Library/x'), Paths({}).config_dir)

    def test_case_13_nothing_is_created(self) -> None:
        with tempfile.TemporaryDirectory() as home:
            self.assertFalse(Paths({'HOME': home}).config_dir.exists())
            self.assertEqual([], os.listdir(home))
