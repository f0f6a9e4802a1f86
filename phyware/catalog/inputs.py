"""The options and arguments of a command, read from its parser.

Layer: framework, no I/O.
"""

from __future__ import annotations

import argparse
import typing
from typing import Any, NamedTuple

from phyware.catalog.defaults import Defaults
from phyware.declared import env_of

_TYPES: dict[object, str] = {int: 'integer', float: 'number', bool: 'boolean', str: 'string'}
_MOST_CHOICES = 1000
_GLOBAL_DEST = 'phyware_'


class Input(NamedTuple):
    """An option or an argument.

    :param name: the long flag, or the argument as the synopsis has it
    :param flags: all flags; none for an argument
    :param property: its name in the input schema
    :param metavar: what stands for its value; None for a flag without one
    :param type: the type of JSON Schema
    :param items: that of each value, if it takes many
    :param least: how many values it takes at least, if it takes many
    :param most: and at most; None for any number
    :param repeatable: whether the flag itself is given again for each value
    """

    name: str
    flags: tuple[str, ...]
    property: str
    metavar: str | None
    type: str
    items: str | None
    least: int
    most: int | None
    repeatable: bool
    required: bool
    choices: list[Any] | None
    default: Any
    env: str | None
    group: str
    help: str

    def as_dict(self) -> dict[str, Any]:
        """Return the members that the catalog has."""
        members = self._asdict()
        del members['least'], members['most']
        return members


def is_argument(one: Input) -> bool:
    """Tell whether it is an argument and no option."""
    return not one.flags


def inputs_of(parser: argparse.ArgumentParser, defaults: Defaults) -> list[Input]:
    """Return all that a command takes, but for ``--help`` and what it hides.

    :param defaults: knows which defaults may be shown
    """
    groups = {
        id(action): group.title or 'options'
        for group in parser._action_groups for action in group._group_actions
    }
    found: list[Input] = []
    for action in parser._actions:
        if action.help is argparse.SUPPRESS or isinstance(action, argparse._HelpAction):
            continue
        title = groups.get(id(action), 'options')
        taken = {one.property for one in found}
        found.append(_input(parser, action, title, taken, defaults))
    return found


def _input(
    parser: argparse.ArgumentParser, action: argparse.Action, group: str, taken: set[str],
    defaults: Defaults,
) -> Input:
    least, most = _count(action)
    items = 'boolean' if most == 0 else _type(action)
    counted = isinstance(action, argparse._CountAction)
    many = most is None or most > 1 or _appends(action)
    default = defaults.shown(action)
    return Input(
        name=_name(action),
        flags=tuple(action.option_strings),
        property=_property(action, taken),
        metavar=None if most == 0 else _metavar(action),
        type='integer' if counted else 'array' if many else items,
        items=items if many else None,
        least=least,
        most=most,
        repeatable=counted or _appends(action),
        # argparse calls an argument of any number of values required, and takes none.
        required=bool(action.required) and least > 0,
        choices=_choices(action),
        default=default,
        env=env_of(action),
        group=group,
        help=defaults.help(parser, action, default),
    )


def _appends(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction)


def _count(action: argparse.Action) -> tuple[int, int | None]:
    """Return the least and the greatest number of values."""
    if isinstance(action.nargs, int):
        return action.nargs, action.nargs
    fixed: dict[Any, tuple[int, int | None]] = {
        None: (1, 1), argparse.OPTIONAL: (0, 1), argparse.ONE_OR_MORE: (1, None),
        argparse.PARSER: (1, None),
    }
    return fixed.get(action.nargs, (0, None))


def _name(action: argparse.Action) -> str:
    flags = action.option_strings
    return next((flag for flag in flags if flag.startswith('--')), flags[0] if flags else
                _metavar(action))


def _property(action: argparse.Action, taken: set[str]) -> str:
    name = _name(action).lstrip('-') if action.option_strings else _dest(action)
    name = name.replace('-', '_')
    while name in taken:
        name += '_'
    return name


def _metavar(action: argparse.Action) -> str:
    given = action.metavar
    if isinstance(given, tuple):
        return ' '.join(given)
    return (given or _dest(action).removeprefix(_GLOBAL_DEST).upper()).strip('<>')


def _dest(action: argparse.Action) -> str:
    return 'command' if action.dest is argparse.SUPPRESS else action.dest


def _type(action: argparse.Action) -> str:
    """Return the type of a value; a function is known by what it says it returns."""
    kind: object = action.type
    if kind not in _TYPES and callable(kind):
        try:
            kind = typing.get_type_hints(kind).get('return')
        except (TypeError, NameError, AttributeError):
            kind = None
    return _TYPES.get(kind, 'string')


def _choices(action: argparse.Action) -> list[Any] | None:
    if action.choices is None:
        return None
    given = action.choices
    if isinstance(given, range) and len(given) > _MOST_CHOICES:
        return None
    plain = (str, int, float)
    return [one if isinstance(one, plain) else str(one) for one in given][:_MOST_CHOICES]
