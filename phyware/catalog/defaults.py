"""Which defaults may be shown: what is written in a program, never what it found.

Layer: framework.  A plugin may take a default from the environment, the machine
or a file; a catalog that showed it would publish a secret, or say what is true
of one machine only.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import os
import re
import sys
from contextlib import suppress
from typing import Any

from cliff import command

from phyware.blame import CORE_DISTRIBUTION
from phyware.declared import default_of

_SECRET = re.compile(r'token|secret|passw|credential|api.?key', re.IGNORECASE)
_SCALARS = (str, int, float)
_CORE_OPTIONS = {'phyware.options', 'phyware.formatters.options'}
_WORTH_HIDING = 4
_HIDDEN = '...'


class Defaults:
    """Decide for the options of one command.

    :param cmd: the command
    :param owner: the distribution that it comes from; core's own is trusted
    :param sources: what stands in the modules that were looked at
    """

    def __init__(self, cmd: command.Command, owner: str, sources: Sources) -> None:
        self._trusted = owner == CORE_DISTRIBUTION
        self._modules = {kind.__module__ for kind in type(cmd).__mro__} | _CORE_OPTIONS
        self._sources = sources

    def shown(self, action: argparse.Action) -> Any:
        """Return the default as JSON has it; None for none, and for what stays hidden."""
        default = default_of(action)
        if isinstance(action, argparse._CountAction):
            return default or 0
        if isinstance(action, argparse._StoreTrueAction):
            return bool(default)
        if isinstance(default, list | tuple):
            return list(default) if all(self._may(action, one) for one in default) else None
        return default if self._may(action, default) else None

    def help(self, parser: argparse.ArgumentParser, action: argparse.Action, shown: Any) -> str:
        """Return the help of an option, without a default that stays hidden."""
        text = str(action.help or '')
        values = {**vars(action), 'prog': parser.prog, 'default': shown}
        if action.choices is not None:
            values['choices'] = ', '.join(map(str, action.choices))
        # A stray % (cliff-traps 27): what the author wrote is what is shown.
        with suppress(KeyError, TypeError, ValueError):
            text = text % values
        hidden = default_of(action)
        if shown is None and isinstance(hidden, str) and len(hidden) >= _WORTH_HIDING:
            text = text.replace(hidden, _HIDDEN)
        return text

    def _may(self, action: argparse.Action, value: Any) -> bool:
        if not isinstance(value, _SCALARS) or value != value:
            return False
        if self._trusted or isinstance(value, bool):
            return True
        names = (action.dest, *action.option_strings)
        if any(_SECRET.search(name) for name in names):
            return False
        # A plugin asks the process's own environment, whatever the context is.
        if value in os.environ.values():
            return False
        return any(value in self._sources.literals(name) for name in self._modules)


class Sources:
    """The texts and numbers that stand in the source of a module, read once for each."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[Any]] = {}

    def literals(self, module: str) -> frozenset[Any]:
        """Return those of an imported module; none if its source is not there."""
        if module not in self._known:
            self._known[module] = _literals_of(module)
        return self._known[module]


def _literals_of(module: str) -> frozenset[Any]:
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (KeyError, OSError, TypeError, SyntaxError, ValueError):
        return frozenset()
    return frozenset(
        node.value for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, _SCALARS)
    )
