"""phyware.suggestions: what is said of a command that does not exist."""

from __future__ import annotations

import difflib
import sys
import unittest

from hypothesis import given
from hypothesis import strategies as st

from phyware.discovery import CommandManager
from phyware.suggestions import close_names, unknown_command
from tests.unit.phyware.plugins import PluginCase

SECRET = 'Hunter2'


class SuggestionCase(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.module = self.install(
            'acme', 'raise SystemExit', robots_list='A', robots_list_all='A', robots_add='A',
            s3_list='A', top='A',
        )

    def said(self, *argv: str) -> tuple[str, str]:
        error = unknown_command(CommandManager(), list(argv))
        self.assertEqual('VALIDATION', error.code)
        self.assertNotIn(self.module, sys.modules)
        return error.message, error.remediation


class CloseTest(SuggestionCase):
    def test_trap_4_a_slip_gets_what_was_meant(self) -> None:
        for argv, meant in (
            (('robots', 'lst'), 'robots list'), (('robot', 'list'), 'robots? '),
            (('auth', 'lgoin'), 'auth login'), (('auth', 'loginn'), 'auth login'),
            (('robots', 'list-all'), 'robots list'), (('topp',), 'top'),
            (('s3', 'lits'), 's3 list'),
        ):
            with self.subTest(argv):
                hint = self.said(*argv)[1]
                self.assertTrue(hint.startswith(f'Did you mean: {meant}'), hint)

    def test_a_name_that_only_its_spelling_keeps_apart_is_the_one(self) -> None:
        self.install('odd', '', **{'bots-list': 'A', 'Bots_Show': 'A', 'robots_re-set': 'A'})
        for argv, meant in (
            (('bots', 'list'), 'bots-list'), (('bots', 'list', 'x'), 'bots-list'),
            (('bots', 'show'), 'Bots Show'), (('robots', 're', 'set'), 'robots re-set'),
            (('auth-login',), 'auth login'), (('auth', 'sessions-list'), 'auth sessions list'),
        ):
            with self.subTest(argv):
                self.assertTrue(self.said(*argv)[1].startswith(f'Did you mean: {meant}? '),
                                self.said(*argv))

    def test_trap_4_what_is_close_to_nothing_gets_no_suggestion(self) -> None:
        for argv in (('nope',), ('x',), ('zzzz', 'auth'), ('-x',)):
            with self.subTest(argv):
                self.assertEqual("See 'phyware --help'", self.said(*argv)[1])

    def test_words_that_end_a_name_or_are_within_it_get_that_name(self) -> None:
        for argv, meant in (
            (('login',), 'auth login'), (('add',), 'robots add'), (('sessions',), 'auth sessions'),
            (('all', 'secret'), 'robots list all'),
        ):
            with self.subTest(argv):
                hint = self.said(*argv)[1]
                self.assertEqual(f"Did you mean: {meant}? See 'phyware --help'", hint)

    def test_a_command_of_other_programs_is_an_option_here(self) -> None:
        self.assertIn('Did you mean: --version? ', self.said('version')[1])

    def test_the_help_of_the_group_is_named(self) -> None:
        for argv, group in ((('auth', 'zz'), 'auth '), (('auth', SECRET), 'auth '),
                            (('auth', 'sessions', 'zz'), 'auth sessions '), ((SECRET,), ''),
                            ((), '')):
            with self.subTest(argv):
                self.assertTrue(self.said(*argv)[1].endswith(f"See 'phyware {group}--help'"))

    def test_there_are_three_at_most(self) -> None:
        for index in range(9):
            self.install(f'more{index}', '', **{f'robots_list{index}': 'A'})

        self.assertEqual(2, self.said('robots', 'listx')[1].count(','))

    def test_a_group_is_suggested_too(self) -> None:
        self.assertIn('Did you mean: robots? ', self.said('robotss')[1])


class QuickLookTest(unittest.TestCase):
    _WORDS = st.text('abco ', max_size=8)

    @given(_WORDS, st.sets(_WORDS, max_size=12))
    def test_it_drops_nothing_that_difflib_finds(self, typed: str, names: set[str]) -> None:
        expected = difflib.get_close_matches(typed, sorted(names), 3, 0.75)

        self.assertEqual(expected, close_names(typed, names))


class EchoTest(SuggestionCase):
    """Arguments are never repeated (security case 66)."""

    def test_case_66_only_words_of_commands_are(self) -> None:
        for argv, shown in (
            (('auth', 'lgoin', 'secret'), " 'auth lgoin'"),
            (('lgoin', 'secret'), " 'lgoin'"),
            (('auth', SECRET), " 'auth'"),
            ((SECRET, 'auth'), ''),
            (('s3', SECRET), " 's3'"),
            (('a' * 25,), ''),
            (('phk_abcdef',), ''),
            (('auth', '--token', 'secret'), " 'auth'"),
            (('--token=secret',), ''),
            (('x\x1b[2J',), ''),
            (('word\n',), ''),
            ((), ''),
        ):
            with self.subTest(argv):
                self.assertEqual(f'unknown command{shown}', self.said(*argv)[0])

    def test_thousands_of_words_change_nothing(self) -> None:
        self.assertEqual("unknown command 'nope'", self.said('nope', *(['robots'] * 16_000))[0])
        self.assertEqual("unknown command 'robots robots'", self.said(*(['robots'] * 16_000))[0])
