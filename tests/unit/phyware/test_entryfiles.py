"""phyware.entryfiles: what importlib.metadata says, and no more than is asked for."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import zipfile
from pathlib import Path
from unittest import mock

from phyware.entryfiles import EntryFiles
from tests.unit.phyware.plugins import PluginCase

GROUP = 'phyware.tests'


class SameTest(PluginCase):
    """It finds what ``importlib.metadata`` finds, in its order."""

    def assert_same(self, group: str = GROUP) -> list[str]:
        expected = importlib.metadata.entry_points(group=group)
        found = [entry.made() for entry in EntryFiles().of(group)]
        self.assertEqual(
            sorted((ep.name, ep.value, ep.group) for ep in expected),
            sorted((ep.name, ep.value, ep.group) for ep in found),
        )
        return [entry.name for entry in found]

    def test_in_this_environment(self) -> None:
        self.assertEqual(set(importlib.metadata.entry_points().groups), set(EntryFiles().groups))
        for group in ('phyware.commands', 'console_scripts', 'keyring.backends', 'absent'):
            with self.subTest(group):
                self.assert_same(group)

    def test_however_the_file_is_written(self) -> None:
        self.site.metadata('acme', (
            f'outside = a:B\n# a = comment:A\n\n [{GROUP}] \r\n\tone=a.b:C\n  two =  d:E [x]\r\n'
            f'three = a = b\n[other]\nfour = e:F\n[{GROUP}]\nfive = g\n; = h\n'
        ))
        self.assertEqual(['one', 'two', 'three', 'five', ';'], self.assert_same())

    def test_the_first_of_one_name_on_the_search_path_counts(self) -> None:
        self.site.metadata('acme.robots', f'[{GROUP}]\nfirst = a:A\n')
        with self.another_site():
            self.site.metadata('ACME_Robots', f'[{GROUP}]\nsecond = a:A\n')
            self.assertEqual(['first'], self.assert_same())

    def test_an_archive_on_the_search_path(self) -> None:
        archive = Path(self.site.path, 'acme.zip')
        with zipfile.ZipFile(archive, 'w') as file:
            file.writestr('acme-1.0.dist-info/METADATA', 'Name: acme\nVersion: 1.0\n')
            file.writestr('acme-1.0.dist-info/entry_points.txt', f'[{GROUP}]\nzipped = a:A\n')
        with mock.patch.object(sys, 'path', [*sys.path, str(archive)]):
            self.assertEqual(['zipped'], self.assert_same())

    def test_an_egg(self) -> None:
        egg = Path(self.site.path, 'acme-1.0-py3.egg')
        (egg / 'EGG-INFO').mkdir(parents=True)
        (egg / 'EGG-INFO' / 'PKG-INFO').write_text('Name: acme\nVersion: 1.0\n')
        (egg / 'EGG-INFO' / 'entry_points.txt').write_text(f'[{GROUP}]\nlaid = a:A\n')
        with mock.patch.object(sys, 'path', [*sys.path, str(egg)]):
            self.assertEqual(['laid'], self.assert_same())

    def test_what_a_finder_of_somebody_else_finds(self) -> None:
        path = self.site.metadata('acme', f'[{GROUP}]\nfound = a:A\n')
        hidden = path.rename(Path(self.home, path.name))
        found = [importlib.metadata.Distribution.at(hidden)]
        finder = mock.Mock(find_distributions=lambda context: found, find_spec=lambda *_: None)
        with mock.patch.object(sys, 'meta_path', [*sys.meta_path, finder]):
            self.assertEqual(['found'], self.assert_same())

    def test_the_current_directory_and_one_that_is_not_there(self) -> None:
        self.site.metadata('acme', f'[{GROUP}]\nhere = a:A\n')
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.site.path)
        with mock.patch.object(sys, 'path', ['', '/absent', *sys.path[:-1]]):
            self.assertEqual(['here'], self.assert_same())

    def test_an_entry_knows_its_distribution_and_loads_what_it_names(self) -> None:
        module = self.site.install('acme', 'A = 7', {GROUP: {'a': 'A'}})
        [entry] = EntryFiles().of(GROUP)

        self.assertEqual(('acme', '1.0'), (entry.dist.name, entry.dist.version))
        self.assertNotIn(module, sys.modules)
        self.assertEqual(7, entry.load())
