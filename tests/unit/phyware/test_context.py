"""phyware.context: what a command may touch, and streams that are not there."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest import mock

from phyware.context import ClosedStream, Context, NoBrowser, SystemClock

_FULL = 1 << 16


@contextmanager
def _files_end_at(size: int) -> Iterator[None]:
    """Let no file become larger: a write beyond it is cut short, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class ContextTest(unittest.TestCase):
    def test_paths_follow_the_environment_given(self) -> None:
        streams = (io.StringIO(), io.StringIO(), io.StringIO())
        context = Context(*streams, {'PHYWARE_CONFIG_DIR': '/given'})

        self.assertEqual(Path('/given'), context.paths.config_dir)
        self.assertFalse(context.browser.available() or context.browser.open('https://x'))
        with self.assertRaises(AttributeError):
            context.environ = {}  # type: ignore[misc]

    def test_each_has_a_redactor_of_its_own(self) -> None:
        streams = (io.StringIO(), io.StringIO(), io.StringIO())
        first, second = Context(*streams, {}), Context(*streams, {})
        first.redactor.add('s3cret value')

        self.assertEqual('s3cret value', second.redactor.redact('s3cret value'))

    def test_case_63_75_its_redactor_knows_the_secrets_of_the_environment(self) -> None:
        environ = {'PHYCLOUD_API_KEY': 'key-c4nary', 'HTTPS_PROXY': 'http://u:proxy-c4nary@p:1'}
        made = Context(io.StringIO(), io.StringIO(), io.StringIO(), environ)

        self.assertEqual('*** ***', made.redactor.redact('key-c4nary proxy-c4nary'))

    def test_the_system_s_is_a_copy_of_the_process_s_environment(self) -> None:
        stdout = io.StringIO()
        environ = mock.patch.dict(os.environ, {'PHYWARE_TEST': 'yes'})
        with environ, mock.patch.object(sys, 'stdout', stdout):
            context = Context.from_system()

        self.assertEqual('yes', context.environ['PHYWARE_TEST'])
        self.assertIs(stdout, context.stdout)
        self.assertIsInstance(context.clock, SystemClock)

    def test_case_91_streams_that_were_closed(self) -> None:
        with mock.patch.multiple(sys, stdin=None, stdout=None, stderr=None):
            context = Context.from_system()
        self.addCleanup(context.stderr.close)

        self.assertIsInstance(context.stdin, ClosedStream)
        self.assertIsInstance(context.stdout, ClosedStream)
        context.stderr.write('nobody reads this')

    def test_case_91_a_full_disk_is_seen_without_pythons_buffer(self) -> None:
        path = Path(self.enterContext(tempfile.TemporaryDirectory()), 'out')
        text = 'x' * (3 * _FULL)
        with open(path, 'wb', buffering=0) as raw:
            unbuffered = io.TextIOWrapper(raw, encoding='latin-1', write_through=True)
            with mock.patch.object(sys, 'stdout', unbuffered):
                stdout = Context.from_system().stdout
            with _files_end_at(_FULL), self.assertRaises(OSError):
                stdout.write(text)
                stdout.flush()
            self.assertEqual(('latin-1', raw.fileno()), (stdout.encoding, stdout.fileno()))
            with suppress(OSError):
                stdout.close()
            self.assertFalse(raw.closed)

        self.assertEqual(_FULL, path.stat().st_size)

    def test_no_browser(self) -> None:
        self.assertFalse(NoBrowser().available() or NoBrowser().open('https://x'))


class ClosedStreamTest(unittest.TestCase):
    def test_case_91_reading_and_writing_fail(self) -> None:
        stream = ClosedStream()

        self.assertFalse(stream.isatty())
        stream.write('x')
        with self.assertRaisesRegex(OSError, 'Bad file descriptor'):
            stream.flush()
        with self.assertRaisesRegex(OSError, 'Bad file descriptor'):
            stream.readline()
        with self.assertRaises(OSError):
            stream.fileno()

    def test_flushing_what_nobody_wrote_is_fine(self) -> None:
        ClosedStream().flush()


class SystemClockTest(unittest.TestCase):
    def test_it_is_the_clock_of_the_system(self) -> None:
        clock = SystemClock()
        with mock.patch('time.time', return_value=5.0), mock.patch('time.sleep') as slept:
            self.assertEqual(5.0, clock.now())
            clock.sleep(3)

        slept.assert_called_once_with(3)
        self.assertLessEqual(clock.monotonic(), clock.monotonic())


class ProcessTest(unittest.TestCase):
    """The real process, with a real stream closed."""

    def run_closed(self, redirection: str, *argv: str) -> subprocess.CompletedProcess[str]:
        script = f'exec "$@" {redirection}'
        command = ['sh', '-c', script, 'sh', sys.executable, '-m', 'phyware', *argv]
        # Unbuffered, nothing is left for the interpreter to flush at its end.
        environ = {k: v for k, v in os.environ.items() if k != 'PYTHONUNBUFFERED'}
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                              env=environ)

    def test_case_91_no_stdout_is_an_error_that_is_said_once(self) -> None:
        result = self.run_closed('>&-', '--version')

        self.assertEqual(1, result.returncode)
        self.assertEqual(1, result.stderr.count('ERROR: '), result.stderr)
        self.assertNotIn('Traceback', result.stderr)
        self.assertNotIn('Exception ignored', result.stderr)

    def test_case_91_a_full_disk_is_an_error_that_is_said_once(self) -> None:
        result = self.run_closed('>/dev/full', '--version')

        self.assertEqual(1, result.returncode)
        self.assertIn('No space left on device', result.stderr)
        self.assertNotIn('Exception ignored', result.stderr)

    def test_no_stdin_and_no_stderr_change_nothing(self) -> None:
        for redirection in ('<&-', '2>&-'):
            with self.subTest(redirection):
                result = self.run_closed(redirection, '--version')
                self.assertEqual((0, ''), (result.returncode, result.stderr))
                self.assertTrue(result.stdout.startswith('phyware '))
