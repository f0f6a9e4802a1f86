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


def slowdown(path: str = _COUNTS) -> float:
    """Return by how much a deadline has to be longer, 1 on a machine with turns to spare.

    Where 200 processes share two processors (security case 28), a keyring
    that needs milliseconds answers after many seconds, since it gets no more
    turns than the others.  How that is now, this process has just seen itself:
    the kernel counts how long it ran and how long it was kept waiting for a
    processor.  A process that sleeps or waits for an answer does not count as
    kept waiting (Linux, Documentation/scheduler/sched-stats.rst).

    :param path: of the counts: nanoseconds on a processor, nanoseconds in the
        queue for one; where there are none it is 1
    :returns: 1 to 6
    """
    try:
        with open(path, encoding='ascii') as stream:
            ran, waited = (int(word) for word in stream.read().split()[:2])
    except (OSError, ValueError):
        return 1.0
    if ran <= 0:
        return 1.0
    return min(max((ran + waited) / ran / _USUAL, 1.0), _MOST)
