"""``plugin doctor``: which package it blames, and how it says to mend that.

Layer: unit test; each import is made in a child process.
"""

from __future__ import annotations

from typing import Any

from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND
from tests.unit.phyware.test_plugin_doctor import DoctorCase


class RemediationTest(DoctorCase):
    """An error that says how to mend it is not told anything else."""

    ERROR = """
        from cliff.command import Command
        from phyware.errors import GenericError
        class Driver(GenericError):
            default_message, default_remediation = 'no driver', 'Install the driver'
        class Run(Command):
            \"""Run a robot\"""
            def get_parser(self, prog_name):
                raise {error}
            def take_action(self, parsed_args): ...
        {more}
    """

    def advice(self, error: str, more: str = '') -> str:
        self.install('acme', self.ERROR.format(error=error, more=more), robots_run='Run')
        problem = self.only(self.examine(1))
        self.assertEqual(problem['plugin'], 'acme')
        return str(problem['remediation'])

    def test_what_a_plugin_says_of_mending_is_shown(self) -> None:
        for error in ("GenericError('no driver', 'Install the driver')", 'Driver()'):
            with self.subTest(error), self.another_site():
                self.assertEqual(self.advice(error), 'Install the driver')

    def test_what_a_plugin_says_of_mending_while_it_is_imported_is_shown(self) -> None:
        self.assertEqual(self.advice('', more='raise Driver()'), 'Install the driver')

    def test_a_module_that_it_needs_and_that_is_missing_is_to_be_installed(self) -> None:
        self.install('acme', 'import no_such.part', robots_run='Run')

        self.assertEqual(
            self.only(self.examine(1))['remediation'],
            'Install what has the Python module no_such, or reinstall acme',
        )

    def test_a_module_of_its_own_that_is_missing_is_the_packages_fault(self) -> None:
        self.install('acme', 'import acme.part', robots_run='Run')

        remediation = self.only(self.examine(1))['remediation']

        self.assertEqual(
            remediation, 'If acme is yours, mend acme or the entry point that names it; '
            'else upgrade or uninstall acme, and tell its authors',
        )

    def test_an_error_that_says_nothing_useful_of_it_blames_the_package(self) -> None:
        for error in ("GenericError('odd')", "ValueError('odd')"):
            with self.subTest(error), self.another_site():
                self.assertEqual(
                    self.advice(error), 'If acme is yours, mend acme:Run; '
                    'else upgrade or uninstall acme, and tell its authors',
                )


class HookedTest(DoctorCase):
    """A sound command that a hook of another package breaks is not to blame."""

    HOOK = """
        from cliff.hooks import CommandHook
        {top}
        class Hook(CommandHook):
            def get_parser(self, parser):
                {options}
            def get_epilog(self):
                return {epilog}
            def before(self, parsed_args): ...
            def after(self, parsed_args, return_code): ...
    """

    def hook(self, top: str = '', options: str = 'return parser', epilog: str = 'None') -> str:
        return self.HOOK.format(top=top, options=options, epilog=epilog)

    def of_the_command(self, *hooks: str) -> list[dict[str, Any]]:
        """Return the problems of ``robots run`` of acme, hooked by policy0, policy1…"""
        self.install('acme', PLAIN_COMMAND, robots_run='Echo')
        for number, hook in enumerate(hooks):
            group = {f'{COMMANDS}.robots_run': {'audit': 'Hook'}}
            self.site.install(f'policy{number}', hook, group)
        found = [p for p in self.examine(1) if p['item'] == "command 'robots run'"]
        for problem in found:
            self.assertRegex(problem['remediation'], f'install {problem["plugin"]}\\b')
        return found

    def blamed(self, hook: str) -> str:
        problem = self.only(self.of_the_command(hook))
        self.assertEqual(problem['plugin'], 'policy0')
        return str(problem['problem'])

    def test_one_that_cannot_be_imported(self) -> None:
        self.assertIn('No module named', self.blamed('import no_such'))

    def test_case_82_one_that_ends_the_process_or_hangs(self) -> None:
        # It is waited for twice: with the command that it is on, and alone.
        self.seconds = '20'
        for top, end in (
            ('import os; os._exit(7)', 'the hook audit ended the process with status 7'),
            ('import threading; threading.Event().wait()',
             'the hook audit was not imported after 20 s'),
        ):
            with self.subTest(top), self.another_site():
                self.assertEqual(self.blamed(self.hook(top)), end)

    def test_one_that_fails_with_an_error_of_ours(self) -> None:
        hook = self.hook('from phyware.errors import GenericError', 'raise GenericError("odd")')
        self.assertEqual(self.blamed(hook), 'odd')

    def test_one_that_spoils_the_options(self) -> None:
        twice = self.hook(options='parser.add_argument("--log")')
        self.assertIn('conflicting option', self.blamed(twice))

    def test_one_that_returns_no_parser(self) -> None:
        self.assertIn('get_parser returned a int, not a parser',
                      self.blamed(self.hook(options='return 5')))

    def test_one_that_spoils_the_help(self) -> None:
        for hook, problem in (
            (self.hook(options='parser.add_argument("--fit", help="100% fit")'),
             'the help of --fit has a stray %: write %%'),
            (self.hook(epilog='7'), 'the hook audit of the package policy0 gives an epilog '
             'that is no text'),
        ):
            with self.subTest(problem), self.another_site():
                self.assertEqual(self.blamed(hook), problem)

    def test_of_two_that_clash_the_second_is_named_and_of_three_the_third_is_examined(self) -> None:
        same = self.hook(options='parser.add_argument("--level")')
        odd = self.hook(options='parser.add_argument("--fit", help="100% fit")')
        found = self.of_the_command(same, same, odd)
        self.assertEqual([p['plugin'] for p in found], ['policy1', 'policy2'])

    def test_what_a_command_spoils_itself_is_no_hooks_fault(self) -> None:
        self.install('acme', 'class Run: ...', robots_run='Run')
        self.site.install('policy', self.hook(), {f'{COMMANDS}.robots_run': {'audit': 'Hook'}})
        self.assertEqual(self.only(self.examine(1))['plugin'], 'acme')
