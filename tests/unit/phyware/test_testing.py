"""phyware.testing: what plugin authors test with."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

from phyware import testing
from phyware.auth import AuthProvider
from phyware.context import Clock
from phyware.testing import Cli, FakeBrowser, FakeClock, FakeProvider, isolated_environment, run_cli
from tests.unit.phyware.plugins import PluginCase

HOST = 'https://cloud.example'

# A command that shows what its context is.
LOOK = '''
from phyware.command import Command

class Look(Command):
    """Look around"""
    def take_action(self, parsed_args):
        context = self.app.context
        context.clock.sleep(60)
        context.browser.open('https://seen.example')
        credential = self.app.auth.credential()
        print(context.stdin.read(), context.stdin.isatty(), context.stderr.isatty(),
              sorted(context.environ), credential and credential.source, file=context.stdout)
'''


class CliTest(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.install('acme', 'import sys\n' + LOOK, look='Look')

    def test_a_command_sees_what_the_test_gives_and_nothing_else(self) -> None:
        with mock.patch.dict(os.environ, {'PHYCLOUD_API_KEY': 'phk_real', 'PHYCLOUD_URL': 'bad'}):
            result = self.cli.run('look', stdin='given')

        names = sorted(isolated_environment(self.home))
        self.assertEqual((0, f'given False False {names} None\n', ''),
                         (result.exit_code, result.stdout, result.stderr))

    def test_a_terminal_is_one_for_input_and_messages(self) -> None:
        self.assertIn(' True True ', self.cli.run('look', terminal=True).stdout)

    def test_clock_and_browser_are_kept_from_run_to_run(self) -> None:
        start = self.cli.clock.now()
        self.cli.run('look')
        self.cli.run('look')

        self.assertEqual(start + 120, self.cli.clock.now())
        self.assertEqual(['https://seen.example'] * 2, self.cli.browser.opened)

    def test_a_provider_given_is_used_for_every_host(self) -> None:
        self.cli.provider = provider = FakeProvider()

        self.assertTrue(self.cli.run('look', '--url', HOST).stdout.endswith(' test\n'))
        self.assertTrue(self.cli.run('--auth-provider', 'absent', 'look').stdout.endswith('test\n'))
        self.assertEqual([HOST, 'http://localhost:8000'], provider.asked)

    def test_a_provider_that_does_not_keep_the_contract_is_told_so(self) -> None:
        class Wrong(FakeProvider):
            def credential(self, host: str) -> None:
                raise KeyError(host)

        self.cli.provider = Wrong()
        self.assertIn('auth provider test', self.cli.run('look').stderr)

    def test_run_cli_has_a_home_that_is_gone_afterwards(self) -> None:
        source = LOOK.replace('sorted(context.environ)', 'context.environ')
        self.install('homely', source, home='Look')
        result = run_cli('home', environ={'PHYWARE_X': 'y'}, stdin='in')

        self.assertEqual(0, result.exit_code, result.stderr)
        home = re.search("'HOME': '(.+?)'", result.stdout)
        assert home is not None
        self.assertTrue(Path(home[1]).is_absolute())
        self.assertFalse(Path(home[1]).exists())

    def test_run_cli_adds_to_the_environment(self) -> None:
        self.assertIn("'PHYWARE_X'", run_cli('look', environ={'PHYWARE_X': 'y'}).stdout)
        self.assertIn('in False', run_cli('look', stdin='in').stdout)

    def test_streams_of_the_process_are_not_touched(self) -> None:
        with (
            mock.patch.object(sys, 'stdout', io.StringIO()) as stdout,
            mock.patch.object(sys, 'stderr', io.StringIO()) as stderr,
        ):
            self.cli.run('look')
            self.cli.run('look', '--help')
            self.cli.run('look', '--bogus')
            self.cli.run('look', '-vv')

        self.assertEqual(('', ''), (stdout.getvalue(), stderr.getvalue()))


class ResultTest(unittest.TestCase):
    def test_json_and_errors_are_parsed(self) -> None:
        result = testing.CliResult(4, '{"a": 1}\n', 'warning: x\n{"error": {"code": "C"}}\n')

        self.assertEqual({'a': 1}, result.json())
        self.assertEqual({'code': 'C'}, result.error())

    def test_what_is_no_json_fails_the_test(self) -> None:
        with self.assertRaisesRegex(ValueError, "stdout is no JSON .*: 'text beside the answer"):
            testing.CliResult(0, 'text beside the answer\n[]', '').json()
        with self.assertRaises(ValueError):
            testing.CliResult(1, '', 'ERROR: text\n').error()


class CaseTest(unittest.TestCase):
    def test_a_test_case_has_a_home_of_its_own_that_is_gone_afterwards(self) -> None:
        homes = []

        class Inner(testing.TestCase):
            def runTest(self) -> None:
                homes.append(self.home)
                self.assertTrue(os.path.isdir(self.home))
                self.assertIsInstance(self.cli, Cli)
                self.assertEqual(2, self.cli.run('auth', 'status').exit_code)

        for _ in range(2):
            result = Inner().run()
            assert result is not None
            self.assertTrue(result.wasSuccessful(), result.failures + result.errors)
        self.assertEqual(2, len(set(homes)))
        self.assertFalse(any(map(os.path.exists, homes)))


class FakeTest(unittest.TestCase):
    def test_the_clock_moves_when_somebody_sleeps(self) -> None:
        clock: Clock = FakeClock(100)
        clock.sleep(5)
        self.assertEqual((105, 5), (clock.now(), clock.monotonic()))

        assert isinstance(clock, FakeClock)
        clock.advance(2)
        self.assertEqual((107, 7, [5]), (clock.now(), clock.monotonic(), clock.slept))

    def test_the_browser_remembers(self) -> None:
        browser = FakeBrowser(available=False)

        self.assertFalse(browser.available())
        self.assertTrue(browser.open(HOST))
        self.assertEqual([HOST], browser.opened)

    def test_the_provider_presents_its_token_and_keeps_what_was_rejected(self) -> None:
        provider: AuthProvider = FakeProvider('t0ken')
        found = provider.credential(HOST)
        assert found is not None and isinstance(provider, FakeProvider)

        self.assertEqual((HOST, 't0ken'), (found.host, found.token.reveal()))
        self.assertIsNone(provider.reject(found))
        self.assertEqual([found], provider.rejected)
        identity = provider.identity(HOST)
        assert identity is not None
        self.assertEqual('test', identity.source)

    def test_nothing_of_it_is_imported_when_the_program_runs(self) -> None:
        script = 'import phyware.app, sys; sys.exit("phyware.testing" in sys.modules)'
        self.assertEqual(0, subprocess.run([sys.executable, '-c', script], timeout=60).returncode)
