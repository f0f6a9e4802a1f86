"""``phyware auth logout``.

Layer: commands.
"""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from phyware.command import Example, Field, Lister
from phyware.errors import NotFound, PhywareError, Validation
from phyware_auth.commands.base import LOCAL_ERRORS, AuthMixin, add_host_option

if TYPE_CHECKING:
    from phyware_auth.service.outcomes import LogoutView

_FATES = ('revoked', 'failed', 'not offered', 'kept', 'none')


class Logout(AuthMixin, Lister):
    """Revoke the current access token and remove credentials from the store"""

    examples = (
        Example('phyware auth logout', 'Log out of the active host'),
        Example('phyware auth logout --all', 'Log out of every host'),
    )
    agent_notes = (
        'A row for each host; exit status 0 means that nothing is left on this machine. What the '
        'server did with the tokens is in refresh_token and access_token.'
    )
    errors = (NotFound, *LOCAL_ERRORS)
    output_fields = {
        'host': Field('The host', format='uri'),
        'user': Field('Who was logged in', nullable=True),
        'refresh_token': Field('What became of it on the server', choices=_FATES),
        'access_token': Field('What became of it on the server', choices=_FATES),
        'local': Field('What became of the stored credential', choices=('removed', 'failed')),
    }
    _left: list[PhywareError]

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with --host, --all and --local."""
        parser = super().get_parser(prog_name)
        add_host_option(parser)
        parser.add_argument('--all', action='store_true', help='log out of every host')
        parser.add_argument(
            '--local', action='store_true', help='leave the tokens alive on the server'
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Log out and return a row for each host."""
        views = self._views(parsed_args)
        self._left = [view.error for view in views if view.error is not None]
        if self.app.context.environ.get('PHYCLOUD_API_KEY'):
            self.app.warn('PHYCLOUD_API_KEY is still set and will be used')
        if provider := self.app.session.foreign_provider:
            self.app.warn(f'the auth provider {provider} is still chosen and will be used')
        self._say_what_is_left()
        rows = [(v.host, v.user, v.refresh_token, v.access_token, v.local) for v in views]
        return tuple(self.output_fields), rows

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Show what happened, then fail if something local is left."""
        status = super().run(parsed_args)
        if not self._left:
            return status
        self.app.stdout.flush()
        for error in self._left[1:]:
            self.app.warn(error.message)
        raise self._left[0]

    def _say_what_is_left(self) -> None:
        """Say which hosts can be chosen where the active one is gone."""
        from phyware.active import read_active_host

        # The logout is done: what cannot be read now is no failure of it.
        with suppress(PhywareError):
            hosts, active = self.deps.store.hosts(), read_active_host(self.app.context.paths)
            if hosts and active is None and not self.app.context.environ.get('PHYCLOUD_URL'):
                self.app.say(
                    f'Still logged in to {", ".join(hosts)}; '
                    f'to make one active: phyware auth switch --host {hosts[0]}'
                )

    def _views(self, parsed_args: argparse.Namespace) -> list[LogoutView]:
        logouts = self.service.logouts
        if not parsed_args.all:
            host = self.app.session.stored_host(parsed_args.host)
            return [logouts.logout(host, parsed_args.local)]
        if parsed_args.host:
            raise Validation('--all and --host exclude each other', 'Give one of them')
        return logouts.all(parsed_args.local)
