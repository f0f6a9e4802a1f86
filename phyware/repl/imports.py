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

# What cmd2 imports for commands of its own, which nobody can call here: coloured
# tracebacks (and pygments for them), its pager, parsers made of annotations.
_UNUSED = ('rich.traceback', 'pydoc', 'cmd2.annotated')


@contextmanager
def swiftly() -> Iterator[None]:
    """Collect no garbage meanwhile, and leave out what cmd2 has no use for here.

    Imports make next to no garbage, and to look for it takes a twentieth of
    their time; what is left out takes a tenth.
    """
    collecting = gc.isenabled()
    gc.disable()
    stand_ins = [_StandIn(name) for name in _UNUSED if name not in sys.modules]
    sys.modules.update((module.__name__, module) for module in stand_ins)
    try:
        yield
    finally:
        for module in stand_ins:
            # Whoever wants the real one gets it from now on.
            sys.modules.pop(module.__name__, None)
        if collecting:
            gc.enable()


class _StandIn(ModuleType):
    """A module that has every name."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith('__'):
            raise AttributeError(name)
        return object
