"""``phyware plugin doctor``.

Layer: core's commands.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from typing import Any

from phyware.command import Example, Field, Lister
from phyware.errors import ExitStatus, GenericError
from phyware.plugins.doctor import SECONDS, Doctor
from phyware.plugins.problem import ERROR, Problem

_FIELDS: dict[str, str | Field] = {
    'plugin': 'Name of the distribution to blame',
    'item': 'What does not work',
    'severity': Field('How bad it is', choices=('error', 'warning')),
    'problem': 'What is wrong',
    'remediation': 'How to mend it',
}


class PluginDoctor(Lister):
    """Examine all plugins, and say how to mend what does not work"""

    examples = (Example('phyware plugin doctor', 'Find out why a command is missing or fails'),)
    output_fields = _FIELDS
    errors = (GenericError,)
    agent_notes = 'Exits with 1 if there is a problem of severity error. Runs no command.'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with --import-timeout."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--import-timeout', type=_seconds, default=SECONDS, metavar='SECONDS',
            help='how long one part of a plugin may take to be imported (default: %(default)g)',
        )
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Write the table; the exit status is 1 if anything is an error."""
        self._broken = False
        status: int = super().run(parsed_args)
        return ExitStatus.ERROR if self._broken and not status else status

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return a row for each problem."""
        manager, environ = self.app.command_manager, self.app.context.environ
        count, problems = Doctor(manager, environ, parsed_args.import_timeout).examine()
        self._broken = any(problem.severity == ERROR for problem in problems)
        if not problems:
            self.app.say(f'{count} examined, nothing is wrong')
        return tuple(_FIELDS), _problem_rows(problems)


def _problem_rows(problems: list[Problem]) -> Iterator[tuple[Any, ...]]:
    return (tuple(getattr(problem, name) for name in _FIELDS) for problem in problems)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError('it must be more than 0')
    return seconds
