"""``phyware plugin new``.

Layer: core's commands.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from phyware.command import Example, Field, ShowOne
from phyware.errors import Conflict, GenericError
from phyware.plugins.scaffold import check_name, write_package

_FIELDS: dict[str, str | Field] = {
    'name': 'Name of the distribution and first word of its commands',
    'directory': 'Where it was written',
    'files': Field('The files written, relative to that', 'array'),
}


class PluginNew(ShowOne):
    """Write the package of a new plugin, with two commands and their tests"""

    examples = (Example('phyware plugin new demo', 'Begin a plugin with the commands of demo'),)
    output_fields = _FIELDS
    errors = (Conflict, GenericError)
    agent_notes = 'Writes a directory NAME and never touches one that exists. Installs nothing.'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with NAME and --directory."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'name', metavar='NAME', help='name of the distribution and of its group of commands'
        )
        parser.add_argument(
            '--directory', type=Path, default=Path(), metavar='DIR',
            help='where to make the directory NAME (default: here)',
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Write the files and return what was written."""
        name: str = parsed_args.name
        check_name(name, self.app.command_manager.commands)
        root = (parsed_args.directory / name).absolute()
        files = [str(path.relative_to(root)) for path in write_package(name, root.parent)]
        self.app.say(f'Next: cd {root} && pip install -e . && python -m unittest')
        return tuple(_FIELDS), (name, str(root), files)
