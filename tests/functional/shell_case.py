"""A real shell on a terminal, with phyware's completion in it.

Layer: test fixture; imports nothing of the product.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any

from tests.functional.cli import PHYWARE, SECONDS, CliTestCase
from tests.functional.devcloud_server import require_program

# What no shell may take for anything but a part of a word.
NASTY = '''a b;$(touch pwned)`touch pwned`&'"\\|*~#!{x,y}'''
_PLUGIN = f'''
import os, pathlib
pathlib.Path(os.environ['HOME'], 'imported').touch()

from phyware.command import Command

class Paint(Command):
    """Paint something"""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('--colour', choices=['red', {NASTY!r}])
        parser.add_argument('--shade', choices=['http://a:1/x', 'ftp://b=c'])
        parser.add_argument('--picture', metavar='FILE')
        return parser

    def take_action(self, parsed_args):
        pass
'''
_ENTRY_POINTS = '''[phyware.commands]
paint_house = acme_paint:Paint
paint_door = acme_paint:Paint
odd_it's;$(touch${IFS}pwned) = acme_paint:Paint
'''


class ShellCase(CliTestCase):
    """Type a line, press Tab, and see what the shell makes of it.

    Keys are taken one after the other, so what follows a Tab waits for its end.
    """

    shell = ''
    arguments: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    show_list = '\t\t'
    leave_list = '\x15'

    def setUp(self) -> None:
        super().setUp()
        self._program = require_program(self.shell)
        self.environ['PATH'] = f'{Path(PHYWARE).parent}:{self.environ["PATH"]}'
        self.environ['TERM'] = 'xterm'
        self.script = self.home / f'completion.{self.shell}'
        self.script.write_text(self.run_cli('completion', self.shell).stdout)

    def install_plugin(self) -> None:
        """Install a plugin with commands, after the script was made."""
        metadata = self.home / 'site' / 'acme_paint-1.0.dist-info'
        metadata.mkdir(parents=True)
        (self.home / 'site' / 'acme_paint.py').write_text(_PLUGIN)
        (metadata / 'METADATA').write_text('Metadata-Version: 2.1\nName: acme-paint\n')
        (metadata / 'entry_points.txt').write_text(_ENTRY_POINTS)
        paths = [str(self.home / 'site'), self.environ.get('PYTHONPATH')]
        self.environ['PYTHONPATH'] = os.pathsep.join(filter(None, paths))

    def open(self) -> Any:
        """Return the shell with the completion loaded."""
        import pexpect  # type: ignore[import-untyped]

        child = pexpect.spawn(
            self._program, list(self.arguments), env=self.environ, cwd=str(self.home),
            timeout=SECONDS, encoding='utf-8', dimensions=(40, 200),
        )
        self.addCleanup(child.close, force=True)
        child.delaybeforesend = None
        child.delayafterclose = child.ptyproc.delayafterclose = 0.0
        child.logfile_read = io.StringIO()
        for line in (*self.setup, f'source {self.script}', 'echo set""up'):
            child.sendline(line)
        child.expect('setup\r?\n')
        return child

    def completed(self, *lines: str) -> list[list[str]]:
        """Return the words of each line after a Tab at its end, as the shell reads them."""
        child, found = self.open(), []
        for line in lines:
            # To the beginning of the line, where it becomes the arguments of a function.
            child.send(f'{line}\t\x01args \r')
            child.expect(r'<<\[(.*?)\]>>\r?\n')
            found.append(str(child.match[1]).split(']['))
        return found

    def listed(self, line: str) -> str:
        """Return what the shell shows when it is asked for all candidates."""
        child = self.open()
        child.send(f'{line}{self.show_list}{self.leave_list}')
        child.send('echo do""ne\r')
        child.expect('done\r?\n')
        return re.sub(r'\x1b\[[0-9;?]*[A-Za-z]', '', child.logfile_read.getvalue())

    @property
    def imported(self) -> bool:
        """Tell whether the plugin was imported."""
        return (self.home / 'imported').exists()

    def assert_harmless(self) -> None:
        """Check that no candidate was run."""
        self.assertEqual([], list(self.home.rglob('pwned')))
