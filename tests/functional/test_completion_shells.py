"""Completion in the real bash, zsh and fish.

Layer: functional test.
"""

from __future__ import annotations

import unittest

from tests.functional.shell_case import NASTY, ShellCase

_PRINT = '''{ printf '<<'; printf '[%s]' "$@"; echo '>>'; }'''


class _Shell(ShellCase):
    """What holds in every shell."""

    def test_words_options_and_values(self) -> None:
        self.assertEqual(
            [
                ['phyware', 'auth'],
                ['phyware', 'auth', 'sessions', 'revoke'],
                ['phyware', 'auth', 'login', '--with-token'],
                ['phyware', 'auth', 'status', '-o', 'json'],
                ['phyware', '--output=yaml'],
                ['phyware', 'help', 'devcloud', 'demo'],
            ],
            self.completed(
                'phyware au', 'phyware auth sessions rev', 'phyware auth login --with-t',
                'phyware auth status -o js', 'phyware --output=ya', 'phyware help devcloud de',
            ),
        )

    def test_all_candidates_are_listed(self) -> None:
        shown = self.listed('phyware auth ')

        for word in ('login', 'logout', 'refresh', 'sessions', 'status', 'switch', 'token'):
            self.assertIn(word, shown)
        self.assertNotIn('devcloud', shown)

    def test_trap_28_commands_of_a_plugin_come_without_its_import(self) -> None:
        self.install_plugin()

        self.assertEqual([['phyware', 'paint', 'house']], self.completed('phyware paint ho'))
        self.assertFalse(self.imported)

    def test_options_of_a_plugin_come_when_its_command_is_typed(self) -> None:
        self.install_plugin()

        self.assertEqual(
            [['phyware', 'paint', 'door', '--picture'],
             ['phyware', 'paint', 'door', '--shade', 'http://a:1/x'],
             ['phyware', 'paint', 'door', '--shade=ftp://b=c'],
             ['phyware', 'paint', 'door', '--shade', 'ftp://b=c']],
            self.completed(
                'phyware paint door --pi', 'phyware paint door --shade http:',
                'phyware paint door --shade=ftp://b=', 'phyware paint door --shade "ft',
            ),
        )

    def test_a_candidate_is_one_word_and_never_runs(self) -> None:
        self.install_plugin()

        self.assertEqual(
            [['phyware', 'paint', 'door', '--colour', NASTY],
             ['phyware', 'odd', "it's;$(touch${IFS}pwned)"]],
            self.completed('phyware paint door --colour a', 'phyware odd it'),
        )
        self.assert_harmless()

    def test_what_is_typed_is_not_run_either(self) -> None:
        child = self.open()
        child.send('phyware $(touch pwned) `touch pwned` auth sta\t\x15echo do""ne\r')
        child.expect('done\r?\n')

        self.assert_harmless()

    def test_names_of_files_where_an_option_takes_one(self) -> None:
        (self.home / 'my log').touch()

        self.assertEqual(
            [['phyware', '--log-file', 'my log'], ['phyware', 'auth', 'my']],
            self.completed('phyware --log-file my', 'phyware auth my'),
        )


class BashTest(_Shell):
    shell = 'bash'
    arguments = ('--norc', '--noprofile', '-i')
    setup = (f'args() {_PRINT}', "bind 'set enable-bracketed-paste off'")


class ZshTest(_Shell):
    shell = 'zsh'
    arguments = ('-f', '-i')
    setup = (
        f'args() {_PRINT}', 'autoload -U compinit; compinit -u -D', 'unset zle_bracketed_paste',
    )
    show_list = '\t'


class FishTest(_Shell):
    shell = 'fish'
    arguments = ('--no-config', '-i')
    setup = ("function args; printf '<<'; printf '[%s]' $argv; echo '>>'; end",)
    show_list = '\t'
    leave_list = '\x1b\x15'


def load_tests(
    loader: unittest.TestLoader, tests: unittest.TestSuite, pattern: str | None
) -> unittest.TestSuite:
    """Run the shells, not what they have in common."""
    suite = unittest.TestSuite()
    for case in (BashTest, ZshTest, FishTest):
        suite.addTests(loader.loadTestsFromTestCase(case))
    return suite
