"""``phyware shell``.

Layer: core's commands.
"""

from __future__ import annotations

import argparse

from phyware.command import Command, Example
from phyware.errors import Validation


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
        from phyware.repl.fast import run_interactive
        from phyware.repl.opened import opened_by
        from phyware.repl.script import run_script, run_stream

        opened = opened_by(self.app)
        if parsed_args.script is not None:
            return run_script(opened, parsed_args.script, keep_going=parsed_args.keep_going)
        if not self.app.context.interactive:
            return run_stream(opened)
        return run_interactive(opened)
