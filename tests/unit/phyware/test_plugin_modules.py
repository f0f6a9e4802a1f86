"""phyware.plugins.modules: there or not, as the import system has it, with nothing imported.

Layer: unit test.
"""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from unittest import mock

from phyware.plugins.modules import Modules
from tests.unit.phyware.plugins import PluginCase


class ModulesTest(PluginCase):
    def missing(self, *values: str) -> list[str]:
        found = Modules().missing(values)
        self.assertEqual([], [value for value in found if value in sys.modules])
        return found

    def test_whatever_can_be_imported_is_there(self) -> None:
        (self.site.path / 'acme_file.py').write_text('raise SystemExit(7)')
        (self.site.path / f'acme_native{EXTENSION_SUFFIXES[0]}').write_bytes(b'')
        (self.site.path / 'acme_package').mkdir()
        (self.site.path / 'acme_package' / '__init__.py').write_text('raise SystemExit(7)')
        (self.site.path / 'acme_namespace').mkdir()
        names = ['acme_file', 'acme_native', 'acme_package', 'acme_namespace', 'sys', 'json']

        self.assertEqual([], [name for name in names if importlib.util.find_spec(name) is None])
        self.assertEqual([], self.missing(*(f'{name}.sub : A.b [x]' for name in names)))

    def test_what_is_in_an_archive_is_there(self) -> None:
        archive = Path(self.site.path, 'acme.zip')
        with zipfile.ZipFile(archive, 'w') as file:
            file.writestr('acme_zipped.py', '')
        with mock.patch.object(sys, 'path', [*sys.path, str(archive), '/absent', 'a\0b']):
            self.assertEqual(['zipped'], self.missing('acme_zipped:A', 'zipped:A'))

    def test_what_only_looks_like_a_module_is_missing(self) -> None:
        self.site.metadata('acme_data.robots', '')
        (self.site.path / 'acme_text.txt').write_text('')
        (self.site.path / 'acme_folder.py').mkdir()
        names = ['acme_data', 'acme_text', 'acme_folder', 'acme_none']

        self.assertEqual(names, self.missing(*(f'{name}:A' for name in names)))

    def test_each_is_named_once_and_what_names_none_is_quoted(self) -> None:
        values = ['acme_gone.a:A', 'acme_gone:B']
        self.assertEqual(['acme_gone'], self.missing(*values))
        self.assertEqual(['acme_gone', '!!', ':A', ''], self.missing(*values, '!!', ':A', ''))
        self.assertEqual(['acme_gone', 'json:A b'], self.missing(*values, 'json:A b'))
        self.assertEqual(['acme_gone'], self.missing(*values, 'json.a', 'json : A.b [x]'))

    def test_many_that_lie_there_are_known_to_at_once(self) -> None:
        (self.site.path / 'acme_file.py').write_text('raise SystemExit(7)')
        with mock.patch('importlib.util.find_spec', side_effect=AssertionError):
            self.assertTrue(Modules().surely_there([*['acme_file.sub:A'] * 9, 'json:a_b2']))

    def test_it_is_never_sure_of_what_is_missing(self) -> None:
        (self.site.path / 'acme_file.py').write_text('raise SystemExit(7)')
        (self.site.path / '.py').write_text('')
        for value in (
            'acme_gone:A', 'acme_gone', '', ':A', '!!', 'json:', 'json:!!', 'json:A b', 'json:a:b',
            'json : A.b [x]', 'json.a', 'js on:a', '=json:a', 'json.!:b', '.a:b', 'json:a\u0301',
        ):
            with self.subTest(value):
                self.assertFalse(Modules().surely_there(['acme_file:A', value]))

    def test_what_it_is_sure_of_is_not_missing(self) -> None:
        for value in ('json:a_b.c2', 'json..a:b', 'json.:b.', 'json:7', 'json:é²'):
            with self.subTest(value):
                self.assertTrue(Modules().surely_there([value]))
                self.assertEqual([], self.missing(value))
