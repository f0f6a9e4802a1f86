"""What is wrong with one entry point: the checks of ``plugin doctor`` and of plugin tests.

Layer: framework; imports and builds what it checks, and runs none of it.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import inspect
import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cliff.formatters.base import ListFormatter, SingleFormatter
from cliff.hooks import CommandHook

from phyware.auth import PROVIDER_GROUP
from phyware.blame import blamed_on
from phyware.command import description_of
from phyware.discovery import COMMAND_GROUP
from phyware.extensions import distribution_of, load_entry_point
from phyware.formatters import LIST_GROUP, SHOW_GROUP
from phyware.plain import make_command
from phyware.plugins.inventory import is_hook
from phyware.text import clean

if TYPE_CHECKING:
    from phyware.app import PhywareApp

# What "%" may stand for in the help of an option: "%%" and "%(default)s".
_PERCENT = re.compile(r'%%|%\(\w+\)[a-z]')
_KINDS: dict[str, tuple[type, ...]] = {
    LIST_GROUP: (ListFormatter,),
    SHOW_GROUP: (SingleFormatter,),
}


def entry_point_faults(
    entry_point: importlib.metadata.EntryPoint, app: PhywareApp
) -> Iterator[str]:
    """Yield what is wrong with ``entry_point``, a sentence each; nothing if it is sound.

    :param app: an application that a command can be made for
    :raises PhywareError: it cannot be imported or built at all
    """
    found = load_entry_point(entry_point)
    if entry_point.group == COMMAND_GROUP:
        name = entry_point.name.replace('_', ' ')
        with blamed_on(distribution_of(entry_point), f"the command '{clean(name)}'"):
            yield from command_faults(found, name, app)
    elif entry_point.group == PROVIDER_GROUP:
        if not callable(found):
            yield 'it cannot be called, so it makes no AuthProvider'
    else:
        yield from _kind_faults(entry_point, found)


def command_faults(factory: Any, name: str, app: PhywareApp) -> Iterator[str]:
    """Yield what is wrong with a command class, before anybody runs it.

    Two options of one name (cliff-traps 26), a stray ``%`` in a help text
    (cliff-traps 27), and no description.

    :param factory: what the entry point names
    :param name: the command's words
    """
    if not callable(factory):
        yield 'it is no command class'
        return
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter('always')
        parser = app.command_parser(make_command(factory, name, app), name)
    yield from (clean(str(warning.message)) for warning in said if 'conflict' in str(warning))
    yield from parser_faults(parser)
    if not description_of(factory).strip():
        yield 'it has no docstring, so help says nothing of it'


def parser_faults(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield what would spoil the help of ``parser``."""
    stray = [action for action in parser._actions if _has_stray_percent(action.help)]
    for action in stray:
        shown = '/'.join(action.option_strings) or action.dest
        yield f'the help of {clean(shown)} has a stray %: write %%'
    if not stray:
        try:
            parser.format_help()
        except (TypeError, ValueError, KeyError) as error:
            yield f'its help cannot be shown: {clean(type(error).__name__)}'


def _has_stray_percent(text: str | None) -> bool:
    return bool(text) and text != argparse.SUPPRESS and '%' in _PERCENT.sub('', text or '')


def _kind_faults(entry_point: importlib.metadata.EntryPoint, found: Any) -> Iterator[str]:
    wanted = (CommandHook,) if is_hook(entry_point) else _KINDS.get(entry_point.group, ())
    if inspect.isclass(found) and wanted and not issubclass(found, wanted):
        yield f'it is no {wanted[0].__name__} of cliff'
    elif not callable(found):
        yield 'it cannot be called'
