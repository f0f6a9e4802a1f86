"""What a command can say of an option and argparse cannot: its variable, its candidates.

Layer: framework; argparse only, no I/O.  The catalog, ``--help`` and completion
read it from the parser itself, so there is no second list to keep.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Action = TypeVar('Action', bound=argparse.Action)

_ENV = 'phyware_env'
_DEFAULT = 'phyware_default'
_TAKEN = 'phyware_from_env'
_COMPLETER = 'phyware_completer'


def from_env(action: Action, variable: str) -> Action:
    """Take an option that is not given from an environment variable.

    ``from_env(parser.add_argument('--region', help='where'), 'ACME_REGION')``.
    The variable is read when the command runs, never when it is described, so
    that no value of it reaches the catalog.  An empty variable is none.

    :param action: an option that takes one value
    :param variable: its name
    :raises ValueError: the option takes no value, or several
    """
    if not action.option_strings or action.nargs is not None:
        raise ValueError(f'{action.dest}: only an option of one value can be read from a variable')
    if action.help is not argparse.SUPPRESS:
        action.help = f'{action.help or ""} (env {variable})'.lstrip()
    setattr(action, _TAKEN, True)
    return names_env(action, variable)


def names_env(action: Action, variable: str) -> Action:
    """Say that an option stands for a variable that other code reads."""
    setattr(action, _ENV, variable)
    return action


def names_default(action: Action, default: str) -> Action:
    """Say what stands for an option that is not given, where argparse does not know it."""
    setattr(action, _DEFAULT, default)
    return action


def default_of(action: argparse.Action) -> Any:
    """Return the default of an option, None if it has none."""
    default = getattr(action, _DEFAULT, action.default)
    return None if default is argparse.SUPPRESS else default


def env_of(action: argparse.Action) -> str | None:
    """Return the variable of an option, None if it has none."""
    return getattr(action, _ENV, None)


def completed_by(action: Action, reference: str) -> Action:
    """Say what gives the candidates for a value: ``module:function``.

    The function takes a ``phyware.completion.request.Request`` and returns
    strings; it is imported when somebody presses Tab there, and not before.
    """
    setattr(action, _COMPLETER, reference)
    return action


def completer_of(action: argparse.Action) -> str:
    """Return the ``module:function`` of an option or argument; empty if it has none."""
    return str(getattr(action, _COMPLETER, ''))


def load_completer(reference: str) -> Any:
    """Import what ``module:function`` names; raises whatever that does."""
    import importlib  # at a Tab only

    module, _, name = reference.partition(':')
    return getattr(importlib.import_module(module), name)


def use_environment(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    """Let the options of ``from_env`` that are not given have their variables' values.

    argparse converts a text that is a default as it converts one that is given.
    """
    for action in parser._actions:
        variable = env_of(action)
        value = environ.get(variable) if variable else None
        if value and getattr(action, _TAKEN, False):
            action.default, action.required = value, False
            action.type = _Checked(action, f'{variable} holds no value for this option')


class _Checked:
    """Convert a value, and refuse one that is not among the choices.

    argparse checks only what was given; and its message would show the value,
    which a variable may hold for no eye to see.
    """

    def __init__(self, action: argparse.Action, message: str) -> None:
        self._type: Callable[[str], Any] | None = action.type  # type: ignore[assignment]
        self._choices = action.choices
        self._message = message

    def __call__(self, text: str) -> Any:
        try:
            value = text if self._type is None else self._type(text)
        except (TypeError, ValueError, argparse.ArgumentTypeError):
            raise argparse.ArgumentTypeError(self._message) from None
        if self._choices is not None and value not in self._choices:
            raise argparse.ArgumentTypeError(self._message)
        return value
