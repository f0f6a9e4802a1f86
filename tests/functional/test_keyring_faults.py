"""A keyring that is stopped, locked, silent, misconfigured or not there.

Layer: functional test.  Where a deadline of 5 seconds has to pass, the
processes of a test wait for theirs together.
"""

from __future__ import annotations

import os
import signal
import subprocess

from tests.functional.keyring_session import BACKEND, KeyringSession, SilentBus, keyring_session
from tests.functional.store_case import HOST, OTHER, SECONDS, StoreProcessCase

# Far more than the deadline, far less than for ever.
PATIENCE = 30


class KeyringCase(StoreProcessCase):
    """Processes with a GNOME keyring that holds one login."""

    session: KeyringSession

    def setUp(self) -> None:
        super().setUp()
        self.session = keyring_session(self)
        del self.environ['PHYWARE_CREDENTIAL_STORE']
        self.environ |= self.session.environ
        self.assert_ok('1', 'save', HOST, '1')

    def said(self, process: subprocess.Popen[str]) -> str:
        """Return what ``process`` says, which has to be one line."""
        output, errors = process.communicate(timeout=PATIENCE)
        self.assertEqual((output.count('\n'), errors), (1, ''))
        return output.strip()


class StoppedKeyringTest(KeyringCase):
    def stop_daemon(self) -> None:
        os.kill(self.session.daemon.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, self.session.daemon.pid, signal.SIGCONT)

    def test_case_23_a_stopped_daemon_is_connection_for_everybody(self) -> None:
        self.stop_daemon()
        actions = (('load', HOST), ('probe', OTHER), ('remove', HOST))
        processes = [self.start(*words) for words in actions]
        load, probe, remove = (self.said(process) for process in processes)
        silence = f'the keyring {BACKEND} does not answer'
        self.assertEqual(load, f'CONNECTION KeyringUnavailable {silence}')
        self.assertEqual(probe, f'CONNECTION KeyringUnavailable {silence}')
        self.assertEqual(remove, f'OK {silence}')
        self.assertTrue(self.record().exists())

    def test_case_23_ctrl_c_ends_the_wait(self) -> None:
        self.stop_daemon()
        process = self.start('interrupted', HOST)
        assert process.stdout
        self.assertEqual(process.stdout.readline(), 'ASKED\n')
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=PATIENCE), 130)

    def test_a_daemon_that_goes_on_is_used_again(self) -> None:
        self.stop_daemon()
        process = self.start('load', HOST)
        os.kill(self.session.daemon.pid, signal.SIGCONT)
        self.assertEqual(self.said(process), 'OK 1')


class SilentBusTest(KeyringCase):
    def test_case_22_a_bus_that_never_answers_is_connection(self) -> None:
        processes = {}
        for name, greets in (('dead', False), ('auth', True)):
            bus = SilentBus(self.home / name, greets)
            self.addCleanup(bus.close)
            environ = {'DBUS_SESSION_BUS_ADDRESS': bus.address}
            for words in (('load', HOST), ('choose',)):
                processes[name, words[0]] = self.start(*words, environ=environ)
        for place, process in processes.items():
            with self.subTest(place):
                self.assertTrue(self.said(process).startswith('CONNECTION KeyringUnavailable'))

    def test_case_29_a_failure_does_not_stick(self) -> None:
        address = self.environ['DBUS_SESSION_BUS_ADDRESS']
        self.environ['DBUS_SESSION_BUS_ADDRESS'] = f'unix:path={self.home}/none'
        self.assert_ok('CONNECTION then 1', 'recover', HOST, address)


class LockedKeyringTest(KeyringCase):
    def test_case_24_a_locked_keyring_says_so_and_not_that_nobody_is_logged_in(self) -> None:
        self.session.lock()
        for words in (('load', HOST), ('probe', HOST), ('save', OTHER, '1')):
            with self.subTest(words):
                said = self.run_driver(*words)
                self.assertEqual(said, 'CONNECTION KeyringLocked the keyring is locked')
        self.assert_ok(HOST, 'hosts')

    def test_case_33_a_logout_names_the_locked_keyring_and_the_next_one_ends_it(self) -> None:
        self.session.lock()
        self.assert_ok('the keyring is locked', 'remove', HOST)
        self.assert_ok(HOST, 'hosts')
        self.session.daemon.kill()
        self.session.daemon.wait()
        self.session.start_daemon('password')
        said = self.run_driver('load', HOST)
        self.assertTrue(said.startswith('UNAUTHORIZED SecretMissing'), said)
        self.assert_ok('removed', 'remove', HOST)
        self.assert_ok('', 'hosts')

    def test_case_25_an_unlock_with_a_wrong_password_is_not_trusted(self) -> None:
        self.session.daemon.kill()
        self.session.daemon.wait()
        self.session.start_daemon('wrong')
        for words in (('load', HOST), ('probe', HOST)):
            said = self.run_driver(*words)
            self.assertEqual(said, 'CONNECTION KeyringLocked the keyring is locked')


class StormTest(KeyringCase):
    def test_case_28_of_many_at_once_none_says_that_nobody_is_logged_in(self) -> None:
        said = self.run_driver('load_many', HOST, '100').split('\n')[1:]
        self.assertEqual(len(said), 100)
        failed = [line for line in said if line != 'OK 1']
        self.assertTrue(all(line.startswith('CONNECTION') for line in failed), failed)
        self.assertGreater(len(said), len(failed))

    def test_case_6_logins_to_many_hosts_at_once_are_all_kept(self) -> None:
        hosts = [f'https://h{number}.example' for number in range(20)]
        processes = [self.start('save', host, '1') for host in hosts]
        self.assertEqual({self.said(process) for process in processes}, {'OK 1'})
        self.assertEqual(len(self.run_driver('hosts').split()), 22)
        self.assert_ok('1', 'load', hosts[-1])

    def test_case_34_many_with_one_expired_token_ask_for_one_grant(self) -> None:
        self.assert_ok('expired', 'save', HOST, 'expired')
        counter = self.home / 'grants'
        processes = [self.start('refresh', HOST, str(counter)) for _ in range(10)]
        said = [process.communicate(timeout=SECONDS)[0].strip() for process in processes]
        self.assertEqual(counter.read_text(), 'grant\n')
        self.assertEqual(said.count('OK granted'), 1)
        self.assertLessEqual(set(said), {'OK granted', 'OK adopted'})
        self.assert_ok('new', 'load', HOST)


class KilledTest(KeyringCase):
    """Security case 32: killed at each write of a login and a logout."""

    def kill_at_each(self, call: str, *words: str) -> int:
        for number in range(1, 20):
            survived = self.with_fault(f'{call}:signal=KILL:when={number}', *words)
            found = self.run_driver('load', OTHER)
            # Never a secret that no record names; a record without is said.
            self.assertIn(found.split()[0], ('OK', 'UNAUTHORIZED'), found)
            self.assert_ok('1', 'load', HOST)
            if survived:
                return number - 1
        raise AssertionError('it never got through')

    def test_case_32_killed_at_the_writes_of_a_login(self) -> None:
        self.assertEqual(self.kill_at_each('rename', 'save', OTHER, '1'), 1)
        self.assert_ok('1', 'load', OTHER)

    def test_case_32_killed_at_the_removal_of_a_logout(self) -> None:
        self.assert_ok('1', 'save', OTHER, '1')
        self.with_fault('unlink:signal=KILL:when=1', 'remove', OTHER)
        said = self.run_driver('load', OTHER)
        self.assertTrue(said.startswith('UNAUTHORIZED SecretMissing'), said)
        self.assert_ok('removed', 'remove', OTHER)
        self.assert_ok(HOST, 'hosts')


class ConfigurationTest(StoreProcessCase):
    """Security cases 21, 26 and 27: one line, before anything is stored."""

    def setUp(self) -> None:
        super().setUp()
        del self.environ['PHYWARE_CREDENTIAL_STORE']

    def assert_no_keyring(self, *named: str) -> None:
        for words in (('choose',), ('save', HOST, '1')):
            process = self.start(*words)
            output, errors = process.communicate(timeout=SECONDS)
            self.assertTrue(output.startswith('ERROR NoKeyring'), output)
            self.assertEqual((output.count('\n'), errors), (1, ''))
            for text in named:
                self.assertIn(text, output)
        self.assertFalse(self.config.exists())

    def test_case_21_without_a_session_bus(self) -> None:
        self.assert_no_keyring('No usable keyring')

    def test_case_26_a_keyring_that_keeps_nothing(self) -> None:
        self.environ['PYTHON_KEYRING_BACKEND'] = 'keyring.backends.null.Keyring'
        self.assert_no_keyring('keyring.backends.null.Keyring')

    def test_case_27_a_variable_that_names_nothing(self) -> None:
        for value in ('bogus', '', 'no.such.Keyring', 'os.path.join'):
            self.environ['PYTHON_KEYRING_BACKEND'] = value
            with self.subTest(value):
                self.assert_no_keyring('PYTHON_KEYRING_BACKEND')

    def test_case_27_a_file_that_is_garbage(self) -> None:
        path = self.home / '.config' / 'python_keyring' / 'keyringrc.cfg'
        path.parent.mkdir(parents=True)
        for text in ('garbage\n', '[backend]\ndefault-keyring=no.such.Keyring\n', '\0\0'):
            path.write_text(text)
            with self.subTest(text):
                self.assert_no_keyring(str(path))

    def test_rule_7_a_record_whose_backend_is_gone_is_connection(self) -> None:
        self.environ['PHYWARE_CREDENTIAL_STORE'] = 'file'
        self.assert_ok('1', 'save', HOST, '1')
        from phyware_auth.store import codec

        fields = codec.decode(self.record().read_bytes())
        fields |= {'storage': 'keyring', 'backend': 'no.such.Keyring'}
        self.record().write_bytes(codec.encode(fields))
        said = self.run_driver('load', HOST)
        self.assertTrue(said.startswith('CONNECTION KeyringUnavailable'), said)
        self.assertIn('no.such.Keyring cannot be used (ModuleNotFoundError)', said)
