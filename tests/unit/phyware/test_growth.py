"""What is done grows no faster than commands, packages and arguments do (P7, P8).

Layer: unit test.  Nothing is timed: lines that run are counted, each turn of a
loop or of a comprehension being one.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from phyware.completion import tab
from phyware.context import Context
from phyware.discovery import CommandManager
from phyware.fast import build, index
from tests.unit.phyware.plugins import COMMANDS, PluginCase, Site

SOURCE = '''
from phyware.command import Command

class Echo(Command):
    """Take any words"""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('words', nargs='*')
        return parser

    def take_action(self, parsed_args):
        return 0
'''
SIZES = (100, 200, 400)
# Of the second step, which is twice as long as the first: linear is 2.
MOST = 2.2


def lines_run(act: Callable[[], object]) -> int:
    """Return how many lines of Python run while ``act`` does."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    former = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(former)
    return count


class GrowthCase(PluginCase):
    """Counts at three sizes, after a first run that imports what is needed."""

    def assert_linear(self, prepare: Callable[[int], Any], act: Callable[[int], object]) -> None:
        """Check that ``act(n)`` grows as n does.

        :param prepare: called with n, gives a context in which ``act(n)`` runs
        """
        counts = []
        for size in SIZES:
            with prepare(size):
                act(size)
                counts.append(lines_run(partial(act, size)))
        first, second = counts[1] - counts[0], counts[2] - counts[1]
        self.assertGreater(first, 0, counts)
        self.assertLess(second / first, MOST, counts)

    def running(self, *argv: str, status: int = 0) -> Callable[[int], None]:
        """Return what runs one command line, whatever the size."""
        return lambda _: self.run_line(*argv, status=status)

    def tabbing(self, *line: str) -> Callable[[int], None]:
        """Return what answers one Tab, whatever the size."""
        return lambda _: self.tab(*line)

    def run_line(self, *argv: str, status: int = 0) -> None:
        result = self.cli.run(*argv)
        self.assertEqual(status, result.exit_code, result.stderr)

    def tab(self, *line: str) -> None:
        stdin = io.StringIO(''.join(f'{word}\0' for word in line))
        context = Context(stdin, io.StringIO(), io.StringIO(), self.cli.environ)
        self.assertEqual(0, tab.main('zsh', context))


def one_package(commands: int) -> Site:
    """Return a package with so many commands, in groups of 20 and in one of all."""
    site = Site()
    names = [f'group{n // 20}_command{n}' for n in range(commands)]
    names += ['echo', *(f'many_command{n}' for n in range(commands))]
    site.install('acme', SOURCE, {COMMANDS: dict.fromkeys(names, 'Echo')})
    return site


def many_packages(packages: int) -> Site:
    """Return so many packages of one command, each with a hook on it."""
    site = Site()
    for number in range(packages):
        site.metadata(f'acme{number}', (
            f'[{COMMANDS}]\nacme{number}_run = x:Y\n'
            f'[{COMMANDS}.acme{number}_run]\naudit = x:Y\n'
        ))
    return site


class CommandsTest(GrowthCase):
    """Commands of one package."""

    def test_discovery(self) -> None:
        self.assert_linear(one_package, lambda _: CommandManager())

    def test_a_name_that_two_packages_claim(self) -> None:
        def twice(commands: int) -> Site:
            site = one_package(commands)
            names = [f'many_command{n}' for n in range(commands)]
            site.install('other', SOURCE, {COMMANDS: dict.fromkeys(names, 'Echo')})
            return site

        self.assert_linear(twice, lambda _: CommandManager())

    def test_running_one(self) -> None:
        self.assert_linear(one_package, self.running('group1', 'command21', 'x'))

    def test_help_of_a_command_of_a_group_and_of_all(self) -> None:
        for words in (('echo', '--help'), ('many', '--help'), ('--help',)):
            with self.subTest(words):
                self.assert_linear(one_package, self.running(*words))

    def test_a_command_that_is_not_there(self) -> None:
        for words in (('many', 'comand7'), ('mnay', 'command7'), ('nosuch',), ('command7',)):
            with self.subTest(words):
                self.assert_linear(one_package, self.running(*words, status=4))

    def test_a_tab(self) -> None:
        for line in (('many', ''), ('',), ('many', 'command7'), ('echo', '--')):
            with self.subTest(line):
                self.assert_linear(one_package, self.tabbing(*line))


class PackagesTest(GrowthCase):
    """Packages of one command."""

    def test_discovery_help_and_an_unknown_command(self) -> None:
        self.assert_linear(many_packages, self.running('--help'))
        self.assert_linear(many_packages, self.running('auth', 'token', '--help'))
        self.assert_linear(many_packages, self.running('acme7', 'rum', status=4))

    def test_a_tab(self) -> None:
        self.assert_linear(many_packages, self.tabbing('acme7', ''))

    def test_the_index_is_written_and_read(self) -> None:
        later, environ = time.time() + 3600, self.cli.environ
        self.assert_linear(
            many_packages, lambda _: self.assertTrue(build.write_index(environ, later))
        )
        self.assert_linear(many_packages, lambda _: self.assertFalse(self._is_stale(later)))

    def _is_stale(self, later: float) -> bool:
        sound, *_ = index.find(self.cli.environ, ['auth', 'token'])
        return not sound and not build.write_index(self.cli.environ, later)


class ArgumentsTest(GrowthCase):
    """Arguments of one command line; ten times as many."""

    def words(self, size: int) -> list[str]:
        return [f'word{number}' for number in range(10 * size)]

    def test_of_a_command(self) -> None:
        self.assert_linear(few_commands, lambda size: self.run_line('echo', *self.words(size)))
        self.assert_linear(
            few_commands, lambda size: self.run_line('echo', *self.words(size), '--help')
        )

    def test_of_what_is_no_command(self) -> None:
        self.assert_linear(few_commands, lambda n: self.run_line(*self.words(n), status=4))
        self.assert_linear(few_commands, lambda n: self.run_line('many', *self.words(n), status=4))

    def test_a_tab_after_them(self) -> None:
        self.assert_linear(few_commands, lambda size: self.tab('echo', *self.words(size), ''))

    def test_dispatch_looks_at_no_more_of_them_than_a_name_has_words(self) -> None:
        with few_commands(0):
            manager = CommandManager()
            manager.find_command(['echo'])
            few, many = (
                lines_run(partial(manager.find_command, ['echo', *words]))
                for words in (self.words(20), self.words(1600))
            )
        self.assertEqual(few, many)


def few_commands(size: int) -> Site:
    """Return a package of few commands, whatever the size."""
    return one_package(20)
