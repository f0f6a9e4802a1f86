"""What a command line has room for: options and arguments, as completion needs them.

Layer: framework; read from a parser, kept as JSON.  Holds no default and no
value of anybody's.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from phyware.declared import completer_of

MANY = -1
_MOST_CHOICES = 1000
_FILES = frozenset({'FILE', 'PATH', 'DIR', 'DIRECTORY'})


@dataclass(frozen=True)
class Slot:
    """An option, or an argument if it has no flags.

    :param takes: how many values, MANY for any number
    :param again: whether it can be given more than once
    :param choices: what it takes, if that is a fixed set
    :param completer: ``module:function`` that gives candidates; empty for none
    :param files: whether its value is the name of a file
    :param excludes: the flags of what cannot be given with it
    """

    dest: str
    flags: tuple[str, ...] = ()
    takes: int = 1
    again: bool = False
    choices: tuple[str, ...] = ()
    completer: str = ''
    files: bool = False
    excludes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the members that ``slot_of`` takes."""
        return asdict(self)


def slot_of(members: dict[str, Any]) -> Slot:
    """Return the slot that ``as_dict`` was of.

    :raises TypeError: the members are not those of a slot
    :raises KeyError: they lack one
    """
    listed = {name: tuple(members[name]) for name in ('flags', 'choices', 'excludes')}
    return Slot(**{**members, **listed})


def slots_of(parser: argparse.ArgumentParser) -> tuple[Slot, ...]:
    """Return the slots of a command's parser, but for those it hides."""
    excluded = _excluded_flags(parser)
    return tuple(
        _slot(action, excluded.get(id(action), ()))
        for action in parser._actions
        if action.help is not argparse.SUPPRESS
    )


def _slot(action: argparse.Action, excludes: tuple[str, ...]) -> Slot:
    metavar = action.metavar if isinstance(action.metavar, str) else ''
    return Slot(
        dest=action.dest,
        flags=tuple(action.option_strings),
        takes=_takes(action),
        again=isinstance(action, argparse._AppendAction | argparse._CountAction),
        choices=_choices(action.choices),
        completer=completer_of(action),
        files=metavar.strip('<>').upper() in _FILES,
        excludes=excludes,
    )


def _takes(action: argparse.Action) -> int:
    if isinstance(action.nargs, int):
        return action.nargs
    return 1 if action.nargs in (None, argparse.OPTIONAL) else MANY


def _choices(given: Iterable[Any] | None) -> tuple[str, ...]:
    if given is None or isinstance(given, range) and len(given) > _MOST_CHOICES:
        return ()
    return tuple(str(choice) for choice in given)[:_MOST_CHOICES]


def _excluded_flags(parser: argparse.ArgumentParser) -> dict[int, tuple[str, ...]]:
    """Return for each action, by identity, the flags of what it excludes."""
    found: dict[int, tuple[str, ...]] = {}
    for group in parser._mutually_exclusive_groups:
        members = group._group_actions
        for action in members:
            others = [flag for other in members if other is not action
                      for flag in other.option_strings]
            found[id(action)] = (*found.get(id(action), ()), *others)
    return found
