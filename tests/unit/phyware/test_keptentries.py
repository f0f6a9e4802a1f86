"""phyware.keptentries: what was read once is not read again, as long as it holds.

Layer: unit test.
"""

from __future__ import annotations

import io
import os
import sys
import zipfile
from pathlib import Path
from unittest import mock

from phyware import app, entryfiles
from phyware.context import Context
from phyware.entryfiles import EntryFiles
from phyware.fast import build, index
from phyware.keptentries import kept_entries, text_of
from tests.unit.phyware.fast.indexcase import IndexCase

GROUP = 'phyware.tests'


class KeptCase(IndexCase):
    def kept(self) -> EntryFiles | None:
        """Return what is kept behind an index that is sound now."""
        return kept_entries(self.environ, index.find(self.environ, ())[0])

    def kept_groups(self) -> dict[str, entryfiles.Group]:
        found = self.kept()
        assert found is not None
        return found.groups


class SameTest(KeptCase):
    """What is kept is what would be read."""

    def assert_same(self) -> None:
        self.assertTrue(self.write())
        self.assertEqual(EntryFiles().groups, self.kept_groups())

    def test_in_this_environment(self) -> None:
        self.add()
        self.assert_same()
        self.assertIn('console_scripts', self.kept_groups())

    def test_however_the_file_is_written(self) -> None:
        self.site.metadata('acme', (
            f'[{GROUP}]\r\none = a:B\n\x85two=c : D [x]\u2028three = e\n[a group 7]\nx = y\n'
            f'[]\n= z\n[{GROUP}]\nend = a:B\n[empty]\n[tä]\nö = ü:ß\n'
        ))
        self.site.metadata('wrong', f'[{GROUP}]\nno entry\nx = y\n[only.wrong]\nnone\n')
        self.site.metadata('latin', b'[phyware.tests]\nx = \xff:Y\n')
        self.assert_same()
        self.assertEqual(4, len(self.kept_groups()[GROUP].names))
        self.assertEqual([], self.kept_groups()['only.wrong'].names)

    def test_a_directory_whose_name_is_no_text(self) -> None:
        self.site.metadata('acme', f'[{GROUP}]\na = a:A\n')
        odd = os.fsdecode(os.fsencode(self.site.path) + b'/\xff')
        os.mkdir(odd)
        with mock.patch.object(sys, 'path', [*sys.path, odd]):
            Path(self.site.path, 'acme-1.0.dist-info').rename(Path(odd, 'acme-1.0.dist-info'))
            self.assert_same()
            self.assertEqual([f'{odd}/acme-1.0.dist-info'], self.kept_groups()[GROUP].wheres)

    def test_nothing_at_all(self) -> None:
        self.assertEqual('', text_of(EntryFiles({})))


class HoldsTest(KeptCase):
    """It holds as long as the index does, and not without it."""

    def setUp(self) -> None:
        super().setUp()
        self.add()
        self.write()
        self.states, *_ = index.find(self.environ, ())

    def run_app(self, *argv: str) -> tuple[int, str]:
        """Run a command as the launcher does that found the index sound."""
        out = io.StringIO()
        context = Context(io.StringIO(), out, io.StringIO(), self.environ)
        return app.main(list(argv), context, index_states=self.states), out.getvalue()

    def test_a_command_then_reads_no_file_of_a_package(self) -> None:
        with mock.patch.object(entryfiles, '_read', side_effect=AssertionError):
            status, shown = self.run_app('robots', '--help')
        self.assertEqual(0, status)
        self.assertIn('robots run', shown)

    def test_an_index_that_was_made_anew_meanwhile_is_another(self) -> None:
        self.site.metadata('late', f'[{GROUP}]\nlate = a:A\n')
        self.write()
        self.assertIsNone(kept_entries(self.environ, self.states))
        self.assertEqual(['late'], self.kept_groups()[GROUP].names)

    def test_trap_19_without_a_sound_index_all_is_read(self) -> None:
        self.site.install('late', 'A = 1', {'phyware.commands': {'robots_late': 'A'}})
        self.states, *_ = index.find(self.environ, ())
        self.assertEqual('', self.states)
        self.assertIn('robots late', self.run_app('robots', '--help')[1])

    def test_it_is_gone_or_cut_off_meanwhile(self) -> None:
        whole = self.path.read_bytes()
        for length in (*range(0, len(whole), 499), len(whole) - 1):
            self.path.write_bytes(whole[:length])
            self.assertIsNone(kept_entries(self.environ, self.states), length)
        self.path.unlink()
        self.assertIsNone(kept_entries(self.environ, self.states))

    def test_the_second_part_of_another_index(self) -> None:
        first = self.path.read_bytes()
        entry_points = Path(self.site.path, 'acme-1.0.dist-info', 'entry_points.txt')
        entry_points.write_text(entry_points.read_text().replace('robots_run', 'robots_ran'))
        self.write()
        second = self.path.read_bytes()
        start, other = (index.length_of(data, len(data)) for data in (first, second))
        self.assertEqual(len(first) - start, len(second) - other)
        self.path.write_bytes(first[:start] + second[other:])
        self.assertIsNone(kept_entries(self.environ, self.states))
        self.path.write_bytes(first)
        self.assertIsNotNone(kept_entries(self.environ, self.states))

    def test_case_10_of_somebody_else(self) -> None:
        self.path.chmod(0o666)
        self.assertIsNone(kept_entries(self.environ, self.states))

    def test_another_search_path(self) -> None:
        with mock.patch.object(sys, 'path', [*sys.path, '/elsewhere']):
            self.assertIsNone(kept_entries(self.environ, self.states))


class NotKeptTest(KeptCase):
    """The index of fast functions is there whether entry points can be kept or not."""

    def assert_only_fast(self) -> None:
        self.assertTrue(self.write())
        self.assertEqual((True, 'acme:fast', 2), self.found('robots', 'run'))
        self.assertIsNone(self.kept())

    def setUp(self) -> None:
        super().setUp()
        self.add()

    def test_what_is_in_an_archive(self) -> None:
        archive = Path(self.home, 'other.zip')
        with zipfile.ZipFile(archive, 'w') as file:
            file.writestr('other-1.0.dist-info/METADATA', 'Name: other\nVersion: 1.0\n')
            file.writestr('other-1.0.dist-info/entry_points.txt', f'[{GROUP}]\nfound = a:A\n')
        with mock.patch.object(sys, 'path', [*sys.path, str(archive)]):
            self.assert_only_fast()
            self.assertEqual(['found'], EntryFiles().groups[GROUP].names)

    def test_more_than_an_index_may_hold(self) -> None:
        with mock.patch.object(index, 'LONGEST_WHOLE', index.LONGEST + 100):
            self.assert_only_fast()

    def test_no_index_is_written_where_the_first_part_is_too_long(self) -> None:
        with mock.patch.object(index, 'LONGEST', 100):
            self.assertFalse(build.write_index(self.environ, self.later))
            self.assertEqual((False, '', 0), self.found('robots', 'run'))
