"""The installed command over records and links that are odd.

Layer: functional test.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import unittest
from collections.abc import Callable
from pathlib import Path

from phyware.hosts import host_slug
from phyware_auth.store import codec
from tests.functional.cli import Result
from tests.functional.fault_case import FaultCase


class CorruptTest(FaultCase):
    def readers(self, status: int) -> list[Result]:
        """Run each command that reads the first host's record."""
        words = (['token'], ['status'], ['refresh'], ['logout'], ['logout', '--local'])
        return [self.auth(*w, '--host', self.url, status=status) for w in words]

    def test_case_7_a_damaged_record_is_named_in_one_line_and_a_login_keeps_it(self) -> None:
        good, record = self.before, self.record(self.url)
        text = good.decode()
        for damage in (b'', b'{', good[:37], b'\0' * 99, text.encode('utf-16'), good * 2):
            record.write_bytes(damage)
            result = self.auth('token', status=1)
            self.assertEqual('', result.stdout)
            self.assert_error(result, 'ERROR', f'{record} is damaged', 'Run auth login again')
            self.assertEqual(2, result.stderr.count('\n'))
            said = self.auth('login', '--with-token', '--host', self.url, stdin=self.cloud.pat)
            [kept] = re.findall(r'it is kept as (\S+)', said.stderr)
            self.assertRegex(kept, rf'^{re.escape(str(record))}\.corrupt-\d+T\d+Z+$')
            self.assertEqual(damage, Path(kept).read_bytes())
            self.assertEqual(0o600, stat.S_IMODE(Path(kept).stat().st_mode))
        self.assertEqual(self.cloud.pat, self.token(self.url))

    def test_case_7_one_damaged_record_does_not_take_the_others_along(self) -> None:
        self.login_pat(self.other_url)
        damaged = self.record(self.other_url)
        damaged.write_bytes(b'{')
        for name in ('\udcff', 'notes', '_1b_5b31m'):
            (self.hosts / name).touch()

        self.assertEqual(f'{self.cloud.pat}\n', self.auth('token', '--host', self.url).stdout)
        self.auth('switch', '--host', self.url)
        result = self.auth('logout', '--all', '-o', 'json', status=1)

        self.assertEqual(
            {self.url: 'removed', self.other_url: 'failed'},
            {row['host']: row['local'] for row in result.json()},
        )
        self.assertEqual(f'{damaged} is damaged', result.error()['message'])
        self.assertEqual((b'{', False), (damaged.read_bytes(), self.record(self.url).exists()))

    def test_case_8_no_command_changes_what_a_newer_phyware_wrote(self) -> None:
        record = self.record(self.url)
        newer = self.before.replace(b'phyware-credential 1\n', b'phyware-credential 99\n')
        record.write_bytes(newer)
        said = f'{record} was written by a newer phyware'

        login = self.auth('login', '--with-token', '--host', self.url, status=1,
                          stdin=self.cloud.pat)
        others = [self.auth(*words, status=1) for words in (['switch', '--host', self.url],
                  ['logout', '--all'], ['sessions', 'list'])]
        for result in (login, *others, *self.readers(1)):
            self.assert_error(result, 'ERROR', said)
            self.assertEqual(newer, record.read_bytes())
        self.assertEqual([record], [p for p in self.hosts.iterdir() if p.name[0] != '.'])

    def test_a_record_of_another_host_is_never_used(self) -> None:
        shutil.copy(self.record(self.url), self.record(self.other_url))

        result = self.auth('token', '--host', self.other_url, status=1)

        self.assert_error(result, 'ERROR', f'{self.record(self.other_url)} is damaged')
        self.assertEqual(self.url, codec.decode(self.before)['host'])


class HostileTest(FaultCase):
    def test_case_9_what_is_no_small_file_is_refused_and_a_login_replaces_it(self) -> None:
        record = self.record(self.url)
        odd: tuple[Callable[[], object], ...] = (
            lambda: os.mkfifo(record),
            lambda: record.symlink_to('/dev/zero'),
            lambda: record.write_bytes(b'') or os.truncate(record, 1 << 30),
        )
        for make in odd:
            record.unlink()
            make()
            for words in (['token'], ['status'], ['logout', '--local']):
                result = self.auth(*words, '--host', self.url, status=1)
                self.assert_error(result, 'ERROR', f'{record} is damaged')
            self.login_pat()
            self.assertEqual(self.cloud.pat, self.token(self.url))

    def test_case_9_ten_thousand_hosts_cost_a_lookup_nothing(self) -> None:
        alone = self.opened_by_token()
        for number in range(10_000):
            (self.hosts / f'https_3a_2f_2fh{number}.example').touch()

        self.assertEqual(alone, self.opened_by_token())
        self.assertEqual([str(self.record(self.url))], alone)

    def opened_by_token(self) -> list[str]:
        """Return what ``auth token`` opens among the records, their listing too."""
        calls = self.own_calls('openat', words=('token', '--host', self.url))
        paths = [rest.split('"')[1] for _, _, rest in calls]
        return [path for path in paths if path.startswith(str(self.hosts))]


class LinkTest(FaultCase):
    def test_case_11_a_linked_record_stays_a_link(self) -> None:
        child_pat = self.cloud.users['other@phyware.example']['pat']
        record, real = self.record(self.url), self.home / 'dotfiles' / 'real'
        real.parent.mkdir()
        record.rename(real)
        record.symlink_to(real)

        self.auth('login', '--with-token', '--host', self.url, stdin=child_pat)
        self.assertEqual((True, True), (record.is_symlink(), child_pat in real.read_text()))
        self.assertEqual([real], list(real.parent.iterdir()))
        self.assertEqual(f'{child_pat}\n', self.auth('token').stdout)

        self.auth('logout', '--local')
        self.assertEqual((True, False), (record.is_symlink(), real.exists()))
        self.auth('logout', '--local', '--host', self.url, status=3)
        self.login_pat()
        self.assertEqual((True, True), (record.is_symlink(), real.exists()))

    def test_case_11_a_refresh_renews_what_the_link_leads_to(self) -> None:
        self.auth('login', '--host', self.url, '--no-browser')
        record, real = self.record(self.url), self.home / 'real'
        record.rename(real)
        record.symlink_to(real)
        before = self.token(self.url)

        self.auth('refresh', '--force')

        after = self.token(self.url)
        self.assertNotEqual(before, after)
        self.assertEqual((True, True), (record.is_symlink(), f'{after}\n' in real.read_text()))

    def test_case_11_a_linked_directory_stays_a_link(self) -> None:
        real = self.config.rename(self.home / 'dotfiles')
        self.config.symlink_to(real)

        self.login_pat(self.other_url)

        self.assertTrue(self.config.is_symlink())
        self.assertEqual(self.cloud.pat, self.token(self.other_url))
        self.assert_first_host_works()

    def test_case_12_no_planted_link_is_followed(self) -> None:
        victim = self.home / 'victim'
        victim.write_text('precious')
        victim.chmod(0o644)
        slug = host_slug(self.other_url)
        twin = self.hosts / f'.lock-{slug}.record'
        for path in (self.lock(self.other_url), twin):
            path.symlink_to(victim)
            result = self.auth('login', '--with-token', '--host', self.other_url, status=1,
                               stdin=self.cloud.pat)
            self.assert_error(result, 'ERROR', str(path))
            path.unlink()
        for path in (self.hosts / f'.tok-{slug}-probe', self.locks / f'{slug}.failed'):
            path.symlink_to(victim)
        self.login_pat(self.other_url)

        self.assertEqual('precious', victim.read_text())
        self.assertEqual(0o644, stat.S_IMODE(victim.stat().st_mode))

    @unittest.skipUnless(os.getuid() == 0, 'only root can give a link away')
    def test_case_12_a_link_that_another_user_made_is_not_followed(self) -> None:
        victim = self.home / 'victim'
        victim.write_text('precious')
        self.active.unlink()
        for path in (self.record(self.other_url), self.active):
            path.symlink_to(victim)
            os.chown(path, 4242, 4242, follow_symlinks=False)
            result = self.auth('login', '--with-token', '--host', self.other_url, status=1,
                               stdin=self.cloud.pat)
            said = f'{path}: the link belongs to another user (uid 4242)'
            self.assert_error(result, 'ERROR', said)
            path.unlink()
        self.assertEqual('precious', victim.read_text())
