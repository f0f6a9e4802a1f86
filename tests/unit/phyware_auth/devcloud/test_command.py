"""``phyware devcloud start`` up to the point where it would serve."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import unittest
from typing import Any
from unittest import mock

from phyware.errors import GenericError, Validation
from phyware_auth.devcloud import command
from phyware_auth.devcloud.options import Options

_IMPORT = (
    'import sys; import phyware_auth.devcloud.command; '
    "print(sorted({'flask', 'sqlalchemy', 'authlib', 'waitress'} & set(sys.modules)))"
)


class StartTest(unittest.TestCase):
    def setUp(self) -> None:
        self.start = command.Start(mock.Mock(), argparse.Namespace())

    def options(self, *argv: str) -> Options:
        return command._options(self.start.get_parser('x').parse_args(argv))

    def test_defaults(self) -> None:
        options = self.options()

        self.assertEqual((8000, None, None, 0, None), (
            options.port, options.database, options.approve, options.seed_sessions,
            options.ready_file,
        ))

    def test_faults_can_be_repeated(self) -> None:
        faults = self.options('--fault', 'deny', '--fault', 'interval=2').faults

        self.assertTrue(faults.on('deny') and faults.seconds('interval', 5) == 2)

    def test_case_95_help_lists_the_faults(self) -> None:
        self.assertIn('rotation-without-answer', self.start.get_parser('x').format_help())

    def test_bad_values(self) -> None:
        for argv in (
            ['--port', '-1'], ['--port', '65536'], ['--seed-sessions', '-1'],
            ['--seed-sessions', '99999999'], ['--fault', 'nope'],
        ):
            with self.subTest(argv), self.assertRaises(Validation):
                self.options(*argv)

    def test_importing_it_imports_nothing_of_the_extra(self) -> None:
        done = subprocess.run([sys.executable, '-c', _IMPORT], capture_output=True, text=True)

        self.assertEqual(('[]\n', 0), (done.stdout, done.returncode), done.stderr)

    def test_without_the_extra(self) -> None:
        def find_spec(name: str) -> Any:
            return None if name == 'authlib' else object()

        with (
            mock.patch('importlib.util.find_spec', find_spec),
            self.assertRaises(GenericError) as caught,
        ):
            command.require_extra()

        self.assertEqual('the devcloud needs its extra', caught.exception.message)
        self.assertEqual("pip install 'phyware[devcloud]'", caught.exception.remediation)

    def test_how_it_ends(self) -> None:
        parsed = self.start.get_parser('x').parse_args([])
        with mock.patch('phyware_auth.devcloud.process.serve') as serve:
            serve.return_value = signal.SIGTERM
            self.assertEqual(0, self.start.take_action(parsed))

            serve.return_value = signal.SIGINT
            with self.assertRaises(KeyboardInterrupt):
                self.start.take_action(parsed)
