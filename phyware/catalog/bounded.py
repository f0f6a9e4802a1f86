"""Foreign packages that hang while they are described, waited for once.

Layer: framework; knows no command.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from phyware.blame import CORE_DISTRIBUTION
from phyware.deadline import DeadlinePassed, call_within
from phyware.errors import GenericError

SECONDS = 10.0

T = TypeVar('T')


class Bounded:
    """Describe the commands of each foreign package within a time limit.

    Where one command of a package hung, the others of it are not tried: its
    import goes on in the thread that was left behind.

    :param seconds: longest wait for one command
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._hung: set[str] = set()

    def call(self, owner: str, function: Callable[[], T]) -> T:
        """Return ``function()``.

        :param owner: the distribution whose code it runs
        :raises GenericError: no answer in time, now or before
        :raises BaseException: whatever ``function`` raises
        """
        if owner == CORE_DISTRIBUTION:
            return function()
        if owner not in self._hung:
            try:
                return call_within(function, self._seconds)
            except DeadlinePassed:
                self._hung.add(owner)
        raise GenericError(
            f'the package {owner} did not answer within {self._seconds:g} seconds',
            "See 'phyware plugin doctor'",
        )
