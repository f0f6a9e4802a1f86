"""phyware.repl.surroundings: what a command does to the process is over with it."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import tempfile
from pathlib import Path

from phyware.repl.surroundings import left_as_found, lent
from tests.unit.phyware.plugins import PluginCase

_SOURCE = '''
    import os, signal, sys
    from cliff.command import Command

    class Leap(Command):
        """Go elsewhere"""
        def take_action(self, parsed_args):
            os.mkdir(self.app.context.environ['HOME'] + '/gone')
            os.chdir(self.app.context.environ['HOME'] + '/gone')
            os.rmdir(os.getcwd())

    class Close(Command):
        """Take the output for its own"""
        def take_action(self, parsed_args):
            with self.app.stdout as out:
                out.write('closed\\n')
            sys.stdout = None

    class Where(Command):
        """Say where"""
        def take_action(self, parsed_args):
            self.app.stdout.write(os.getcwd() + '\\n')
'''
_LINES = 'leap\nclose\nclose > ~/out\nwhere\n'


class RunnerTest(PluginCase):
    def test_the_next_line_has_directory_and_output_of_the_shell(self) -> None:
        self.install('acme', _SOURCE, leap='Leap', close='Close', where='Where')
        self.addCleanup(os.chdir, os.getcwd())
        stdout = sys.stdout

        result = self.cli.run('shell', '--script', '-', stdin=_LINES)

        self.assertEqual((0, ''), (result.exit_code, result.stderr))
        self.assertEqual(f'closed\n{os.getcwd()}\n', result.stdout)
        self.assertEqual('closed\n', Path(self.cli.environ['HOME'], 'out').read_text())
        self.assertIs(stdout, sys.stdout)


class SurroundingsTest(PluginCase):
    def test_what_a_signal_does(self) -> None:
        before = signal.getsignal(signal.SIGINT)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        with contextlib.suppress(ZeroDivisionError), left_as_found():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            raise ZeroDivisionError

        self.assertIs(before, signal.getsignal(signal.SIGINT))

    def test_a_directory_that_was_gone_before_is_no_failure(self) -> None:
        self.addCleanup(os.chdir, os.getcwd())
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / 'gone').mkdir()
        os.chdir(folder / 'gone')
        (folder / 'gone').rmdir()
        with left_as_found():
            os.chdir(folder)

        self.assertEqual(folder.resolve(), Path.cwd())


class LentTest(PluginCase):
    def test_to_close_it_is_to_flush_it(self) -> None:
        raw = io.BytesIO()
        stream = io.TextIOWrapper(raw, encoding='latin-1')
        with lent(stream) as given:
            given.write('\xe9')
            self.assertEqual(('latin-1', False), (given.encoding, given.isatty()))

        self.assertFalse(stream.closed)
        self.assertEqual(b'\xe9', raw.getvalue())
