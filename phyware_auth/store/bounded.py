"""Wait for a call no longer than a given time.

Layer: store; knows nothing of what is called.  A system call that the kernel
does not let go of (security case 18), or a library without timeouts (case
22), can only be bounded from another thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar('T')


def call_within(
    function: Callable[[], T], seconds: float, late: Callable[[T], None] | None = None
) -> T:
    """Return ``function()``, called in a daemon thread.

    The wait ends early for Ctrl-C.  An abandoned call does not keep the
    process from ending.

    :param seconds: longest wait
    :param late: receives the value of a call that was abandoned
    :raises TimeoutError: no answer in time; the call may still be going on
    :raises BaseException: whatever ``function`` raises
    """
    call = _Call(function, late)
    thread = threading.Thread(target=call.run, daemon=True)
    try:
        thread.start()
        call.done.wait(max(seconds, 0))
        return call.result()
    except BaseException:
        # Ctrl-C may come anywhere above, with the call on its way or at its end.
        call.abandon()
        raise


class _Call(Generic[T]):
    def __init__(self, function: Callable[[], T], late: Callable[[T], None] | None) -> None:
        self._function = function
        self._late = late
        self.done = threading.Event()
        self._turn = threading.Lock()
        self._abandoned = False
        self._values: list[T] = []
        self._error: BaseException | None = None

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
            raise TimeoutError
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
