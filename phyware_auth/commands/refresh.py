"""``phyware auth refresh``.

Layer: commands.
"""

from __future__ import annotations

import argparse
from typing import Any

from phyware.command import Example, Field
from phyware_auth.commands.base import (
    REMOTE_ERRORS,
    STATUS_FIELDS,
    StatusCommand,
    add_host_option,
)


class Refresh(StatusCommand):
    """Validate the current token; refresh it if it is close to expiry"""

    examples = (
        Example('phyware auth refresh', 'Refresh the current token'),
        Example('phyware auth refresh --force', 'Refresh it however long it is still good'),
    )
    agent_notes = (
        'Seldom needed: every command refreshes by itself. An API key, a PAT or what '
        'an auth provider of a plugin presents is validated only.'
    )
    errors = REMOTE_ERRORS
    output_fields = {
        **STATUS_FIELDS, 'refreshed': Field('true if there is a new access token', 'boolean')
    }

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with --host and --force."""
        parser = super().get_parser(prog_name)
        add_host_option(parser)
        parser.add_argument('--force', action='store_true', help='refresh in any case')
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return the status fields and whether the token is a new one."""
        selection, provider = self.selection(parsed_args), self.app.session.foreign_provider
        if not provider:
            outcome = self.service.refresh(selection, parsed_args.force)
            return self.columns(outcome.status, refreshed=outcome.refreshed)
        given = self.presented(parsed_args)
        view = self.service.statuses.of_presented(selection.host, given, provider)
        if given is not None:
            self.app.warn(
                f'what the auth provider {provider} presents is validated only: '
                'the provider itself refreshes it'
            )
        return self.columns(view, refreshed=False)
