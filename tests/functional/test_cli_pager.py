"""The pager as a person meets it, on a terminal of 24 lines of 200 columns.

Layer: functional test.
"""

from __future__ import annotations

from tests.functional.cli import CliTestCase
from tests.functional.devcloud_server import require_program

PROMPT = ':\x1b[K'


class PagerTest(CliTestCase):
    """``less`` itself, and none where there is none."""

    def setUp(self) -> None:
        super().setUp()
        require_program('less')
        self.environ['TERM'] = 'xterm'
        del self.environ['PAGER']
        # Else it would quit by itself where all fits, whatever we do.
        self.environ['LESS'] = 'RX'

    def test_help_that_is_longer_than_the_screen_is_paged_and_left_with_q(self) -> None:
        child = self.terminal('auth', 'login', '--help')
        child.expect('usage: phyware auth login')
        child.expect_exact(PROMPT)
        child.send('q')
        exit_code, shown = self.shown(child)
        self.assertEqual(exit_code, 0)
        self.assertNotIn('exit codes:', shown)

    def test_what_fits_is_not(self) -> None:
        exit_code, shown = self.shown(self.terminal('plugin', 'show', 'phyware'))
        self.assertEqual(exit_code, 0)
        self.assertIn('phyware', shown)

    def test_a_table_fits_the_terminal_with_a_pager_too(self) -> None:
        exit_code, shown = self.shown(self.terminal('plugin', 'list'))
        self.assertEqual(exit_code, 0)
        self.assertIn('commands catalog', shown)
        self.assertLessEqual(max(map(len, shown.splitlines())), 200)

    def test_what_a_command_says_before_it_fails_is_shown(self) -> None:
        exit_code, shown = self.shown(self.terminal('auth', 'status'))
        self.assertEqual(exit_code, 2)
        self.assertRegex(shown, r'(?s)\| state +\| none .*UNAUTHORIZED')

    def test_ctrl_c_in_the_pager_is_the_pagers(self) -> None:
        child = self.terminal('auth', 'login', '--help')
        child.expect_exact(PROMPT)
        child.sendintr()
        # It forgets what was typed before it is at its prompt again.
        child.expect_exact(PROMPT)
        child.send('G')
        child.expect('END')
        child.send('q')
        exit_code, shown = self.shown(child)
        self.assertNotIn('Traceback', shown)
        self.assertEqual(exit_code, 0)

    def test_no_color_and_no_pager_where_the_environment_says_so(self) -> None:
        for variable in ('PAGER', 'PHYWARE_PAGER'):
            self.environ |= {variable: '', 'NO_COLOR': '1'}
            exit_code, shown = self.shown(self.terminal('auth', 'login', '--help'))
            self.assertEqual(exit_code, 0)
            self.assertIn('exit codes:', shown)
            self.assertNotIn('\x1b', shown)
