"""phyware.commands.help and phyware.helptext: the same help, however it is asked for."""

from __future__ import annotations

import sys

from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND, PluginCase


class HelpCase(PluginCase):
    def shown(self, *argv: str) -> str:
        result = self.cli.run(*argv)
        self.assertEqual((0, ''), (result.exit_code, result.stderr))
        return result.stdout


class RootTest(HelpCase):
    def test_all_ways_are_one(self) -> None:
        text = self.shown('--help')

        for argv in (('-h',), ('help',), ('-v', '--help'), ('--help', '--'), ('--', 'help')):
            with self.subTest(argv):
                self.assertEqual(text, self.shown(*argv))

    def test_it_lists_groups_and_imports_no_plugin(self) -> None:
        module = self.install('acme', 'raise SystemExit', robots_list='A', robots_add='A', top='A')
        text = self.shown('--help')

        self.assertTrue(text.startswith('usage: phyware [options] <command> [options]\n'))
        self.assertIn('\n  robots       add, list\n', text)
        self.assertIn('\n  top\n', text)
        self.assertIn('--api-key KEY', text)
        self.assertLess(text.index('\ncommands:\n'), text.index('\noptions:\n'))
        self.assertNotIn(module, sys.modules)

    def test_case_79_names_of_plugins_are_clean(self) -> None:
        self.site.metadata('evil', f'[{COMMANDS}]\nev\x1b[2Jil_com\x9bmand = x:Y\n')

        for argv in (('--help',), ('ev\x1b[2Jil',)):
            self.assertNotRegex(self.shown(*argv), '[\x1b\x9b]')


class GroupTest(HelpCase):
    def test_trap_10_a_group_alone_shows_its_commands(self) -> None:
        self.install('acme', PLAIN_COMMAND, robots_list='Echo', robots_parts_add='Echo')
        text = self.shown('robots')

        self.assertEqual(
            'usage: phyware robots <command> [options]\n\ncommands:\n'
            '  robots list       Say what was given\n'
            '  robots parts add  Say what was given\n'
            "\nSee 'phyware robots <command> --help' for one of them.\n", text,
        )
        for argv in (('robots', '--help'), ('robots', '-h'), ('--help', 'robots'),
                     ('help', 'robots'), ('robots', '-v', '--help'), ('--', 'robots')):
            with self.subTest(argv):
                self.assertEqual(text, self.shown(*argv))

    def test_trap_17_a_broken_member_is_said_in_its_place(self) -> None:
        self.install('broken', 'import sys; sys.exit("\\x1b[2Jbye")', robots_break='A')
        self.install('odd', 'B = 5', robots_odd='B')
        self.install('rude', 'class A: __doc__ = property()', robots_rude='A')
        self.install('sound', PLAIN_COMMAND, robots_list='Echo')
        text = self.shown('robots')

        self.assertIn('  robots break  (the plugin package broken cannot be loaded: SystemExit: '
                      '\\x1b[2Jbye)\n', text)
        self.assertIn('of the package odd is no command)\n', text)
        self.assertIn('  robots rude   (the description of the package rude failed: ', text)
        self.assertIn('  robots list   Say what was given\n', text)

    def test_a_description_is_that_of_the_command_itself(self) -> None:
        source = '''
            from cliff.command import Command
            from cliff.lister import Lister
            from phyware.command import Command as Own
            class A(Command): pass
            class B(Lister): pass
            class C(Own): pass
            class D(Own):
                """First line

                More"""
            class E(D): pass
            class F(Command):
                """Not this"""
                _description = 'But this'
            def g(*args):
                """Of a function"""
        '''
        self.install('acme', source, **{f'x_{name.lower()}': name for name in [*'ABCDEF', 'g']})
        lines = [line.split('x ')[1].split() for line in self.shown('x').splitlines()
                 if line.startswith('  x ')]

        self.assertEqual(
            [['a'], ['b'], ['c'], ['d', 'First', 'line'], ['e', 'First', 'line'],
             ['f', 'But', 'this'], ['g', 'Of', 'a', 'function']], lines,
        )

    def test_what_is_no_group_is_an_unknown_command(self) -> None:
        for argv in (('nosuch', '--help'), ('help', 'nosuch'), ('--help', 'nosuch'), ('help', ''),
                     ('auth', 'nosuch', '--help'), ('help', 'aut')):
            with self.subTest(argv):
                result = self.cli.run(*argv)
                self.assertEqual((4, ''), (result.exit_code, result.stdout))
                self.assertIn('unknown command', result.stderr)


class CommandTest(HelpCase):
    def test_trap_9_all_ways_are_one(self) -> None:
        text = self.shown('auth', 'login', '--help')

        self.assertTrue(text.startswith('usage: phyware auth login [-h]'))
        for argv in (('auth', 'login', '--host', 'x', '--help'), ('--help', 'auth', 'login'),
                     ('help', 'auth', 'login'), ('auth', '--help', 'login'),
                     ('auth', 'login', '-h', '--bogus'), ('-h', 'auth', 'login', '--bogus', 'x'),
                     ('-h', 'auth', 'login', '--', 'x'), ('auth', '-v', 'login', '--help')):
            with self.subTest(argv):
                self.assertEqual(text, self.shown(*argv))

    def test_help_runs_nothing(self) -> None:
        self.install('acme', PLAIN_COMMAND + '\n    def run(self, args): 1 / 0', acme_echo='Echo')

        for argv in (('--help', 'acme', 'echo', 'x'), ('acme', '--help', 'echo'),
                     ('help', 'acme', 'echo'), ('acme', 'echo', 'x', '--help')):
            with self.subTest(argv):
                self.assertIn('Say what was given', self.shown(*argv))

    def test_it_says_what_a_command_of_ours_says_of_itself(self) -> None:
        text = self.shown('auth', 'login', '--help')

        self.assertIn('Log in with a device code', text)
        self.assertIn('examples:\n  phyware auth login --host ', text)
        self.assertIn('exit codes:\n  0  success\n  1  ', text)
        self.assertIn('--auth-provider NAME', text)

    def test_a_plain_command_has_the_global_options_and_no_package_is_asked(self) -> None:
        self.install('acme', PLAIN_COMMAND, acme_echo='Echo')
        text = self.shown('acme', 'echo', '--help')

        self.assertIn('usage: phyware acme echo', text)
        self.assertIn('--api-key KEY', text)
