"""Which commands have a fast function that runs, and what becomes of its status.

Layer: unit test.
"""

from __future__ import annotations

import os
import sys
from typing import TextIO
from unittest import mock

from phyware.errors import ExitStatus
from phyware.fast.run import run
from tests.unit.phyware.fast.indexcase import FAST, MODULE, IndexCase
from tests.unit.phyware.plugins import COMMANDS


class EligibleTest(IndexCase):
    """A command that is more than its function is never fast."""

    def assert_slow(self) -> None:
        self.write()
        self.assertEqual(self.found('robots', 'run'), (True, '', 0))

    def test_one_with_a_hook(self) -> None:
        self.add()
        self.site.install('policy', MODULE, {f'{COMMANDS}.robots_run': {'audit': 'Echo'}})
        self.assert_slow()

    def test_one_with_a_second_claimant(self) -> None:
        self.add()
        self.site.install('other', MODULE, {COMMANDS: {'robots_run': 'Echo'}})
        self.assert_slow()

    def test_one_whose_function_another_package_gives(self) -> None:
        self.site.install('victim', MODULE, {COMMANDS: {'robots_run': 'Echo'}})
        self.site.install('thief', MODULE, {FAST: {'robots_run': 'fast'}})
        self.assert_slow()

    def test_one_with_two_functions(self) -> None:
        self.add()
        self.site.install('thief', MODULE, {FAST: {'robots_run': 'fast'}})
        self.assert_slow()

    def test_one_that_is_a_group_as_well(self) -> None:
        self.add()
        self.site.install('other', MODULE, {COMMANDS: {'robots_run_all': 'Echo'}})
        self.assert_slow()

    def test_one_above_a_name_that_is_refused(self) -> None:
        self.add()
        for name in ('other', 'third'):
            self.site.install(name, MODULE, {COMMANDS: {'robots_run_all': 'Echo'}})
        self.assert_slow()

    def test_one_whose_function_is_of_another_package_and_neither_says_its_name(self) -> None:
        self.site.metadata('victim', f'[{COMMANDS}]\nrobots_run = acme:Echo\n', metadata=None)
        self.site.metadata('thief', f'[{FAST}]\nrobots_run = acme:fast\n', metadata=None)
        self.assert_slow()

    def test_a_function_without_a_command(self) -> None:
        self.site.install('acme', MODULE, {FAST: {'robots_run': 'fast'}})
        self.assert_slow()

    def test_case_81_a_name_that_reads_as_the_line_of_a_core_command(self) -> None:
        name = 'auth_token|evil:fast'
        self.site.install('evil', MODULE, {COMMANDS: {name: 'Echo'}, FAST: {name: 'fast'}})
        self.write()
        self.assertEqual(self.found('auth', 'token'), (True, 'phyware_auth.fast:token', 2))

    def test_case_81_a_name_that_reads_as_an_option(self) -> None:
        names = ('--help', '-o_json', 'auth_--help', 'auth_-x', '--')
        entries = dict.fromkeys(names, 'fast')
        self.site.install('evil', MODULE, {COMMANDS: entries, FAST: entries})
        self.write()
        for name in names:
            self.assertEqual(self.found(*name.split('_')), (True, '', 0), name)

    def test_a_core_command_that_somebody_claims_or_hooks(self) -> None:
        self.site.install('thief', MODULE, {COMMANDS: {'auth_token': 'Echo'}})
        self.site.install('policy', MODULE, {f'{COMMANDS}.auth_status': {'audit': 'Echo'}})
        self.write()
        for words in (('auth', 'token'), ('auth', 'status')):
            self.assertEqual(self.found(*words), (True, '', 0))


class RunTest(IndexCase):
    """The function runs, or the command does."""

    def run_fast(self, *argv: str, function: str = 'fast') -> tuple[int | None, bool]:
        self.add(function=function)
        self.write()
        status, states = run(argv, self.environ)
        return status, bool(states)

    def test_the_status_is_that_of_the_function(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', 'a', 'b'), (2, True))

    def test_a_status_of_the_table_is_one(self) -> None:
        for function, status in (('table', ExitStatus.INTERRUPTED), ('fast', 0)):
            with self.subTest(function), self.another_site():
                found, _ = self.run_fast('robots', 'run', function=function)
                self.assertEqual((found, type(found)), (status, int))

    def test_a_status_that_the_system_would_make_a_success_of_is_a_failure(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', function='large'), (1, True))

    def test_it_may_decline(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', 'decline'), (None, True))

    def test_what_it_raises_is_declining(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', function='failing'), (None, True))

    def test_case_82_leaving_is_declining(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', function='leaving'), (None, True))

    def test_ctrl_c_is_none(self) -> None:
        with self.assertRaises(KeyboardInterrupt):
            self.run_fast('robots', 'run', function='interrupted')

    def test_case_91_what_it_printed_and_nobody_takes_is_declining(self) -> None:
        with open('/dev/full', 'w') as full, mock.patch.object(sys, 'stdout', full):
            try:
                self.assertEqual(self.run_fast('robots', 'run', function='printing'), (None, True))
            finally:
                _let_go(full)

    def test_case_91_without_an_output_it_is_not_asked(self) -> None:
        with mock.patch.object(sys, 'stdout', None):
            self.assertEqual(self.run_fast('robots', 'run'), (None, True))

    def test_what_is_no_status_is_declining(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', function='odd'), (None, True))

    def test_a_function_that_is_not_there_is_declining(self) -> None:
        self.assertEqual(self.run_fast('robots', 'run', function='absent'), (None, True))

    def test_options_before_the_command_are_not_for_it(self) -> None:
        self.assertEqual(self.run_fast('-v', 'robots', 'run'), (None, True))

    def test_an_index_that_is_not_sound_is_told(self) -> None:
        self.assertEqual(run(['robots', 'run'], self.environ), (None, ''))


def _let_go(stream: TextIO) -> None:
    """Let what waits in ``stream`` go nowhere."""
    with open(os.devnull, 'w') as devnull:
        os.dup2(devnull.fileno(), stream.fileno())
