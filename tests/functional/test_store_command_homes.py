"""The installed command without a home, in a read-only one, and under any umask.

Layer: functional test.
"""

from __future__ import annotations

import os
import re
import shutil
import stat

from tests.functional.cli import Result
from tests.functional.odd_case import OddCase

_MODE = re.compile(r', 0([0-7]+)\) ')


class HomelessTest(OddCase):
    """Security case 13: by an id without an entry in the passwd database."""

    def login_without_home(self, **environ: str) -> Result:
        place = self.home / 'place'
        place.mkdir(exist_ok=True)
        self.environ = {'PATH': self.environ['PATH'], 'LC_ALL': 'C.UTF-8',
                        'PHYWARE_CREDENTIAL_STORE': 'file', **environ}
        before = ('env', '-C', str(place), 'strace', '-f', '-qq', '-o', str(self.trace))
        trace = ('-e', 'trace=getuid,geteuid', '-e', 'inject=getuid,geteuid:retval=4242')
        result = self.under((*before, *trace), 'login', '--with-token', '--host', self.url)
        self.assertEqual([], list(place.iterdir()))
        return result

    def test_case_13_no_home_is_an_error_and_creates_nothing(self) -> None:
        root = set(os.listdir('/'))
        for environ in ({}, {'HOME': ''}, {'HOME': '~'}, {'HOME': '/'},
                        {'HOME': 'relative', 'XDG_CONFIG_HOME': 'relative'},
                        {'PHYWARE_CONFIG_DIR': 'relative'}):
            result = self.login_without_home(**environ)
            self.assertEqual((1, ''), (result.exit_code, result.stdout), environ)
            self.assertIn('\nSet PHYWARE_CONFIG_DIR to an absolute path', result.stderr)
        self.assertEqual(root, set(os.listdir('/')))


class ReadOnlyTest(OddCase):
    def test_case_14_a_read_only_home_fails_before_the_host_is_asked(self) -> None:
        home = self.home / 'home'
        home.mkdir(mode=0o555)
        del self.environ['PHYWARE_CONFIG_DIR']
        self.environ['HOME'] = str(home)
        before = self.counters()

        result = self.plainly('login', '--no-browser', '--host', self.url)

        said = f'ERROR: {home}/.config/phyware: Permission denied\n'
        self.assertEqual((1, ''), (result.exit_code, result.stdout))
        self.assertTrue(result.stderr.startswith(said), result.stderr)
        asked = {name for name, count in self.counters().items() if count != before.get(name)}
        self.assertEqual({'GET /api/v1/debug/counters'}, asked)
        self.environ['PHYCLOUD_API_KEY'] = self.cloud.pat
        self.environ['PHYCLOUD_URL'] = self.url
        self.assertEqual(f'{self.cloud.pat}\n', self.plainly('token').stdout)

    def test_case_14_what_is_stored_can_be_read_from_a_read_only_place(self) -> None:
        for folder in (self.hosts, self.locks, self.config):
            folder.chmod(0o555)
        self.addCleanup(self.config.chmod, 0o700)
        self.addCleanup(self.hosts.chmod, 0o700)

        for words in (['token'], ['status'], ['status', '--offline']):
            result = self.plainly(*words, '--host', self.url)
            self.assertEqual((0, ''), (result.exit_code, result.stderr))
        failed = self.plainly('login', '--with-token', '--host', self.other_url)
        self.assertEqual((1, ''), (failed.exit_code, failed.stdout))
        self.assertIn('Permission denied', failed.stderr)

    def test_case_33_a_logout_from_a_read_only_place_names_what_stays(self) -> None:
        self.hosts.chmod(0o555)

        result = self.plainly('logout', '--host', self.url, '-o', 'json')

        self.assertEqual((1, 'failed'), (result.exit_code, result.json()[0]['local']))
        self.assertIn(f'{self.record(self.url)}: Permission denied', result.error()['message'])
        self.hosts.chmod(0o700)
        self.assertEqual(self.before, self.record(self.url).read_bytes())


class ModeTest(OddCase):
    def test_case_10_files_and_directories_are_private_at_the_first_byte(self) -> None:
        for umask in ('000', '022', '077', '277'):
            shutil.rmtree(self.config)
            self.environ['PHYWARE_CONFIG_DIR'] = str(self.config / 'a' / 'b')
            trace = ('strace', '-f', '-qq', '-y', '-o', str(self.trace), '--seccomp-bpf', '-e',
                     'trace=openat,mkdir')
            shell = ('sh', '-c', f'umask {umask}; exec "$@"', 'sh')
            result = self.plainly(before=(*trace, *shell))
            self.assertEqual(0, result.exit_code, f'{umask} {result.stderr}')
            self.check_trace()
            self.check_modes()

    def check_trace(self) -> None:
        """Check the mode with which each file and directory came to be."""
        lines = [n for n in self.trace.read_text().splitlines() if str(self.config) in n]
        folders = [_MODE.findall(line) for line in lines if 'mkdir(' in line]
        files = [_MODE.findall(line) for line in lines if 'O_CREAT' in line]
        self.assertEqual([['700']] * 5, folders)
        self.assertGreaterEqual(len(files), 7)
        self.assertEqual([['600']] * len(files), files)

    def check_modes(self) -> None:
        found = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode))
                 for path in (self.config, *self.config.rglob('*'))}
        self.assertEqual({(True, 0o700), (False, 0o600)}, found)

    def test_case_10_what_was_loose_is_tightened_and_said(self) -> None:
        record = self.record(self.url)
        record.chmod(0o644)
        read = self.auth('token', '--host', self.url)
        self.assertIn(f'others could read {record}; its permissions', read.stderr)
        for folder in (self.config, self.hosts, self.locks):
            folder.chmod(0o777)
        wrote = self.auth('login', '--with-token', '--host', self.other_url, stdin=self.cloud.pat)

        self.assertEqual(0o600, stat.S_IMODE(record.stat().st_mode))
        for folder in (self.config, self.hosts, self.locks):
            self.assertIn(f'others could write to {folder}; its permissions', wrote.stderr)
            self.assertEqual(0, stat.S_IMODE(folder.stat().st_mode) & 0o022)

    def test_case_10_what_belongs_to_another_user_is_refused(self) -> None:
        """To whom all belongs that is here: strace gives the command another id."""
        fault = 'geteuid:retval=4242'
        for words, place in ((('token', '--host', self.url), self.record(self.url)),
                             ((), self.config)):
            result = self.faulty(fault, *words)
            self.assertEqual((1, ''), (result.exit_code, result.stdout))
            self.assertTrue(result.stderr.startswith(f'ERROR: {place}: the '), result.stderr)
            self.assertIn(f'belongs to another user (uid {os.getuid()})', result.stderr)
        self.assertIsNone(self.token(self.other_url))
