"""The shell on a real pseudo-terminal, and the screen as a person sees it.

Layer: test fixture; imports nothing of the product.
"""

from __future__ import annotations

import os
import time
from typing import Any

import pexpect  # type: ignore[import-untyped]
import pyte

from tests.functional.cli import PHYWARE, SECONDS, CliTestCase
from tests.unit.phyware.plugins import COMMANDS, Site

WIDTH = 100
PROMPT = 'phyware http://localhost:8000>'
# Commands of a plugin: what a shell has to survive, and names that cmd2 has, too.
PLUGIN = '''
    import os, signal, sys, time
    from cliff.command import Command

    class Say(Command):
        """Say what was given"""
        def get_parser(self, prog_name):
            parser = super().get_parser(prog_name)
            parser.add_argument('words', nargs='*')
            parser.add_argument('--colour', choices=['red', 'green'], help='a colour')
            return parser
        def take_action(self, parsed_args):
            self.app.stdout.write(repr(parsed_args.words) + '\\n')

    class Leave(Command):
        """Exit as a whole process would"""
        def take_action(self, parsed_args):
            sys.exit(7)

    class Break(Command):
        """Fail"""
        def take_action(self, parsed_args):
            raise RuntimeError('it broke')

    class Sleep(Command):
        """Wait for Ctrl-C"""
        def take_action(self, parsed_args):
            self.app.stdout.write('sleeping\\n')
            self.app.stdout.flush()
            time.sleep(600)

    class Read(Command):
        """Say what stdin holds"""
        def take_action(self, parsed_args):
            self.app.stdout.write(repr(self.app.stdin.read()) + '\\n')

    class Many(Command):
        """Write more than a pipe holds"""
        def take_action(self, parsed_args):
            for number in range(200_000):
                self.app.stdout.write(f'line {number}\\n')
'''
NAMES = {
    'say': 'Say', 'leave': 'Leave', 'break': 'Break', 'sleep': 'Sleep', 'read': 'Read',
    'many': 'Many', 'set': 'Say', 'alias': 'Say', 'edit': 'Say', 'macro_run': 'Say',
    'history': 'Say', 'shortcuts': 'Say',
}


class ReplTestCase(CliTestCase):
    """A home, a plugin with odd commands, and a terminal of 100 columns."""

    plugin = True

    def setUp(self) -> None:
        super().setUp()
        self.environ['TERM'] = 'xterm-256color'
        if self.plugin:
            site = self.enterContext(Site())
            site.install('acme', PLUGIN, {COMMANDS: NAMES})
            path = [str(site.path), *self.environ.get('PYTHONPATH', '').split(os.pathsep)]
            self.environ['PYTHONPATH'] = os.pathsep.join(filter(None, path))

    def shell(self, *words: str, prompt: str = PROMPT, program: str = PHYWARE) -> Screen:
        """Start ``phyware WORDS`` on a terminal and wait for its prompt."""
        argv = (program, *(words or ('shell',)))
        screen = Screen(argv, self.environ, str(self.home), prompt)
        self.addCleanup(screen.close)
        screen.wait()
        return screen

    def script(self, text: str, *options: str, status: int = 0) -> Any:
        """Run the lines of ``text`` as a script in a file."""
        path = self.home / 'script.phyware'
        path.write_text(text)
        return self.run_cli('shell', '--script', str(path), *options, status=status)


class Screen:
    """A terminal with somebody who types and looks.

    :param argv: the program and its arguments
    :param prompt: what a line begins with when a command can be typed
    """

    def __init__(
        self, argv: tuple[str, ...], environ: dict[str, str], folder: str, prompt: str
    ) -> None:
        self.prompt = prompt
        self._screen = pyte.HistoryScreen(WIDTH, 50, history=5000)
        self._stream = pyte.ByteStream(self._screen)
        self.child = pexpect.spawn(
            argv[0], list(argv[1:]), env=environ, cwd=folder, dimensions=(50, WIDTH),
            timeout=SECONDS,
        )
        self.child.delaybeforesend = None
        self.child.delayafterclose = self.child.ptyproc.delayafterclose = 0.0
        # A terminal answers when it is asked where its cursor is.
        vars(self._screen)['write_process_input'] = self.child.send

    @property
    def lines(self) -> list[str]:
        """Return what was and is on the screen, without lines that are empty."""
        gone = [''.join(row[x].data for x in range(WIDTH)) for row in self._screen.history.top]
        return [line.rstrip() for line in [*gone, *self._screen.display] if line.strip()]

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        return '\n'.join(self.lines)

    @property
    def cells(self) -> list[list[Any]]:
        """Return the characters of the screen with their colours."""
        return [[row[x] for x in range(WIDTH)] for row in self._screen.buffer.values()]

    def type(self, keys: str) -> None:
        """Press keys."""
        self.child.send(keys)

    def look(self, ready: Any) -> str:
        """Read until ``ready(self)`` is true; return the screen."""
        deadline = time.monotonic() + SECONDS
        while not ready(self):
            assert time.monotonic() < deadline, f'it never came:\n{self.text}'
            self._read()
        return self.text

    def see(self, text: str) -> str:
        """Wait until ``text`` is on the screen."""
        return self.look(lambda screen: text in screen.text)

    def see_typed(self, text: str) -> str:
        """Wait until ``text``, without a space at its end, is what is typed."""
        line = f'{self.prompt} {text}'
        return self.look(lambda screen: line in screen.lines)

    def clear(self) -> None:
        """Press Ctrl-C at the prompt."""
        before = self.text.count('^C')
        self.type('\x03')
        self.look(lambda screen: screen.text.count('^C') > before
                  and screen.lines[-1] == screen.prompt)

    def wait(self) -> str:
        """Wait until nothing is typed at the last prompt."""
        return self.look(lambda screen: screen.lines[-1:] == [self.prompt])

    def run(self, line: str) -> list[str]:
        """Type a line; return what it showed, up to the next prompt."""
        before = len(self.lines)
        self.type(f'{line}\r')
        self.look(lambda screen: len(screen.lines) > before and screen.lines[-1] == self.prompt)
        return self.lines[before:-1]

    def complete(self, typed: str, expected: str) -> str:
        """Type, press Tab, and wait until the line reads ``expected``; clear it again."""
        self.type(f'{typed}\t')
        shown = self.see_typed(expected)
        self.clear()
        return shown

    def end(self, keys: str = 'exit\r') -> int:
        """Leave; return the exit status."""
        self.type(keys)
        while self._read():
            pass
        self.child.close()
        assert self.child.exitstatus is not None, f'ended by signal {self.child.signalstatus}'
        return int(self.child.exitstatus)

    def close(self) -> None:
        """End the process, whatever it does."""
        self.child.close(force=True)

    def _read(self) -> bool:
        try:
            self._stream.feed(self.child.read_nonblocking(65536, SECONDS))
        except pexpect.EOF:
            return False
        return True
