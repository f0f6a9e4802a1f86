"""``phyware shell``.

Layer: core's commands.
"""

from __future__ import annotations

import argparse
import gc
from typing import TYPE_CHECKING

from phyware.command import Command, Example
from phyware.errors import Validation

if TYPE_CHECKING:
    from phyware.app import PhywareApp


class Shell(Command):
    """Open the interactive shell, or run the lines of a script"""

    examples = (
        Example('phyware shell', 'Type commands; exit or Ctrl-D leaves'),
        Example('phyware shell --script nightly.phyware', 'Stop at the first failure'),
        Example("echo 'auth status' | phyware shell --script -", 'A script on stdin'),
    )
    agent_notes = (
        'Use --script: a login, a connection and a credential serve all lines. The exit status '
        'is that of the last command that ran. | and > take the output of a command; there is '
        'no shell behind them.'
    )

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with --script and --keep-going."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--script', metavar='FILE', help='run the lines of this file; - is stdin'
        )
        parser.add_argument(
            '--keep-going', action='store_true', help='go on after a line of the script that fails'
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Run the script, the lines of a pipe, or the shell on the terminal."""
        if self.app.context.kept is not None:
            raise Validation('this is the shell already', 'Type the command itself')
        if parsed_args.keep_going and parsed_args.script is None:
            raise Validation('--keep-going goes with --script', 'Name a script, or - for stdin')
        if parsed_args.script is not None:
            from phyware.repl.script import run_script

            return run_script(self.app, parsed_args.script, keep_going=parsed_args.keep_going)
        if not self.app.context.interactive:
            from phyware.repl.script import run_stream

            return run_stream(self.app)
        return run_interactive(self.app)


def run_interactive(app: PhywareApp) -> int:
    """Import the prompt and let it read and run lines.

    Meanwhile no garbage is collected: imports make next to none, and to look
    for it takes a tenth of the time to the first prompt (P6).

    :returns: the status of the last command
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        from phyware.repl.engine import Prompt

        prompt = Prompt(app)
    finally:
        if collecting:
            gc.enable()
    return prompt.run()
