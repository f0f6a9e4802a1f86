"""The application: from a command line to the command that runs.

Layer: framework, on cliff's App.  How an exception ends it is ``outcome``'s.
"""

from __future__ import annotations

import argparse
import inspect
import itertools
import logging
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from cliff import app as cliff_app
from cliff import command as cliff_command

from phyware import __version__, formatters
from phyware.commands.help import HelpCommand
from phyware.context import Context
from phyware.discovery import CommandManager
from phyware.errors import ExitStatus, Validation
from phyware.helptext import write_group_help, write_root_help
from phyware.logs import logging_to
from phyware.options import GlobalOptions, add_global_options, requested_output
from phyware.outcome import Outcome
from phyware.parsing import adopt, parse_exactly
from phyware.session import Session
from phyware.suggestions import unknown_command
from phyware.text import clean

if TYPE_CHECKING:
    from phyware.cloud import CloudSession

DESCRIPTION = 'The command line of PhyCloud.'


class PhywareApp(cliff_app.App):
    """cliff's application with phyware's options, errors and exit statuses.

    :param context: streams, environment, clock, paths and browser
    :param command_manager: where commands come from
    """

    NAME = 'phyware'
    LOG = logging.getLogger('phyware')
    command_manager: CommandManager

    def __init__(
        self, context: Context, command_manager: CommandManager | None = None
    ) -> None:
        self.context = context
        super().__init__(
            DESCRIPTION, __version__, command_manager or CommandManager(),
            context.stdin, context.stdout, context.stderr,
        )
        self.global_options = GlobalOptions()
        self.session = Session(context, self.global_options, self.warn)
        self._outcome = Outcome(context)
        # cliff registers its own two over any plugin's (cliff-traps 18, 28).
        self.command_manager.commands.pop('complete', None)
        self.command_manager.add_command('help', HelpCommand)

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
        provider = self.session.provider(selection)
        return CloudSession(selection.host, transport, self.context, provider)

    def say(self, text: str) -> None:
        """Write one line for the person on stderr; ``-q`` does not hide it."""
        self._outcome.write(f'{clean(self.context.redactor.redact(text), limit=None)}\n')

    def warn(self, text: str) -> None:
        """Write a warning line on stderr."""
        self.say(f'warning: {text}')

    def build_option_parser(
        self, description: str | None, version: str | None, argparse_kwargs: Any = None
    ) -> argparse.ArgumentParser:
        """Return the parser of the options before the command."""
        parser = argparse.ArgumentParser(
            prog=self.NAME, description=description, add_help=False, allow_abbrev=False
        )
        parser.add_argument('-h', '--help', action='store_true', help='show this help')
        parser.add_argument('--version', action='store_true', help="show phyware's version")
        add_global_options(parser)
        parser.add_argument('words', nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
        adopt(parser, self.stdout)
        return parser

    def run(self, argv: list[str]) -> int:
        """Run one command line.

        :returns: the exit status of the specification's table, 130 or 141
        """
        self._outcome.as_json = requested_output(argv) == 'json'
        try:
            status = self._run(list(argv))
            self.stdout.flush()
            return int(status)
        except BaseException as error:  # noqa: BLE001 - whatever it is ends here
            return self._outcome.status_of(error)

    def run_subcommand(self, argv: list[str]) -> int:
        """Run the command that ``argv`` starts with.

        :raises PhywareError: whatever failed, to be reported by ``run``
        """
        try:
            factory, name, rest = self.command_manager.find_command(argv)
        except ValueError:
            return self._run_group(argv)
        cmd = self._instance(factory, name)
        parsed = self._parse_command(cmd, name, rest)
        with logging_to(self.global_options, self.context.stderr, self.context.redactor):
            return self._run_command(cmd, parsed)

    def help_for(self, words: list[str]) -> int:
        """Write the help of a command, of a group, or of the root without words."""
        if not words:
            return write_root_help(self.parser, self.command_manager, self.stdout)
        return self.run_subcommand([*words, '--help'])

    def _run(self, argv: list[str]) -> int:
        root = parse_exactly(self.parser, argv)
        self.options = root
        self._use(GlobalOptions().merged(root))
        words = _command_words(root)
        if root.version:
            self.stdout.write(f'{self.NAME} {__version__}\n')
            return ExitStatus.OK
        if root.help and not words:
            return write_root_help(self.parser, self.command_manager, self.stdout)
        if not words:
            return self._no_words()
        self.initialize_app(words)
        return self.run_subcommand([*words, '--help'] if root.help else words)

    def _no_words(self) -> int:
        if self.stdin.isatty() and self.stdout.isatty():
            return write_root_help(self.parser, self.command_manager, self.stdout)
        raise Validation(
            'no command was given',
            f"usage: {self.NAME} [options] <command> [options]; see '{self.NAME} --help'",
        )

    def _run_group(self, argv: list[str]) -> int:
        words = list(itertools.takewhile(lambda word: not word.startswith('-'), argv))
        if not self.command_manager.group_members(words):
            raise unknown_command(self.command_manager, argv)
        root = parse_exactly(self.parser, argv[len(words):])
        if _command_words(root):
            # Global options stand between a group and its command.
            self._use(self.global_options.merged(root))
            return self.run_subcommand([*words, *_command_words(root)])
        return write_group_help(words, self.command_manager, self.stdout)

    def _instance(self, factory: Any, name: str) -> cliff_command.Command:
        accepted = inspect.getfullargspec(factory.__init__)
        named = 'cmd_name' in accepted.args or accepted.varkw
        kwargs = {'cmd_name': name} if named else {}
        return factory(self, self.options, **kwargs)  # type: ignore[no-any-return]

    def _parse_command(
        self, cmd: cliff_command.Command, name: str, argv: list[str]
    ) -> argparse.Namespace:
        parser = self.command_parser(cmd, name)
        parsed = parse_exactly(parser, argv)
        self._use(self.global_options.merged(parsed))
        chosen = getattr(parsed, 'formatter', None) or self.global_options.output
        self._outcome.as_json = chosen == 'json'
        return parsed

    def command_parser(self, cmd: cliff_command.Command, name: str) -> argparse.ArgumentParser:
        """Return the parser of ``cmd``, global options included."""
        parser = cmd.get_parser(f'{self.NAME} {name}')
        add_global_options(parser)
        adopt(parser, self.stdout)
        output = self.global_options.output
        if output is not None and output in formatters.FORMATS:
            parser.set_defaults(formatter=output)
        return parser

    def _use(self, options: GlobalOptions) -> None:
        self.global_options = options
        self.session = Session(self.context, options, self.warn)
        self._outcome.debug = options.debug

    def _run_command(self, cmd: cliff_command.Command, parsed: argparse.Namespace) -> int:
        result: int = ExitStatus.ERROR
        failure: BaseException | None = None
        try:
            self.prepare_to_run_command(cmd)
            result = cmd.run(parsed)
            return result
        except BaseException as error:
            failure = error
            raise
        finally:
            self.clean_up(cmd, result, failure)


def _command_words(root: argparse.Namespace) -> list[str]:
    """Return what follows the options; argparse leaves a first ``--`` in it."""
    return list(itertools.dropwhile(lambda word: word == '--', root.words))


def main(argv: list[str] | None = None, context: Context | None = None) -> int:
    """Run ``phyware`` with ``argv`` and return its exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    return PhywareApp(context or Context.from_system()).run(arguments)


def exit_with_main() -> NoReturn:
    """Be the process: run, then exit with the status."""
    sys.exit(main())
