"""The commands that are installed, from entry-point metadata; imports no plugin.

Layer: framework.
"""

from __future__ import annotations

from phyware.commandnames import COMMAND_GROUP, settle
from phyware.entryfiles import top_level
from phyware.extensions import Installed
from phyware.formatters import LIST_GROUP, SHOW_GROUP
from phyware.reserved import FRAMEWORK_COMMANDS


class Metadata:
    """What is installed, read when this is made."""

    def __init__(self) -> None:
        self._installed = Installed()
        self._commands, _ = settle(self._installed)

    def packages(self) -> dict[str, str]:
        """Return the names of the commands, and the package that each is in."""
        found = dict.fromkeys(FRAMEWORK_COMMANDS, 'phyware')
        for name, entry in self._commands.items():
            found[name] = top_level(entry.value)
        return found

    def key(self, name: str) -> list[str]:
        """Return what decides on a command's options, besides files: who adds to them."""
        entry = self._commands.get(name)
        hooks = f'{COMMAND_GROUP}.{name.replace(" ", "_")}'
        others = [f'{group} {ep.name} {ep.value}' for group in (hooks, LIST_GROUP, SHOW_GROUP)
                  for ep in self._installed.of(group)]
        return [entry.value if entry else '', *sorted(others)]
