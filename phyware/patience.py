"""How long the code of an auth provider is waited for (security case 83).

Layer: framework; knows of a provider only what it is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from phyware.deadline import DeadlinePassed, Worker
from phyware.errors import ConnectionFailed, Validation
from phyware.text import clean

SECONDS = 30.0
VARIABLE = 'PHYWARE_AUTH_TIMEOUT'
_LONGEST = 3600.0

T = TypeVar('T')


class Caller(Protocol):
    """How the code of a provider is called."""

    def __call__(self, function: Callable[[], T], /) -> T:
        """Return ``function()``."""


def unbounded(function: Callable[[], T], /) -> T:
    """Return ``function()``, called in this thread.

    For phyware's own providers: only the main thread can hold signals back
    while a refresh is saved (security case 39), and each of their steps is
    bounded by itself.
    """
    return function()


class Patience:
    """Call a foreign provider in a thread of its own, and wait only so long.

    The thread does not keep the process from ending.

    :param who: the provider and its package, for the message
    :param seconds: longest wait for one call
    """

    def __init__(self, who: str, seconds: float) -> None:
        self._who = who
        self._seconds = seconds
        self._worker = Worker()

    def __call__(self, function: Callable[[], T], /) -> T:
        """Return ``function()``.

        :raises ConnectionFailed: no answer in time: there may be a credential
            that cannot be had now, which is no reason to use another one
        :raises BaseException: whatever ``function`` raises
        """
        try:
            return self._worker.call(function, self._seconds)
        except DeadlinePassed:
            pass
        raise ConnectionFailed(
            f'{self._who} did not answer within {self._seconds:g} seconds',
            f'Allow more with {VARIABLE}=SECONDS, choose another one with --auth-provider, '
            'or upgrade its package',
        )


def seconds_allowed(environ: Mapping[str, str]) -> float:
    """Return how long a foreign provider may take for one answer.

    :raises Validation: ``PHYWARE_AUTH_TIMEOUT`` is not a number of seconds
        above 0 and up to an hour
    """
    text = environ.get(VARIABLE)
    if not text:
        return SECONDS
    seconds = float(text) if re.fullmatch(r'[0-9]{1,4}(\.[0-9]{1,3})?', text) else 0.0
    if 0 < seconds <= _LONGEST:
        return seconds
    raise Validation(
        f'{VARIABLE} is {clean(text)}, which is no number of seconds',
        f'Set it to a number above 0 and up to {_LONGEST:g}, or unset it for {SECONDS:g}',
    )
