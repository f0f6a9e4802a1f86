"""phyware.logs: what is logged, where to, and that nothing of it stays behind."""

from __future__ import annotations

import io
import logging
import os
import stat
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from phyware import testing
from phyware.errors import GenericError
from phyware.logs import logging_to, records_redacted
from phyware.options import GlobalOptions
from phyware.redaction import Redactor

LOG = logging.getLogger('phyware.tests.logs')
ROOT = logging.getLogger()
SECRET = 'c4nary-value'


@dataclass
class Quoting:
    """An argument that is formatted late."""

    text: str

    def __repr__(self) -> str:
        return f'<{self.text}>'


@dataclass
class Unraisable:
    """What the interpreter gives to ``sys.unraisablehook``."""

    exc_value: BaseException
    object: object


class LogsCase(testing.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.file = Path(self.home, 'log')
        self.stderr = io.StringIO()
        self.redactor = Redactor()
        self.redactor.add(SECRET)

    @contextmanager
    def logging(self, **options: Any) -> Iterator[None]:
        with logging_to(GlobalOptions(**options), self.stderr, self.redactor):
            yield

    def refused(self, path: str) -> str:
        with self.assertRaises(GenericError) as caught, self.logging(log_file=path):
            self.fail('it was used')
        return caught.exception.message


class LevelTest(LogsCase):
    def shown(self, **options: Any) -> list[str]:
        with self.logging(**options):
            for level in ('debug', 'info', 'warning', 'error'):
                getattr(LOG, level)('of level %s', level)
        return [line.partition(':')[0] for line in self.stderr.getvalue().splitlines()]

    def test_warnings_and_errors(self) -> None:
        self.assertEqual(['WARNING', 'ERROR'], self.shown())

    def test_quiet_leaves_errors(self) -> None:
        self.assertEqual(['ERROR'], self.shown(quiet=True))

    def test_verbose_adds_one_level_each(self) -> None:
        self.assertEqual(['INFO', 'WARNING', 'ERROR'], self.shown(verbose=1))

    def test_verbose_twice_and_debug_show_all(self) -> None:
        for options in ({'verbose': 2}, {'debug': True}, {'verbose': 5, 'quiet': True}):
            with self.subTest(options):
                self.stderr = io.StringIO()
                self.assertEqual(['DEBUG', 'INFO', 'WARNING', 'ERROR'], self.shown(**options))

    def of(self, *names: str, **options: Any) -> list[str]:
        """Return which loggers' debug messages are shown, then whose warnings."""
        with logging_to(
            GlobalOptions(**options), self.stderr, self.redactor, lambda: {'acme', 'x.y'}
        ):
            for name in names:
                logging.getLogger(name).debug('%s', name)
                logging.getLogger(name).warning('%s', name)
        return self.stderr.getvalue().splitlines()

    def test_what_libraries_say_of_themselves_takes_three_or_debug(self) -> None:
        own = ('phyware.a', 'phyware_auth.b', 'acme.robots', 'root')
        libraries = ('stevedore', 'urllib3.connectionpool', 'keyring.backend', 'acmelike')
        warned = [f'WARNING: {name}' for name in libraries]
        self.assertEqual(warned, self.of(*libraries, verbose=2))
        for options in ({'verbose': 3}, {'debug': True}):
            with self.subTest(options):
                self.stderr = io.StringIO()
                self.assertEqual(8, len(self.of(*libraries, **options)))
        self.stderr = io.StringIO()
        self.assertEqual(8, len(self.of(*own, verbose=2)))

    def test_whose_packages_plugins_are_is_asked_only_where_it_counts(self) -> None:
        def asked() -> set[str]:
            raise AssertionError

        for options in ({}, {'quiet': True}, {'verbose': 3}, {'debug': True, 'verbose': 1}):
            with logging_to(GlobalOptions(**options), self.stderr, self.redactor, asked):
                logging.getLogger('other').info('x')

    def test_the_file_gets_all_whatever_the_console_shows(self) -> None:
        self.shown(quiet=True, log_file=str(self.file))

        self.assertEqual(4, len(self.file.read_text().splitlines()))


class LeavingTest(LogsCase):
    def test_trap_14_handlers_and_level_are_as_before(self) -> None:
        before = (list(ROOT.handlers), ROOT.level, len(logging._handlerList))  # type: ignore[attr-defined]
        with self.assertRaises(KeyError), self.logging(debug=True, log_file=str(self.file)):
            self.assertNotEqual(before[0], ROOT.handlers)
            raise KeyError

        self.assertEqual(
            before, (list(ROOT.handlers), ROOT.level, len(logging._handlerList))  # type: ignore[attr-defined]
        )

    def test_trap_14_messages_do_not_multiply(self) -> None:
        for _ in range(3):
            with self.logging(log_file=str(self.file)):
                LOG.warning('once')

        self.assertEqual(3, self.stderr.getvalue().count('once'))
        self.assertEqual(3, self.file.read_text().count('once'))

    def test_a_block_inside_of_another_logs_in_its_place(self) -> None:
        inner = io.StringIO()
        with self.logging(log_file=str(self.file)):
            LOG.warning('before')
            with logging_to(GlobalOptions(log_file=str(self.file)), inner, self.redactor):
                LOG.warning('inside')
            LOG.warning('after')

        self.assertEqual('WARNING: before\nWARNING: after\n', self.stderr.getvalue())
        self.assertEqual('WARNING: inside\n', inner.getvalue())
        self.assertEqual(3, len(self.file.read_text().splitlines()))

    def test_a_handler_that_a_command_has_added_stays(self) -> None:
        added = logging.NullHandler()
        self.addCleanup(ROOT.removeHandler, added)
        with self.logging():
            ROOT.addHandler(added)

        self.assertIn(added, ROOT.handlers)

    def test_a_file_that_is_refused_leaves_nothing_behind(self) -> None:
        before = (list(ROOT.handlers), ROOT.level)
        self.refused(self.home)

        self.assertEqual(before, (list(ROOT.handlers), ROOT.level))

    def test_handlers_of_others_stay_and_lose_the_filter(self) -> None:
        other = logging.NullHandler()
        ROOT.addHandler(other)
        self.addCleanup(ROOT.removeHandler, other)
        with self.logging():
            self.assertEqual(1, len(other.filters))

        self.assertIn(other, ROOT.handlers)
        self.assertEqual([], other.filters)


class SecretTest(LogsCase):
    def test_trap_13_and_case_63_secrets_are_redacted_on_every_handler(self) -> None:
        plugin = logging.StreamHandler(io.StringIO())
        ROOT.addHandler(plugin)
        self.addCleanup(ROOT.removeHandler, plugin)
        with self.logging(debug=True, log_file=str(self.file)):
            LOG.warning('token %s', SECRET)
            try:
                raise ValueError(f'bad {SECRET}')
            except ValueError:
                LOG.exception('failed')

        for text in (self.stderr.getvalue(), self.file.read_text(), plugin.stream.getvalue()):
            self.assertIn('token ***', text)
            self.assertIn('ValueError: bad ***', text)
            self.assertNotIn(SECRET, text)

    def test_case_64_handlers_below_the_root_get_redacted_records(self) -> None:
        library = logging.getLogger('urllib3.tests')
        before, meanwhile = (logging.StreamHandler(io.StringIO()) for _ in range(2))
        library.addHandler(before)
        self.addCleanup(library.removeHandler, before)
        self.addCleanup(library.removeHandler, meanwhile)
        with self.logging():
            library.addHandler(meanwhile)
            library.warning('%r', Quoting(SECRET))

        library.warning('later')
        for handler in (before, meanwhile):
            self.assertEqual("<***>\nlater\n", handler.stream.getvalue())

    def test_case_64_without_handlers_of_ours(self) -> None:
        stderr = self.enterContext(mock.patch('sys.stderr', io.StringIO()))
        self.enterContext(mock.patch.object(ROOT, 'handlers', []))
        with records_redacted(self.redactor):
            LOG.warning('token %s', SECRET)

        self.assertEqual('token ***\n', stderr.getvalue())

    def test_case_65_a_thread_that_crashes_is_redacted(self) -> None:
        with self.logging(debug=True):
            thread = threading.Thread(target=int, args=(f'no {SECRET}',), name='worker')
            thread.start()
            thread.join()

        shown = self.stderr.getvalue()
        self.assertIn('ERROR: the thread worker failed: ValueError\n', shown)
        self.assertIn("base 10: 'no ***'", shown)

    def test_case_65_only_the_type_is_said_without_debug(self) -> None:
        with self.logging():
            sys.unraisablehook(Unraisable(KeyError(SECRET), self))  # type: ignore[arg-type]

        self.assertEqual('ERROR: SecretTest failed: KeyError\n', self.stderr.getvalue())

    def test_case_65_warnings_are_redacted(self) -> None:
        with warnings.catch_warnings(), self.logging():
            warnings.simplefilter('always')
            warnings.warn(f'odd {SECRET}', stacklevel=1)

        self.assertRegex(self.stderr.getvalue(), r'^WARNING: .*test_logs.py:\d+: UserWarning: odd ')
        self.assertNotIn(SECRET, self.stderr.getvalue())

    def test_trap_14_the_interpreters_hooks_are_as_before(self) -> None:
        def hooks() -> list[object]:
            factory = logging.getLogRecordFactory()
            return [threading.excepthook, sys.unraisablehook, warnings.showwarning, factory]

        before = hooks()
        with self.assertRaises(KeyError), self.logging():
            self.assertEqual([], [hook for hook in hooks() if hook in before])
            raise KeyError

        self.assertEqual(before, hooks())

    def test_case_64_a_library_is_redacted_too(self) -> None:
        with self.logging(debug=True):
            logging.getLogger('urllib3.connectionpool').debug('GET /?access_token=%s', 'abcdefgh')

        self.assertIn('access_token=***', self.stderr.getvalue())

    def test_case_79_text_of_others_cannot_command_a_terminal_or_forge_a_line(self) -> None:
        with self.logging(log_file=str(self.file)):
            LOG.warning('said %s', 'x\x1b]52;c;aGk=\x07\r\nERROR: forged\u202e')
            try:
                raise ValueError('in \x1b[2J a traceback')
            except ValueError:
                LOG.exception('failed')

        for text in (self.stderr.getvalue(), self.file.read_text()):
            self.assertIn('said x\\x1b]52;c;aGk=\\x07\\r\\nERROR: forged\\u202e\n', text)
            self.assertIn('ValueError: in \\x1b[2J a traceback\n', text)
            self.assertNotIn('\x1b', text)


class FileTest(LogsCase):
    def test_case_69_it_is_the_owners_alone(self) -> None:
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        with self.logging(log_file=str(self.file)):
            LOG.warning('é\ud800')

        self.assertEqual(0o600, stat.S_IMODE(self.file.stat().st_mode))
        self.assertIn('WARNING phyware.tests.logs é\\ud800', self.file.read_text('utf-8'))

    def test_case_10_a_umask_that_takes_the_owners_bits_does_not_lock_the_owner_out(self) -> None:
        self.addCleanup(os.umask, os.umask(0o777))
        with self.logging(log_file=str(self.file)):
            LOG.error('a')
        self.assertEqual(0o600, stat.S_IMODE(self.file.stat().st_mode))

    def test_it_is_appended_to(self) -> None:
        self.file.write_text('before\n')
        with self.logging(log_file=str(self.file)):
            LOG.warning('after')

        self.assertRegex(self.file.read_text(), r'\Abefore\n.* after\n\Z')

    def test_case_69_a_file_that_others_can_read_is_closed_to_them(self) -> None:
        self.file.touch()
        self.file.chmod(0o666)
        with self.logging(log_file=str(self.file)):
            self.assertEqual(0o600, stat.S_IMODE(self.file.stat().st_mode))

    def test_case_69_a_file_of_another_user_is_refused(self) -> None:
        self.file.write_text('planted')
        with mock.patch('os.geteuid', return_value=os.geteuid() + 1):
            self.assertIn('it belongs to another user', self.refused(str(self.file)))

        self.assertEqual('planted', self.file.read_text())

    def test_case_12_69_a_hard_link_is_not_written_to(self) -> None:
        victim = Path(self.home, 'victim')
        victim.write_text('mine')
        os.link(victim, self.file)

        self.assertIn('it has another name as well', self.refused(str(self.file)))
        self.assertEqual('mine', victim.read_text())

    def test_case_69_a_link_is_not_followed(self) -> None:
        victim = Path(self.home, 'victim')
        victim.write_text('mine')
        self.file.symlink_to(victim)

        self.assertIn('cannot be opened: ', self.refused(str(self.file)))
        self.assertEqual('mine', victim.read_text())

    def test_case_69_a_fifo_is_refused_at_once_read_or_not(self) -> None:
        os.mkfifo(self.file)
        self.refused(str(self.file))
        reader = os.open(self.file, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)

        self.assertIn('not a regular file', self.refused(str(self.file)))

    def test_what_is_no_path_of_a_file_is_refused_by_name(self) -> None:
        for path in ('', self.home, f'{self.home}/absent/\x1b', '/dev/null', 'a\0b'):
            with self.subTest(path):
                self.assertRegex(self.refused(path), '^the log file .* cannot be opened: ')


class FailingStreamTest(LogsCase):
    def test_case_91_a_log_that_cannot_be_written_is_said_once(self) -> None:
        with (
            mock.patch('phyware.logs._open_private', return_value=open('/dev/full', 'w')),
            self.logging(log_file=str(self.file)),
        ):
            LOG.info('first')
            LOG.info('second')

        self.assertEqual(
            f'WARNING: the log file {self.file} cannot be written: No space left on device\n',
            self.stderr.getvalue(),
        )

    def test_case_91_no_stderr_stops_nothing_and_shows_nothing(self) -> None:
        self.stderr.close()
        with mock.patch('sys.stderr', io.StringIO()) as real, self.logging():
            LOG.error('nobody is left to be told')

        self.assertEqual('', real.getvalue())
