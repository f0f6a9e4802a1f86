"""What the ``take_action`` of a display command must return, and who is told if it does not.

Layer: framework, no I/O.  cliff unpacks whatever comes and leaves Python to complain.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from cliff import lister, show

from phyware.errors import WrongData
from phyware.formatters.rows import each_checked, is_row, values_of
from phyware.text import kind_of


def run_display(cmd: Any, parsed_args: argparse.Namespace) -> int:
    """Run a Lister or ShowOne as cliff does, checking what it returns.

    :raises WrongData: that is no ``(names, rows)``, or ``(names, values)``
    """
    parsed_args = cmd._run_before_hooks(parsed_args)
    cmd.formatter = cmd._formatter_plugins[parsed_args.formatter].obj
    answer = answer_of(cmd, cmd.take_action(parsed_args), 'take_action')
    given, data = cmd._run_after_hooks(parsed_args, answer)
    names = list(map(str, given))
    if getattr(type(cmd), 'produce_output', None) is lister.Lister.produce_output:
        # Another one may make rows of what is none yet.
        data = _selectable(cmd, parsed_args, len(names), data)
    cmd.produce_output(parsed_args, names, data)
    return 0


def answer_of(cmd: Any, returned: object, method: str) -> tuple[Any, Any]:
    """Return ``returned`` as what a display command gives; rows are not looked at.

    Names, and the values of one thing, can be looked at more than once.

    :param method: what returned it, for the message
    :raises WrongData: it is something else
    """
    pair = _two(returned)
    one = isinstance(cmd, show.ShowOne)
    if pair is None or not _are_names(pair[0]) or not is_row(pair[1]):
        wanted = '(names, values)' if one else '(names, rows)'
        raise WrongData(f'{method} returned {_called(returned)}, not {wanted}')
    names, data = pair
    names = names if isinstance(names, Sequence) else tuple(names)
    return names, _of_one(names, data, method) if one else data


def _of_one(names: Sequence[Any], given: Iterable[Any], method: str) -> Sequence[Any]:
    values = values_of(given, len(names))
    if len(values) != len(names):
        count = f'more than {len(names)}' if len(values) > len(names) else len(values)
        raise WrongData(f'{method} returned {len(names)} names and {count} values')
    return values


def _selectable(
    cmd: Any, parsed_args: argparse.Namespace, width: int, rows: Iterable[Any]
) -> Iterable[Any]:
    """Return rows that cliff can sort and cut, neither of which looks what they are."""
    if getattr(parsed_args, 'sort_columns', None) and cmd.need_sort_by_cliff:
        # What cannot be compared is left as it is: of a generator nothing would be left.
        return list(each_checked(rows, width))
    return each_checked(rows, width) if parsed_args.columns else rows


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
        kinds = ', '.join(map(kind_of, returned[:3]))
        return f'a {kind_of(returned)} of {len(returned)} ({kinds})'
    return f'a {kind_of(returned)}'
