"""A keyring that stops and goes on, many processes, and deaths between two writes.

Layer: functional test.
"""

from __future__ import annotations

import os
import signal
import subprocess

from tests.functional.keyring_crash import CrashOutlivingCase
from tests.functional.keyring_session import keyring_session
from tests.functional.store_case import HOST, OTHER, StoreProcessCase

# Far more than the deadline, far less than for ever.
PATIENCE = 240


class KeyringCase(CrashOutlivingCase, StoreProcessCase):
    """Processes with a GNOME keyring that holds one login."""

    def setUp(self) -> None:
        super().setUp()
        self.keyring = keyring_session(self)
        del self.environ['PHYWARE_CREDENTIAL_STORE']
        self.environ |= self.keyring.environ
        self.assert_ok('1', 'save', HOST, '1')

    def said(self, process: subprocess.Popen[str]) -> str:
        """Return what ``process`` says, which has to be one line."""
        output, errors = process.communicate(timeout=PATIENCE)
        self.assertEqual((output.count('\n'), errors), (1, ''))
        return output.strip()


class StoppedKeyringTest(KeyringCase):
    def test_case_23_29_a_daemon_that_goes_on_is_used_again(self) -> None:
        os.kill(self.keyring.daemon.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, self.keyring.daemon.pid, signal.SIGCONT)
        process = self.start('load', HOST)
        os.kill(self.keyring.daemon.pid, signal.SIGCONT)
        self.assertEqual(self.said(process), 'OK 1')

    def test_case_29_a_failure_does_not_stick(self) -> None:
        address = self.environ['DBUS_SESSION_BUS_ADDRESS']
        self.environ['DBUS_SESSION_BUS_ADDRESS'] = f'unix:path={self.home}/none'
        self.assert_ok('CONNECTION then 1', 'recover', HOST, address)


class ManyTest(KeyringCase):
    def test_case_6_logins_to_many_hosts_at_once_are_all_kept(self) -> None:
        hosts = [f'https://h{number}.example' for number in range(20)]
        processes = [self.start('save', host, '1') for host in hosts]
        self.assertEqual({self.said(process) for process in processes}, {'OK 1'})
        self.assertEqual(len(self.run_driver('hosts').split()), 22)
        self.assert_ok('1', 'load', hosts[-1])


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
        # The first is of the token at hand, which is not there; the second of the record.
        self.with_fault('unlink:signal=KILL:when=2', 'remove', OTHER)
        said = self.run_driver('load', OTHER)
        self.assertTrue(said.startswith('UNAUTHORIZED SecretMissing'), said)
        self.assert_ok('removed', 'remove', OTHER)
        self.assert_ok(HOST, 'hosts')


class UninstalledTest(StoreProcessCase):
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
