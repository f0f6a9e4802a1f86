"""A second command of one shell imports nothing any more (performance.md, P6).

Layer: functional test.  A command of the shell itself says what is imported:
``-X importtime`` does not see what comes by ``importlib.import_module``, as
formatters do.
"""

from __future__ import annotations

import os

from tests.functional.cli import CloudTestCase
from tests.functional.repl_case import ReplTestCase
from tests.unit.phyware.plugins import COMMANDS, Site

_SOURCE = '''
    import sys
    from cliff.command import Command

    class Modules(Command):
        """Say what is imported"""
        def take_action(self, parsed_args):
            self.app.stdout.write('\\n'.join(sorted(sys.modules)) + '\\n')
'''
_FORMATTERS = {'table': 'table', 'json': 'json_format', 'yaml': 'yaml_format', 'csv': 'csv_format'}


class SecondCommandTest(ReplTestCase, CloudTestCase):
    """Logged in, with a command that says what is imported."""

    plugin = False

    def setUp(self) -> None:
        super().setUp()
        site = self.enterContext(Site())
        site.install('looks', _SOURCE, {COMMANDS: {'modules': 'Modules'}})
        path = [str(site.path), self.environ.get('PYTHONPATH', '')]
        self.environ['PYTHONPATH'] = os.pathsep.join(filter(None, path))
        self.login_pat()

    def lines(self, *commands: str) -> list[str]:
        """Return ``commands`` as lines, with a look before each and one at the end."""
        looks = [f'modules > look{number}' for number in range(len(commands) + 1)]
        return [line for pair in zip(looks, (*commands, ''), strict=True) for line in pair]

    def looks(self, number: int) -> list[set[str]]:
        """Return the modules of so many looks."""
        return [set((self.home / f'look{at}').read_text().split()) for at in range(number)]

    def imported(self, *commands: str) -> list[set[str]]:
        """Return what each of ``commands`` imports, in one script."""
        self.script('\n'.join(self.lines(*commands)))
        looks = self.looks(len(commands) + 1)
        return [after - before for before, after in zip(looks, looks[1:], strict=False)]

    def test_the_second_command_imports_no_formatter_and_nothing_else(self) -> None:
        for name, module in _FORMATTERS.items():
            for command in (f'auth sessions list -o {name}', f'auth status -o {name}'):
                with self.subTest(command):
                    first, second = self.imported(command, command)
                    self.assertIn(f'phyware.formatters.{module}', first)
                    self.assertEqual(set(), second)

    def test_at_the_prompt_it_imports_nothing_either(self) -> None:
        screen = self.shell(prompt=f'phyware {self.url}>')
        for line in self.lines(*['auth sessions list'] * 2)[:-1]:
            screen.run(line)
        looks = self.looks(3)

        self.assertIn('phyware.formatters.table', looks[1] - looks[0])
        self.assertEqual(set(), looks[2] - looks[1])
        self.assertEqual(0, screen.end())
