"""Answer a shell's Tab: words in on stdin, candidates out, one a line.

Layer: framework.  Imports no cliff and no plugin unless the options of a command
are wanted that are not in the cache.  What was typed comes on stdin and not as
arguments, which every user of the machine can read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from phyware.commandnames import COMMAND_GROUP, Names, settle
from phyware.completion.answer import Answer, answer
from phyware.completion.cache import SlotCache
from phyware.completion.live import command_slots, root_slots
from phyware.completion.shells import Typed, read_typed, written
from phyware.completion.slots import Slot
from phyware.context import Context
from phyware.extensions import Installed
from phyware.reserved import FRAMEWORK_COMMANDS

_LONGEST = 1 << 20


def main(shell: str, context: Context) -> int:
    """Write what may stand where the cursor is: ``words`` or ``files``, then candidates.

    ``files`` asks the shell for names of files as well.

    :param shell: one of ``shells.SHELLS``; it decides how stdin is to be read
    """
    typed = read_typed(shell, context.stdin.read(_LONGEST))
    found = Answer() if typed is None else answer(MetadataSource(context), typed.words, typed.last)
    lines = ['files' if found.files else 'words', *_fitting(shell, typed, found)]
    context.stdout.write(''.join(f'{line}\n' for line in lines))
    context.stdout.flush()
    return 0


def _fitting(shell: str, typed: Typed | None, found: Answer) -> list[str]:
    """Return the candidates as the shell inserts them, without those it cannot."""
    if typed is None:
        return []
    texts = (written(shell, typed, value) for value in found.values if value.isprintable())
    return [text for text in texts if text]


class MetadataSource:
    """The commands as entry-point metadata has them; their slots from the cache."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._installed = Installed()

    @property
    def context(self) -> Context:
        return self._context

    @cached_property
    def _settled(self) -> Names:
        return settle(self._installed.of(COMMAND_GROUP))

    @cached_property
    def names(self) -> Collection[str]:
        return frozenset((*self._settled.commands, *FRAMEWORK_COMMANDS))

    def slots(self, name: str | None) -> Sequence[Slot]:
        if name is None:
            return root_slots()
        cache = SlotCache(self._context.environ, name, self._key(name))
        kept = cache.read()
        if kept is not None:
            return kept
        from phyware.app import PhywareApp

        made = command_slots(PhywareApp(self._context), name)
        if made:
            cache.write(made)
        return made

    def _key(self, name: str) -> list[str]:
        """Return what decides on the command's options, besides files: who adds to them."""
        entry = self._settled.commands.get(name)
        hooks = f'{COMMAND_GROUP}.{name.replace(" ", "_")}'
        groups = (hooks, 'phyware.formatters.list', 'phyware.formatters.show')
        others = [f'{group} {ep.name} {ep.value}' for group in groups
                  for ep in self._installed.of(group)]
        return [entry.value if entry else '', *sorted(others)]
