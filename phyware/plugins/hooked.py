"""A command with some of its hooks only, to find out which one breaks it.

Layer: framework; imports nothing itself.
"""

from __future__ import annotations

import copy
import importlib.metadata
from typing import TYPE_CHECKING

from phyware.discovery import CommandManager

if TYPE_CHECKING:
    from phyware.app import PhywareApp

Hooks = list[importlib.metadata.EntryPoint]


def app_with_hooks(app: PhywareApp, hooks: Hooks) -> PhywareApp:
    """Return an application like ``app``, whose commands have the hooks ``hooks`` and no other."""
    partial = copy.copy(app)
    partial.command_manager = _SomeHooks(app.command_manager, hooks)
    return partial


class _SomeHooks(CommandManager):
    """The commands of another manager, read once for both."""

    def __init__(self, manager: CommandManager, hooks: Hooks) -> None:
        vars(self).update(vars(manager))
        self._hooks = hooks

    def hook_entry_points(self, name: str) -> Hooks:
        """Return the hooks, whatever the command."""
        return self._hooks
