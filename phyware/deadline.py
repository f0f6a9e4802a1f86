"""Wait for a call no longer than a given time.

Layer: framework; knows nothing of what is called.  A system call that the
kernel does not let go of (security case 18), a library without timeouts (case
22) or foreign code (case 83) can only be bounded from another thread.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar('T')
# The name of the threads that calls are left behind in.
THREAD = 'phyware-call'


class DeadlinePassed(TimeoutError):
    """No answer in time; whatever the call itself raises is never this."""


def call_within(
    function: Callable[[], T], seconds: float, late: Callable[[T], None] | None = None
) -> T:
    """Return ``function()``, called in a daemon thread.

    The wait ends early for Ctrl-C.  An abandoned call does not keep the
    process from ending.

    :param seconds: longest wait
    :param late: receives the value of a call that was abandoned
    :raises DeadlinePassed: no answer in time; the call may still be going on
    :raises BaseException: whatever ``function`` raises
    """
    call = _Call(function, late)
    thread = threading.Thread(target=call.run, name=THREAD, daemon=True)
    return call.within(seconds, thread.start)


class Worker:
    """A daemon thread of its own, which makes one call after the other.

    Unlike ``call_within`` for code that keeps from call to call what only one
    thread may use, as a database's connection.  The thread ends with the last
    reference to the worker.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._ended.set()
        threading.Thread(target=_serve, args=(self._jobs,), name=THREAD, daemon=True).start()

    def __del__(self) -> None:
        self._jobs.put(None)

    def call(self, function: Callable[[], T], seconds: float) -> T:
        """Return ``function()``; the caller waits for one call at a time.

        :param seconds: longest wait
        :raises DeadlinePassed: no answer in time, or an earlier call still goes on
        :raises BaseException: whatever ``function`` raises
        """
        if not self._ended.is_set():
            raise DeadlinePassed
        call = _Call(function, None)
        self._ended = call.done
        return call.within(seconds, lambda: self._jobs.put(call.run))


def _serve(jobs: queue.SimpleQueue[Callable[[], None] | None]) -> None:
    # A function, since a method would keep the worker alive.
    while (job := jobs.get()) is not None:
        job()
        # Nor may the last call keep alive what it was about.
        del job


class _Call(Generic[T]):
    def __init__(self, function: Callable[[], T], late: Callable[[T], None] | None) -> None:
        self._function = function
        self._late = late
        self.done = threading.Event()
        self._turn = threading.Lock()
        self._abandoned = False
        self._values: list[T] = []
        self._error: BaseException | None = None

    def within(self, seconds: float, start: Callable[[], None]) -> T:
        """Return the value of the call that ``start`` lets another thread make."""
        try:
            start()
            self.done.wait(max(seconds, 0))
            return self.result()
        except BaseException:
            # Ctrl-C may come anywhere above, with the call on its way or at its end.
            self.abandon()
            raise

    def run(self) -> None:
        try:
            value = self._function()
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            # It is raised again by ``result`` in the thread that asked.
            self._error = error
        else:
            self._deliver(value)
        self.done.set()

    def abandon(self) -> None:
        with self._turn:
            self._abandoned = True
            values, self._values = self._values, []
        self._tidy_up(values)

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        if not self._values:
            raise DeadlinePassed
        return self._values[0]

    def _deliver(self, value: T) -> None:
        with self._turn:
            if not self._abandoned:
                self._values.append(value)
                return
        self._tidy_up([value])

    def _tidy_up(self, values: list[T]) -> None:
        for value in values:
            if self._late:
                self._late(value)
