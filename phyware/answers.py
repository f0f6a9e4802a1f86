"""What the ``take_action`` of a display command must return, and who is told if it does not.

Layer: framework, no I/O.  cliff unpacks whatever comes and leaves Python to complain.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sized
from itertools import islice
from typing import Any, TypeGuard

from cliff import show

from phyware.errors import WrongData


def run_display(cmd: Any, parsed_args: argparse.Namespace) -> int:
    """Run a Lister or ShowOne as cliff does, checking what it returns.

    :raises WrongData: that is no ``(names, rows)``, or ``(names, values)``
    """
    parsed_args = cmd._run_before_hooks(parsed_args)
    cmd.formatter = cmd._formatter_plugins[parsed_args.formatter].obj
    answer = answer_of(cmd, cmd.take_action(parsed_args), 'take_action')
    names, data = cmd._run_after_hooks(parsed_args, answer)
    cmd.produce_output(parsed_args, names, data)
    return 0


def answer_of(cmd: Any, returned: object, method: str) -> tuple[Any, Any]:
    """Return ``returned`` as what a display command gives; rows are not looked at.

    :param method: what returned it, for the message
    :raises WrongData: it is something else
    """
    pair = _two(returned)
    one = isinstance(cmd, show.ShowOne)
    if pair is None or not _are_names(pair[0]) or not is_row(pair[1]):
        wanted = '(names, values)' if one else '(names, rows)'
        raise WrongData(f'{method} returned {_called(returned)}, not {wanted}')
    names, data = pair
    if one and isinstance(names, Sized) and isinstance(data, Sized) and len(names) != len(data):
        raise WrongData(f'{method} returned {len(names)} names and {len(data)} values')
    return names, data


def is_row(given: object) -> TypeGuard[Iterable[Any]]:
    """Tell whether ``given`` is values one after the other, not one value or values by name."""
    whole = isinstance(given, str | bytes | Mapping)
    return not whole and (isinstance(given, Iterable) or hasattr(given, '__getitem__'))


def _are_names(given: object) -> bool:
    # The keys of a mapping of names to what they mean are names.
    return isinstance(given, Mapping) or is_row(given)


def _two(returned: object) -> tuple[Any, Any] | None:
    if not is_row(returned):
        return None
    # Not more than needed: it may be a generator of very many rows.
    parts = tuple(islice(returned, 3))
    return parts if len(parts) == 2 else None


def _called(returned: object) -> str:
    if returned is None:
        return 'nothing'
    if isinstance(returned, tuple | list):
        kinds = ', '.join(type(part).__name__ for part in returned[:3])
        return f'a {type(returned).__name__} of {len(returned)} ({kinds})'
    return f'a {type(returned).__name__}'
