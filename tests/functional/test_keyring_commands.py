"""The installed command where the keyring is silent, stopped, locked or not there.

Layer: functional test.  Where a deadline has to pass, the processes of a test
wait for theirs together.
"""

from __future__ import annotations

import os
import signal
import subprocess

from tests.functional.cli import Result
from tests.functional.keyring_case import LOCKED, SILENCE, GnomeCommandCase, KeyringCommandCase
from tests.functional.keyring_session import SilentBus
from tests.functional.refresh_case import RefreshTestCase

_COMMANDS = {
    'token': ('token',), 'status': ('status', '-o', 'json'), 'refresh': ('refresh',),
    'login': ('login', '--with-token', '--host', 'http://localhost:9'),
}


class TroubleCase(GnomeCommandCase):
    def start_all(self) -> dict[str, subprocess.Popen[str]]:
        """Start each command that needs the keyring."""
        return {name: self.started(name) for name in _COMMANDS}

    def started(self, name: str) -> subprocess.Popen[str]:
        return self.start('auth', *_COMMANDS[name])

    def run_all(self) -> dict[str, Result]:
        """Run one after the other: the daemon hangs where several ask a locked keyring at once."""
        return {name: self.finish(self.started(name)) for name in _COMMANDS}

    def finish_all(self, started: dict[str, subprocess.Popen[str]]) -> dict[str, Result]:
        return {name: self.finish(process) for name, process in started.items()}

    def assert_connection(self, results: dict[str, Result], message: str) -> None:
        """Check that each is CONNECTION, and that the record stayed."""
        status = results.pop('status')
        self.assertEqual((1, 'unreachable'), (status.exit_code, status.json()['state']))
        self.assertEqual('CONNECTION', status.error()['code'])
        self.assertTrue(status.error()['message'].startswith(message), status.stderr)
        for name, result in results.items():
            with self.subTest(name):
                self.assert_failed(result, 'CONNECTION', message)
        self.assert_no_plaintext()


class SilentBusTest(TroubleCase):
    """Security case 22: a socket that accepts, and a bus that greets and no more."""

    def on_bus(self, name: str, greets: bool) -> dict[str, subprocess.Popen[str]]:
        bus = SilentBus(self.home / name, greets)
        self.addCleanup(bus.close)
        self.environ['DBUS_SESSION_BUS_ADDRESS'] = bus.address
        return self.start_all()

    def test_case_22_every_command_is_connection_and_afterwards_works(self) -> None:
        dead, auth = self.on_bus('dead', False), self.on_bus('auth', True)
        for started in (dead, auth):
            results = self.finish_all(started)
            login = results.pop('login')
            self.assert_failed(login, 'CONNECTION', 'the keyring does not answer')
            self.assert_connection(results, SILENCE.removesuffix(' does not answer'))

        self.environ |= self.bus
        self.token_works()

    def test_case_22_23_ctrl_c_while_the_bus_is_silent(self) -> None:
        bus = SilentBus(self.home / 'auth', True)
        self.addCleanup(bus.close)
        self.environ['DBUS_SESSION_BUS_ADDRESS'] = bus.address
        process = self.start('auth', 'token')
        self.eventually(lambda: bus.greeted)
        process.send_signal(signal.SIGINT)
        result = self.finish(process)
        self.assertEqual((130, '', 'Interrupted\n'), (*self.ended(result), result.stderr))

    def ended(self, result: Result) -> tuple[int, str]:
        return result.exit_code, result.stdout


class StoppedDaemonTest(TroubleCase):
    """Security case 23."""

    def stop_daemon(self) -> None:
        os.kill(self.keyring.daemon.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, self.keyring.daemon.pid, signal.SIGCONT)

    def test_case_23_a_stopped_daemon_is_connection_and_afterwards_works(self) -> None:
        self.stop_daemon()
        results = self.finish_all(self.start_all())
        self.assert_connection(results, SILENCE)

        os.kill(self.keyring.daemon.pid, signal.SIGCONT)
        self.token_works()

    def test_case_23_a_logout_names_the_item_that_stays(self) -> None:
        self.stop_daemon()
        result = self.auth('logout', '--host', self.url, status=1)
        self.assertIn(f'the item of {self.url}', result.stderr.splitlines()[-2])
        self.assertIn('does not answer', result.stderr.splitlines()[-2])

        os.kill(self.keyring.daemon.pid, signal.SIGCONT)
        self.auth('logout', '--host', self.url)
        self.eventually(lambda: not self.items())

    def test_case_23_ctrl_c_ends_the_wait(self) -> None:
        self.stop_daemon()
        process = self.start('auth', 'token')
        # The call is made in a thread of its own.
        self.eventually(lambda: len(os.listdir(f'/proc/{process.pid}/task')) > 1)
        process.send_signal(signal.SIGINT)
        result = self.finish(process)
        self.assertEqual((130, 'Interrupted\n'), (result.exit_code, result.stderr))


class LockedTest(TroubleCase):
    """Security cases 24 and 25: there is no display to ask for the password."""

    def restart(self, password: str | None) -> None:
        self.keyring.daemon.kill()
        self.keyring.daemon.wait()
        self.keyring.start_daemon(password)

    def test_case_24_a_keyring_that_nobody_unlocked(self) -> None:
        self.restart(None)
        self.assert_connection(self.run_all(), LOCKED)

    def test_case_25_an_unlock_with_a_wrong_password_is_not_trusted(self) -> None:
        before = self.counters()
        self.restart('wrong')
        self.assert_connection(self.run_all(), LOCKED)
        asked = {name for name, count in self.counters().items() if count != before.get(name)}
        self.assertEqual({'GET /api/v1/debug/counters'}, asked)

        self.restart('password')
        self.token_works()

    def test_case_24_33_a_logout_names_the_item_and_the_next_one_ends_it(self) -> None:
        self.keyring.lock()
        result = self.auth('logout', '--host', self.url, status=1)
        said = f'the credential for {self.url} is still in the item of {self.url}'
        self.assert_error(result, 'ERROR', said)
        self.assertIn(LOCKED, result.stderr.splitlines()[-2])
        self.restart('password')

        # What was to be removed is not used again, and the next logout gets it.
        gone = self.auth('token', '--host', self.url, status=2)
        self.assertIn('the keyring holds no secret', gone.stderr)
        self.auth('logout', '--host', self.url)
        self.assertEqual([], self.items())

    def test_case_32_items_that_are_deleted_by_hand_are_said_and_mended(self) -> None:
        for mend in (lambda: self.login_pat(), lambda: self.auth('logout', '--host', self.url)):
            self.empty()
            result = self.auth('status', '--host', self.url, status=2)
            self.assertIn(f'the keyring holds no secret for {self.url}', result.stderr)
            mend()
        self.assertEqual([], self.items())
        self.auth('token', '--host', self.url, status=2)


class NoKeyringTest(KeyringCommandCase, RefreshTestCase):
    """Security case 21: neither bus nor keyring, as in CI, containers and over SSH."""

    def test_case_21_a_login_fails_before_the_browser_and_stores_nothing(self) -> None:
        opened = self.home / 'opened'
        script = f'touch {opened}'
        self.environ |= {'DISPLAY': ':0', 'BROWSER': str(self.program('browser', script))}
        self.program('xdg-open', script)
        before = self.counters()

        for words in ([], ['--with-token'], ['--password', '--email', 'ada@example.org']):
            process = self.start('auth', 'login', '--host', self.url, *words)
            self.assert_failed(self.finish(process), 'ERROR', 'No usable keyring was found')
        result = self.auth('login', '--host', self.url, status=1)
        self.assertIn('--insecure-storage', result.stderr)

        asked = {name for name, count in self.counters().items() if count != before.get(name)}
        self.assertEqual({'GET /api/v1/debug/counters'}, asked)
        self.assertFalse(opened.exists())
        self.assertEqual('', self.stored_text())

    def test_case_21_other_commands_do_not_ask_for_one(self) -> None:
        package = self.home / 'site' / 'keyring'
        package.mkdir(parents=True)
        package.joinpath('__init__.py').write_text("raise SystemExit('it was imported')\n")
        path = [str(package.parent), *filter(None, [self.environ.get('PYTHONPATH')])]
        self.environ['PYTHONPATH'] = ':'.join(path)

        for status, words in ((2, ('status',)), (2, ('token',)), (0, ('--help',))):
            result = self.auth(*words, status=status)
            self.assertNotIn('imported', result.stderr)
        self.environ |= {'PHYCLOUD_API_KEY': self.cloud.pat, 'PHYCLOUD_URL': self.url}
        self.assertEqual('valid', self.auth('status', '-o', 'json').json()['state'])
