"""What is wrong with the parts of a plugin that are no commands.

Layer: framework; makes formatters, as a command does that is built, and calls
nothing else: a provider may ask a server while it is made.
"""

from __future__ import annotations

import importlib.metadata
import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

from cliff.formatters.base import ListFormatter, SingleFormatter
from cliff.hooks import CommandHook

from phyware.auth import AuthProvider
from phyware.blame import described
from phyware.declared import load_completer
from phyware.formatters import LIST_GROUP, SHOW_GROUP
from phyware.plugins.inventory import is_hook
from phyware.reserved import COMPLETION_GROUP, FAST_GROUP, PROVIDER_GROUP
from phyware.text import clean, kind_of

_TESTED = ''


class _Shape(NamedTuple):
    """What the entry points of a group must be.

    :param base: what a class has to be derived from, None if any callable will do
    :param home: where that is from
    :param given: what it is called with, in words; empty for nothing
    """

    base: type | None = None
    home: str = ''
    given: str = ''


_HOOK = _Shape(CommandHook, 'cliff')
_SHAPES = {
    LIST_GROUP: _Shape(ListFormatter, 'cliff'),
    SHOW_GROUP: _Shape(SingleFormatter, 'cliff'),
    PROVIDER_GROUP: _Shape(AuthProvider, 'phyware.auth', 'an AuthRequest'),
    FAST_GROUP: _Shape(given='the list of arguments'),
    COMPLETION_GROUP: _Shape(given='a Request'),
}


def shape_faults(entry_point: importlib.metadata.EntryPoint, found: Any) -> Iterator[str]:
    """Yield what is wrong with ``found``, which ``entry_point`` of no command names."""
    hook = is_hook(entry_point)
    shape = _HOOK if hook else _SHAPES.get(entry_point.group, _Shape())
    fault = _fault_of_kind(found, shape)
    if fault is None and not hook:
        # What a hook lacks is found where the command that it is on is built.
        fault = _fault_of_call(found, shape)
    if fault:
        yield fault


def _fault_of_kind(found: Any, shape: _Shape) -> str | None:
    base = shape.base
    if base and inspect.isclass(found) and not issubclass(found, base):
        return f'it is no {base.__name__} of {shape.home}'
    if callable(found):
        return None
    return 'it cannot be called' + (f', so it makes no {base.__name__}' if base else '')


def _fault_of_call(found: Any, shape: _Shape) -> str | None:
    if missing := sorted(getattr(found, '__abstractmethods__', ())):
        return f'it does not define {clean(", ".join(missing))}'
    if shape.given:
        return call_fault(found, shape.given)
    return _fault_of_making(found, shape) if shape.base else None


def call_fault(found: Any, given: str) -> str | None:
    """Return why ``found`` cannot be called with one argument; None if it can.

    :param given: that argument, in words
    """
    try:
        inspect.signature(found).bind(_TESTED)
    except TypeError as error:
        return f'it cannot be called with {given}: {clean(error)}'
    except ValueError:
        # Of what is written in C nobody knows.
        return None
    return None


def _fault_of_making(found: Any, shape: _Shape) -> str | None:
    try:
        inspect.signature(found).bind()
    except TypeError as error:
        return f'it cannot be made without arguments: {clean(error)}'
    except ValueError:
        return None
    try:
        made = found()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin's constructor raises what it likes
        return f'it cannot be made: {described(error)}'
    base = shape.base
    if base is None or isinstance(made, base):
        return None
    return f'it makes a {kind_of(made)}, not a {base.__name__} of {shape.home}'


def completer_fault(reference: str) -> str | None:
    """Return why the function of ``completed_by`` gives no candidates; None if it may.

    At a Tab there is nobody to tell.

    :param reference: ``module:function``
    """
    if not reference.partition(':')[2]:
        return 'write module:function'
    try:
        found = load_completer(reference)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever an import does ends here
        return described(error)
    return call_fault(found, 'a Request') if callable(found) else 'it cannot be called'
