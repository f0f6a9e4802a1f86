"""phyware.formatters.named: who is named when a plugin's formatter or its rows fail."""

from __future__ import annotations

from phyware.testing import CliResult
from tests.unit.phyware.plugins import COMMANDS, PluginCase

SOURCE = '''
from phyware.command import Lister, ShowOne

class List(Lister):
    """List"""
    def take_action(self, parsed_args):
        return ('id',), {rows}

class Show(ShowOne):
    """Show"""
    def take_action(self, parsed_args):
        return ('id',), ('a',)

def failing():
    yield ('a',)
    raise ValueError('of the rows')
'''
FORMATTER = '''
from cliff.formatters.base import ListFormatter, SingleFormatter

class Lines(ListFormatter, SingleFormatter):
    def add_argument_group(self, parser): pass
    def emit_list(self, names, data, stdout, parsed_args):
        {emit}
    emit_one = emit_list
'''
ALL = "stdout.write(''.join(f'{row}\\n' for row in data))"


class NamedTest(PluginCase):
    def run_with(self, command: str, emit: str, rows: str = "[('a',)]") -> CliResult:
        with self.another_site():
            commands = {'robots_list': 'List', 'robots_show': 'Show'}
            self.site.install('robots', SOURCE.format(rows=rows), {COMMANDS: commands})
            groups = {f'phyware.formatters.{kind}': {'lines': 'Lines'} for kind in ('list', 'show')}
            self.site.install('acme-lines', FORMATTER.format(emit=emit), groups)
            return self.cli.run('robots', command, '-o', 'lines')

    def test_it_writes(self) -> None:
        for rows in ("[('a',)]", "iter([('a',)])"):
            result = self.run_with('list', ALL, rows)
            self.assertEqual((0, "('a',)\n", ''), (result.exit_code, result.stdout, result.stderr))
        self.assertEqual('a\n', self.run_with('show', ALL).stdout)
        self.assertEqual('1\n', self.run_with('list', "stdout.write(f'{len(data)}\\n')").stdout)

    def test_what_it_raises_names_it_and_not_the_command(self) -> None:
        for failure, said in (
            ('raise ValueError("odd")', 'ERROR: ValueError: odd\n'),
            ('raise SystemExit(0)', 'ERROR: SystemExit: 0\n'),
            ('open("/absent/file")', 'No such file or directory: /absent/file\n'),
        ):
            for command in ('list', 'show'):
                with self.subTest(failure, command=command):
                    result = self.run_with(command, failure)
                    self.assertEqual((1, ''), (result.exit_code, result.stdout))
                    self.assertIn(said, result.stderr)
                    self.assertIn(
                        "omes from the output format 'lines' of the package acme-lines",
                        result.stderr,
                    )

    def test_what_the_rows_raise_is_the_commands(self) -> None:
        result = self.run_with('list', ALL, 'failing()')

        self.assertIn('ERROR: ValueError: of the rows\n', result.stderr)
        self.assertIn("comes from the command 'robots list' of the package robots", result.stderr)

    def test_a_reader_that_goes_is_no_fault(self) -> None:
        result = self.run_with('list', 'raise BrokenPipeError')

        self.assertEqual((141, ''), (result.exit_code, result.stderr))
