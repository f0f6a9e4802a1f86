"""A call that is made while its result is not needed yet.

Layer: framework; knows nothing of what is called.  Only what may happen in any
thread belongs in such a call: no signal handling, no output, no credential store.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from phyware.deadline import THREAD

T = TypeVar('T')

_MAIN_THREADS = ('SIGINT', 'SIGTERM', 'SIGHUP')


class Ahead(Generic[T]):
    """``function()``, being called in a daemon thread of its own from now on.

    Nobody has to wait for it: a result that is not asked for is dropped, and the
    thread keeps no process from ending (it has the name of those that are left behind).

    :param function: called once
    """

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._ended = threading.Event()
        self._values: list[T] = []
        self._error: BaseException | None = None
        threading.Thread(target=self._run, name=THREAD, daemon=True).start()

    def result(self) -> T:
        """Return what the function returned, waiting for its end; Ctrl-C ends the wait.

        :raises BaseException: whatever it raised
        """
        self._ended.wait()
        if self._error is not None:
            raise self._error
        return self._values.pop()

    def _run(self) -> None:
        _leave_signals()
        try:
            self._values.append(self._function())
        except BaseException as error:  # noqa: BLE001 - handed to the thread that asks
            self._error = error
        self._ended.set()


def _leave_signals() -> None:
    # One that the system hands to this thread would not wake the main one from its wait.
    if hasattr(signal, 'pthread_sigmask'):
        numbers = {getattr(signal, name) for name in _MAIN_THREADS}
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
