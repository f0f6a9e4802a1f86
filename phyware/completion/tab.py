"""Answer a shell's Tab: words in on stdin, candidates out, one a line.

Layer: framework.  Imports no cliff and no plugin unless the options of a command
are wanted that are not in the cache.  What was typed comes on stdin and not as
arguments, which every user of the machine can read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from phyware.completion.answer import Answer, answer
from phyware.completion.cache import KeptFile, SlotCache, installed_stamp
from phyware.completion.live import command_slots, root_slots
from phyware.completion.shells import Typed, read_typed, written
from phyware.completion.slots import Slot
from phyware.context import Context

if TYPE_CHECKING:
    from phyware.completion.metadata import Metadata

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
    """The commands as entry-point metadata has them; their slots from the cache.

    Metadata is read only where an earlier Tab cannot have known it.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stamp = installed_stamp(context.environ)

    @property
    def context(self) -> Context:
        return self._context

    @property
    def names(self) -> Collection[str]:
        return self._packages.keys()

    def slots(self, name: str | None) -> Sequence[Slot]:
        if name is None:
            return root_slots()
        cache = SlotCache(
            self._kept(f'command {name}', lambda: self._metadata.key(name)), self._packages[name]
        )
        kept = cache.read()
        if kept is not None:
            return kept
        from phyware.app import PhywareApp

        made = command_slots(PhywareApp(self._context), name)
        if made:
            cache.write(made)
        return made

    @cached_property
    def _packages(self) -> dict[str, str]:
        """The names of the commands, and the package that each is in."""
        if self._stamp is None:
            return self._metadata.packages()
        file = self._kept('names', list)
        kept = file.read()
        if isinstance(kept, dict) and all(isinstance(one, str) for one in kept.values()):
            return kept
        found = self._metadata.packages()
        file.write(found)
        return found

    def _kept(self, name: str, metadata_key: Callable[[], list[str]]) -> KeptFile:
        key = metadata_key() if self._stamp is None else self._stamp
        return KeptFile(self._context.environ, name, key)

    @cached_property
    def _metadata(self) -> Metadata:
        from phyware.completion.metadata import Metadata

        return Metadata()
