"""The application: from a command line to the command that runs.

Layer: framework, on cliff's App.  How an exception ends it is ``outcome``'s.
"""

from __future__ import annotations

import argparse
import logging
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cliff import app as cliff_app
from cliff import command as cliff_command

from phyware import __version__
from phyware.blame import blamed_on, quoted_from
from phyware.children import keep_key_from_children
from phyware.commands.help import HelpCommand
from phyware.commandwords import command_words, leading_words, with_help
from phyware.context import Context
from phyware.declared import use_environment
from phyware.discovery import CommandManager
from phyware.errors import ExitStatus, Validation
from phyware.extensions import Installed
from phyware.helptext import write_group_help, write_root_help
from phyware.keptentries import kept_entries
from phyware.logs import logging_to, records_redacted
from phyware.options import (
    GlobalOptions,
    add_global_options,
    cliff_options,
    output_flags,
    requested_output,
    use_output,
)
from phyware.outcome import Outcome, exit_status
from phyware.pager import PagedText, paged, pages_of
from phyware.parsing import adopt, checked_parser, parse_exactly
from phyware.plain import make_command
from phyware.text import clean

if TYPE_CHECKING:
    from phyware.auth import AuthProvider
    from phyware.cloud import CloudSession
    from phyware.session import Session

DESCRIPTION = 'The command line of PhyCloud.'


class PhywareApp(cliff_app.App):
    """cliff's application with phyware's options, errors and exit statuses.

    :param context: streams, environment, clock, paths and browser
    :param command_manager: where commands come from
    :param provider: the auth provider, in place of any that is installed
    :param defaults: the global options that hold where a command line gives none
    """

    NAME = 'phyware'
    LOG = logging.getLogger('phyware')
    command_manager: CommandManager

    def __init__(
        self,
        context: Context,
        command_manager: CommandManager | None = None,
        provider: AuthProvider | None = None,
        defaults: GlobalOptions | None = None,
    ) -> None:
        self.context = context
        self._provider = provider
        self._defaults = defaults or GlobalOptions()
        self._outcome = Outcome(context)
        manager = command_manager or CommandManager()
        found = dict(manager.commands)
        super().__init__(
            DESCRIPTION, __version__, manager, context.stdin, context.stdout, context.stderr
        )
        # cliff registers two of its own over any plugin's (cliff-traps 18, 28).
        manager.commands = found
        manager.add_command('help', HelpCommand)
        self._use(self._defaults)

    def for_line(self, context: Context) -> PhywareApp:
        """Return an application for one line of the shell that this one has opened.

        It runs as in batch, with this one's options as defaults (cliff-traps R7 to R9).
        """
        return PhywareApp(context, self.command_manager, self._provider, self.global_options)

    @cached_property
    def session(self) -> Session:
        """The host and credential of this invocation, imported by commands that ask for it."""
        from phyware.session import Session

        known = (self._provider, self.command_manager.installed)
        return Session(self.context, self.global_options, self.warn, *known)

    @property
    def auth(self) -> Session:
        """Return the host and credential of this invocation (``credential()``)."""
        return self.session

    def cloud(self, host: str | None = None) -> CloudSession:
        """Return a CloudSession on the invocation's host, credential included.

        :param host: the value of a command's own ``--host``
        :raises PhywareError: as ``Session.select`` and ``Session.provider``
        """
        from phyware.cloud import CloudSession
        from phyware.transport import Transport

        selection = self.session.select(host)
        transport = Transport(self.context, ca_bundle=self.global_options.ca_bundle)
        auth = self.session.provider(selection), self.session.foreign_provider
        return CloudSession(selection.host, transport, self.context, *auth)

    def say(self, text: str) -> None:
        """Write one line for the person on stderr, unless ``-q`` was given."""
        if not self.global_options.quiet:
            self._tell(text)

    def warn(self, text: str) -> None:
        """Write a warning line on stderr."""
        self._tell(f'warning: {text}')

    def _tell(self, text: str) -> None:
        self._outcome.write(f'{clean(self.context.redactor.redact(text), limit=None)}\n')

    def build_option_parser(
        self, description: str | None, version: str | None, argparse_kwargs: Any = None
    ) -> argparse.ArgumentParser:
        """Return the parser of the options before the command."""
        parser = argparse.ArgumentParser(
            prog=self.NAME, description=description, add_help=False, allow_abbrev=False
        )
        parser.add_argument('-h', '--help', action='store_true', help='show this help')
        parser.add_argument('--version', action='store_true', help="show phyware's version")
        add_global_options(parser, formats=None)
        parser.add_argument('words', nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
        adopt(parser, PagedText(self.context))
        return parser

    def run(self, argv: list[str]) -> int:
        """Run one command line.

        :returns: the exit status of the specification's table, 130 or 141
        """
        self._outcome.expect(argv, self._defaults.output)
        with records_redacted(self.context.redactor):
            try:
                status = self._run(list(argv))
                self.stdout.flush()
                return int(status)
            except BaseException as error:  # noqa: BLE001 - whatever it is ends here
                return self._outcome.status_of(error)
            finally:
                self._outcome.write('')

    def run_subcommand(self, argv: list[str]) -> int:
        """Run the command that ``argv`` starts with.

        :raises PhywareError: whatever failed, to be reported by ``run``
        """
        try:
            factory, name, rest = self.command_manager.find_command(argv)
        except ValueError:
            return self._run_group(argv)
        if conflict := self.command_manager.conflicts.get(name):
            self.warn(conflict.warning)
        owner = self.command_manager.distribution(name)
        label = f"the command '{clean(name)}'"
        with blamed_on(owner, label):
            parser = self.command_parser(cmd := make_command(factory, name, self), name)
        with quoted_from(owner, label, quote=False):
            parsed = self._parse_command(parser, rest)
        streams = self.context.stderr, self.context.redactor
        logging = logging_to(self.global_options, *streams, self.command_manager.packages)
        with logging, quoted_from(owner, label):
            self.LOG.debug('%s of the package %s', label, owner)
            return self._run_command(cmd, parsed)

    def help_for(self, words: list[str]) -> int:
        """Write the help of a command, of a group, or of the root without words."""
        if not words:
            return self._root_help()
        return self.run_subcommand(with_help(words))

    def _root_help(self) -> int:
        with paged(self.context) as out:
            return write_root_help(self.parser, self.command_manager, out)

    def _run(self, argv: list[str]) -> int:
        root = parse_exactly(self.parser, argv)
        self._use(self._defaults.merged(root))
        words = command_words(root)
        if root.version:
            self.stdout.write(f'{self.NAME} {__version__}\n')
            return ExitStatus.OK
        if root.help and not words:
            return self._root_help()
        if not words:
            return self._no_words()
        self.initialize_app(words)
        return self.run_subcommand(with_help(words) if root.help else words)

    def _no_words(self) -> int:
        if self.context.interactive:
            return self.run_subcommand(['shell'])
        raise Validation(
            'no command was given',
            f"usage: {self.NAME} [options] <command> [options]; see '{self.NAME} --help'",
        )

    def _run_group(self, argv: list[str]) -> int:
        words = leading_words(argv)
        if not words or not self.command_manager.is_group(words):
            from phyware.suggestions import unknown_command

            raise unknown_command(self.command_manager, argv)
        root = parse_exactly(self.parser, argv[len(words):])
        below = command_words(root)
        if not below:
            with paged(self.context) as out:
                return write_group_help(words, self.command_manager, out)
        # Global options stand between a group and its command.
        self._use(self.global_options.merged(root))
        whole = [*words, *below]
        return self.run_subcommand(with_help(whole) if root.help else whole)

    def _parse_command(
        self, parser: argparse.ArgumentParser, argv: list[str]
    ) -> argparse.Namespace:
        asked = requested_output(argv, output_flags(parser)) or self.global_options.output
        self._outcome.as_json = asked == 'json'
        parsed = parse_exactly(parser, argv)
        self._use(self.global_options.merged(parsed))
        chosen = getattr(parsed, 'formatter', None) or self.global_options.output
        self._outcome.as_json = chosen == 'json'
        return parsed

    def command_parser(self, cmd: cliff_command.Command, name: str) -> argparse.ArgumentParser:
        """Return the parser of ``cmd``, global options included."""
        parser = checked_parser(cmd.get_parser(f'{self.NAME} {name}'))
        add_global_options(parser)
        use_environment(parser, self.context.environ)
        adopt(parser, PagedText(self.context))
        if self.global_options.output is not None:
            use_output(parser, self.global_options.output)
        return parser

    def _use(self, options: GlobalOptions) -> None:
        self.global_options = options
        self.context.redactor.add(options.api_key or '')
        self.options = cliff_options(options)
        vars(self).pop('session', None)
        self._outcome.debug = options.debug

    def _run_command(self, cmd: cliff_command.Command, parsed: argparse.Namespace) -> int:
        result: int = ExitStatus.ERROR
        failure: BaseException | None = None
        try:
            self.prepare_to_run_command(cmd)
            with pages_of(self, cmd):
                result = exit_status(cmd.run(parsed))
            return result
        except BaseException as error:
            failure = error
            raise
        finally:
            self.clean_up(cmd, result, failure)


def main(
    argv: list[str] | None = None,
    context: Context | None = None,
    provider: AuthProvider | None = None,
    index_states: str = '',
) -> int:
    """Run ``phyware`` with ``argv`` and return its exit status.

    :param argv: the arguments; those of the process if None
    :param context: the outside; that of the process if None
    :param provider: the auth provider, in place of any that is installed
    :param index_states: of the launcher's index that was found to be sound
    """
    arguments = sys.argv[1:] if argv is None else argv
    if context is None:
        context = Context.from_system()
        keep_key_from_children()
    try:
        installed = Installed(kept_entries(context.environ, index_states))
        app = PhywareApp(context, CommandManager(installed=installed), provider)
    except BaseException as error:  # noqa: BLE001 - whatever it is ends here
        return Outcome(context).status_of(error)
    return app.run(arguments)
