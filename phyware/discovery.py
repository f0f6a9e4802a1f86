"""Find commands by their exact names, importing only the one chosen.

Layer: framework, on cliff's CommandManager.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cliff import command, commandmanager

from phyware.errors import GenericError
from phyware.extensions import (
    CORE_DISTRIBUTION,
    LazyExtensionManager,
    distribution_of,
    load_entry_point,
)
from phyware.text import clean

COMMAND_GROUP = 'phyware.commands'


@dataclass(frozen=True)
class Conflict:
    """A command name that more than one distribution claims.

    :param name: the command's words
    :param distributions: who claims it, sorted
    :param refused: True if the name runs for nobody, False if core keeps it
    """

    name: str
    distributions: tuple[str, ...]
    refused: bool


class CommandManager(commandmanager.CommandManager):
    """Commands from entry points; exact names, core first, conflicts refused.

    Stock cliff imports every command at start, lets the last of two equal
    names win and runs abbreviations (cliff-traps 5 to 7, 16 and 18).
    """

    commands: dict[str, Any]

    def __init__(self, namespace: str = COMMAND_GROUP) -> None:
        self.conflicts: dict[str, Conflict] = {}
        super().__init__(namespace)

    def load_commands(self, namespace: str) -> None:
        """Register the commands of ``namespace`` without importing them."""
        self.group_list.append(namespace)
        claims: dict[str, list[importlib.metadata.EntryPoint]] = {}
        for ep in LazyExtensionManager(namespace).list_entry_points():
            claims.setdefault(ep.name.replace('_', ' '), []).append(ep)
        for name, entry_points in claims.items():
            self._settle(name, entry_points)

    def _settle(self, name: str, claimants: list[importlib.metadata.EntryPoint]) -> None:
        own = [ep for ep in claimants if distribution_of(ep) == CORE_DISTRIBUTION]
        names = sorted({distribution_of(ep) for ep in claimants})
        if len(claimants) > 1:
            self.conflicts[name] = Conflict(name, tuple(names), refused=not own)
        if own:
            self.commands[name] = own[0]
        elif len(claimants) == 1:
            self.commands[name] = claimants[0]

    def find_command(self, argv: list[str]) -> tuple[type[command.Command], str, list[str]]:
        """Return the class, the canonical name and the rest of ``argv``.

        :raises ValueError: no command starts ``argv`` (as in cliff)
        :raises GenericError: it is claimed twice, or cannot be imported
        """
        for length in range(self._longest(argv), 0, -1):
            typed = ' '.join(argv[:length])
            name = self._legacy.get(typed, typed)
            self._refuse_conflict(name)
            if name in self.commands:
                return self.load(name), name, argv[length:]
        raise ValueError('unknown command')

    def load(self, name: str) -> type[command.Command]:
        """Import the class of the command ``name``.

        :raises GenericError: the plugin fails or is not a command
        """
        wrapper = self.commands[name]
        if isinstance(wrapper, commandmanager.EntryPointWrapper):
            return wrapper.load()
        found = load_entry_point(wrapper)
        if not callable(found):
            raise GenericError(
                f'{clean(wrapper.value)} of the package {distribution_of(wrapper)} is no command',
                f'Upgrade or uninstall {distribution_of(wrapper)}',
            )
        return found  # type: ignore[no-any-return]

    def distribution(self, name: str) -> str:
        """Return the distribution that provides the command ``name``."""
        entry = self.commands[name]
        if isinstance(entry, commandmanager.EntryPointWrapper):
            return CORE_DISTRIBUTION
        return distribution_of(entry)

    def group_members(self, words: Iterable[str]) -> list[str]:
        """Return the sorted names of the commands below a group's words."""
        prefix = ' '.join(words)
        start = f'{prefix} ' if prefix else ''
        return sorted(name for name in self.commands if name.startswith(start))

    def hook_entry_points(self, name: str) -> list[importlib.metadata.EntryPoint]:
        """Return the hooks registered for the command ``name``, not imported."""
        group = f'{self.namespace}.{name.replace(" ", "_")}'
        return LazyExtensionManager(group).list_entry_points()

    def _refuse_conflict(self, name: str) -> None:
        conflict = self.conflicts.get(name)
        if conflict is not None and conflict.refused:
            raise GenericError(
                f"the command '{clean(name)}' is claimed by {', '.join(conflict.distributions)}",
                'Uninstall one of them',
            )

    def _longest(self, argv: list[str]) -> int:
        words = self._get_last_possible_command_index(argv[:_MOST_WORDS])
        return min(words, len(argv))


# A cap keeps the search linear in argv; stock cliff joins every prefix of it.
_MOST_WORDS = 8
