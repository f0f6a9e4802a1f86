"""``phyware auth status``.

Layer: commands.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from phyware.command import Example, Field
from phyware_auth.commands.base import (
    REMOTE_ERRORS,
    STATUS_FIELDS,
    StatusCommand,
    add_host_option,
)

if TYPE_CHECKING:
    from phyware_auth.service.views import StatusView


class Status(StatusCommand):
    """Print the active identity, scopes, token expiry and host"""

    examples = (
        Example('phyware auth status', 'Check authentication status'),
        Example('phyware auth status -o json', 'The same for a program'),
        Example('phyware auth status --offline', 'Judge by what is stored, without the network'),
    )
    agent_notes = 'Call it before other commands; exit status 0 means that the credential is good.'
    errors = REMOTE_ERRORS
    output_fields = {
        **STATUS_FIELDS,
        'token': Field('The access token, with --show-token', nullable=True, optional=True),
    }

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with --host, --offline and --show-token."""
        parser = super().get_parser(prog_name)
        add_host_option(parser)
        parser.add_argument('--offline', action='store_true', help='ask no server')
        parser.add_argument('--show-token', action='store_true', help='show the token as well')
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return the status fields."""
        view = self._view_of(parsed_args)
        if not parsed_args.show_token:
            return self.columns(view)
        return self.columns(view, token=view.token.reveal() if view.token else None)

    def _view_of(self, parsed_args: argparse.Namespace) -> StatusView:
        statuses, selection = self.service.statuses, self.selection(parsed_args)
        named = self.app.session.foreign_provider
        if not named:
            return statuses.status(selection, parsed_args.offline, parsed_args.show_token)
        if parsed_args.offline:
            known = self.app.session.identity(parsed_args.host)
            return statuses.of_identity(selection.host, known, named)
        return statuses.of_presented(selection.host, self.presented(parsed_args), named)
