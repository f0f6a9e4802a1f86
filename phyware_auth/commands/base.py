"""What the commands of ``phyware auth`` share.

Layer: commands; makes the service, turns views into columns.  What a command
only needs once it runs is imported there: help, catalog and completion have no
use for the store or for HTTP (performance.md, P4 and P5).
"""

from __future__ import annotations

import argparse
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from phyware.command import CommandBase, Field, ShowOne
from phyware.declared import completed_by
from phyware.errors import (
    ConnectionFailed,
    Expired,
    GenericError,
    NotFound,
    PhywareError,
    RateLimited,
    ServerFailed,
    Unauthorized,
    Validation,
)

if TYPE_CHECKING:
    from phyware.auth import Credential
    from phyware.session import Selection
    from phyware_auth.service import AuthService
    from phyware_auth.service.deps import Deps
    from phyware_auth.service.views import StatusView

# What a command can meet that reads the store, and one that asks a host as well.
LOCAL_ERRORS: tuple[type[PhywareError], ...] = (ConnectionFailed, GenericError)
REMOTE_ERRORS: tuple[type[PhywareError], ...] = (
    Unauthorized, Expired, NotFound, RateLimited, ServerFailed, *LOCAL_ERRORS,
)
STATUS_FIELDS = {
    'user': Field('Authenticated user email', nullable=True),
    'scopes': Field('Granted OAuth scopes; null if unknown', 'array', nullable=True),
    'expiry': Field(
        'Token expiry timestamp (RFC 3339, UTC); null if it never expires',
        format='date-time', nullable=True,
    ),
    'host': Field('Active API host', format='uri'),
    'state': Field(
        'What the credential is worth',
        choices=('valid', 'expired', 'invalid', 'unreachable', 'none'),
    ),
    'source': Field(
        'Where the credential comes from: option, environment, keyring or file', nullable=True
    ),
    'token_kind': Field('Login or personal access token', choices=('oauth', 'pat'), nullable=True),
    'storage': Field('keyring (with its backend) or file', nullable=True),
}


class AuthMixin(CommandBase):
    """The service of this invocation, and the host it is about."""

    @cached_property
    def deps(self) -> Deps:
        """The service's dependencies."""
        from phyware_auth.service.deps import Deps

        return Deps(self.app.context, self.app.warn, self.app.global_options.ca_bundle)

    @cached_property
    def service(self) -> AuthService:
        """The verbs."""
        from phyware_auth.service import AuthService

        return AuthService(self.deps)

    def selection(self, parsed_args: argparse.Namespace) -> Selection:
        """Return the host of this call, and the API key that is for it."""
        return self.app.session.select(getattr(parsed_args, 'host', None))

    def presented(self, parsed_args: argparse.Namespace) -> Credential | None:
        """Return what the provider of another package presents, None if it has nothing.

        :raises PhywareError: as ``AuthProvider.credential``
        """
        return self.app.session.credential(getattr(parsed_args, 'host', None))

    def warn_of_what_wins(self, host: str, over: str) -> None:
        """Warn of what makes the next command use another host or credential.

        :param host: what was just logged in to, or made active; normal form
        :param over: how to call that
        """
        environ = self.app.context.environ
        for name in ('PHYCLOUD_URL', 'PHYCLOUD_API_KEY'):
            given = environ.get(name)
            if given and not (name == 'PHYCLOUD_URL' and self._is_host(host, given)):
                self.app.warn(f'{name} is set and wins over {over}')
        if provider := self.app.session.foreign_provider:
            self.app.warn(f'the auth provider {provider} is chosen and wins over {over}')

    def _is_host(self, host: str, url: str) -> bool:
        # It is done: a variable that is no host is the next command's error.
        with suppress(Validation):
            return self.app.session.normalize(url) == host
        return False


class StatusCommand(AuthMixin, ShowOne):
    """A command that shows the identity fields, then ends as the state says."""

    output_fields = STATUS_FIELDS
    _view: StatusView | None = None

    def columns(self, view: StatusView, **more: Any) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """Return field names and values of ``view``, and remember how it ends."""
        self._view = view
        values = status_values(view)
        values.update(more)
        return tuple(values), tuple(values.values())

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Show the data, then raise the error that belongs to the state."""
        status = super().run(parsed_args)
        if self._view is not None and self._view.error is not None:
            self.app.stdout.flush()
            raise self._view.error
        return status


def status_values(view: StatusView) -> dict[str, Any]:
    """Return the fields of ``view`` in the order of the specification."""
    return {
        'user': view.user,
        'scopes': None if view.scopes is None else list(view.scopes),
        'expiry': timestamp(view.expiry),
        'host': view.host,
        'state': view.state,
        'source': view.source,
        'token_kind': view.token_kind,
        'storage': view.storage,
    }


def timestamp(seconds: int | None) -> str | None:
    """Return an instant as RFC 3339 has it, in UTC; None for None."""
    if seconds is None:
        return None
    from datetime import UTC, datetime

    try:
        instant = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    # Not by strftime, which writes years before 1000 without their zeros.
    return instant.isoformat(timespec='seconds').replace('+00:00', 'Z')


def add_host_option(
    parser: argparse.ArgumentParser, required: bool = False,
    text: str = 'host to use for this call',
) -> None:
    """Add ``--host``: for this call only, over ``--url`` and the active host.

    :param text: what help says of it
    """
    completed_by(parser.add_argument(
        '--host', metavar='URL', required=required, help=text
    ), 'phyware_auth.completion:hosts')
