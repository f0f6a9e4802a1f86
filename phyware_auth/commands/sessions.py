"""``phyware auth sessions list`` and ``revoke``.

Layer: commands.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from phyware.argtypes import positive
from phyware.command import Example, Field, Lister, ShowOne
from phyware.declared import completed_by
from phyware.errors import Conflict, Forbidden, PhywareError
from phyware_auth.commands.base import REMOTE_ERRORS, AuthMixin, add_host_option

if TYPE_CHECKING:
    from phyware_auth.service.sessions import SessionsService


def _time(meaning: str) -> Field:
    return Field(f'{meaning} (RFC 3339, UTC)', format='date-time', nullable=True)


# A host may leave any of them out.
_FIELDS = {
    'id': Field('Session identifier', nullable=True),
    'user_id': Field('Identifier of the user', nullable=True),
    'user': Field('E-mail of the user', nullable=True),
    'client': Field('The program that logged in', nullable=True),
    'ip': Field('Address it came from', nullable=True),
    'created_at': _time('When the session began'),
    'last_seen_at': _time('When it was last used'),
    'expires_at': _time('When it ends'),
    'current': Field('true for the session of this credential', 'boolean', nullable=True),
}
_ERRORS: tuple[type[PhywareError], ...] = (Forbidden, Conflict, *REMOTE_ERRORS)


class _SessionsMixin(AuthMixin):
    def sessions(self, parsed_args: argparse.Namespace) -> SessionsService:
        """Return the service on the host of this call."""
        from phyware_auth.service.sessions import SessionsService

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
    agent_notes = 'Rows come page by page; --limit ends the list early.'
    errors = _ERRORS
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
        from phyware.paging import rows

        found = self.sessions(parsed_args).iterate(parsed_args.user_id, parsed_args.limit)
        return tuple(_FIELDS), rows(found, tuple(_FIELDS))


class SessionsRevoke(_SessionsMixin, ShowOne):
    """Revoke a specific session by ID"""

    examples = (Example('phyware auth sessions revoke ses_abc123', 'Revoke a session'),)
    scopes = ('admin:sessions',)
    agent_notes = (
        'It cannot be undone. Ids come from auth sessions list; the one with current true is your '
        'own, and revoking it ends the login.'
    )
    errors = _ERRORS
    output_fields = {
        'id': Field('Session identifier'),
        'state': Field('What became of it', choices=('revoked',)),
    }

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with SESSION_ID and --host."""
        parser = super().get_parser(prog_name)
        add_host_option(parser)
        completed_by(
            parser.add_argument('session_id', metavar='SESSION_ID', help='session identifier'),
            'phyware_auth.completion:session_ids',
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Revoke the session and return its id and state."""
        self.sessions(parsed_args).revoke(parsed_args.session_id)
        return tuple(self.output_fields), (parsed_args.session_id, 'revoked')
