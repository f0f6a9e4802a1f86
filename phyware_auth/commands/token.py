"""``phyware auth token``.

Layer: commands.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from phyware.command import Example, Field, ShowOne
from phyware.errors import Expired, Unauthorized
from phyware_auth.commands.base import (
    LOCAL_ERRORS,
    STATUS_FIELDS,
    AuthMixin,
    add_host_option,
    timestamp,
)

if TYPE_CHECKING:
    from phyware_auth.service.outcomes import TokenView


class Token(AuthMixin, ShowOne):
    """Print the raw access token to stdout"""

    examples = (
        Example('phyware auth token', 'Print access token (e.g. for curl)'),
        Example('phyware auth token -o json', 'Token, expiry and host for a program'),
    )
    agent_notes = 'Use it to inject a token into external HTTP calls; it refreshes first if needed.'
    errors = (Unauthorized, Expired, *LOCAL_ERRORS)
    plain_output = 'the bare token and a line feed, unless another format is asked for'
    output_fields = {
        'token': Field('The access token'),
        'expiry': STATUS_FIELDS['expiry'],
        'host': Field('The host that the token is for', format='uri'),
    }

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with --host."""
        parser = super().get_parser(prog_name)
        add_host_option(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return token, expiry and host."""
        view = self._view(parsed_args)
        values = (view.token.reveal(), timestamp(view.expiry), view.host)
        return tuple(self.output_fields), values

    def _view(self, parsed_args: argparse.Namespace) -> TokenView:
        selection = self.selection(parsed_args)
        if not self.app.session.foreign_provider:
            return self.service.token(selection)
        return self._presented_view(selection.host, parsed_args)

    def _presented_view(self, host: str, parsed_args: argparse.Namespace) -> TokenView:
        from phyware.auth import nothing_presented
        from phyware_auth.service.outcomes import TokenView

        given = self.presented(parsed_args)
        if given is None:
            raise nothing_presented(host, self.app.session.foreign_provider)
        return TokenView(given.host, given.token, given.expiry)

    def produce_output(
        self, parsed_args: argparse.Namespace, column_names: Sequence[str], data: Sequence[Any]
    ) -> int:
        """Print the bare token, unless another format than the default is asked for."""
        if parsed_args.formatter != self.formatter_default or parsed_args.columns:
            return super().produce_output(parsed_args, column_names, data)
        self.app.stdout.write(f'{data[0]}\n')
        return 0
