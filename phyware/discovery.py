"""Find commands by their exact names, importing only the one chosen.

Layer: framework, on cliff's CommandManager.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cliff import command, commandmanager

from phyware.blame import CORE_DISTRIBUTION
from phyware.errors import GenericError
from phyware.extensions import (
    Installed,
    distribution_of,
    entry_points_of,
    load_entry_point,
    own_flags,
)
from phyware.text import clean

COMMAND_GROUP = 'phyware.commands'
# Commands that the application adds without an entry point.
FRAMEWORK_COMMANDS = ('help',)


@dataclass(frozen=True)
class Conflict:
    """A command name that more than one distribution claims.

    :param name: the command's words
    :param distributions: who claims it, sorted; core too if it keeps the name
    :param refused: True if the name runs for nobody, False if core keeps it
    """

    name: str
    distributions: tuple[str, ...]
    refused: bool

    @property
    def others(self) -> tuple[str, ...]:
        """Return those who do not get the name: all of them if it is refused."""
        return tuple(name for name in self.distributions if name != CORE_DISTRIBUTION)


class CommandManager(commandmanager.CommandManager):
    """Commands from entry points; exact names, core first, conflicts refused.

    Stock cliff imports every command at start, lets the last of two equal
    names win and runs abbreviations (cliff-traps 5 to 7, 16 and 18).
    """

    commands: dict[str, Any]

    def __init__(self, namespace: str = COMMAND_GROUP) -> None:
        self.installed = Installed()
        self.conflicts: dict[str, Conflict] = {}
        self._most_words = 1
        super().__init__(namespace)

    def load_commands(self, namespace: str) -> None:
        """Register the commands of ``namespace`` without importing them."""
        self.group_list.append(namespace)
        found = entry_points_of(namespace, self.installed)
        own: dict[str, importlib.metadata.EntryPoint] = {}
        foreign: dict[str, list[importlib.metadata.EntryPoint]] = {}
        for ep, is_own in zip(found, own_flags(found), strict=True):
            name = ep.name.replace('_', ' ')
            if is_own:
                own[name] = ep
            else:
                foreign.setdefault(name, []).append(ep)
        self.commands.update(own)
        core = _CoreNames((*own, *FRAMEWORK_COMMANDS))
        for name, claimants in foreign.items():
            self._settle(name, claimants, core)
        self._most_words = max(name.count(' ') + 1 for name in ('', *own, *foreign))

    def _settle(
        self, name: str, claimants: list[importlib.metadata.EntryPoint], core: _CoreNames
    ) -> None:
        kept = core.cover(name)
        if not kept and len(claimants) == 1:
            self.commands[name] = claimants[0]
            return
        owners = {distribution_of(ep) for ep in claimants}
        owners |= {CORE_DISTRIBUTION} if kept else set()
        self.conflicts[name] = Conflict(name, tuple(sorted(owners)), refused=not kept)

    def add_command(self, name: str, command_class: type[command.Command]) -> None:
        """Register a command of the application itself, as in cliff."""
        super().add_command(name, command_class)
        self._most_words = max(self._most_words, name.count(' ') + 1)

    def add_legacy_command(self, old_name: str, new_name: str) -> None:
        """Let ``old_name`` run the command ``new_name``, as in cliff; hooks stay the latter's."""
        super().add_legacy_command(old_name, new_name)
        self._most_words = max(self._most_words, old_name.count(' ') + 1)

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
            owner = distribution_of(wrapper)
            raise GenericError(
                f'{clean(wrapper.value)} of the package {owner} is no command',
                f'Upgrade or uninstall {owner}',
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
        start = ''.join(f'{word} ' for word in words)
        return sorted(name for name in self.commands if name.startswith(start))

    def hook_entry_points(self, name: str) -> list[importlib.metadata.EntryPoint]:
        """Return the hooks registered for the command ``name``, not imported."""
        return entry_points_of(f'{self.namespace}.{name.replace(" ", "_")}', self.installed)

    def _refuse_conflict(self, name: str) -> None:
        conflict = self.conflicts.get(name)
        if conflict is not None and conflict.refused:
            raise GenericError(
                f"the command '{clean(name)}' is claimed by {', '.join(conflict.distributions)}",
                'Uninstall one of them',
            )

    def _longest(self, argv: list[str]) -> int:
        # The cap keeps this linear in argv; stock cliff joins every prefix of it.
        return self._get_last_possible_command_index(argv[: self._most_words])


class _CoreNames:
    """The names that no plugin can take: core's commands and what they stand for."""

    def __init__(self, commands: Iterable[str]) -> None:
        self._commands = frozenset(commands)
        self._groups = frozenset(group for name in self._commands for group in _prefixes(name))

    def cover(self, name: str) -> bool:
        """Tell whether ``name`` is a command or group of core, or goes on after a command.

        The last would take the arguments of core's command away from it.
        """
        taken = name in self._commands or name in self._groups
        return taken or any(prefix in self._commands for prefix in _prefixes(name))


def _prefixes(name: str) -> Iterator[str]:
    words = name.split(' ')
    return (' '.join(words[:length]) for length in range(1, len(words)))
