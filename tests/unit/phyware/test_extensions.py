"""phyware.extensions: entry points as they are on disk, imported one at a time."""

from __future__ import annotations

import importlib.metadata
import sys
from unittest import mock

from stevedore import _cache, extension

from phyware.errors import GenericError
from phyware.extensions import (
    Installed,
    LazyExtensionManager,
    distribution_of,
    entry_points_of,
    load_entry_point,
)
from tests.unit.phyware.plugins import PluginCase

GROUP = 'phyware.tests'


class EntryPointsTest(PluginCase):
    def names(self) -> list[str]:
        return [entry_point.name for entry_point in entry_points_of(GROUP)]

    def test_trap_16_listing_imports_nothing(self) -> None:
        module = self.site.install('acme', 'raise SystemExit(7)', {GROUP: {'a': 'A', 'b': 'B'}})

        self.assertEqual(['a', 'b'], sorted(self.names()))
        self.assertNotIn(module, sys.modules)

    def test_trap_19_what_is_installed_later_is_seen_at_once(self) -> None:
        self.assertEqual([], self.names())
        self.site.install('acme', '', {GROUP: {'a': 'A'}})

        self.assertEqual(['a'], self.names())

    def test_trap_19_the_cache_of_stevedore_is_not_asked(self) -> None:
        stale = importlib.metadata.EntryPoint('stale', 'gone:Gone', GROUP)
        cached = {GROUP: [stale]}
        with (
            mock.patch.object(extension.ExtensionManager, 'ENTRY_POINT_CACHE', cached),
            mock.patch.object(_cache, 'get_group_all', side_effect=AssertionError('asked')),
        ):
            self.assertEqual([], self.names())

    def test_metadata_is_read_once_and_as_it_was_then(self) -> None:
        self.site.install('acme', '', {GROUP: {'a': 'A'}})
        installed = Installed()
        self.site.install('later', '', {GROUP: {'b': 'B'}})

        self.assertEqual(['a'], [ep.name for ep in entry_points_of(GROUP, installed)])
        self.assertEqual(['a', 'b'], sorted(self.names()))

    def test_the_manager_is_a_stevedore_manager(self) -> None:
        self.site.install('acme', '', {GROUP: {'a': 'A'}})
        manager = LazyExtensionManager(GROUP)

        self.assertIsInstance(manager, extension.ExtensionManager)
        self.assertEqual(['a'], manager.names())

    def test_entry_points_of_a_part_of_ours_that_is_not_installed_are_left_out(self) -> None:
        self.site.metadata('phyware', f'[{GROUP}]\na = phyware_absent.mod:A\nb = phyware.text:B\n')
        with mock.patch.object(sys, 'path', [str(self.site.path)]):
            self.assertEqual(['b'], self.names())


class BrokenMetadataTest(PluginCase):
    """A package whose metadata is broken harms itself only (cliff-traps 15)."""

    def names(self) -> list[str]:
        self.site.install('acme', '', {GROUP: {'good': 'A'}})
        return [entry_point.name for entry_point in entry_points_of(GROUP)]

    def test_lines_that_are_no_entry_points(self) -> None:
        self.site.metadata('broken', f'[{GROUP}]\nno equals sign\n')

        self.assertEqual(['good'], self.names())

    def test_bytes_that_are_no_text(self) -> None:
        self.site.metadata('broken', f'[{GROUP}]\nbad = x:'.encode() + b'\xff\n')

        self.assertEqual(['good'], self.names())

    def test_the_others_are_searched_in_the_same_order(self) -> None:
        self.site.metadata('broken', 'outside = of.any:Section\n[x]\nno equals sign\n')
        fine = [ep.name for ep in entry_points_of('phyware.commands')]

        self.assertIn('auth_login', fine)

    def test_a_package_without_its_name_is_unknown(self) -> None:
        for number, metadata in enumerate((None, 'Version: 1.0\n')):
            with self.subTest(metadata=metadata):
                self.site.metadata(f'half{number}', f'[{GROUP}]\nhalf{number} = x:Y\n', metadata)
                [found] = [ep for ep in entry_points_of(GROUP) if ep.name == f'half{number}']

                self.assertEqual('unknown', distribution_of(found))

    def test_a_package_whose_name_cannot_be_read_is_unknown(self) -> None:
        # What is raised depends on the version of Python.
        for error in (KeyError('Name'), TypeError(), FileNotFoundError()):
            dist = mock.Mock()
            type(dist).name = mock.PropertyMock(side_effect=error)
            self.assertEqual('unknown', distribution_of(mock.Mock(dist=dist)))
        self.assertEqual('unknown', distribution_of(importlib.metadata.EntryPoint('a', 'b', 'c')))

    def test_the_name_of_a_package_is_clean(self) -> None:
        # With the finder of the backport, which keyring imports, it must be one as well.
        importlib.import_module('importlib_metadata')
        self.site.metadata('evil', f'[{GROUP}]\nx = x:Y\n', 'Name: ev\x1b[2Jil\nVersion: 1\n')
        [found] = entry_points_of(GROUP)

        self.assertEqual('ev\\x1b[2Jil', distribution_of(found))


class LoadTest(PluginCase):
    def failure(self, source: str, attribute: str = 'A') -> GenericError:
        self.site.install('acme', source, {GROUP: {'a': attribute}})
        [entry_point] = entry_points_of(GROUP)
        with self.assertRaises(GenericError) as caught:
            load_entry_point(entry_point)
        self.assertIn('acme', caught.exception.message)
        self.assertIn('acme', caught.exception.remediation)
        return caught.exception

    def test_what_the_entry_point_names_is_returned(self) -> None:
        module = self.site.install('acme', 'class A: pass', {GROUP: {'a': 'A'}})
        [entry_point] = entry_points_of(GROUP)
        loaded = load_entry_point(entry_point)

        self.assertIs(sys.modules[module].A, loaded)

    def test_trap_17_and_case_82_whatever_way_the_import_fails(self) -> None:
        for source, cause in (
            ('raise SystemExit(7)', 'SystemExit: 7'),
            ('import sys; sys.exit("bye")', 'SystemExit: bye'),
            ('assert False, "never"', 'AssertionError: never'),
            ('import absent_module', "ModuleNotFoundError: No module named 'absent_module'"),
            ('def', 'SyntaxError: invalid syntax'),
            ('raise BaseException("base")', 'BaseException: base'),
            ('raise GeneratorExit', 'GeneratorExit'),
            ('B = 1', 'AttributeError: '),
        ):
            with self.subTest(source), self.another_site():
                self.assertIn(cause, self.failure(source).message)

    def test_an_entry_point_that_names_nothing(self) -> None:
        self.site.metadata('acme', f'[{GROUP}]\na = not a module\n')
        [entry_point] = entry_points_of(GROUP)

        with self.assertRaisesRegex(GenericError, 'acme .* not a module is no MODULE:NAME'):
            load_entry_point(entry_point)

    def test_an_error_that_cannot_be_shown_is_named_by_its_type(self) -> None:
        error = self.failure('''
            import sys
            class Rude(Exception):
                def __str__(self):
                    sys.exit(0)
            raise Rude
        ''')

        self.assertTrue(error.message.endswith('cannot be loaded: Rude'), error.message)

    def test_what_the_plugin_says_is_shown_on_one_line(self) -> None:
        error = self.failure('raise ValueError("\\x1b[2Ja\\nb" + "x" * 5000)')

        self.assertIn('\\x1b[2Ja\\nb', error.message)
        self.assertLess(len(error.message), 400)

    def test_ctrl_c_is_not_the_plugins_fault(self) -> None:
        self.site.install('acme', 'raise KeyboardInterrupt', {GROUP: {'a': 'A'}})
        [entry_point] = entry_points_of(GROUP)

        with self.assertRaises(KeyboardInterrupt):
            load_entry_point(entry_point)
