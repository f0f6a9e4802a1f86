"""Candidates where an application runs already: the REPL, and commands not yet known.

Layer: framework.  Imports no cliff; a command is imported when its options are
wanted, by itself, and a broken one has none.
"""

from __future__ import annotations

import argparse
import contextlib
import io
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from phyware.blame import blamed_on
from phyware.completion.answer import answer
from phyware.completion.slots import Slot, slots_of
from phyware.context import Context
from phyware.errors import PhywareError
from phyware.options import add_global_options
from phyware.parsing import HelpShown

if TYPE_CHECKING:
    from phyware.app import PhywareApp


def candidates(app: PhywareApp, words: Sequence[str], prefix: str) -> list[str]:
    """Return what may come after ``words`` and begins with ``prefix``, sorted.

    Asks a server where a value is only known there (a session's id), for two
    seconds at most.  Never raises, prints nothing; names of files are not among
    the candidates.

    :param words: the finished words after the program's name, unquoted
    :param prefix: the word that is being typed; empty for a new one
    """
    return list(answer(AppSource(app), words, prefix).values)


class AppSource:
    """The commands of a running application."""

    def __init__(self, app: PhywareApp) -> None:
        self._app = app

    @property
    def context(self) -> Context:
        return self._app.context

    @property
    def names(self) -> Collection[str]:
        return self._app.command_manager.commands

    def slots(self, name: str | None) -> Sequence[Slot]:
        return root_slots() if name is None else command_slots(self._app, name)


def command_slots(app: PhywareApp, name: str) -> tuple[Slot, ...]:
    """Return the slots of a command, imported for it; none if it is broken."""
    from phyware.plain import make_command

    try:
        with contextlib.redirect_stdout(io.StringIO()), blamed_on('unknown', 'the parser'):
            cmd = make_command(app.command_manager.load(name), name, app)
            return slots_of(app.command_parser(cmd, name))
    except (PhywareError, HelpShown, BrokenPipeError):
        return ()


def root_slots() -> tuple[Slot, ...]:
    """Return those of the options before a command."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument('-h', '--help', action='store_true')
    parser.add_argument('--version', action='store_true')
    add_global_options(parser)
    return slots_of(parser)
