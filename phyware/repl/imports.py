"""Import cmd2 without what the shell has no use for (P6).

Layer: framework; changes ``sys.modules`` and the garbage collector while the
import runs, and puts both back.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_UNUSED = 'rich.traceback'


@contextmanager
def swiftly() -> Iterator[None]:
    """Collect no garbage meanwhile, and leave pygments out.

    Imports make next to no garbage, and to look for it takes a twentieth of
    their time.  cmd2 shows tracebacks with rich, which colours them with
    pygments: another twentieth.  No line of this shell gets there, since
    errors are said by ``phyware.outcome``.
    """
    collecting = gc.isenabled()
    gc.disable()
    stand_in = _StandIn(_UNUSED)
    left_out = sys.modules.setdefault(_UNUSED, stand_in) is stand_in
    try:
        yield
    finally:
        if left_out:
            # Whoever wants the real one gets it from now on.
            del sys.modules[_UNUSED]
        if collecting:
            gc.enable()


class _StandIn(ModuleType):
    """A module that has every name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith('__'):
            raise AttributeError(name)
        return object
