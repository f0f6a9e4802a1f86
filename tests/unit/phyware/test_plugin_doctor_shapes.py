"""``plugin doctor``: what is imported and yet is not what its group takes.

Layer: unit test; each import is made in a child process.
"""

from __future__ import annotations

from typing import Any
from unittest import mock

from phyware.plugins import doctor
from phyware.plugins.imports import answers
from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND, PROVIDERS
from tests.unit.phyware.test_plugin_doctor import DoctorCase

LISTS, SHOWS = 'phyware.formatters.list', 'phyware.formatters.show'
SHAPES = '''
from cliff.formatters.base import ListFormatter, SingleFormatter
from phyware.auth import AuthProvider

class Half(ListFormatter, SingleFormatter):
    def add_argument_group(self, parser): ...
    def emit_list(self, column_names, data, stdout, parsed_args): ...

class Needy(Half):
    def __init__(self, width): ...
    def emit_one(self, column_names, data, stdout, parsed_args): ...

def nothing(*args): ...
def none_taken(): return 0

class Vault:
    def __init__(self, request): ...

class Kind(AuthProvider):
    def credential(self, host): ...
    def identity(self, host): ...

class NoRequest(Kind):
    def reject(self, credential): ...

class Made(NoRequest):
    def __init__(self, request):
        raise RuntimeError('it is not made here')
'''


class ShapeTest(DoctorCase):
    def problems(self, group: str, **entries: str) -> dict[str, str]:
        self.site.install('acme', SHAPES, {group: entries})
        found = self.examine(1 if entries else 0)
        return {p['item'].partition("'")[2][:-1]: p['problem'] for p in found}

    def test_a_formatter_that_cannot_write(self) -> None:
        self.assertEqual(self.problems(SHOWS, half='Half', needy='Needy', odd='nothing'), {
            'half': 'it does not define emit_one',
            'needy': "it cannot be made without arguments: missing a required argument: 'width'",
            'odd': 'it makes a NoneType, not a SingleFormatter of cliff',
        })

    def test_a_formatter_that_has_what_its_group_asks_for(self) -> None:
        self.site.install('acme', SHAPES.replace('emit_list', 'emit_one'), {SHOWS: {'xml': 'Half'}})
        self.assertIn('it does not define emit_list',
                      {p['problem'] for p in self.examine(1)})

    def test_a_provider_that_lacks_a_method_or_takes_no_request(self) -> None:
        self.assertEqual(self.problems(PROVIDERS, a='Vault', b='Kind', c='NoRequest', d='Made'), {
            'a': 'it is no AuthProvider of phyware.auth',
            'b': 'it does not define reject',
            'c': 'it cannot be called with an AuthRequest: too many positional arguments',
        })

    def test_a_fast_function_that_takes_no_arguments(self) -> None:
        self.site.install('robots', 'from cliff.command import Command\nclass Run(Command):\n'
                          '  """Run"""\n  def take_action(self, parsed_args): ...',
                          {COMMANDS: {'robots_run': 'Run'}})
        self.assertEqual(self.problems('phyware.fast', robots_run='none_taken'), {
            'robots run': 'it cannot be called with the list of arguments: '
                          'too many positional arguments',
        })


class CommandShapeTest(DoctorCase):
    SOURCE = '''
        from phyware.command import Command
        from phyware.declared import completed_by
        NUMBER = 1
        def one(request): ...
        def none(): ...
        class Failure(Exception): ...
        class Run(Command):
            """Run a robot"""
            errors = ({errors})
            def get_parser(self, prog_name):
                parser = super().get_parser(prog_name)
                completed_by(parser.add_argument('--name', help='which'), '{completer}')
                return {returned}
            def take_action(self, parsed_args): ...
    '''

    def fault(self, errors: str = '', completer: str = 'acme:one', returned: str = 'parser') -> str:
        source = self.SOURCE.format(errors=errors, completer=completer, returned=returned)
        with self.another_site():
            self.install('acme', source, robots_run='Run')
            return str(self.only(self.examine(1))['problem'])

    def test_a_parser_that_is_not_returned(self) -> None:
        self.assertIn('get_parser returned a NoneType, not a parser', self.fault(returned='None'))

    def test_an_error_that_is_none(self) -> None:
        self.assertEqual(self.fault('Failure,'), 'its errors name Failure, none of phyware.errors')

    def test_a_completer_that_gives_nothing_at_a_tab(self) -> None:
        start = 'the completer of --name, '
        for completer, reason in (
            ('acme:two', "acme:two, cannot be used: AttributeError: module 'acme' has no "
             "attribute 'two'"),
            ('acme_no:x', 'acme_no:x, cannot be used: ModuleNotFoundError: No module named '
             "'acme_no'"),
            ('acme', "acme, cannot be used: write module:function"),
            ('acme:NUMBER', 'acme:NUMBER, cannot be used: it cannot be called'),
            ('acme:none', 'acme:none, cannot be used: it cannot be called with a Request: '
             'too many positional arguments'),
        ):
            with self.subTest(completer):
                self.assertEqual(self.fault(completer=completer), start + reason)

    def test_what_is_no_class_of_a_command(self) -> None:
        for source, attribute, problem in (
            ('class Run: ...', 'Run', 'Run is not a command of cliff: derive it from Command, '
             'Lister or ShowOne of phyware.command'),
            ('Run = 1', 'Run', 'it is no command class'),
            ('import json as Run', 'Run', 'it is a module: name a class of it, MODULE:CLASS'),
        ):
            with self.subTest(source), self.another_site():
                self.install('acme', source, robots_run=attribute)
                self.assertIn(problem, self.only(self.examine(1))['problem'])


class AdviceTest(DoctorCase):
    def test_the_author_hears_what_to_mend_and_everybody_else_what_to_do(self) -> None:
        self.install('acme', 'class Run: ...', robots_run='Run')
        self.assertEqual(
            self.only(self.examine(1))['remediation'],
            'If acme is yours, mend acme:Run; else upgrade or uninstall acme, and tell its authors',
        )

    def test_what_breaks_a_module_is_said_once_with_all_that_it_breaks(self) -> None:
        for source, problem in (
            ('import no_such', "ModuleNotFoundError: No module named 'no_such'"),
            ('1 / 0', 'ZeroDivisionError: division by zero'),
            ('import os; os._exit(3)', 'ended the process with status 3'),
        ):
            with self.subTest(source), self.another_site():
                self.install('acme', source, robots_run='Run', robots_list='List')
                found = self.only(self.examine(1))
                self.assertEqual(found['item'], "command 'robots list', command 'robots run'")
                self.assertIn(problem, found['problem'])

    def test_a_module_that_hangs_is_waited_for_once(self) -> None:
        asked: list[int] = []

        def counted(entries: Any, environ: Any, seconds: float) -> Any:
            asked.append(len(entries))
            return answers(entries, environ, 0.2 if entries[0].name.startswith('x') else 60.0)

        self.enterContext(mock.patch.object(doctor, 'answers', counted))
        self.install('acme', 'import threading; threading.Event().wait()',
                     x_a='A', x_b='B', x_c='C')
        self.install('other', PLAIN_COMMAND, y_a='Echo')
        found = self.only(self.examine(1))
        self.assertEqual(found['item'], "command 'x a', command 'x b', command 'x c'")
        # Core's, acme's and that of the other.
        self.assertEqual(asked[1:], [3, 1])

    def test_a_command_that_ends_the_process_when_it_is_built_is_no_others_fault(self) -> None:
        source = '''
            import os
            from cliff.command import Command
            class A(Command):
                """A"""
                def get_parser(self, prog_name):
                    os._exit(3)
                def take_action(self, parsed_args): ...
            class B(A):
                get_parser = Command.get_parser
        '''
        self.install('acme', source, x_a='A', x_b='B')
        found = self.only(self.examine(1))
        self.assertEqual((found['item'], found['problem']),
                         ("command 'x a'", 'making it ended the process with status 3'))
        self.assertIn('mend acme:A;', found['remediation'])

    def test_a_value_that_is_no_module_and_name(self) -> None:
        self.site.install('acme')
        for value, problem, advice in (
            ('acme:Run()', 'acme:Run() is no MODULE:NAME', 'Write acme:Run'),
            ('acme:', 'acme: is no MODULE:NAME', 'Write MODULE:NAME'),
            ('acme.Run', "No module named 'acme.Run'", 'If other is yours, write acme:Run; else'),
        ):
            with self.subTest(value), self.another_site():
                self.site.install('acme')
                self.site.metadata('other', f'[{COMMANDS}]\nx_y = {value}\n')
                found = self.only(self.examine(1))
                self.assertEqual(found['item'], "command 'x y'")
                self.assertIn(problem, found['problem'])
                self.assertIn(advice, found['remediation'])
                self.assertIn(problem, self.cli.run('x', 'y').stderr)

    def test_a_wrong_path_names_the_module_and_its_entry_point(self) -> None:
        self.site.install('acme')
        self.site.metadata('other', f'[{COMMANDS}]\nx_y = acme.nowhere:List\n')
        self.assertEqual(
            self.only(self.examine(1))['remediation'],
            'If other is yours, mend acme.nowhere or the entry point that names it; '
            'else upgrade or uninstall other, and tell its authors',
        )
