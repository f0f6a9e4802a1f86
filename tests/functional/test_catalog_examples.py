"""Every example of the catalog, run as it is written against a devcloud.

Layer: functional test.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator

from tests.functional.catalog_case import ExampleCase, catalog, validate
from tests.functional.cli import SECONDS


def examples(*groups: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the examples of the commands that begin with these words, with their entries."""
    for found in catalog()['commands']:
        if found['name'].split()[1] in groups:
            for example in found['examples']:
                yield example['command'], found


class AuthExamplesTest(ExampleCase):
    def test_each_runs(self) -> None:
        lines = list(examples('auth'))
        self.assertGreaterEqual(len(lines), 16)
        for line, found in lines:
            with self.subTest(line):
                self._prepare(line)
                resolved = self.resolved(line)
                if '--password' in line:
                    self._type_password(resolved)
                    continue
                result = self.run_line(resolved)
                self.assertNotEqual('', result.stdout)
                if '-o json' in line:
                    validate(result.json(), found['output_schema'])  # type: ignore[arg-type]

    def _prepare(self, line: str) -> None:
        """Log in, but for a login itself: that would end the login it replaces."""
        if 'phyware auth login' in line:
            self.environ['PHYCLOUD_URL'] = self.url
            return
        self.environ.pop('PHYCLOUD_URL', None)
        self.log_in(ending=line.startswith(('phyware auth logout', 'phyware auth refresh')))

    def _type_password(self, line: str) -> None:
        child = self.terminal(*line.split()[1:])
        child.expect('Password: ')
        self.assertTrue(child.waitnoecho(SECONDS))
        child.sendline(self.cloud.password)
        exit_code, shown = self.shown(child)
        self.assertEqual(0, exit_code, shown)


class CoreExamplesTest(ExampleCase):
    def test_each_runs(self) -> None:
        self.log_in()
        (self.home / 'nightly.phyware').write_text('auth status\n')
        for line, found in examples('commands', 'completion', 'help', 'plugin', 'shell'):
            with self.subTest(line):
                if line == 'phyware shell':
                    self._leave_shell()
                    continue
                result = self.run_line(self.resolved(line))
                if '-o json' in line:
                    validate(result.json(), found['output_schema'])  # type: ignore[arg-type]

    def _leave_shell(self) -> None:
        child = self.terminal('shell')
        child.expect('phyware')
        child.sendline('exit')
        exit_code, shown = self.shown(child)
        self.assertEqual(0, exit_code, shown)


class DevcloudExamplesTest(ExampleCase):
    def test_demo_runs(self) -> None:
        for line, _ in examples('devcloud'):
            if ' start' not in line:
                self.assertIn('$ phyware auth status', self.run_line(line).stdout)

    def test_each_server_starts_and_ends_with_ctrl_c(self) -> None:
        lines = [line for line, _ in examples('devcloud') if ' start' in line]
        self.assertGreaterEqual(len(lines), 3)
        for line in lines:
            with self.subTest(line):
                if '--port' not in line and _port_8000_is_taken():
                    line += ' --port 0'
                self._start_and_interrupt(line)

    def _start_and_interrupt(self, line: str) -> None:
        process = subprocess.Popen(
            ['sh', '-c', f'exec {line}'], env=self.environ, cwd=self.home, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True,
        )
        self.addCleanup(process.kill)
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        self.assertIn('Ctrl-C ends it', said[0])
        self.assertIn('export PHYCLOUD_URL=http://127.0.0.1:', said[2])
        os.kill(process.pid, signal.SIGINT)
        self.assertEqual(130, process.wait(timeout=SECONDS))
        process.stdout.close()


class AllExamplesTest(ExampleCase):
    def test_each_command_has_one_and_belongs_to_a_test_above(self) -> None:
        run = {'auth', 'commands', 'completion', 'help', 'plugin', 'shell', 'devcloud'}
        for found in catalog()['commands']:
            with self.subTest(found['name']):
                self.assertNotEqual([], found['examples'])
                self.assertIn(found['name'].split()[1], run)
                for example in found['examples']:
                    self.assertIn(found['name'], example['command'])


def _port_8000_is_taken() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', 8000))
        except OSError:
            return True
    return False
