"""What is wrong with one entry point: the checks of ``plugin doctor`` and of plugin tests.

Layer: framework; imports and builds what it checks, and runs none of it.
"""

from __future__ import annotations

import argparse
import functools
import importlib.metadata
import inspect
import re
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from phyware.blame import blamed_on, own_advice
from phyware.command import description_of
from phyware.declared import completer_of
from phyware.discovery import COMMAND_GROUP
from phyware.errors import PhywareError
from phyware.extensions import distribution_of, load_entry_point
from phyware.hooks import hook_label, hooks_of
from phyware.plain import make_command
from phyware.plugins.hooked import Hooks, app_with_hooks
from phyware.plugins.shapes import completer_fault, shape_faults
from phyware.text import clean, kind_of

if TYPE_CHECKING:
    from phyware.app import PhywareApp

_NO_CLASS = 'it is no command class'
_A_MODULE = 'it is a module: name a class of it, MODULE:CLASS'
# What "%" may stand for in the help of an option: "%%" and "%(default)s".
_PERCENT = re.compile(r'%%|%\(\w+\)[a-z]')


class Fault(NamedTuple):
    """One thing that is wrong, a sentence.

    :param owner: the distribution to blame, which may be another than the one examined
    :param advice: what the error itself says of mending; empty if nothing
    :param where: what its author has to mend; empty if nobody knows
    """

    text: str
    owner: str
    advice: str = ''
    where: str = ''


# Hears the distribution and the name of a hook before that is imported.
Announce = Callable[[str, str], None]


def _unheard(owner: str, label: str) -> None:
    """Take no notice."""


def entry_point_faults(
    entry_point: importlib.metadata.EntryPoint, app: PhywareApp, announce: Announce,
    imported: Callable[[], None],
) -> Iterator[Fault]:
    """Yield what is wrong with ``entry_point``; nothing if it is sound.

    :param app: an application that a command can be made for
    :param announce: told of each hook of a command before it is tried
    :param imported: called when the import has come to its end
    """
    owner = distribution_of(entry_point)
    try:
        found = load_entry_point(entry_point)
    except PhywareError as error:
        yield _fault(error, owner)._replace(where=module_or_name(entry_point))
        return
    imported()
    if entry_point.group == COMMAND_GROUP:
        name = entry_point.name.replace('_', ' ')
        faults = command_faults(found, name, app, owner, announce)
    else:
        faults = (Fault(text, owner) for text in shape_faults(entry_point, found))
    value = clean(entry_point.value)
    # A hook's fault says already where that is.
    yield from (fault if fault.where else fault._replace(where=value) for fault in faults)


def module_or_name(entry_point: importlib.metadata.EntryPoint) -> str:
    """Return what to mend where an import fails: the same for all that the module holds."""
    module, colon, _ = map(str.strip, entry_point.value.partition(':'))
    package, dot, name = module.rpartition('.')
    if dot and not colon:
        return f'write {clean(package)}:{clean(name)}'
    return f'{clean(module)} or the entry point that names it'


def command_faults(
    factory: Any, name: str, app: PhywareApp, owner: str, announce: Announce = _unheard
) -> Iterator[Fault]:
    """Yield what is wrong with a command class, before anybody runs it.

    Two options of one name (cliff-traps 26), a stray ``%`` in a help text
    (cliff-traps 27), and no description.  It is built without its hooks
    first: what is wrong with them only is the fault of who put them there.

    :param factory: what the entry point names
    :param name: the command's words
    :param owner: the distribution that it comes from
    """
    def built(hooks: Hooks) -> list[str]:
        return _built_faults(factory, name, app_with_hooks(app, hooks))

    attempt = functools.partial(built, [])
    faults, usable = _attempt(attempt, owner, f"the command '{clean(name)}'")
    yield from faults
    hooks = hooks_of(app.command_manager, name) if usable else []
    yield from _hook_faults(built, hooks, {fault.text for fault in faults}, announce)


def _hook_faults(
    built: Callable[[Hooks], list[str]], hooks: Hooks, known: set[str], announce: Announce
) -> Iterator[Fault]:
    """Yield what each hook adds to the faults of a command and of the hooks before it."""
    sound: Hooks = []
    for hook in hooks:
        owner, label = distribution_of(hook), hook_label(hook)
        announce(owner, label)
        faults, usable = _attempt(functools.partial(built, [*sound, hook]), owner, label)
        where = clean(hook.value)
        yield from (fault._replace(where=where) for fault in faults if fault.text not in known)
        known |= {fault.text for fault in faults}
        sound += [hook] if usable else []


def _attempt(
    attempt: Callable[[], list[str]], owner: str, label: str
) -> tuple[list[Fault], bool]:
    """Return the faults that ``attempt`` finds or is one of, and whether it ended."""
    try:
        with blamed_on(owner, label):
            return [Fault(text, owner) for text in attempt()], True
    except PhywareError as error:
        return [_fault(error, owner)], False


def _fault(error: PhywareError, owner: str) -> Fault:
    return Fault(clean(error.message), owner, clean(own_advice(error) or '', limit=500))


def _built_faults(factory: Any, name: str, app: PhywareApp) -> list[str]:
    if not callable(factory):
        return [_A_MODULE if inspect.ismodule(factory) else _NO_CLASS]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter('always')
        parser = app.command_parser(make_command(factory, name, app), name)
    faults = [clean(str(warning.message)) for warning in said if 'conflict' in str(warning)]
    faults += parser_faults(parser)
    faults += _completer_faults(parser)
    faults += _error_faults(factory)
    if not description_of(factory).strip():
        faults.append('it has no docstring, so help says nothing of it')
    return faults


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


def _completer_faults(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        reference = completer_of(action)
        if reference and (fault := completer_fault(reference)):
            option = '/'.join(action.option_strings) or action.dest
            yield f'the completer of {clean(option)}, {clean(reference)}, cannot be used: {fault}'


def _error_faults(factory: Any) -> Iterator[str]:
    for error in getattr(factory, 'errors', ()):
        if not (inspect.isclass(error) and issubclass(error, PhywareError)):
            name = getattr(error, '__name__', None) or kind_of(error)
            yield f'its errors name {clean(name)}, none of phyware.errors'
