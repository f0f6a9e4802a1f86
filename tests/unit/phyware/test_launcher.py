"""phyware.launcher: the process itself."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path
from unittest import mock

from phyware import __version__, launcher
from phyware.testing import isolated_environment
from tests.unit.phyware.plugins import COMMANDS, Site

PROGRAM = (sys.executable, '-m', 'phyware')

SLOW = '''
import os, signal, sys
from cliff.command import Command

class Wait(Command):
    def take_action(self, parsed_args):
        os.kill(os.getpid(), signal.SIGINT)
        self.app.stdout.write('not reached')

class Many(Command):
    def take_action(self, parsed_args):
        for number in range(200_000):
            print(number, file=self.app.stdout)
'''

HOSTS = '''
import subprocess

def hosts(request):
    script = 'printf e.%s "${PHYCLOUD_API_KEY-none}"'
    return [subprocess.run(['sh', '-c', script], capture_output=True, text=True).stdout]
'''


class LauncherTest(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        # A call that another test left behind would end the tests' own process.
        self.enterContext(mock.patch('phyware.launcher._end'))

    def test_it_returns_the_status_of_the_application(self) -> None:
        with mock.patch('phyware.app.main', return_value=5):
            self.assertEqual(5, launcher.main())

    def test_ctrl_c_before_the_application_is_there(self) -> None:
        with mock.patch.dict(sys.modules), mock.patch('builtins.__import__', _interrupted):
            del sys.modules['phyware.app']
            self.assertEqual(130, launcher.main())

    def test_ctrl_c_while_the_index_is_written_is_no_failure_of_the_command(self) -> None:
        self.enterContext(mock.patch('phyware.fast.run.run', return_value=(None, '')))
        self.enterContext(mock.patch('phyware.app.main', return_value=3))
        for trouble in (KeyboardInterrupt, MemoryError, OSError):
            with mock.patch('phyware.fast.build.write_index', side_effect=trouble):
                self.assertEqual(3, launcher.main())

    def test_importing_it_imports_next_to_nothing(self) -> None:
        script = (
            'import sys; before = set(sys.modules); import phyware.launcher; '
            'print(sorted(set(sys.modules) - before))'
        )
        result = subprocess.run([sys.executable, '-S', '-c', script], capture_output=True,
                                text=True, timeout=60, check=False, env=_with_this_package())

        self.assertIn("'phyware.launcher'", result.stdout)
        for name in ('phyware.app', 'cliff', 'stevedore', 'argparse', 'logging', 'inspect', 're'):
            self.assertNotIn(f"'{name}'", result.stdout)


class ProcessTest(unittest.TestCase):
    def setUp(self) -> None:
        self.site = self.enterContext(Site())
        self.site.install('acme', SLOW, {COMMANDS: {'wait': 'Wait', 'many': 'Many'}})
        home = self.enterContext(tempfile.TemporaryDirectory())
        self.environ = _with_this_package() | isolated_environment(home)
        self.environ['PYTHONPATH'] += os.pathsep + str(self.site.path)
        self.environ.pop('PYTHONUNBUFFERED', None)

    def run_shell(self, script: str) -> subprocess.CompletedProcess[str]:
        command = ['bash', '-c', script, 'bash', *PROGRAM]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                              env=self.environ)

    def test_python_m_runs_it(self) -> None:
        result = self.run_shell('"$@" --version')

        self.assertEqual((0, f'phyware {__version__}\n', ''),
                         (result.returncode, result.stdout, result.stderr))

    def test_a_status_reaches_the_shell(self) -> None:
        for arguments, status in (('', 4), ('auth status', 2)):
            with self.subTest(arguments):
                self.assertEqual(status, self.run_shell(f'"$@" {arguments} <&-').returncode)

    def test_ctrl_c_is_130_and_one_line(self) -> None:
        result = self.run_shell('"$@" wait')

        self.assertEqual((130, '', 'Interrupted\n'),
                         (result.returncode, result.stdout, result.stderr))

    def test_a_pager_that_is_no_command_line_stops_nothing(self) -> None:
        for pager in ('"less', "less -P 'x", 'less \\'):
            with self.subTest(pager):
                self.environ['PAGER'] = pager
                result = self.run_shell('"$@" help')
                self.assertEqual((0, ''), (result.returncode, result.stderr))
                self.assertIn('usage: phyware', result.stdout)

    def test_case_91_a_reader_that_goes_is_141_and_silent(self) -> None:
        result = self.run_shell('set -o pipefail; "$@" many | head -1')

        self.assertEqual((141, '0\n', ''), (result.returncode, result.stdout, result.stderr))

    def test_case_91_a_full_disk_and_a_closed_stdout_are_said_once(self) -> None:
        for redirection in ('>/dev/full', '>&-'):
            with self.subTest(redirection):
                result = self.run_shell(f'"$@" many {redirection}')
                self.assertEqual(1, result.returncode)
                self.assertRegex(
                    result.stderr, r'\AERROR: input or output failed: .*\nCheck the file, .*\n\Z')

    def test_case_67_a_child_of_a_plugin_that_gives_candidates_has_no_key(self) -> None:
        self.site.install('hosts', HOSTS, {'phyware.completion': {'hosts': 'hosts'}})
        self.environ['PHYCLOUD_API_KEY'] = 'phk_canary'
        result = self.run_shell(
            "printf ' \\0phyware --url e' | \"$@\" completion bash --candidates"
        )

        self.assertEqual('words\ne.none\n', result.stdout)

    def test_case_82_a_plugin_that_ends_the_process_harms_itself_only(self) -> None:
        (self.site.path / 'killer.py').write_text(textwrap.dedent('import os; os._exit(9)'))
        self.site.metadata('killer', f'[{COMMANDS}]\nkiller_run = killer:X\n')

        self.assertEqual(9, self.run_shell('"$@" killer run').returncode)
        self.assertEqual(0, self.run_shell('"$@" help').returncode)


def _interrupted(name: str, *args: object, **kwargs: object) -> object:
    raise KeyboardInterrupt


def _with_this_package() -> dict[str, str]:
    """Return the environment, with the packages under test to be found first."""
    root = Path(launcher.__file__).parents[1]
    return {**os.environ, 'PYTHONPATH': str(root)}
