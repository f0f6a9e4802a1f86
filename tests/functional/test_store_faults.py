"""The file store under a kill or an error at each of its system calls.

Layer: functional test.
"""

from __future__ import annotations

import os
import stat

from tests.functional.store_case import HOST, OTHER, StoreProcessCase

ERRORS = {
    'ENOSPC': 'No space left on device',
    'EIO': 'Input/output error',
    'EROFS': 'Read-only file system',
    'EXDEV': 'Invalid cross-device link',
}


class KilledTest(StoreProcessCase):
    """Security cases 1 and 3: a login is killed at its n-th system call."""

    def setUp(self) -> None:
        super().setUp()
        self.assert_ok('1', 'save', HOST, '1')

    def kill_at_each(self, call: str, host: str, first: int = 1) -> int:
        """Return at how many calls it died; then it got through."""
        former = self.suffix(host)
        for number in range(first, first + 30):
            survived = self.with_fault(f'{call}:signal=KILL:when={number}', 'save', host, 'new')
            self.assertIn(self.suffix(host), ('new',) if survived else (former, 'new'))
            self.assertEqual(self.suffix(HOST), '1') if host != HOST else None
            modes = {stat.S_IMODE(path.stat().st_mode) for path in self.leftovers()}
            self.assertLessEqual(modes, {0o600})
            if survived:
                return number - first
        raise AssertionError('the login never got through')

    def first_own_openat(self) -> int:
        """Return the number of the first openat that is not an import's."""
        calls = self.calls('openat', words=('save', 'https://traced.example', '1'))
        own = [number for number, (_, rest) in enumerate(calls, 1) if str(self.config) in rest]
        return own[0]

    def test_case_1_a_new_host_is_there_or_not_and_the_others_stay(self) -> None:
        deaths = {call: self.kill_at_each(call, OTHER) for call in ('fsync', 'rename')}
        self.assertEqual(deaths, {'fsync': 2, 'rename': 1})

    def test_case_1_a_second_login_is_there_or_the_first(self) -> None:
        deaths = {call: self.kill_at_each(call, HOST) for call in ('fsync', 'rename')}
        self.assertEqual(deaths, {'fsync': 2, 'rename': 1})

    def test_case_1_killed_while_opening(self) -> None:
        self.assertGreaterEqual(self.kill_at_each('openat', OTHER, self.first_own_openat()), 3)

    def test_case_1_and_3_killed_while_writing(self) -> None:
        # One write is the record's; where it is killed, a file is left.
        self.with_fault('write:signal=KILL:when=1', 'save', OTHER, 'new')
        self.assertEqual((self.suffix(OTHER), self.suffix(HOST)), (None, '1'))
        self.assertEqual(len(self.leftovers()), 1)

    def test_case_1_killed_while_the_directories_are_made(self) -> None:
        for number in (1, 2, 3, 4):
            self.environ['PHYWARE_CONFIG_DIR'] = str(self.home / f'x{number}' / 'y')
            self.with_fault(f'mkdir:signal=KILL:when={number}', 'save', OTHER, 'new')
            self.assertIsNone(self.suffix(OTHER))
            self.assert_ok('new', 'save', OTHER, 'new')

    def test_case_3_what_a_kill_left_is_swept_by_the_next_good_write(self) -> None:
        for host in (HOST, OTHER):
            self.with_fault('rename:signal=KILL:when=1', 'save', host, 'new')
        left = self.leftovers()
        self.assertEqual(len(left), 2)
        self.assertTrue(all('access-new' in path.read_text() for path in left))
        self.assert_ok('2', 'save', HOST, '2')
        self.assertEqual(self.leftovers(), [])


class FailedTest(StoreProcessCase):
    """Security cases 2 and 4: a call fails, or lies."""

    def setUp(self) -> None:
        super().setUp()
        self.assert_ok('1', 'save', HOST, '1')
        self.before = self.record().read_bytes()

    def assert_refused(self, said: str, reason: str) -> None:
        self.assertTrue(said.startswith(f'ERROR StorageFailed {self.record()}'), said)
        self.assertIn(reason, said)
        self.assertEqual(self.record().read_bytes(), self.before)
        self.assertEqual(self.leftovers(), [])

    def test_case_2_the_path_and_the_reason_are_named_and_the_old_bytes_stay(self) -> None:
        for call in ('write', 'fsync', 'rename'):
            for error, reason in ERRORS.items():
                with self.subTest(f'{call} {error}'):
                    fault = f'{call}:error={error}:when=1'
                    self.assert_refused(self.with_fault(fault, 'save', HOST, '2'), reason)

    def test_a_directory_that_cannot_be_synchronised_is_a_warning_and_the_new_bytes_stay(
        self,
    ) -> None:
        self.assertEqual(self.with_fault('fsync:error=EIO:when=2', 'save', HOST, '2'), 'OK 2')
        self.assertEqual(self.suffix(), '2')

    def test_case_4_a_short_write_that_lies_is_found_out(self) -> None:
        said = self.with_fault('write:retval=10:when=1', 'save', HOST, '2')
        self.assert_refused(said, 'Input/output error')

    def test_case_14_a_read_only_file_system_fails_the_probe(self) -> None:
        said = self.with_fault('rename:error=EROFS:when=1', 'probe', HOST)
        self.assertTrue(said.startswith(f'ERROR StorageFailed {self.hosts}'), said)
        self.assertIn('Read-only file system', said)
        self.assertEqual(self.leftovers(), [])

    def test_an_error_while_reading_is_connection(self) -> None:
        openat = [rest for _, rest in self.calls('openat', words=('load', HOST))]
        own = [n for n, rest in enumerate(openat, 1) if str(self.record()) in rest]
        for error in ('EIO', 'EACCES'):
            said = self.with_fault(f'openat:error={error}:when={own[0]}', 'load', HOST)
            self.assertTrue(said.startswith('CONNECTION Unreadable'), said)


class LockFaultTest(StoreProcessCase):
    """Security case 18."""

    def test_case_18_no_locks_is_connection(self) -> None:
        said = self.with_fault('flock:error=ENOLCK', 'save', HOST, '1')
        self.assertTrue(said.startswith('CONNECTION LockUnavailable'), said)
        self.assertIn('No locks available', said)
        self.assertIsNone(self.suffix())

    def test_case_18_locks_that_never_answer_do_not_hang(self) -> None:
        process = self.start(
            'hold', HOST, 'refresh', before=self.strace('-e', 'inject=flock:delay_enter=60s')
        )
        assert process.stdout
        # strace itself waits for the end of the delay; the driver has long spoken.
        said = process.stdout.readline()
        self.assertTrue(said.startswith('CONNECTION LockUnavailable'), said)
        self.assertIn('does not answer', said)



class ModeTest(StoreProcessCase):
    """Security case 10: by the mode of the call, under any umask, for a plain user."""

    def save_as(self, umask: str, uid: int) -> list[tuple[str, str]]:
        self.home.chmod(0o711)
        place = self.home / f'umask-{umask}'
        place.mkdir(mode=0o700)
        if uid != os.getuid():
            os.chown(place, uid, uid)
        self.environ |= {
            'PHYWARE_CONFIG_DIR': str(place / 'a' / 'b'),
            'STORE_DRIVER_UMASK': umask,
            'STORE_DRIVER_UID': str(uid),
        }
        calls = self.calls('openat', 'mkdir', words=('save', HOST, '1'))
        self.assertEqual(self.run_driver('load', HOST), 'OK 1')
        return [(name, rest) for name, rest in calls if str(place) in rest]

    def test_case_10_private_at_the_first_byte(self) -> None:
        uid = 4242 if os.getuid() == 0 else os.getuid()
        for umask in ('000', '022', '077', '277'):
            with self.subTest(umask=umask):
                calls = self.save_as(umask, uid)
                made = [rest for name, rest in calls if name == 'mkdir']
                files = [rest for name, rest in calls if 'O_CREAT' in rest]
                self.assertEqual(len(made), 4)
                self.assertTrue(all(', 0700) ' in rest for rest in made), made)
                self.assertTrue(files and all(', 0600) ' in rest for rest in files), files)
                self.check_modes(umask)

    def check_modes(self, umask: str) -> None:
        for folder, folders, files in os.walk(self.home / f'umask-{umask}'):
            modes = {stat.S_IMODE(os.stat(os.path.join(folder, n)).st_mode) for n in files}
            self.assertLessEqual(modes, {0o600})
            modes = {stat.S_IMODE(os.stat(os.path.join(folder, n)).st_mode) for n in folders}
            self.assertLessEqual(modes, {0o700})
