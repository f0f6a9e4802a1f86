"""``phyware auth login``.

Layer: commands.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from phyware.command import Example
from phyware.errors import Validation
from phyware_auth.commands.base import REMOTE_ERRORS, StatusCommand, add_host_option

if TYPE_CHECKING:
    from phyware_auth.service.login import LoginRequest
    from phyware_auth.service.views import StatusView
    from phyware_auth.store.choice import StorageChoice


class Login(StatusCommand):
    """Log in with a device code, a token or a password"""

    examples = (
        Example('phyware auth login --host https://cloud.phyware.io', 'Device-code login'),
        Example('echo "$PAT" | phyware auth login --with-token', 'PAT login via stdin'),
        Example('phyware auth login --password --email me@example.org', 'E-mail and password'),
    )
    agent_notes = 'In CI set PHYCLOUD_API_KEY instead; a device login needs a person.'
    errors = REMOTE_ERRORS
    reads_stdin = 'a personal access token, with --with-token'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser; the three ways exclude each other."""
        parser = super().get_parser(prog_name)
        add_host_option(parser)
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            '--with-token', action='store_true',
            help='read a personal access token (PAT) from stdin',
        )
        way.add_argument('--password', action='store_true', help='use e-mail and password')
        parser.add_argument('--email', metavar='EMAIL', help='e-mail for --password')
        parser.add_argument(
            '--scopes', metavar='SCOPES',
            help='exactly these scopes, in quotes; what the host has of '
                 '"openid email offline_access admin:sessions" if not given',
        )
        _add_device_options(parser)
        parser.add_argument(
            '--insecure-storage', action='store_true',
            help='store the credential in a file that only you can read, not in the keyring',
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Log in and return the status fields."""
        _check_combination(parsed_args)
        request = self._request(parsed_args)
        view = self._log_in(request, parsed_args)
        self.warn_of_what_wins(request.host, 'this login')
        return self.columns(view)

    def _request(self, parsed_args: argparse.Namespace) -> LoginRequest:
        from phyware_auth.oauth.scopes import parse_scopes
        from phyware_auth.service.login import LoginRequest

        host = self.app.session.stored_host(parsed_args.host)
        scopes = None if parsed_args.scopes is None else parse_scopes(parsed_args.scopes)
        origins = tuple(self._endpoint(url) for url in parsed_args.trust_origin)
        device = parsed_args.device_endpoint
        storage = self._storage(parsed_args.insecure_storage)
        # Before the person does anything: a store that fails later costs a login.
        self.deps.store.probe(storage, host)
        return LoginRequest(
            host, storage, scopes, None if device is None else self._endpoint(device), origins
        )

    def _endpoint(self, url: str) -> str:
        from phyware.hosts import check_endpoint

        return check_endpoint(url, allow_insecure_http=self.deps.allow_insecure_http)

    def _storage(self, insecure: bool) -> StorageChoice:
        """Choose where to store; plain text only by the person's own word."""
        from phyware_auth.prompts import confirm, is_terminal
        from phyware_auth.store.errors import NoKeyring

        try:
            return self.deps.store.choose(insecure)
        except NoKeyring as error:
            if not (is_terminal(self.app.context) and self.app.context.stderr.isatty()):
                raise
            self.app.warn(error.message)
            if not confirm(self.app.context, 'Store the credential in a file only you can read?'):
                raise
            return self.deps.store.choose(True)

    def _log_in(self, request: LoginRequest, parsed_args: argparse.Namespace) -> StatusView:
        if parsed_args.with_token:
            from phyware_auth.tokeninput import read_token

            return self.service.login.with_token(request, read_token(self.app.context))
        if parsed_args.password:
            return self._with_password(request, parsed_args.email)
        return self._with_device_code(request, parsed_args)

    def _with_password(self, request: LoginRequest, email: str | None) -> StatusView:
        from phyware_auth.prompts import ask, ask_hidden

        context = self.app.context
        email = email or ask(context, 'E-mail', 'Name it with --email')
        password = ask_hidden(context, 'Password')
        return self.service.login.with_password(request, email, password)

    def _with_device_code(
        self, request: LoginRequest, parsed_args: argparse.Namespace
    ) -> StatusView:
        from phyware_auth.deviceprompt import DeviceOptions, TerminalPrompt

        options = DeviceOptions(parsed_args.no_browser, parsed_args.clipboard, parsed_args.qr)
        prompt = TerminalPrompt(self.app.context, options)
        return self.service.login.with_device_code(request, prompt)


def _add_device_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group('device code')
    group.add_argument('--no-browser', action='store_true', help='open no browser')
    group.add_argument('--clipboard', action='store_true', help='copy the code to the clipboard')
    group.add_argument('--qr', action='store_true', help='show the URL as a QR code')
    group.add_argument(
        '--device-endpoint', metavar='URL', help='where to ask for a code, if the host does not say'
    )
    group.add_argument(
        '--trust-origin', metavar='URL', action='append', default=[],
        help='another origin that may hold endpoints of the host; can be repeated',
    )


def _check_combination(parsed_args: argparse.Namespace) -> None:
    if parsed_args.email is not None and not parsed_args.password:
        raise Validation('--email goes with --password', 'Add --password, or leave --email out')
    if parsed_args.email is not None and not parsed_args.email.isprintable():
        # Line ends, NUL, and bytes of the command line that are no text (security case 80).
        raise Validation('--email has characters that no address has', 'Write name@example.org')
    if parsed_args.with_token and parsed_args.scopes is not None:
        raise Validation('--scopes does not go with --with-token', 'A token has its own scopes')
    if parsed_args.with_token or parsed_args.password:
        _refuse_device_options(parsed_args)
    if parsed_args.qr:
        from phyware_auth.deviceprompt import qr_library

        qr_library()


def _refuse_device_options(parsed_args: argparse.Namespace) -> None:
    given = {
        '--clipboard': parsed_args.clipboard,
        '--qr': parsed_args.qr,
        '--device-endpoint': parsed_args.device_endpoint is not None,
    }
    for name in filter(given.get, given):
        raise Validation(
            f'{name} goes with the device code',
            'Leave it out, or leave out --with-token and --password',
        )
