"""``phyware completion``: the script that makes a shell complete command lines.

Layer: core's commands; imports no plugin.
"""

from __future__ import annotations

import argparse

from phyware.command import Command, Example
from phyware.completion.shells import SHELLS, script


class Completion(Command):
    """Print the script that makes a shell complete phyware's command lines

    The script asks phyware at every Tab, so it stays right when plugins come and
    go: it is installed once.
    """

    examples = (
        Example('phyware completion bash > phyware.bash', 'For bash; then source the file'),
        Example('phyware completion zsh > _phyware', 'For zsh, in a directory of $fpath'),
        Example('phyware completion fish > phyware.fish', 'For fish, in its completions directory'),
        Example('phyware completion powershell > phyware.ps1', 'For PowerShell, for its profile'),
    )
    agent_notes = 'For people at a terminal; the catalog says the same to a program.'
    plain_output = 'a script in the language of the shell'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with SHELL."""
        parser = super().get_parser(prog_name)
        parser.add_argument('shell', metavar='SHELL', choices=SHELLS, help=', '.join(SHELLS))
        parser.add_argument('--candidates', action='store_true', help=argparse.SUPPRESS)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Print the script, or answer the one that was printed before."""
        if parsed_args.candidates:
            from phyware.completion.tab import main

            return main(parsed_args.shell, self.app.context)
        self.app.stdout.write(script(parsed_args.shell))
        return 0
