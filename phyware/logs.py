"""Logging of one invocation: handlers that redact, and that leave again.

Layer: framework.  Stock cliff adds handlers to the root logger and never takes
them away, so messages multiply and libraries' secrets leak (cliff-traps 13, 14).
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from phyware.errors import GenericError
from phyware.options import GlobalOptions
from phyware.redaction import RedactingFilter, Redactor
from phyware.text import clean

_FILE_FORMAT = '%(asctime)s %(levelname)s %(name)s %(message)s'


@contextmanager
def logging_to(options: GlobalOptions, stderr: TextIO, redactor: Redactor) -> Iterator[None]:
    """Log to ``stderr`` and to ``--log-file`` while the block runs.

    :raises GenericError: the log file cannot be used
    """
    root = logging.getLogger()
    level = root.level
    handlers = _handlers(options, stderr, redactor)
    root.setLevel(min(handler.level for handler in handlers))
    for handler in handlers:
        root.addHandler(handler)
    try:
        yield
    finally:
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def _handlers(
    options: GlobalOptions, stderr: TextIO, redactor: Redactor
) -> list[logging.Handler]:
    console: logging.Handler = logging.StreamHandler(stderr)
    console.setLevel(_console_level(options))
    console.setFormatter(logging.Formatter('%(levelname)s: %(message)s'))
    handlers = [console]
    if options.log_file:
        handlers.append(_file_handler(options.log_file))
    for handler in handlers:
        handler.addFilter(RedactingFilter(redactor))
    return handlers


def _console_level(options: GlobalOptions) -> int:
    if options.debug or options.verbose >= 2:
        return logging.DEBUG
    if options.verbose == 1:
        return logging.INFO
    return logging.ERROR if options.quiet else logging.WARNING


def _file_handler(path: str) -> logging.Handler:
    handler = _PrivateFileHandler(path)
    handler.setLevel(logging.DEBUG)
    handler.setFormatter(logging.Formatter(_FILE_FORMAT))
    return handler


class _PrivateFileHandler(logging.FileHandler):
    """A file handler whose file only its owner can read."""

    def _open(self) -> Any:
        return _open_private(self.baseFilename)


def _open_private(path: str) -> TextIO:
    """Open a log file 0600, never through a link or into a pipe (security case 69)."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK
    flags |= getattr(os, 'O_NOFOLLOW', 0) | getattr(os, 'O_CLOEXEC', 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except (OSError, ValueError) as error:
        reason = getattr(error, 'strerror', None) or 'not a usable path'
        raise _unusable(path, reason) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _unusable(path, 'not a regular file')
    return os.fdopen(descriptor, 'a', encoding='utf-8', errors='backslashreplace')


def _unusable(path: str, reason: str) -> GenericError:
    return GenericError(
        f'the log file {clean(path)} cannot be opened: {reason}',
        'Give --log-file the path of a regular file',
    )
