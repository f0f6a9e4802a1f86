"""phyware.discovery: which command a name is, and whose."""

from __future__ import annotations

import sys

from phyware.commands.help import HelpCommand
from phyware.discovery import CommandManager, Conflict
from phyware.errors import GenericError
from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND, PluginCase


class FindTest(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.install('acme', PLAIN_COMMAND, robots_list='Echo', robots='Echo', top='Echo')

    def found(self, *argv: str) -> tuple[str, list[str]] | None:
        try:
            _, name, rest = CommandManager().find_command(list(argv))
        except ValueError:
            return None
        return name, rest

    def test_the_longest_name_that_the_words_spell_is_the_command(self) -> None:
        self.assertEqual(('robots list', ['x']), self.found('robots', 'list', 'x'))
        self.assertEqual(('robots', ['lists', '-v']), self.found('robots', 'lists', '-v'))

    def test_trap_5_an_abbreviation_is_no_command(self) -> None:
        for words in (('to',), ('robot', 'list'), ('ro', 'li'), ('t', 'x'), ('TOP',), ('',), ()):
            with self.subTest(words):
                self.assertIsNone(self.found(*words))

    def test_trap_6_a_prefix_of_another_command_is_an_argument(self) -> None:
        self.assertEqual(('robots', ['li']), self.found('robots', 'li'))

    def test_an_option_ends_the_name(self) -> None:
        self.assertEqual(('robots', ['--x', 'list']), self.found('robots', '--x', 'list'))
        self.assertIsNone(self.found('-x', 'top'))

    def test_a_legacy_name_gives_the_canonical_one(self) -> None:
        manager = CommandManager()
        manager.add_legacy_command('show me all robots now', 'robots list')
        _, name, rest = manager.find_command(['show', 'me', 'all', 'robots', 'now', 'x'])

        self.assertEqual(('robots list', ['x']), (name, rest))

    def test_a_command_may_have_as_many_words_as_its_author_likes(self) -> None:
        self.install('wordy', PLAIN_COMMAND, a_b_c_d_e_f_g_h_i_j_k_l='Echo')

        self.assertEqual(('a b c d e f g h i j k l', ['m']), self.found(*'abcdefghijklm'))

    def test_thousands_of_arguments_are_not_searched(self) -> None:
        words = ['robots', *map(str, range(16_000))]
        manager = CommandManager()

        self.assertLess(manager._longest(words), 10)
        self.assertEqual(('robots', words[1:]), self.found(*words))

    def test_what_the_application_adds_is_found(self) -> None:
        manager = CommandManager()
        manager.add_command('help me in four words', HelpCommand)
        found, *_ = manager.find_command(['help', 'me', 'in', 'four', 'words'])

        self.assertIs(HelpCommand, found)
        self.assertEqual('phyware', manager.distribution('help me in four words'))


class LazinessTest(PluginCase):
    def test_trap_16_only_the_command_chosen_is_imported(self) -> None:
        first = self.install('first', PLAIN_COMMAND, first_run='Echo')
        second = self.install('second', PLAIN_COMMAND, second_run='Echo')
        manager = CommandManager()
        self.assertFalse({first, second} & set(sys.modules))

        manager.find_command(['first', 'run'])
        self.assertIn(first, sys.modules)
        self.assertNotIn(second, sys.modules)

    def test_names_owners_and_members_are_known_without_an_import(self) -> None:
        module = self.install('acme', 'raise SystemExit', robots_list='A', robots_add='B')
        manager = CommandManager()

        self.assertEqual(['robots add', 'robots list'], manager.group_members(['robots']))
        self.assertEqual('acme', manager.distribution('robots list'))
        self.assertEqual('phyware', manager.distribution('auth login'))
        self.assertNotIn(module, sys.modules)

    def test_a_group_is_its_words_and_not_their_beginning(self) -> None:
        self.install('acme', '', robot_add='A', robots_add='B', robots='C')

        manager = CommandManager()
        self.assertEqual(['robots add'], manager.group_members(['robots']))
        self.assertEqual([], manager.group_members(['']))
        self.assertEqual(sorted(manager.commands), manager.group_members([]))

    def test_trap_19_a_command_installed_later_is_found(self) -> None:
        self.assertNotIn('robots list', CommandManager().commands)
        self.install('acme', '', robots_list='A')

        self.assertIn('robots list', CommandManager().commands)


class BrokenPluginTest(PluginCase):
    def test_case_82_a_command_that_cannot_be_loaded_harms_itself_only(self) -> None:
        self.install('broken', 'raise SystemExit(7)', broken_run='A')
        self.install('sound', PLAIN_COMMAND, sound_run='Echo')
        manager = CommandManager()

        with self.assertRaisesRegex(GenericError, 'package broken cannot be loaded: SystemExit: 7'):
            manager.find_command(['broken', 'run'])
        self.assertEqual('sound run', manager.find_command(['sound', 'run'])[1])

    def test_what_is_not_callable_is_no_command(self) -> None:
        self.install('acme', 'NOTHING = 5', acme_run='NOTHING')

        with self.assertRaisesRegex(GenericError, 'acme:NOTHING of the package acme is no command'):
            CommandManager().find_command(['acme', 'run'])


class ConflictTest(PluginCase):
    def manager(self, **owners: str) -> CommandManager:
        """Install a package for each ``name_of_package='entry_point'``."""
        for package, command in owners.items():
            self.install(package, PLAIN_COMMAND, **{command: 'Echo'})
        return CommandManager()

    def test_trap_18_a_name_with_two_owners_is_refused(self) -> None:
        manager = self.manager(one='robots_list', two='robots_list', three='robots_add')

        with self.assertRaises(GenericError) as caught:
            manager.find_command(['robots', 'list'])
        self.assertIn("'robots list' is claimed by one, two", caught.exception.message)
        self.assertEqual('robots add', manager.find_command(['robots', 'add'])[1])
        self.assertEqual(
            {'robots list': Conflict('robots list', ('one', 'two'), True)}, manager.conflicts
        )

    def test_trap_18_refused_in_whatever_order_they_were_installed(self) -> None:
        for order in (('one', 'two'), ('two', 'one')):
            with self.subTest(order), self.another_site():
                manager = self.manager(**dict.fromkeys(order, 'robots_list'))
                with self.assertRaisesRegex(GenericError, 'claimed by one, two'):
                    manager.find_command(['robots', 'list', 'x'])

    def test_a_space_and_an_underscore_are_the_same_name(self) -> None:
        self.site.metadata('spaced', f'[{COMMANDS}]\nrobots list = x:Y\n')
        manager = self.manager(one='robots_list')

        self.assertEqual(('one', 'spaced'), manager.conflicts['robots list'].distributions)

    def test_trap_18_and_case_81_core_keeps_its_commands(self) -> None:
        manager = self.manager(thief='auth_login', other='auth_login')
        found, name, _ = manager.find_command(['auth', 'login'])

        self.assertEqual(('phyware_auth.commands.login', 'auth login'), (found.__module__, name))
        self.assertNotIn('thief', sys.modules)
        self.assertEqual(
            Conflict('auth login', ('other', 'phyware', 'thief'), False),
            manager.conflicts['auth login'],
        )

    def test_case_81_nobody_takes_the_arguments_of_a_command_of_core(self) -> None:
        manager = self.manager(thief='auth_sessions_revoke_all', helper='help_me')
        _, name, rest = manager.find_command(['auth', 'sessions', 'revoke', 'all'])

        self.assertEqual(('auth sessions revoke', ['all']), (name, rest))
        self.assertFalse(manager.conflicts['auth sessions revoke all'].refused)
        self.assertNotIn('help me', manager.commands)

    def test_case_81_nobody_takes_a_group_of_core(self) -> None:
        manager = self.manager(thief='auth', other='auth_sessions', helper='help')

        for words in (['auth', 'lgoin'], ['auth', 'sessions'], ['help']):
            with self.subTest(words), self.assertRaises(ValueError):
                manager.find_command(words)
        self.assertEqual({'auth', 'auth sessions', 'help'}, set(manager.conflicts))

    def test_a_plugin_may_add_to_a_group_of_core(self) -> None:
        manager = self.manager(friend='auth_whoami')

        self.assertEqual('auth whoami', manager.find_command(['auth', 'whoami'])[1])
        self.assertEqual({}, manager.conflicts)

    def test_a_package_is_not_core_because_its_module_says_so(self) -> None:
        self.install('phyware-thief', PLAIN_COMMAND, auth_login='Echo')
        found, *_ = CommandManager().find_command(['auth', 'login'])

        self.assertEqual('phyware_auth.commands.login', found.__module__)


class HookEntryPointsTest(PluginCase):
    def test_hooks_are_looked_up_by_the_commands_name(self) -> None:
        self.site.install('acme', '', {'phyware.commands.auth_login': {'policy': 'Policy'}})
        manager = CommandManager()

        self.assertEqual(['policy'], [ep.name for ep in manager.hook_entry_points('auth login')])
        self.assertEqual([], manager.hook_entry_points('auth logout'))
