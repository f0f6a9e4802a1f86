"""What a plugin author subclasses: Command, Lister, ShowOne.

Layer: framework, on cliff's classes of the same names.  ``take_action`` parses
nothing and prints nothing: it returns data.
"""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from cliff import command, display, lister, show

from phyware import formatters
from phyware.described import Described, Example, Field, example_text, exit_code_text
from phyware.errors import Validation
from phyware.formatters.keys import key_name
from phyware.hooks import load_hooks
from phyware.text import clean

if TYPE_CHECKING:
    from phyware.app import PhywareApp
    from phyware.cloud import CloudSession


__all__ = [
    'Command', 'CommandBase', 'Described', 'Example', 'Field', 'LazyFormatters', 'Lister',
    'ShowOne', 'description_of', 'run_display', 'select_columns',
]

# Whose docstrings say nothing of a command that has none itself.
_BASES = frozenset({'builtins', 'typing', 'abc', 'cliff'})
_OWN = frozenset({__name__, Described.__module__})


class CommandBase(Described, command.Command):
    """What the three kinds share: hooks, help and the way to the host."""

    app: PhywareApp
    conflict_handler = 'error'
    _hooks: Any

    def _load_hooks(self) -> None:
        # Stock cliff reads hooks through stevedore's stale cache (cliff-traps 19).
        self._hooks = load_hooks(self)

    def get_description(self) -> str:
        """Return the docstring of the command, never that of a base class of ours."""
        return description_of(type(self))

    def get_epilog(self) -> str:
        """Return examples and exit codes; asks no package metadata (142 Mi in cliff)."""
        hooks = [text for hook in self._hooks if (text := hook.obj.get_epilog())]
        texts = (example_text(self.examples), exit_code_text(self.errors), *hooks)
        return '\n\n'.join(text for text in texts if text)

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the command's parser; its epilog keeps its line breaks."""
        parser = super().get_parser(prog_name)
        parser.formatter_class = _HelpFormatter
        return parser

    @cached_property
    def cloud(self) -> CloudSession:
        """The session on the host of this invocation, credential included.

        It is one for the command: connections and the credential are kept.
        """
        return self.app.cloud()


def description_of(factory: Any) -> str:
    """Return what a command class, of plain cliff too, says it does; empty if nothing."""
    given = getattr(factory, '_description', None)
    if given or not isinstance(factory, type):
        return str(given or inspect.getdoc(factory) or '')
    for kind in factory.__mro__:
        base = kind.__module__ in _OWN or kind.__module__.partition('.')[0] in _BASES
        if not base and kind.__doc__:
            return inspect.cleandoc(kind.__doc__)
    return ''


class Command(CommandBase):
    """A command that prints nothing structured."""


class LazyFormatters:
    """cliff's view of the formatters, each loaded when it is chosen.

    Stock cliff imports all of them for every display command (cliff-traps 21).

    :param group: LIST_GROUP or SHOW_GROUP of ``phyware.formatters``
    :param app: the application, whose environment is read
    """

    def __init__(self, group: str, app: Any) -> None:
        self._group = group
        context = getattr(app, 'context', None)
        self._environ = None if context is None else context.environ
        self._installed = getattr(app.command_manager, 'installed', None)

    def names(self) -> list[str]:
        """Return the built-in names and those of plugins, reading no metadata again."""
        return sorted(formatters.formatter_names(self._group, self._installed))

    def __iter__(self) -> Iterator[Any]:
        # cliff asks each formatter for its options: here one answers for all.
        yield argparse.Namespace(obj=self)

    def add_argument_group(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of all built-in formatters, importing none."""
        lister = self._group == formatters.LIST_GROUP
        formatters.add_formatter_options(parser, lister=lister, environ=self._environ)

    def __getitem__(self, name: str) -> Any:
        return argparse.Namespace(obj=formatters.load_for_command(self._group, name))


class _Display(CommandBase):
    """Formatter handling of the two display kinds."""

    formatter_group: ClassVar[str]

    @property
    def formatter_namespace(self) -> str:
        return self.formatter_group

    def _load_formatter_plugins(self) -> Any:
        return LazyFormatters(self.formatter_group, self.app)

    def _generate_columns_and_selector(
        self, parsed_args: argparse.Namespace, column_names: Sequence[str]
    ) -> tuple[list[str], list[bool] | None]:
        return select_columns(self, parsed_args, column_names)

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Run hooks and ``take_action``, and write what it returns."""
        return run_display(self, parsed_args)


def run_display(cmd: Any, parsed_args: argparse.Namespace) -> int:
    """Run a command that returns data, of plain cliff too.

    :returns: the exit status
    :raises WrongData: what it returned is no such data
    """
    from phyware.answers import run_display  # help takes none

    return run_display(cmd, parsed_args)


def select_columns(
    cmd: Any, parsed_args: argparse.Namespace, column_names: Sequence[str]
) -> tuple[list[str], list[bool] | None]:
    """Return the columns that ``--column`` asks for, as cliff does; warn of those not there.

    :raises Validation: there is none of them; cliff raises what looks like a bug
    """
    keys = [key_name(name) for name in column_names]
    asked = parsed_args.columns
    if unknown := [name for name in asked if key_name(name) not in keys]:
        message = f'no column is named {clean(", ".join(unknown))}'
        columns = f'Columns: {clean(", ".join(keys), limit=None)}'
        if len(unknown) == len(asked):
            raise Validation(message, columns)
        # As with cliff, which says nothing: a script may ask for what only some hosts have.
        cmd.app.warn(f'{message}; {columns}')
    select = display.DisplayCommandBase._generate_columns_and_selector
    return select(cmd, parsed_args, column_names)


class Lister(_Display, lister.Lister):
    """A command whose ``take_action`` returns ``(column names, rows)``."""

    formatter_group = formatters.LIST_GROUP


class ShowOne(_Display, show.ShowOne):
    """A command whose ``take_action`` returns ``(names, values)`` of one thing."""

    formatter_group = formatters.SHOW_GROUP


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Keep the line breaks of examples."""
