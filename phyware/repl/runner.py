"""Run the lines of a shell, each command as a command line of its own.

Layer: framework, above ``phyware.app``; knows nothing of terminals or cmd2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from phyware.context import Context
from phyware.errors import ExitStatus, Validation
from phyware.repl.grammar import Step, parse
from phyware.repl.opened import Opened
from phyware.repl.output import output_of
from phyware.repl.remember import History
from phyware.repl.surroundings import left_as_found, lent
from phyware.reserved import RESERVED_WORDS
from phyware.text import clean

_PROGRAM = 'phyware'
_HELP = """
In the shell:
  phyware       may be left out before a command
  ;  |  >  >>   separate commands, feed a program, write a file; quote what is not meant so
  history       show the lines of this session; none with a secret is kept
  exit, quit    leave the shell, as Ctrl-D does
"""


class Runner:
    """Runs lines; the status of the last command is in ``status``.

    What ends a command, ``SystemExit`` and Ctrl-C too, ends nothing else
    (cliff-traps R9), and the next one finds the process as it was.  Connections,
    the auth provider and its credential are kept from line to line.

    :param opened: what the shell was opened with
    :param stdin: what commands read, in place of the application's
    """

    def __init__(self, opened: Opened, stdin: TextIO | None = None) -> None:
        context = opened.line_context
        self._opened = opened
        self.context = context.replaced(stdin=stdin or context.stdin)
        self.history = History(context.redactor)
        self.status: int = ExitStatus.OK
        self.done = False

    def run(self, line: str, *, stop_on_failure: bool = False) -> int:
        """Run the commands of ``line`` and return the status of the last that ran.

        An empty line leaves the status as it is.

        :param stop_on_failure: leave out the commands after one that fails
        """
        refused = False
        try:
            for step in parse(line, self.context.environ.get('HOME')):
                self.status = self._run_step(step)
                refused = refused or self.status == ExitStatus.VALIDATION
                if self.done or self._ends_the_line(stop_on_failure):
                    break
        except (Validation, KeyboardInterrupt) as error:
            self.status = self._report(error, ())
            refused = True
        self.history.add(line, self.first_words(), refused=refused)
        return self.status

    def put_off(self, line: str) -> None:
        """Keep a line that may be kept, without running it."""
        self.history.add(line, self.first_words(), refused=True)

    def _ends_the_line(self, stop_on_failure: bool) -> bool:
        interrupted = self.status == ExitStatus.INTERRUPTED
        return interrupted or (stop_on_failure and self.status != ExitStatus.OK)

    def first_words(self) -> set[str]:
        """Return the words that commands begin with, the shell's own among them."""
        names = self._opened.app.command_manager.commands
        return {name.partition(' ')[0] for name in names} | {*RESERVED_WORDS, _PROGRAM}

    def _run_step(self, step: Step) -> int:
        """Run one command; whatever it raises becomes its status."""
        try:
            with output_of(step, self.context) as output, left_as_found():
                context = self.context.replaced(stdout=lent(output.stream))
                status = output.finished(self._run_argv(list(step.argv), context))
                if output.interrupted:
                    # The terminal has shown ^C, and the prompt wants a line of its own.
                    self._opened.say('')
                return status
        except BaseException as error:  # noqa: BLE001 - nothing ends the shell but exit
            return self._report(error, step.argv)

    def _run_argv(self, argv: list[str], context: Context) -> int:
        if argv[0] == _PROGRAM and len(argv) > 1 and not self._is_command(_PROGRAM):
            # As examples, remedies and other shells have it, hence as it is pasted.
            argv = argv[1:]
        if argv[0] in RESERVED_WORDS:
            return self._run_own(argv, context.stdout)
        status = self._opened.app.for_line(context).run(argv)
        if argv == ['help'] and status == ExitStatus.OK:
            context.stdout.write(_HELP)
            context.stdout.flush()
        return status

    def _is_command(self, word: str) -> bool:
        names = self._opened.app.command_manager.commands
        return any(name.partition(' ')[0] == word for name in names)

    def _run_own(self, argv: list[str], stdout: TextIO) -> int:
        if len(argv) > 1:
            raise Validation(f'{argv[0]} takes no arguments', f'Type {argv[0]} alone')
        if argv[0] != 'history':
            self.done = True
            return self.status
        for number, line in enumerate(self.history.lines, 1):
            stdout.write(f'{number:5}  {clean(line, limit=None)}\n')
        stdout.flush()
        return ExitStatus.OK

    def _report(self, error: BaseException, argv: Sequence[str]) -> int:
        from phyware.outcome import Outcome

        outcome, options = Outcome(self.context), self._opened.options
        outcome.expect(argv, options.output)
        outcome.debug = options.debug
        return outcome.status_of(error)
