"""Nobody but the shell's prompt imports cmd2 and what comes with it."""

from __future__ import annotations

import subprocess
import sys
import unittest
from pathlib import Path

from phyware.repl import imports
from phyware.testing import isolated_environment, run_cli

_PROMPT = ('cmd2', 'rich', 'prompt_toolkit', 'pygments')


class ImportsTest(unittest.TestCase):
    def modules_after(self, code: str) -> set[str]:
        """Return the modules that a process has imported after ``code``."""
        script = f'{code}\nimport sys; print(*sys.modules)'
        root = str(Path(imports.__file__).parents[2])
        result = subprocess.run(
            [sys.executable, '-c', script], capture_output=True, text=True, timeout=60,
            check=True, env={**isolated_environment('/nowhere'), 'PYTHONPATH': root},
        )
        return set(result.stdout.split())

    def test_no_command_and_no_script_imports_the_prompt(self) -> None:
        found = self.modules_after(
            'import io, os, tempfile\n'
            'from phyware.testing import run_cli\n'
            'path = tempfile.mkstemp()[1]\n'
            'open(path, "w").write("help; auth status --offline; history")\n'
            'assert run_cli("shell", "--script", path).exit_code == 2\n'
            'assert run_cli("help").exit_code == 0\n'
            'os.unlink(path)\n'
            'import phyware.repl.fast, phyware.repl.script, phyware.commands.shell'
        )

        self.assertIn('phyware.repl.runner', found)
        self.assertFalse(found & set(_PROMPT))

    def test_the_prompt_leaves_pygments_out_and_takes_no_cliff(self) -> None:
        found = self.modules_after(
            'import phyware.repl.fast\n'
            'from phyware.repl.imports import swiftly\n'
            'with swiftly(): import phyware.repl.engine\n'
        )

        self.assertIn('cmd2.cmd2', found)
        for name in ('pygments', 'rich.traceback', 'pydoc', 'cmd2.annotated', 'cliff',
                     'stevedore', 'requests', 'keyring'):
            self.assertNotIn(name, found)

    def test_what_was_left_out_can_be_imported_afterwards(self) -> None:
        found = self.modules_after(
            'import gc\n'
            'from phyware.repl.imports import swiftly\n'
            'with swiftly(): import phyware.repl.engine\n'
            'assert gc.isenabled()\n'
            'from rich.traceback import Traceback\n'
            'from cmd2.annotated import with_annotated\n'
            'import pydoc\n'
            'assert object not in (Traceback, with_annotated, pydoc.pager)'
        )

        self.assertIn('pygments', found)

    def test_without_a_terminal_nothing_is_opened(self) -> None:
        self.assertEqual(4, run_cli().exit_code)
