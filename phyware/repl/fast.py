"""Open the shell before cliff is there: the first prompt needs none of it (P6).

Layer: framework, called by the launcher (``phyware.fast``).  Where it declines,
the command ``shell`` runs as any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from phyware.children import keep_key_from_children
from phyware.context import Context
from phyware.options import GlobalOptions
from phyware.repl.imports import swiftly
from phyware.repl.opened import Opened

if TYPE_CHECKING:
    from phyware.app import PhywareApp


def shell(argv: list[str]) -> int | None:
    """Open the shell on the process's terminal (entry point ``shell``).

    :param argv: what follows ``shell``
    :returns: the exit status; None if there are options, or nobody sits there
    """
    context = Context.from_system()
    if argv or not context.interactive:
        return None
    keep_key_from_children()
    try:
        return run_interactive(Opened(context, GlobalOptions(), lambda: _app(context)))
    except Exception as error:  # noqa: BLE001 - else the launcher would begin once more
        from phyware.outcome import Outcome

        return Outcome(context).status_of(error)


def run_interactive(opened: Opened) -> int:
    """Import the prompt and let it read and run lines.

    :returns: the status of the last command
    """
    with swiftly():
        from phyware.repl.engine import Prompt

        prompt = Prompt(opened)
    return prompt.run()


def _app(context: Context) -> PhywareApp:
    from phyware.app import PhywareApp

    return PhywareApp(context)
