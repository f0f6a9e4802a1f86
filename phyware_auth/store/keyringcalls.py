"""Call a keyring: bounded in time, patient with a busy one, silent on details.

Layer: store.  Backends raise anything, from KeyringError to KeyError, and
their words may quote the secret, so that only the type of an exception is
ever told (rule 8).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from phyware.context import Clock
from phyware.deadline import call_within
from phyware.errors import GenericError, PhywareError
from phyware.text import clean
from phyware_auth.store.errors import KeyringLocked, KeyringUnavailable
from phyware_auth.store.keyrings import Backend, Keyrings

T = TypeVar('T')
# Seconds of one operation, all its calls and retries together.  With the start
# of the process and one more call (AGAIN) it stays below 5 s (case 22).
PATIENCE = 4.4
# A keyring that was silent a moment ago: asked anew (case 29), not waited for again.
AGAIN = 0.25
# Importing a backend asks nobody, but takes long where 200 processes start at once.
_IMPORT_PATIENCE = 30.0
_FIRST_DELAY = 0.05
_LONGEST_DELAY = 0.8
# Tries where nothing says that the service is only busy.
_FEW_TRIES = 3
_LOCKED = ('KeyringLocked', 'LockedException')
_HOPELESS = (ImportError, AttributeError, TypeError, NotImplementedError)
# Windows: "The stub received bad data", for a secret beyond 2560 bytes.
_TOO_LONG = 1783


class Runner(Protocol):
    """``phyware.deadline.call_within``, or a test's."""

    def __call__(self, function: Callable[[], T], seconds: float) -> T:
        """Return ``function()``, or raise TimeoutError after ``seconds``."""


class Answer(Generic[T]):
    """What foreign code gave: one value, or an exception of any kind."""

    def __init__(self, values: list[T], error: BaseException | None = None) -> None:
        self.values = values
        self.error = error


class KeyringCalls:
    """Make calls of the backend that a record names.

    :param keyrings: makes the backends
    :param clock: for the waits between tries
    :param slower: by how much this machine needs longer than 5 s now
    :param run: bounds one call, in place of ``call_within``
    """

    def __init__(
        self,
        keyrings: Keyrings,
        clock: Clock,
        slower: Callable[[], float],
        run: Runner | None = None,
    ) -> None:
        self._keyrings = keyrings
        self._clock = clock
        self._run = run or call_within
        self._slower = slower
        self._silent: set[str] = set()
        self._built: dict[str, Backend] = {}

    def call(self, name: str, action: Callable[[Backend], T]) -> T:
        """Return ``action(backend)``, tried again while the keyring seems busy.

        ``action`` is several calls that belong together; it runs in another
        thread, and again as a whole.

        :param name: ``module.Class`` of the backend
        :raises KeyringLocked: it is locked
        :raises KeyringUnavailable: no answer within 5 seconds, or a refusal; on a
            machine that is too busy it may take 30
        :raises GenericError: the secret is too long for it
        :raises PhywareError: what ``action`` raises itself
        """
        backend = self._backend(name)
        deadline = self._clock.monotonic() + self._patience(name) * self._slower()
        tries = 0
        while True:
            answer = self._bounded(name, lambda: action(backend), deadline)
            if answer.error is None:
                return answer.values[0]
            tries += 1
            self._pause_or_raise(name, answer.error, tries, deadline)

    def _patience(self, name: str) -> float:
        return AGAIN if name in self._silent else PATIENCE

    def _backend(self, name: str) -> Backend:
        if name not in self._built:
            deadline = self._clock.monotonic() + _IMPORT_PATIENCE
            answer = self._bounded(name, lambda: self._keyrings.build(name), deadline)
            if answer.error is not None:
                raise _unavailable(name, f'cannot be used ({type(answer.error).__name__})')
            self._built[name] = answer.values[0]
        return self._built[name]

    def _bounded(self, name: str, function: Callable[[], T], deadline: float) -> Answer[T]:
        left = deadline - self._clock.monotonic()
        try:
            answer = self._run(lambda: attempt(function), left)
            self._silent.discard(name)
            return answer
        except TimeoutError:
            self._silent.add(name)
            error = _unavailable(name, 'does not answer')
            error.uncertain = True
            raise error from None

    def _pause_or_raise(self, name: str, error: BaseException, tries: int, deadline: float) -> None:
        _raise_final(name, error)
        delay = min(_FIRST_DELAY * 2 ** (tries - 1), _LONGEST_DELAY)
        delay *= 1 + os.urandom(1)[0] / 256
        patient = tries < _FEW_TRIES or _is_busy(error)
        if not patient or self._clock.monotonic() + delay >= deadline:
            raise _unavailable(name, f'failed ({type(error).__name__})') from None
        self._clock.sleep(delay)


def attempt(function: Callable[[], T]) -> Answer[T]:
    """Return what ``function`` gives or raises; call it in a thread other than the main one.

    No Ctrl-C arrives there: whatever comes is the backend's, which may also end
    the process, or panic in Rust.
    """
    try:
        return Answer([function()])
    except BaseException as error:  # noqa: BLE001 - a backend is foreign code
        return Answer([], error)


def _raise_final(name: str, error: BaseException) -> None:
    if isinstance(error, PhywareError):
        raise error
    if type(error).__name__ in _LOCKED:
        raise KeyringLocked from None
    if error.args[:1] == (_TOO_LONG,):
        raise GenericError(
            f'the secret is too long for the keyring {clean(name)}',
            'Store it in a file that only you can read: pass --insecure-storage',
        ) from None
    if isinstance(error, _HOPELESS) or not isinstance(error, Exception):
        raise _unavailable(name, f'failed ({type(error).__name__})') from None


def _is_busy(error: BaseException | None) -> bool:
    # A socket that is refused or slow: a bus under 200 clients says that.
    while error is not None:
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            return True
        error = error.__cause__
    return False


def _unavailable(name: str, what: str) -> KeyringUnavailable:
    return KeyringUnavailable(f'the keyring {clean(name)} {what}')
