"""``phyware devcloud start``.

Layer: command of the plugin.  Importing it must not import the libraries of
the extra: help and the catalog work without them.
"""

from __future__ import annotations

import argparse
import importlib.util
import signal

from phyware.command import Command, Example
from phyware.errors import Conflict, GenericError, Validation
from phyware_auth.devcloud.faults import Faults, menu_text
from phyware_auth.devcloud.options import Options

_EXTRA = ('flask', 'authlib', 'sqlalchemy', 'waitress')
_MAX_SESSIONS = 5_000_000


class Start(Command):
    """Run a PhyCloud on this machine, for development, demos and tests

    It listens on loopback only, prints what to export and a demo user, and
    runs until Ctrl-C. Without --database everything is forgotten at the end.
    """

    examples = (
        Example('phyware devcloud start', 'serve on http://127.0.0.1:8000 until Ctrl-C'),
        Example(
            'phyware devcloud start --port 0 --approve demo@phyware.example',
            'serve on a free port and approve every device login at once',
        ),
        Example(
            'phyware devcloud start --fault slow-down=2 --fault short-lifetimes=10',
            'see how a client copes with a difficult server',
        ),
    )
    agent_notes = (
        'Runs in the foreground. Use --ready-file to learn when it listens, with its URL and '
        'the demo credentials as JSON; stop it with SIGTERM.'
    )
    errors = (GenericError, Validation, Conflict)

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--port', type=int, default=8000, metavar='PORT',
            help='port to listen on; 0 for a free one, 8000 if not given',
        )
        parser.add_argument(
            '--database', metavar='URL',
            help='SQLAlchemy URL; SQLite in a temporary file if not given',
        )
        parser.add_argument(
            '--approve', metavar='USER', help='approve every device code as this user at once'
        )
        parser.add_argument(
            '--fault', action='append', default=[], metavar='NAME[=VALUE]',
            help='misbehave; can be repeated; --help lists the names',
        )
        parser.add_argument(
            '--seed-sessions', type=int, default=0, metavar='N',
            help='give the demo user N more sessions',
        )
        parser.add_argument(
            '--ready-file', metavar='PATH',
            help='write URL and credentials there as JSON (mode 0600) once it listens',
        )
        return parser

    def get_epilog(self) -> str:
        """Return the epilog of every command, after the menu of faults."""
        return f'faults:\n{menu_text()}\n\n{super().get_epilog()}'

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Serve until a signal comes.

        :raises Validation: an option that cannot be right
        :raises GenericError: the extra is missing, or the port is taken
        :raises KeyboardInterrupt: Ctrl-C
        """
        options = _options(parsed_args)
        require_extra()
        from phyware_auth.devcloud.process import serve

        context = self.app.context
        if serve(options, self.app.stdout, context.clock) == signal.SIGINT:
            raise KeyboardInterrupt
        return 0


def require_extra() -> None:
    """Check that the libraries of the extra are installed.

    :raises GenericError: one is not
    """
    if any(importlib.util.find_spec(name) is None for name in _EXTRA):
        raise GenericError('the devcloud needs its extra', "pip install 'phyware[devcloud]'")


def _options(parsed: argparse.Namespace) -> Options:
    if not 0 <= parsed.port <= 65535:
        raise Validation('--port is a number from 0 to 65535')
    if not 0 <= parsed.seed_sessions <= _MAX_SESSIONS:
        raise Validation(f'--seed-sessions is a number from 0 to {_MAX_SESSIONS}')
    return Options(
        port=parsed.port, database=parsed.database, approve=parsed.approve,
        faults=Faults.parse(parsed.fault), seed_sessions=parsed.seed_sessions,
        ready_file=parsed.ready_file,
    )
