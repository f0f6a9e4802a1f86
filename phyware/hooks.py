"""cliff's command hooks, by canonical name and never from a stale cache.

Layer: framework; loads the hooks of the one command that runs.
"""

from __future__ import annotations

from typing import Any

from cliff import command
from stevedore import extension

from phyware.extensions import load_entry_point


def load_hooks(cmd: command.Command) -> list[extension.Extension[Any]]:
    """Return the hooks of ``cmd``, instantiated in the order of the metadata.

    :raises GenericError: a hook cannot be loaded.  Skipping it, as cliff does,
        would run the command without what its administrator put before it.
    """
    find = getattr(cmd.app.command_manager, 'hook_entry_points', None)
    if not cmd.cmd_name or find is None:
        return []
    loaded = []
    for entry_point in find(cmd.cmd_name):
        plugin = load_entry_point(entry_point)
        hook = plugin(command=cmd)
        loaded.append(extension.Extension(entry_point.name, entry_point, plugin, hook))
    return loaded
