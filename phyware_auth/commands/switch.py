"""``phyware auth switch``.

Layer: commands.
"""

from __future__ import annotations

import argparse
from typing import Any

from phyware.command import Example
from phyware.errors import NotFound
from phyware_auth.commands.base import LOCAL_ERRORS, StatusCommand, add_host_option


class Switch(StatusCommand):
    """Change the active host"""

    examples = (
        Example('phyware auth switch --host https://staging.phyware.io', 'Switch active host'),
    )
    agent_notes = 'It changes a default for every shell; prefer --host or PHYCLOUD_URL per call.'
    errors = (NotFound, *LOCAL_ERRORS)

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with --host, which is required."""
        parser = super().get_parser(prog_name)
        add_host_option(parser, required=True, text='host to use from now on')
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return the status fields of the new active host, as stored."""
        host = self.app.session.normalize(parsed_args.host)
        view = self.service.switch(host)
        self.warn_of_what_wins(host, f'the active host {host}')
        return self.columns(view)

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Show the data; an expired credential does not undo the switch."""
        return super(StatusCommand, self).run(parsed_args)
