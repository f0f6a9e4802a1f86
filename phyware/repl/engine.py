"""The prompt: cmd2 reads the lines, ``Runner`` runs them.

Layer: framework; with ``phyware.repl.completer`` the only importer of cmd2 and
prompt_toolkit.  Of cmd2 only the loop, the key bindings and the handling of
signals are used.  Its parser and its commands (``!``, ``shell``, ``edit``,
``py``, ``alias``, ``macro``, ``set``, ``run_script``, ``@``) never see a line,
so there is no way to a shell or to Python (cliff-traps R4 to R6, R12).
"""

from __future__ import annotations

from types import FrameType
from typing import Any

import cmd2
from prompt_toolkit.history import InMemoryHistory

from phyware.errors import PhywareError
from phyware.repl.completer import LineCompleter
from phyware.repl.opened import Opened
from phyware.repl.runner import Runner
from phyware.repl.surroundings import signal_handlers_restored
from phyware.text import clean

_EOF = '_eof'


class Prompt(cmd2.Cmd):
    """cmd2's loop around ``Runner``.

    :param opened: what the shell was opened with
    """

    def __init__(self, opened: Opened) -> None:
        context = opened.context
        self._opened = opened
        # Of argv cmd2 would run what looks like words, and show them (R1); a
        # suggestion would show earlier lines while somebody watches (R13).
        super().__init__(
            stdin=context.stdin, stdout=context.stdout,
            allow_cli_args=False, allow_clipboard=False, allow_redirection=False,
            auto_suggest=False, shortcuts={}, terminators=[],
        )
        self._runner = Runner(opened)
        self._running = False
        self._ended_by = 0
        self._at_end = False
        self._dress()
        self.prompt = self._prompt()

    def run(self) -> int:
        """Read and run lines until the person leaves.

        :returns: the status of the last command
        """
        if not self._opened.options.quiet:
            self._opened.say("Type 'help' for the commands; 'exit' or Ctrl-D leaves")
        with signal_handlers_restored():
            return int(self.cmdloop())

    def onecmd_plus_hooks(self, line: str, **_: Any) -> bool:
        """Run one line; tell whether the shell is over."""
        try:
            self._running = True
            self._run(line)
            self._running = False
        except KeyboardInterrupt:
            # It came between two commands, where there is nothing to interrupt.
            self._running = False
        self.exit_code = self._ended_by or self._runner.status
        return self._run_cmdfinalization_hooks(self._runner.done or bool(self._ended_by), None)

    def pre_prompt(self) -> None:
        """Show the host that is the active one now: a line may have switched it."""
        self.prompt = self._prompt()

    def sigint_handler(self, signum: int, frame: FrameType | None) -> None:
        """Interrupt the line that runs; at the prompt Ctrl-C is a key like any other."""
        if self._running:
            raise KeyboardInterrupt

    def termination_signal_handler(self, signum: int, _: FrameType | None) -> None:
        """End the command and the shell."""
        self._ended_by = 128 + signum
        raise SystemExit(self._ended_by)

    def _read_command_line(self, prompt: str) -> str:
        try:
            return super()._read_command_line(prompt)
        except EOFError:
            self._at_end = True
            raise

    def _run(self, line: str) -> None:
        if self._at_end:
            self._runner.done = True
            self.stdout.write('\n')
            self.stdout.flush()
            return
        if self._is_meant_for_another_host(line):
            self._runner.put_off(line)
        else:
            self._runner.run(line)
        self._past.show(self._runner.history.lines)

    def _is_meant_for_another_host(self, line: str) -> bool:
        """Say so if another process has changed the active host since the prompt was shown.

        A logout or a revocation of what the prompt does not name could not be taken back.
        """
        now = self._prompt()
        if now == self.prompt or line.split()[:1] in ([], ['exit'], ['quit']):
            return False
        self._opened.say(
            'Not run: another process has changed the active host; Up and Enter run it there'
        )
        return True

    def _register_subcommands(self, owner: Any) -> None:
        """Build none of the parsers of cmd2's own commands, which nobody can call (P6)."""

    def _prompt(self) -> str:
        try:
            host = self._opened.session.select().host
        except PhywareError:
            return 'phyware> '
        return f'phyware {clean(host.removeprefix("https://"))}> '

    def _dress(self) -> None:
        """Give the prompt our history and completion, and no colours of cmd2's own."""
        self._past = _Past()
        session = self.main_session
        session.history = session.default_buffer.history = self._past
        session.completer = LineCompleter(self._opened)
        session.lexer = None
        # Else it stands before the second half of a long line, too.
        session.prompt_continuation = ''


class _Past(InMemoryHistory):
    """What the arrow keys find; a line gets in when it has run, or never."""

    def append_string(self, string: str) -> None:
        """Do nothing: whether a line may be kept is not known before it ran."""

    def show(self, lines: list[str]) -> None:
        """Hold these lines, the oldest first."""
        self._storage[:], self._loaded = lines, False
