"""How much slower than alone this machine lets a process be.

Layer: store; reads what Linux counts of this process, and nothing else.
"""

from __future__ import annotations

_COUNTS = '/proc/self/schedstat'
# A keyring answers in a hundredth of its deadline, but several programs have to get
# their turns for it, the last of which may be further behind than this one.
_USUAL = 4.0
# So that a deadline ends even where the machine stands still.
_MOST = 6.0
# Nanoseconds: of less, a single long turn of somebody else would be most.
_ENOUGH = 200_000_000


class Slowdown:
    """Tell by how much a deadline has to be longer, 1 on a machine with turns to spare.

    Where 200 processes share two processors (security case 28), a keyring
    that needs milliseconds answers after many seconds, since it gets no more
    turns than the others.  How that is now, this process has just seen itself:
    the kernel counts how long it ran and how long it was kept waiting for a
    processor.  A process that sleeps or waits for an answer does not count as
    kept waiting (Linux, Documentation/scheduler/sched-stats.rst).

    Asked first, it judges by the whole life of the process; after that by what
    came since it was asked, so that calm hours do not hide a storm, nor a
    storm the calm after it.

    :param path: of the counts: nanoseconds on a processor, nanoseconds in the
        queue for one; where there are none it is 1
    """

    def __init__(self, path: str = _COUNTS) -> None:
        self._path = path
        self._earlier = self._last = (0, 0)

    def __call__(self) -> float:
        """Return 1 to 6."""
        now = self._counts()
        recent = _between(self._last, now)
        if sum(recent) < _ENOUGH:
            return _factor(*_between(self._earlier, now))
        self._earlier, self._last = self._last, now
        return _factor(*recent)

    def _counts(self) -> tuple[int, int]:
        try:
            with open(self._path, encoding='ascii') as stream:
                ran, waited = (int(word) for word in stream.read().split()[:2])
        except (OSError, ValueError):
            return self._last
        return ran, waited


def _between(before: tuple[int, int], now: tuple[int, int]) -> tuple[int, int]:
    return now[0] - before[0], now[1] - before[1]


def _factor(ran: int, waited: int) -> float:
    if ran <= 0:
        return 1.0
    return min(max((ran + waited) / ran / _USUAL, 1.0), _MOST)
