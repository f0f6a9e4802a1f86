"""The index of fast functions: sound, or of no account.

Layer: unit test.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from unittest import mock

from phyware.discovery import CommandManager
from phyware.errors import ExitStatus
from phyware.fast import build, index
from phyware.fast.run import run
from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND, PluginCase

FAST = 'phyware.fast'
MODULE = PLAIN_COMMAND + '''

def fast(argv):
    return len(argv) if argv != ['decline'] else None

def table(argv):
    from phyware.errors import ExitStatus
    return ExitStatus.INTERRUPTED

def failing(argv):
    raise SystemError

def odd(argv):
    return 'text'

def large(argv):
    return 256
'''


class IndexCase(PluginCase):
    """A home without an index, and a plugin with a fast command."""

    def setUp(self) -> None:
        super().setUp()
        self.environ = dict(self.cli.environ)
        self.later = time.time() + 3600

    def add(self, name: str = 'acme', function: str = 'fast', **entries: str) -> None:
        """Install a package with the command ``robots run`` and its fast function."""
        groups = {COMMANDS: {'robots_run': 'Echo'}, FAST: {'robots_run': function}}
        self.site.install(name, MODULE, {**groups, **{k: {v: 'Echo'} for k, v in entries.items()}})

    def write(self) -> bool:
        """Write the index as if everything had been installed long ago."""
        return build.write_index(self.environ, self.later)

    def found(self, *argv: str) -> tuple[bool, str, int]:
        """Return what is found for a command line."""
        return index.find(self.environ, argv)

    @property
    def path(self) -> Path:
        """Return where the index is."""
        found = index.path_of(self.environ)
        assert found is not None
        return Path(found)


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
            self.assertEqual(index.find(environ, ['auth', 'token']), (False, '', 0))


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
        self.path.write_text(self.path.read_text().replace('\nC ', '\nX ', 1))
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


class EligibleTest(IndexCase):
    """A command that is more than its function is never fast."""

    def assert_slow(self) -> None:
        self.write()
        self.assertEqual(self.found('robots', 'run'), (True, '', 0))

    def test_one_with_a_hook(self) -> None:
        self.add()
        self.site.install('policy', MODULE, {f'{COMMANDS}.robots_run': {'audit': 'Echo'}})
        self.assert_slow()

    def test_one_with_a_second_claimant(self) -> None:
        self.add()
        self.site.install('other', MODULE, {COMMANDS: {'robots_run': 'Echo'}})
        self.assert_slow()

    def test_one_whose_function_another_package_gives(self) -> None:
        self.site.install('victim', MODULE, {COMMANDS: {'robots_run': 'Echo'}})
        self.site.install('thief', MODULE, {FAST: {'robots_run': 'fast'}})
        self.assert_slow()

    def test_one_with_two_functions(self) -> None:
        self.add()
        self.site.install('thief', MODULE, {FAST: {'robots_run': 'fast'}})
        self.assert_slow()

    def test_one_that_is_a_group_as_well(self) -> None:
        self.add()
        self.site.install('other', MODULE, {COMMANDS: {'robots_run_all': 'Echo'}})
        self.assert_slow()

    def test_a_function_without_a_command(self) -> None:
        self.site.install('acme', MODULE, {FAST: {'robots_run': 'fast'}})
        self.assert_slow()

    def test_case_81_a_name_that_reads_as_the_line_of_a_core_command(self) -> None:
        name = 'auth_token|evil:fast'
        self.site.install('evil', MODULE, {COMMANDS: {name: 'Echo'}, FAST: {name: 'fast'}})
        self.write()
        self.assertEqual(self.found('auth', 'token'), (True, 'phyware_auth.fast:token', 2))

    def test_a_core_command_that_somebody_claims_or_hooks(self) -> None:
        self.site.install('thief', MODULE, {COMMANDS: {'auth_token': 'Echo'}})
        self.site.install('policy', MODULE, {f'{COMMANDS}.auth_status': {'audit': 'Echo'}})
        self.write()
        for words in (('auth', 'token'), ('auth', 'status')):
            self.assertEqual(self.found(*words), (True, '', 0))


class RunTest(IndexCase):
    """The function runs, or the command does."""

    def run_fast(self, *argv: str, function: str = 'fast') -> tuple[int | None, bool]:
        self.add(function=function)
        self.write()
        return run(argv, self.environ)

    def test_the_status_is_that_of_the_function(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', 'a', 'b'), (2, True))

    def test_a_status_of_the_table_is_one(self) -> None:
        for function, status in (('table', ExitStatus.INTERRUPTED), ('fast', 0)):
            with self.subTest(function), self.another_site():
                found, _ = self.run_fast('robots', 'run', function=function)
                self.assertEqual((found, type(found)), (status, int))

    def test_a_status_that_the_system_would_make_a_success_of_is_a_failure(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', function='large'), (1, True))

    def test_it_may_decline(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', 'decline'), (None, True))

    def test_what_it_raises_is_declining(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', function='failing'), (None, True))

    def test_what_is_no_status_is_declining(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', function='odd'), (None, True))

    def test_a_function_that_is_not_there_is_declining(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', function='absent'), (None, True))

    def test_options_before_the_command_are_not_for_it(self) -> None:
        self.assertEqual(self.run_fast('-v', 'robots', 'run'), (None, True))

    def test_an_index_that_is_not_sound_is_told(self) -> None:
        self.assertEqual(run(['robots', 'run'], self.environ), (None, False))
