"""``phyware auth token``.

Layer: commands.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from phyware.command import Example, ShowOne
from phyware.errors import ConnectionFailed, Expired, Unauthorized
from phyware_auth.commands.base import AuthMixin, add_host_option, timestamp


class Token(AuthMixin, ShowOne):
    """Print the raw access token to stdout"""

    examples = (
        Example('phyware auth token', 'Print access token (e.g. for curl)'),
        Example('phyware auth token -o json', 'Token, expiry and host for a program'),
    )
    agent_notes = 'Use it to inject a token into external HTTP calls; it refreshes first if needed.'
    errors = (Unauthorized, Expired, ConnectionFailed)
    output_fields = {
        'token': 'The access token',
        'expiry': 'Token expiry timestamp (RFC 3339, UTC); empty if it never expires',
        'host': 'The host that the token is for',
    }

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with --host."""
        parser = super().get_parser(prog_name)
        add_host_option(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return token, expiry and host."""
        view = self.service.token(self.selection(parsed_args))
        values = (view.token.reveal(), timestamp(view.expiry), view.host)
        return tuple(self.output_fields), values

    def produce_output(
        self, parsed_args: argparse.Namespace, column_names: Sequence[str], data: Sequence[Any]
    ) -> int:
        """Print the bare token, unless another format than the default is asked for."""
        if parsed_args.formatter != self.formatter_default or parsed_args.columns:
            return super().produce_output(parsed_args, column_names, data)
        self.app.stdout.write(f'{data[0]}\n')
        return 0
