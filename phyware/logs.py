"""Logging of one invocation: handlers that redact, and that leave again.

Layer: framework.  Stock cliff adds handlers to the root logger and never takes
them away, so messages multiply and libraries' secrets leak (cliff-traps 13, 14).
"""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import sys
from collections.abc import Callable, Collection, Iterator
from typing import Any, TextIO

from phyware.channels import interpreter_through_logging
from phyware.errors import GenericError
from phyware.options import GlobalOptions
from phyware.redaction import RedactingFilter, Redactor
from phyware.text import clean

_CONSOLE_FORMAT = '%(levelname)s: %(message)s'
_ALL = 3  # how often -v is given to hear the libraries as well
_OWN_LOGGERS = frozenset({'phyware', 'phyware_auth', 'root'})
_FILE_FORMAT = '%(asctime)s %(levelname)s %(name)s %(message)s'


@contextlib.contextmanager
def records_redacted(redactor: Redactor) -> Iterator[None]:
    """Redact every record that is made while the block runs, for whichever handler.

    Also for the one of last resort, before there are handlers of ours.  What
    the interpreter itself would write on stderr is logged.
    """
    factory = logging.getLogRecordFactory()
    logging.setLogRecordFactory(RedactingFilter(redactor).factory(factory))
    try:
        with interpreter_through_logging():
            yield
    finally:
        logging.setLogRecordFactory(factory)


@contextlib.contextmanager
def logging_to(
    options: GlobalOptions, stderr: TextIO, redactor: Redactor,
    packages: Callable[[], Collection[str]] = tuple,
) -> Iterator[None]:
    """Log to ``stderr`` and to ``--log-file`` while the block runs.

    With ``-v`` and ``-vv`` it is phyware and its plugins that say more, with
    ``-vvv``, with ``--debug`` and in the file also the libraries.

    Handlers that others have put on any logger, or put there meanwhile, stay
    and get redacted records.  Those of a block around this one rest meanwhile,
    so that a line of the shell is not logged twice.

    :param packages: gives the top-level names of the plugins' modules
    :raises GenericError: the log file cannot be used
    """
    root = logging.getLogger()
    own = _handlers(options, stderr, packages)
    before, level = list(root.handlers), root.level
    redacting = RedactingFilter(redactor)
    for handler in (*before, *own):
        handler.addFilter(redacting)
    foreign = [handler for handler in before if not isinstance(handler, _OURS)]
    root.handlers[:] = [*foreign, *own]
    root.setLevel(min(handler.level for handler in own))
    try:
        with records_redacted(redactor):
            yield
    finally:
        root.setLevel(level)
        added = [handler for handler in root.handlers if handler not in (*before, *own)]
        root.handlers[:] = [*before, *added]
        for handler in before:
            handler.removeFilter(redacting)
        for handler in own:
            _close(handler)


def _handlers(
    options: GlobalOptions, stderr: TextIO, packages: Callable[[], Collection[str]]
) -> list[logging.Handler]:
    console = _ConsoleHandler(stderr)
    console.setLevel(_console_level(options))
    console.setFormatter(_LineFormatter(_CONSOLE_FORMAT))
    if 0 < options.verbose < _ALL and not options.debug:
        console.addFilter(_NoLibraries(packages()))
    if options.log_file is None:
        return [console]
    file = _PrivateFileHandler(options.log_file, console)
    file.setLevel(logging.DEBUG)
    file.setFormatter(_LineFormatter(_FILE_FORMAT))
    return [console, file]


def _close(handler: logging.Handler) -> None:
    # A full disk was said when it happened; it is not the command's failure.
    with contextlib.suppress(OSError, ValueError):
        handler.close()


def _console_level(options: GlobalOptions) -> int:
    if options.debug or options.verbose >= 2:
        return logging.DEBUG
    if options.verbose == 1:
        return logging.INFO
    return logging.ERROR if options.quiet else logging.WARNING


class _NoLibraries(logging.Filter):
    """Keeps back what libraries say below a warning.

    :param packages: top-level names of the modules that are no libraries
    """

    def __init__(self, packages: Collection[str]) -> None:
        super().__init__()
        self._own = _OWN_LOGGERS.union(packages)

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether it is a warning, or said by none of them."""
        return record.levelno >= logging.WARNING or record.name.partition('.')[0] in self._own


class _LineFormatter(logging.Formatter):
    """One line for a message, whatever a server or a plugin put in it (security case 79)."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return clean(super().formatMessage(record), limit=None)

    def format(self, record: logging.LogRecord) -> str:
        # A traceback follows the message and keeps its line breaks.
        lines = super().format(record).split('\n')
        return '\n'.join(clean(line, limit=None) for line in lines)


class _ConsoleHandler(logging.StreamHandler[TextIO]):
    """Writes on stderr; if that fails, nobody is left to be told."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Do nothing; logging itself prints a traceback."""


class _PrivateFileHandler(logging.FileHandler):
    """A file handler whose file only its owner can read.

    :param console: where a failure to write is said, once
    """

    def __init__(self, path: str, console: logging.Handler) -> None:
        self._console = console
        self._failed = False
        super().__init__(path)

    def _open(self) -> Any:
        return _open_private(self.baseFilename)

    def handleError(self, record: logging.LogRecord) -> None:
        """Say it the first time; logging itself prints a traceback each time."""
        if self._failed:
            return
        self._failed = True
        error = sys.exc_info()[1]
        reason = getattr(error, 'strerror', None) or type(error).__name__
        message = f'the log file {self.baseFilename} cannot be written: {reason}'
        said = {'levelno': logging.WARNING, 'levelname': 'WARNING', 'msg': message}
        self._console.handle(logging.makeLogRecord(said))


_OURS = (_ConsoleHandler, _PrivateFileHandler)


def _open_private(path: str) -> TextIO:
    """Open a log file 0600, never through a link or into a pipe (security case 69)."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK
    flags |= getattr(os, 'O_NOFOLLOW', 0) | getattr(os, 'O_CLOEXEC', 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except (OSError, ValueError) as error:
        reason = getattr(error, 'strerror', None) or 'not a usable path'
        raise _unusable(path, reason) from None
    reason = _made_private(descriptor)
    if reason:
        os.close(descriptor)
        raise _unusable(path, reason)
    return os.fdopen(descriptor, 'a', encoding='utf-8', errors='backslashreplace')


def _made_private(descriptor: int) -> str | None:
    """Let only its owner, who must be us, read a file; return why it can't be used."""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        return 'not a regular file'
    if found.st_uid != os.geteuid():
        return 'it belongs to another user'
    if found.st_nlink > 1:
        return 'it has another name as well'
    if stat.S_IMODE(found.st_mode) != 0o600:
        # A umask such as 277 took the owner's own bits away, for the next run.
        os.fchmod(descriptor, 0o600)
    return None


def _unusable(path: str, reason: str) -> GenericError:
    return GenericError(
        f'the log file {clean(path)} cannot be opened: {reason}',
        'Give --log-file the path of a regular file',
    )
