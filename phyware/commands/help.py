"""``phyware help``: the same text as ``--help``.

Layer: core's commands.
"""

from __future__ import annotations

import argparse

from phyware.command import Command, Example
from phyware.declared import completed_by


class HelpCommand(Command):
    """Show help for a command or a group of commands"""

    examples = (
        Example('phyware help auth login', 'The same as phyware auth login --help'),
        Example('phyware help auth', 'The commands of a group'),
    )
    plain_output = 'help, for a person'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return a parser that takes the words of a command."""
        parser = super().get_parser(prog_name)
        completed_by(
            parser.add_argument('cmd', nargs='*', metavar='WORD', help='words of a command'),
            'phyware.completion.values:command_words',
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Run the command or group named with ``--help``."""
        return self.app.help_for(parsed_args.cmd)
