"""phyware.completion: the candidates for the word under the cursor."""

from __future__ import annotations

import contextlib
import io
import sys
import time
import unittest
from collections.abc import Collection, Sequence
from unittest import mock

from phyware.app import PhywareApp
from phyware.completion import answer as answer_module
from phyware.completion import candidates
from phyware.completion.answer import answer
from phyware.completion.slots import MANY, Slot
from phyware.context import Context
from phyware.testing import Terminal
from tests.unit.phyware.plugins import PluginCase

SOURCE = '''
import argparse, threading
from phyware.command import Command
from phyware.declared import completed_by

def names(request):
    return [f'{request.prefix}-x', request.given.get('phyware_url', 'none'), *request.before]

def hostile(request):
    return ['--log-file=.bashrc', '-q', '-', 'good']

def hanging(request):
    threading.Event().wait()

def broken(request):
    print('noise')
    raise SystemExit(3)

class Do(Command):
    """Do it"""
    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        one = parser.add_mutually_exclusive_group()
        one.add_argument('--up', action='store_true')
        one.add_argument('--down', action='store_true')
        parser.add_argument('--tag', action='append', choices=['a', 'b'])
        parser.add_argument('--pair', nargs=2, choices=['x', 'y'])
        parser.add_argument('--hidden', help=argparse.SUPPRESS)
        completed_by(parser.add_argument('--broken'), 'acme:broken')
        completed_by(parser.add_argument('--gone'), 'nosuch:function')
        completed_by(parser.add_argument('--told'), 'acme:hostile')
        completed_by(parser.add_argument('--late'), 'acme:hanging')
        parser.add_argument('size', choices=['small', 'large'])
        completed_by(parser.add_argument('rest', nargs='*'), 'acme:names')
        return parser
    def take_action(self, parsed_args):
        pass
'''

HOSTILE = '''
from phyware.command import Command
from phyware.declared import completed_by

class Do(Command):
    """Do it"""
    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        completed_by(parser.add_argument('id'), 'acme:hostile')
        return parser
    def take_action(self, parsed_args):
        pass
'''


class CandidatesTest(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.install('acme', SOURCE, acme_do='Do', acme_do_more='Do', acme='Do')

    def candidates(self, *line: str) -> list[str]:
        self.stderr = Terminal()
        app = PhywareApp(Context(Terminal(), Terminal(), self.stderr, self.cli.environ))
        return candidates(app, line[:-1], line[-1])

    def flags(self, *words: str) -> list[str]:
        return self.candidates(*words, '--')

    def test_words_of_commands(self) -> None:
        self.assertIn('acme', self.candidates(''))
        self.assertEqual(['login', 'logout'], self.candidates('auth', 'lo'))
        self.assertEqual(['list', 'revoke'], self.candidates('-v', 'auth', '-q', 'sessions', ''))
        for lost in (('nosuch', ''), ('auth', 'nosuch', ''), ('auth', 'log', '')):
            self.assertEqual([], self.candidates(*lost))

    def test_a_command_that_is_a_group_too(self) -> None:
        self.assertEqual(['do', 'large', 'small'], self.candidates('acme', ''))
        self.assertEqual(['large', 'more', 'small'], self.candidates('acme', 'do', ''))
        self.assertEqual(['large', 'small'], self.candidates('acme', 'do', 'more', ''))

    def test_no_plugin_is_imported_for_words(self) -> None:
        self.candidates('')
        self.candidates('ac')

        self.assertNotIn('acme', sys.modules)

    def test_options_that_can_still_be_given(self) -> None:
        self.assertIn('--up', self.flags('acme', 'do'))
        after = self.flags('acme', 'do', '--up', '--tag', 'a')

        self.assertTrue({'--up', '--down', '--hidden'}.isdisjoint(after))
        self.assertTrue({'--tag', '--pair', '--output', '--url', '--help'} <= set(after))
        self.assertEqual([], self.candidates('acme', 'do', '--', '--'))

    def test_case_82_a_function_that_never_answers_is_not_waited_for(self) -> None:
        with mock.patch.object(answer_module, 'SECONDS', 0.0):
            self.assertEqual([], self.candidates('acme', 'do', '--late', ''))

    def test_options_before_a_command(self) -> None:
        self.assertIn('--version', self.flags())
        self.assertNotIn('--version', self.flags('auth', 'login'))
        self.assertNotIn('--url', self.flags('--url', 'x'))

    def test_values(self) -> None:
        self.assertEqual(['a', 'b'], self.candidates('acme', 'do', '--tag', ''))
        self.assertEqual(['--tag=b'], self.candidates('acme', 'do', '--tag=b'))
        self.assertEqual(['x', 'y'], self.candidates('acme', 'do', '--pair', 'x', ''))
        self.assertEqual(['large', 'small'], self.candidates('acme', 'do', '--pair', 'x', 'y', ''))
        self.assertEqual(['json'], self.candidates('-o', 'j'))
        self.assertIn('json', self.candidates('auth', 'status', '--output', ''))
        self.assertEqual([], self.candidates('--api-key', ''))

    def test_a_function_of_the_plugin_gives_values(self) -> None:
        line = ('--url', 'p-url', 'acme', 'do', 'small', 'p-one')

        self.assertEqual(['p-one', 'p-url', 'p-x'], self.candidates(*line, 'p'))

    def test_case_79_what_a_server_names_cannot_become_an_option(self) -> None:
        self.install('evil', HOSTILE, evil_do='Do')

        self.assertEqual(['-', 'good'], self.candidates('acme', 'do', '--told', ''))
        found = self.candidates('evil', 'do', '')
        self.assertEqual((True, False), ('good' in found, '--log-file=.bashrc' in found))
        # Where it can be none, it is a value like any other.
        self.assertIn('--log-file=.bashrc', self.candidates('evil', 'do', '--', ''))
        self.assertIn('--told=-q', self.candidates('acme', 'do', '--told=-'))

    def test_trap_28_what_fails_gives_nothing_and_says_nothing(self) -> None:
        self.install('bad', 'import sys; print(1); sys.exit(7)', bad_one='A')

        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual([], self.candidates('acme', 'do', '--broken', ''))
            self.assertEqual([], self.candidates('acme', 'do', '--gone', ''))
            self.assertEqual([], self.candidates('bad', 'one', '--'))
            self.assertEqual(['one'], self.candidates('bad', ''))
        self.assertEqual(('', ''), (printed.getvalue(), self.stderr.getvalue()))

    def test_words_of_help(self) -> None:
        self.assertEqual(['list', 'revoke'], self.candidates('help', 'auth', 'sessions', ''))
        self.assertEqual(['stored'], self.candidates('--auth-provider', 's'))


class _Fixed:
    """A source of many commands."""

    def __init__(self, names: Collection[str], *slots: Slot) -> None:
        self.names = frozenset(names)
        self._slots = slots
        self.context = Context(Terminal(), Terminal(), Terminal(), {})
        self.asked: list[str | None] = []

    def slots(self, name: str | None) -> Sequence[Slot]:
        self.asked.append(name)
        return self._slots if name else ()


class AnswerTest(unittest.TestCase):
    def test_a_file_is_asked_of_the_shell(self) -> None:
        source = _Fixed(['do'], Slot('log', ('--log',), files=True))

        self.assertEqual(((), True), _parts(source, 'do', '--log', ''))
        self.assertEqual((('--log',), False), _parts(source, 'do', ''))

    def test_any_number_of_values_ends_at_an_option(self) -> None:
        many = Slot('n', ('--n',), MANY, choices=('a', 'b'))
        source = _Fixed(['do'], many, Slot('x', ('-x',), 0))

        self.assertEqual((('a', 'b'), False), _parts(source, 'do', '--n', 'a', ''))
        self.assertEqual((('-x',), False), _parts(source, 'do', '--n', 'a', '-'))
        self.assertEqual(((), False), _parts(source, 'do', '--n', 'a', '-x', 'z'))

    def test_p7_only_the_command_that_is_typed_is_asked(self) -> None:
        source = _Fixed([f'g{n} c' for n in range(10_000)], Slot('x', ('--xx',)))

        self.assertEqual((('c',), False), _parts(source, 'g77', ''))
        self.assertEqual((('--xx',), False), _parts(source, 'g77', 'c', '--'))
        self.assertEqual([None, None, 'g77 c'], source.asked)

    def test_p8_a_line_of_many_words_is_read_once(self) -> None:
        source = _Fixed(['do'], Slot('rest', takes=MANY, choices=('z',)))
        start = time.process_time()

        self.assertEqual((('z',), False), _parts(source, 'do', *['w'] * 20_000, ''))
        # Quadratic, it takes minutes.
        self.assertLess(time.process_time() - start, 30)


def _parts(source: _Fixed, *line: str) -> tuple[tuple[str, ...], bool]:
    found = answer(source, line[:-1], line[-1])
    return found.values, found.files
