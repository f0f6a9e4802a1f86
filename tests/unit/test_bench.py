"""The bench counts what it says, and loses no figure for a row that fails.

What it measures is nobody's to assert: valgrind is a stand-in here.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from tests.bench import __main__ as bench
from tests.bench.callgrind import Line, millions
from tests.bench.figure import Figure
from tests.bench.instructions import GrowthInstructions, StartUpInstructions

# Says what callgrind says of a program, and runs it.
_VALGRIND = '''#!/bin/sh
shift 2
"$@"; status=$?
echo "==$$== Collected : 41500000" >&2
exit $status
'''


class _Sound:
    name = 'X1'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        yield Figure('X1', 'sound', runs, 5)


class _Broken(_Sound):
    name = 'X0'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        yield Figure('X0', 'before it broke', 1)
        raise AssertionError('a peer is away')


class BenchCase(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.home = Path(self.enterContext(tempfile.TemporaryDirectory()))


class CountTest(BenchCase):
    def line(self, code: str, status: int = 0) -> Line:
        """Return a line of Python with the stand-in on its path."""
        program = self.home / 'valgrind'
        program.write_text(_VALGRIND)
        program.chmod(0o755)
        path = os.pathsep.join([str(self.home), os.environ['PATH']])
        self.enterContext(mock.patch.dict(os.environ, {'PATH': path}))
        return Line((sys.executable, '-c', code), dict(os.environ), status, 'typed')

    def test_each_line_runs_once_before_it_is_counted(self) -> None:
        runs = self.home / 'runs'
        code = ('import os, sys; print(sys.stdin.read(), os.environ["PYTHONHASHSEED"], '
                f'file=open({str(runs)!r}, "a"))')

        self.assertEqual({'line': 41.5}, millions({'line': self.line(code)}))
        self.assertEqual('typed 0\ntyped 0\n', runs.read_text())

    def test_a_line_that_ends_otherwise_is_not_counted(self) -> None:
        self.assertEqual({'line': 41.5}, millions({'line': self.line('raise SystemExit(4)', 4)}))
        with self.assertRaises(subprocess.CalledProcessError):
            millions({'line': self.line('raise SystemExit(1)', 4)})

    def test_without_valgrind_there_is_no_figure_and_that_is_said(self) -> None:
        for row in (StartUpInstructions, GrowthInstructions):
            stderr = io.StringIO()
            with (mock.patch.dict(os.environ, {'PATH': str(self.home)}),
                  contextlib.redirect_stderr(stderr)):
                self.assertEqual([], list(row().measure(self.home, 1)))
            self.assertIn('valgrind is not installed', stderr.getvalue())


class TableTest(BenchCase):
    def test_a_row_that_fails_is_named_and_the_others_are_kept(self) -> None:
        self.enterContext(contextlib.chdir(self.home))
        stdout, stderr = io.StringIO(), io.StringIO()
        with (mock.patch.object(bench, 'ROWS', (_Broken, _Sound)),
              mock.patch.object(sys, 'argv', ['bench', '--runs', '3']),
              contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr)):
            self.assertEqual(1, bench.main())
        found = json.loads((self.home / 'bench.json').read_text())

        self.assertEqual(['before it broke', 'sound'], [row['what'] for row in found['rows']])
        self.assertEqual(['X0'], found['failed'])
        self.assertIn('a peer is away', stderr.getvalue())
