"""Find commands by their exact names, importing only the one chosen.

Layer: framework, on cliff's CommandManager.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Iterator
from itertools import chain, compress, repeat
from typing import Any

from cliff import command, commandmanager

from phyware.blame import CORE_DISTRIBUTION, PackageFailed
from phyware.commandnames import COMMAND_GROUP, Conflict, settle
from phyware.entryfiles import top_level
from phyware.errors import GenericError
from phyware.extensions import Installed, distribution_of, entry_points_of, load_entry_point
from phyware.text import clean

__all__ = ['COMMAND_GROUP', 'CommandManager', 'Conflict']

_FEW = 16


class CommandManager(commandmanager.CommandManager):
    """Commands from entry points; exact names, core first, conflicts refused.

    Stock cliff imports every command at start, lets the last of two equal
    names win and runs abbreviations (cliff-traps 5 to 7, 16 and 18).

    :param installed: where the entry points are taken from; read now if None
    """

    commands: dict[str, Any]

    def __init__(
        self, namespace: str = COMMAND_GROUP, installed: Installed | None = None
    ) -> None:
        self.installed = installed or Installed()
        self.conflicts: dict[str, Conflict] = {}
        super().__init__(namespace)

    def load_commands(self, namespace: str) -> None:
        """Register the commands of ``namespace`` without importing them."""
        self.group_list.append(namespace)
        commands, conflicts = settle(self.installed, namespace)
        self.commands.update(commands)
        self.conflicts.update(conflicts)

    def find_command(self, argv: list[str]) -> tuple[type[command.Command], str, list[str]]:
        """Return the class, the canonical name and the rest of ``argv``.

        :raises ValueError: no command starts ``argv`` (as in cliff)
        :raises GenericError: it is claimed twice, or cannot be imported
        """
        for length in range(self._longest(argv), 0, -1):
            typed = ' '.join(argv[:length])
            name = self._legacy.get(typed, typed)
            if refusal := self.refusal(name):
                raise refusal
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
            raise PackageFailed(
                owner, f'{clean(wrapper.value)} of the package {owner} is no command'
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
        return sorted(self.below(words))

    def below(self, words: Iterable[str]) -> Iterator[str]:
        """Return the names that begin with ``words`` and go on; of no words all."""
        start = ''.join(f'{word} ' for word in words)
        return compress(self.commands, map(str.startswith, self.commands, repeat(start)))

    def is_group(self, words: Iterable[str]) -> bool:
        """Tell whether there are commands below ``words``."""
        return next(self.below(words), None) is not None

    def hook_entry_points(self, name: str) -> list[importlib.metadata.EntryPoint]:
        """Return the hooks registered for the command ``name``, not imported."""
        return entry_points_of(f'{self.namespace}.{name.replace(" ", "_")}', self.installed)

    def packages(self) -> set[str]:
        """Return the top-level names of the modules that entry points name."""
        groups = self.installed.groups('phyware.')
        entries = (entry for group in groups for entry in self.installed.entries(group))
        return {top_level(entry.value) for entry in entries}

    def refusal(self, name: str) -> GenericError | None:
        """Return the error of a name that is claimed twice; None of any other."""
        conflict = self.conflicts.get(name)
        if conflict is None or not conflict.refused:
            return None
        if len(conflict.distributions) == 1:
            owner = conflict.distributions[0]
            return PackageFailed(owner, f"the command '{clean(name)}' is named twice by {owner}")
        return GenericError(
            f"the command '{clean(name)}' is claimed by {', '.join(conflict.distributions)}",
            'Uninstall one of them',
        )

    def _longest(self, argv: list[str]) -> int:
        # The cap keeps this linear in argv; stock cliff joins every prefix of it.  To look
        # for the longest of 10,000 names takes longer than to join a few words.
        words = argv if len(argv) <= _FEW else argv[: self._most_words()]
        return self._get_last_possible_command_index(words)

    def _most_words(self) -> int:
        names = chain(self.commands, self.conflicts, self._legacy)
        return 1 + max(map(str.count, names, repeat(' ')), default=0)
