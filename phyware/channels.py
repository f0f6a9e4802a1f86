"""What Python itself writes on stderr, sent through logging, whose handlers redact.

Layer: framework; used by ``phyware.logs`` alone.  A thread that crashes, an
exception in a destructor and a warning are written by the interpreter as they
are, with whatever secret is in their text (security cases 63 and 65).
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

_LOG = logging.getLogger('phyware.python')


@contextlib.contextmanager
def interpreter_through_logging() -> Iterator[None]:
    """Log crashes of threads and destructors, and warnings, while the block runs.

    Type and place are logged as an error, the traceback as debug output.
    """
    before = threading.excepthook, sys.unraisablehook, warnings.showwarning
    threading.excepthook, sys.unraisablehook = _thread_crashed, _unraisable
    warnings.showwarning = _warned  # type: ignore[assignment]
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook, warnings.showwarning = before


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and not isinstance(crash.exc_value, SystemExit):
        _crashed(f'the thread {crash.thread.name if crash.thread else "?"}', crash.exc_value)


def _unraisable(crash: sys.UnraisableHookArgs) -> None:
    if crash.exc_value is not None:
        _crashed(type(crash.object).__name__, crash.exc_value)


def _crashed(what: str, error: BaseException) -> None:
    _LOG.error('%s failed: %s', what, type(error).__name__)
    _LOG.debug('%s failed', what, exc_info=error)


def _warned(message: Warning | str, category: type[Warning], filename: str, lineno: int,
            *rest: Any) -> None:
    _LOG.warning('%s:%s: %s: %s', filename, lineno, category.__name__, message)
