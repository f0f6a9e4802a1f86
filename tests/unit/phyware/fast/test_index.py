"""The index of fast functions: sound, or of no account.

Layer: unit test.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from unittest import mock

from phyware.discovery import CommandManager
from phyware.fast import build, index
from tests.unit.phyware.fast.indexcase import MODULE, IndexCase
from tests.unit.phyware.plugins import COMMANDS


class FindTest(IndexCase):
    """What is written is found again."""

    def test_a_fast_command_is_found_with_what_follows_it(self) -> None:
        self.add()
        self.assertTrue(self.write())
        self.assertEqual(self.found('robots', 'run', 'x'), (True, 'acme:fast', 2))

    def test_other_words_have_no_function(self) -> None:
        self.add()
        self.write()
        for argv in ((), ('robots',), ('robots', 'walk'), ('robots run',), ('auth', 'login')):
            with self.subTest(argv):
                self.assertEqual(self.found(*argv), (True, '', 0))

    def test_phywares_own_are_in_it(self) -> None:
        self.write()
        self.assertEqual(self.found('auth', 'token'), (True, 'phyware_auth.fast:token', 2))

    def test_without_an_index_nothing_is_sound(self) -> None:
        self.assertEqual(self.found('auth', 'token'), (False, '', 0))

    def test_without_a_home_there_is_none(self) -> None:
        for environ in ({'HOME': ''}, {'HOME': '/'}, {'XDG_CACHE_HOME': 'x', 'HOME': '/h'}):
            self.assertFalse(build.write_index(environ, self.later))
            self.assertEqual(index.find(environ, ['auth', 'token']), ('', '', 0))


class StaleTest(IndexCase):
    """Security of what is installed: any change counts (cliff-traps 19)."""

    def setUp(self) -> None:
        super().setUp()
        self.add()
        self.write()

    def assert_stale(self) -> None:
        self.assertEqual(self.found('robots', 'run'), (False, '', 0))

    def test_a_new_package(self) -> None:
        self.site.install('other', MODULE, {COMMANDS: {'robots_run': 'Echo'}})
        self.assert_stale()

    def test_a_file_rewritten_in_its_place_to_the_same_size(self) -> None:
        path = self.site.path / 'acme-1.0.dist-info' / 'entry_points.txt'
        before = os.stat(self.site.path).st_mtime_ns
        path.write_text(path.read_text().replace('robots_run', 'robots_ran'))
        self.assertEqual(os.stat(self.site.path).st_mtime_ns, before)
        self.assert_stale()

    def test_a_change_that_was_given_the_time_of_before(self) -> None:
        path = self.site.path / 'acme-1.0.dist-info' / 'entry_points.txt'
        for changed in (path, self.site.path):
            with self.subTest(changed.name):
                self.write()
                self.assertTrue(self.found('robots', 'run')[0])
                status = os.stat(changed)
                os.utime(changed, ns=(status.st_atime_ns, status.st_mtime_ns))
                self.assert_stale()

    def test_a_file_that_had_no_entry_points(self) -> None:
        self.site.metadata('late', '').joinpath('entry_points.txt').unlink()
        self.write()
        self.assertTrue(self.found('robots', 'run')[0])
        late = self.site.path / 'late-1.0.dist-info' / 'entry_points.txt'
        late.write_text(f'[{COMMANDS}.robots_run]\nhook = late:Hook\n')
        self.assert_stale()

    def test_another_search_path(self) -> None:
        with mock.patch.object(sys, 'path', [*sys.path, '/elsewhere']):
            self.assert_stale()

    def test_another_version_of_phyware(self) -> None:
        with mock.patch.object(index, 'HEAD', 'phyware-fast 1 99'):
            self.assert_stale()

    def test_every_way_to_cut_it_off(self) -> None:
        whole = self.path.read_bytes()
        for length in (*range(0, len(whole), 997), *range(len(whole) - 60, len(whole))):
            self.path.write_bytes(whole[:length])
            self.assertEqual(self.found('robots', 'run')[1], '', length)

    def test_a_line_that_nobody_knows(self) -> None:
        self.path.write_text(self.path.read_text().replace('\nN ', '\nX ', 1))
        self.assert_stale()


class OwnerTest(IndexCase):
    """An index that somebody else could have written is none (security cases 10 and 12)."""

    def setUp(self) -> None:
        super().setUp()
        self.write()
        self.assertTrue(self.found('auth', 'token')[0])

    def assert_refused(self) -> None:
        self.assertEqual(self.found('auth', 'token'), (False, '', 0))

    def test_case_10_of_another_user(self) -> None:
        with mock.patch('os.geteuid', return_value=os.geteuid() + 1):
            self.assert_refused()

    def test_case_10_others_may_write_to_it(self) -> None:
        for mode in (0o620, 0o602, 0o666):
            self.path.chmod(mode)
            self.assert_refused()

    def test_case_12_a_link(self) -> None:
        target = self.path.rename(self.path.with_name('elsewhere'))
        self.path.symlink_to(target)
        self.assert_refused()

    def test_case_9_a_pipe_or_a_directory_does_not_hang(self) -> None:
        self.path.unlink()
        os.mkfifo(self.path)
        self.assert_refused()
        self.path.unlink()
        self.path.mkdir()
        self.assert_refused()

    def test_case_10_it_is_private_whatever_the_umask(self) -> None:
        self.path.unlink()
        former = os.umask(0)
        try:
            self.write()
        finally:
            os.umask(former)
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)

    def test_case_13_a_home_that_is_not_there_is_not_made(self) -> None:
        home = Path(self.home, 'absent')
        self.assertFalse(build.write_index({'HOME': str(home)}, self.later))
        self.assertFalse(home.exists())

    def test_nothing_is_written_into_the_home_of_another_user(self) -> None:
        self.path.unlink()
        with mock.patch('os.geteuid', return_value=os.geteuid() + 1):
            self.assertFalse(self.write())


class WriteTest(IndexCase):
    """What is written, and when."""

    def test_what_was_installed_just_now_is_not_relied_upon(self) -> None:
        self.add()
        self.assertFalse(build.write_index(self.environ))
        self.assertFalse(self.path.exists())

    def test_what_was_just_now_given_an_old_time_is_not_relied_upon(self) -> None:
        self.site.install('acme', MODULE, {})
        for path in (self.site.path, *self.site.path.rglob('*')):
            os.utime(path, (1, 1))
        self.assertFalse(build.write_index(self.environ))

    def test_a_hook_that_came_with_an_old_time_while_the_process_ran_is_seen(self) -> None:
        self.add()
        before = os.stat(self.site.path)
        CommandManager()
        self.site.metadata('policy', f'[{COMMANDS}.robots_run]\naudit = acme:Echo\n')
        os.utime(self.site.path, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.write()
        self.assertEqual(self.found('robots', 'run'), (True, '', 0))

    def test_a_name_with_a_line_break_makes_no_index(self) -> None:
        with mock.patch.object(sys, 'path', [*sys.path, '/a\nC auth login|evil:run']):
            self.assertFalse(self.write())

    def test_many_writers_leave_one_whole_index_and_nothing_else(self) -> None:
        self.add()
        threads = [threading.Thread(target=self.write) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.found('robots', 'run'), (True, 'acme:fast', 2))
        self.assertEqual(list(self.path.parent.iterdir()), [self.path])

    def test_a_directory_that_cannot_be_written_is_no_failure(self) -> None:
        blocked = Path(self.home, 'blocked')
        blocked.write_text('')
        self.environ['XDG_CACHE_HOME'] = str(blocked)
        self.assertFalse(self.write())
