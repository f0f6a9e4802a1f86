"""``phyware plugin list`` and ``show``.

Layer: core's commands.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import re
from operator import attrgetter
from typing import Any

from phyware.command import Example, Field, Lister, ShowOne
from phyware.entryfiles import FAULTS
from phyware.errors import NotFound
from phyware.plugins.inventory import inventory
from phyware.text import clean

_LIST_FIELDS: dict[str, str | Field] = {
    'name': 'Name of the distribution',
    'version': 'Its version',
    'commands': Field('Commands that it adds', 'array'),
    'state': Field('plugin doctor says why', choices=('core', 'ok', 'conflict', 'broken')),
}
_SHOW_FIELDS: dict[str, str | Field] = {
    **_LIST_FIELDS,
    'summary': 'What its authors say of it',
    'hooks': Field('Hooks that it puts on commands', 'array'),
    'providers': Field('Auth providers that it adds', 'array'),
    'formatters': Field('Output formats that it adds', 'array'),
    'fast_commands': Field('Commands that it has a fast function for', 'array'),
    'location': 'Where it is installed',
}


class PluginList(Lister):
    """List the packages that add to phyware, importing none"""

    examples = (Example('phyware plugin list', 'See which packages add commands'),)
    output_fields = _LIST_FIELDS
    agent_notes = 'Reads metadata only. The state ok means that nothing is wrong with it as far.'

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return a row for each distribution, phyware's own first."""
        plugins = inventory(self.app.command_manager)
        return tuple(_LIST_FIELDS), map(attrgetter(*_LIST_FIELDS), plugins)


class PluginShow(ShowOne):
    """Show what one package adds to phyware, importing nothing of it"""

    examples = (Example('phyware plugin show phyware', "See phyware's own commands and providers"),)
    output_fields = _SHOW_FIELDS
    errors = (NotFound,)

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with NAME."""
        parser = super().get_parser(prog_name)
        parser.add_argument('name', metavar='NAME', help='name of the distribution')
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return the fields of the distribution.

        :raises NotFound: none of this name adds anything to phyware
        """
        plugins = inventory(self.app.command_manager)
        for plugin in plugins:
            if _normalized(plugin.name) == _normalized(parsed_args.name):
                return tuple(_SHOW_FIELDS), attrgetter(*_SHOW_FIELDS)(plugin)
        raise _not_found(parsed_args.name, [plugin.name for plugin in plugins])


def _not_found(asked: str, names: list[str]) -> NotFound:
    installed = _installed_name(asked)
    if installed is not None:
        return NotFound(
            f'{installed} is installed, but adds nothing to phyware',
            'Name what it adds in entry points, as phyware.commands, and install it again; '
            'see phyware plugin doctor',
        )
    import difflib  # here, since to list plugins takes none of it

    close = difflib.get_close_matches(asked, names, 3)
    return NotFound(
        f'no plugin is named {clean(asked)}',
        f'Did you mean {", ".join(close)}?' if close else f'Installed: {", ".join(names)}',
    )


def _installed_name(asked: str) -> str | None:
    """Return the name of a distribution of which nothing is read, None if there is none."""
    try:
        found = importlib.metadata.distribution(asked)
    except (importlib.metadata.PackageNotFoundError, *FAULTS):
        return None
    try:
        return clean(found.metadata['Name'] or asked)
    except FAULTS:
        # Finders differ in what they do where the file is gone.
        return clean(asked)


def _normalized(name: str) -> str:
    # PEP 503: runs of these are one.
    return re.sub('[-_.]+', '-', name).lower()
