"""``phyware auth sessions list`` and ``revoke``.

Layer: commands.
"""

from __future__ import annotations

import argparse
from typing import Any

from phyware.argtypes import positive
from phyware.command import Example, Lister, ShowOne
from phyware.errors import Expired, Forbidden, NotFound, Unauthorized
from phyware_auth.commands.base import AuthMixin, add_host_option
from phyware_auth.service.sessions import SessionsService

_FIELDS = {
    'id': 'Session identifier',
    'user_id': 'Identifier of the user',
    'user': 'E-mail of the user',
    'client': 'The program that logged in',
    'ip': 'Address it came from',
    'created_at': 'When the session began (RFC 3339, UTC)',
    'last_seen_at': 'When it was last used (RFC 3339, UTC)',
    'expires_at': 'When it ends (RFC 3339, UTC)',
    'current': 'true for the session of this credential',
}


class _SessionsMixin(AuthMixin):
    def sessions(self, parsed_args: argparse.Namespace) -> SessionsService:
        """Return the service on the host of this call."""
        selection = self.app.session.select(parsed_args.host)
        cloud = self.app.cloud(parsed_args.host)
        return SessionsService(cloud, self.service.sessions_endpoint(selection))


class SessionsList(_SessionsMixin, Lister):
    """List all active sessions for a user"""

    examples = (
        Example('phyware auth sessions list', 'List your own sessions'),
        Example('phyware auth sessions list --user-id usr_abc123', 'List sessions of a user'),
    )
    scopes = ('admin:sessions',)
    errors = (Unauthorized, Expired, Forbidden)
    output_fields = _FIELDS

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with --user-id, --limit and --host."""
        parser = super().get_parser(prog_name)
        add_host_option(parser)
        parser.add_argument('--user-id', metavar='ID', help='whose sessions; yours if not given')
        parser.add_argument(
            '--limit', type=positive, metavar='N', help='stop after N sessions; all if not given'
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return the columns and a generator of rows, page by page."""
        found = self.sessions(parsed_args).iterate(parsed_args.user_id, parsed_args.limit)
        return tuple(_FIELDS), ([row.get(name) for name in _FIELDS] for row in found)


class SessionsRevoke(_SessionsMixin, ShowOne):
    """Revoke a specific session by ID"""

    examples = (Example('phyware auth sessions revoke ses_abc123', 'Revoke a session'),)
    scopes = ('admin:sessions',)
    errors = (Unauthorized, Expired, Forbidden, NotFound)
    output_fields = {'id': 'Session identifier', 'state': 'revoked'}

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with SESSION_ID and --host."""
        parser = super().get_parser(prog_name)
        add_host_option(parser)
        parser.add_argument('session_id', metavar='SESSION_ID', help='session identifier')
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Revoke the session and return its id and state."""
        self.sessions(parsed_args).revoke(parsed_args.session_id)
        return tuple(self.output_fields), (parsed_args.session_id, 'revoked')
