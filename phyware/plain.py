"""Commands that were written for plain cliff, run with phyware's hooks and formatters.

Layer: framework.  A command of another project runs unchanged; what it has
inherited from cliff and what falls short here (cliff-traps 7, 19, 21 to 25) is
replaced in a subclass of its own, never in cliff's classes.
"""

from __future__ import annotations

import inspect
from typing import Any

from cliff import command, display

from phyware import formatters
from phyware.command import CommandBase, LazyFormatters, run_display, select_columns
from phyware.hooks import load_hooks
from phyware.text import kind_of

_GROUPS = {
    'cliff.formatter.list': formatters.LIST_GROUP,
    'cliff.formatter.show': formatters.SHOW_GROUP,
}


def make_command(factory: Any, name: str, app: Any) -> command.Command:
    """Return the command ``name``, hooks included, whatever cliff class it is of.

    :param factory: what the entry point names
    :param app: the application, with its ``options``
    :raises TypeError: it makes something else
    :raises GenericError: a hook cannot be loaded
    """
    if inspect.isclass(factory) and not issubclass(factory, command.Command):
        raise TypeError(
            f'{factory.__name__} is not a command of cliff: '
            'derive it from Command, Lister or ShowOne of phyware.command'
        )
    made: object = adapted(factory)(app, app.options, **_name_argument(factory, name))
    if not isinstance(made, command.Command):
        raise TypeError(f'it made a {kind_of(made)}, not a command of cliff')
    if made.cmd_name != name or not isinstance(made, CommandBase):
        # Without a name, cliff looks for no hooks, and a policy is bypassed.
        made.cmd_name = name
        vars(made)['_hooks'] = load_hooks(made)
    return made


def adapted(factory: Any) -> Any:
    """Return a subclass of a plain cliff command, or what is none as it is."""
    if not isinstance(factory, type) or not issubclass(factory, command.Command):
        return factory
    if issubclass(factory, CommandBase):
        return factory
    replaced = {
        name: function
        for name, (stock, function) in _REPLACED.items()
        if getattr(factory, name, None) is stock
    }
    same = {name: getattr(factory, name) for name in ('__module__', '__qualname__', '__doc__')}
    metaclass: Any = type(factory)
    return metaclass(factory.__name__, (factory,), {**same, **replaced})


def _name_argument(factory: Any, name: str) -> dict[str, str]:
    try:
        parameters = inspect.signature(factory).parameters
    except (TypeError, ValueError):
        return {}
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return {'cmd_name': name} if takes_any or 'cmd_name' in parameters else {}


def _no_hooks_yet(self: command.Command) -> None:
    vars(self)['_hooks'] = []


def _get_epilog(self: command.Command) -> str:
    """Return what cliff does, but ask no package for the name of its distribution."""
    hooks = [hook.obj.get_epilog() for hook in self._hooks if hook.obj is not None]
    return '\n\n'.join(text for text in (self._epilog, *hooks) if text)


def _load_formatter_plugins(self: display.DisplayCommandBase[Any]) -> Any:
    group = _GROUPS.get(self.formatter_namespace)
    if group is None:
        return display.DisplayCommandBase._load_formatter_plugins(self)
    return LazyFormatters(group, self.app)


_REPLACED: dict[str, tuple[object, object]] = {
    '_load_hooks': (command.Command._load_hooks, _no_hooks_yet),
    'get_epilog': (command.Command.get_epilog, _get_epilog),
    '_load_formatter_plugins': (
        display.DisplayCommandBase._load_formatter_plugins, _load_formatter_plugins,
    ),
    'run': (display.DisplayCommandBase.run, run_display),
    '_generate_columns_and_selector': (
        display.DisplayCommandBase._generate_columns_and_selector, select_columns,
    ),
}
