"""The installed command where the file store's system calls fail, lie or wait.

Layer: functional test.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.functional.fault_case import FaultCase

ERRORS = {
    'ENOSPC': 'No space left on device',
    'EIO': 'Input/output error',
    'EROFS': 'Read-only file system',
    'EXDEV': 'Invalid cross-device link',
}
# Of a login's calls, which one it is that writes: the directory is synchronised
# after each file.
PROBE = {'write': 1, 'fsync': 1, 'rename': 1}
RECORD = {'write': 2, 'fsync': 3, 'rename': 2}
ACTIVE = {'write': 3, 'fsync': 5, 'rename': 3}


class ErrorCase(FaultCase):
    def assert_refused(self, fault: str, place: Path, *paths: Path) -> None:
        """Check that a login fails, names ``place`` and the reason, and leaves the first host.

        :param place: how the path that is named begins
        """
        result = self.faulty(fault, paths=paths)
        self.assertEqual((1, ''), (result.exit_code, result.stdout), f'{fault} {result.stderr}')
        first, second = result.stderr.splitlines()
        self.assertTrue(first.startswith(f'ERROR: {place}'), f'{fault} {first}')
        reason = next(text for name, text in ERRORS.items() if f'error={name}' in fault)
        self.assertTrue(first.endswith(f': {reason}'), f'{fault} {first}')
        self.assertIn('PHYWARE_CONFIG_DIR', second)
        self.assertEqual([], self.leftovers())
        self.assertEqual(self.before, self.record(self.url).read_bytes())

    def assert_each_refused(self, numbers: dict[str, int], place: Path) -> None:
        for call, number in numbers.items():
            for error in ERRORS:
                self.assert_refused(f'{call}:error={error}:when={number}', place)
                self.assertIsNone(self.token(self.other_url))
        self.assert_first_host_works()


class ProbeErrorTest(ErrorCase):
    def test_case_2_14_where_nothing_can_be_kept_the_host_is_not_even_asked(self) -> None:
        before = self.counters()

        self.assert_each_refused(PROBE, self.hosts / '.tok-')

        asked = {name for name, count in self.counters().items() if count != before.get(name)}
        self.assertEqual({'GET /api/v1/debug/counters'}, asked)


class RecordErrorTest(ErrorCase):
    def test_case_2_a_record_that_cannot_be_written_is_named_and_the_rest_stays(self) -> None:
        self.assert_each_refused(RECORD, self.record(self.other_url))


class OtherErrorTest(ErrorCase):
    def test_case_2_a_former_login_stays_to_the_byte(self) -> None:
        self.login_pat(self.other_url)
        record = self.record(self.other_url)
        former = record.read_bytes()

        for call, number in RECORD.items():
            self.assert_refused(f'{call}:error=ENOSPC:when={number}', record)
            self.assertEqual(former, record.read_bytes())

    def test_case_2_files_and_locks_that_cannot_be_opened(self) -> None:
        lock, record = self.lock(self.other_url), self.record(self.other_url)
        opened = [n for _, n, rest in self.own_calls('openat') if '/hosts/.tok-' in rest]
        for error in ERRORS:
            self.begin()
            self.assert_refused(f'openat:error={error}:when={opened[-1]}', record)
        for error in ('ENOSPC', 'EROFS'):
            self.assert_refused(f'openat:error={error}:when=1', lock, lock)
        self.assertIsNone(self.token(self.other_url))

    def test_case_2_directories_that_cannot_be_made(self) -> None:
        aside = self.config.rename(self.home / 'aside')
        for error in ERRORS:
            for folder in (self.config, self.locks, self.hosts):
                shutil.rmtree(self.config, ignore_errors=True)
                result = self.faulty(f'mkdir:error={error}:when=1', paths=(folder,))
                said = f'ERROR: {folder}: {ERRORS[error]}\n'
                self.assertEqual((1, ''), (result.exit_code, result.stdout))
                self.assertTrue(result.stderr.startswith(said), result.stderr)
        shutil.rmtree(self.config, ignore_errors=True)
        aside.rename(self.config)

    def test_case_2_a_record_is_stored_whole_where_only_the_active_host_is_not(self) -> None:
        for (call, number), error in zip(ACTIVE.items(), ERRORS, strict=False):
            self.begin()
            self.assert_refused(f'{call}:error={error}:when={number}', self.active)
            self.assertEqual(self.cloud.pat, self.token(self.other_url))
            self.assertEqual(f'{self.url}\n', self.active.read_text())

    def test_a_directory_that_is_not_synchronised_is_a_warning_and_the_new_bytes_stay(self) -> None:
        result = self.faulty('fsync:error=EIO:when=2', paths=(self.hosts,))

        record = self.record(self.other_url)
        said = f'warning: {record} may not survive a power failure: {ERRORS["EIO"]}\n'
        self.assertEqual((0, said), (result.exit_code, result.stderr))
        self.assertEqual(self.cloud.pat, self.token(self.other_url))

    def test_an_error_while_reading_is_connection_and_not_no_login(self) -> None:
        record = self.record(self.url)
        for error in ('EIO', 'EACCES'):
            result = self.faulty(f'openat:error={error}', 'token', '--host', self.url,
                                 paths=(record,))
            self.assertEqual((1, ''), (result.exit_code, result.stdout))
            said = f'CONNECTION: could not read the credential {record}: '
            self.assertTrue(result.stderr.startswith(said), result.stderr)


class LogoutErrorTest(ErrorCase):
    def test_case_33_a_record_that_cannot_be_removed_is_named(self) -> None:
        record = self.record(self.url)
        words = ('logout', '--host', self.url, '-o', 'json')
        for error in ('EROFS', 'EIO', 'EACCES'):
            result = self.faulty(f'unlink:error={error}', *words, paths=(record,))
            [row] = result.json()
            self.assertEqual((1, 'failed'), (result.exit_code, row['local']))
            self.assertIn(str(record), result.error()['message'])
        self.assertEqual(self.before, record.read_bytes())

        self.auth(*words)
        self.assertFalse(record.exists())

    def test_case_33_a_logout_needs_no_space(self) -> None:
        lock = self.lock(self.url)
        for path in (lock, self.hosts / f'.lock-{lock.name.removesuffix(".lock")}'):
            path.unlink()

        result = self.faulty('openat:error=ENOSPC', 'logout', '--local', '--host', self.url,
                             paths=(lock,))

        self.assertEqual(0, result.exit_code, result.stderr)
        self.assertIn(f'warning: {lock}: No space left on device', result.stderr)
        self.assertFalse(self.record(self.url).exists())


class LyingTest(ErrorCase):
    def test_case_4_a_short_write_that_lies_is_found_out(self) -> None:
        for number, place in ((1, self.hosts / '.tok-'), (2, self.record(self.other_url))):
            result = self.faulty(f'write:retval=10:when={number}')
            self.assertEqual((1, ''), (result.exit_code, result.stdout))
            self.assertTrue(result.stderr.startswith(f'ERROR: {place}'), result.stderr)
            self.assertIn('Input/output error', result.stderr)
            self.assertIsNone(self.token(self.other_url))
            self.assertEqual([], self.leftovers())
        self.assert_first_host_works()

    def test_case_4_7_a_record_that_lost_its_end_later_is_never_used(self) -> None:
        self.record(self.url).write_bytes(self.before[:10])

        for words in (['token'], ['status'], ['refresh'], ['logout', '--local']):
            result = self.auth(*words, '--host', self.url, status=1)
            self.assert_error(result, 'ERROR', f'{self.record(self.url)} is damaged')
        self.assertEqual(self.before[:10], self.record(self.url).read_bytes())


class LockErrorTest(ErrorCase):
    def test_case_18_no_locks_is_connection_and_what_is_stored_can_be_read(self) -> None:
        result = self.faulty('flock:error=ENOLCK')
        read = self.faulty('flock:error=ENOLCK', 'token', '--host', self.url)

        said = f'CONNECTION: the lock {self.lock(self.other_url)}: No locks available\n'
        self.assertEqual((1, ''), (result.exit_code, result.stdout))
        self.assertTrue(result.stderr.startswith(said), result.stderr)
        self.assertIsNone(self.token(self.other_url))
        self.assertEqual((0, f'{self.cloud.pat}\n'), (read.exit_code, read.stdout))


class SilentLockTest(ErrorCase):
    """A login waits for ten seconds: those that have to, do it at once."""

    def test_case_18_locks_that_never_answer_do_not_hang(self) -> None:
        words = ('strace', '-f', '-qq', '-o', str(self.trace), '--seccomp-bpf', '-e', 'trace=flock')
        waiting = self.begun((*words, '-e', 'inject=flock:delay_enter=120s'))
        assert waiting.stdin and waiting.stderr
        waiting.stdin.write(self.cloud.pat)
        waiting.stdin.close()
        read = self.faulty('flock:delay_enter=120s', 'token', '--host', self.url)

        # strace waits for the end of the delay; the command has long spoken.
        said = waiting.stderr.readline()
        lock = self.lock(self.other_url)
        self.assertEqual(f'CONNECTION: the lock {lock}: the file system does not answer\n', said)
        self.assertEqual(f'{self.cloud.pat}\n', read.stdout)
        self.assertIsNone(self.token(self.other_url))
