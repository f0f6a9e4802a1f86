"""``plugin doctor``: names of entry points that are misspelt, taken or never read.

Layer: unit test.  What the packages hold is sound: the names alone are wrong.
"""

from __future__ import annotations

from typing import Any

from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND, PROVIDERS
from tests.unit.phyware.test_plugin_doctor import DoctorCase

SOURCE = PLAIN_COMMAND + '''
from cliff.formatters.base import ListFormatter
from cliff.hooks import CommandHook

class Xml(ListFormatter):
    def add_argument_group(self, parser): ...
    def emit_list(self, column_names, data, stdout, parsed_args): ...

class Hook(CommandHook):
    def get_parser(self, parser): ...
    def get_epilog(self): ...
    def before(self, parsed_args): ...
    def after(self, parsed_args, return_code): ...

def make(request): ...
'''


class NamesTest(DoctorCase):
    def found(self, status: int, **groups: dict[str, str]) -> list[tuple[Any, ...]]:
        """Return what is wrong with a package ``acme`` of these groups (``__`` is a dot)."""
        named = {group.replace('__', '.'): entries for group, entries in groups.items()}
        self.site.install('acme', SOURCE, named)
        return [(p['plugin'], p['item'], p['problem'], p['remediation'])
                for p in self.examine(status)]

    def test_a_misspelt_group_is_a_warning_with_what_may_be_meant(self) -> None:
        self.assertEqual(
            [('acme', "group 'phyware.command'", 'phyware reads no group of this name',
              'Did you mean phyware.commands?')],
            self.found(0, phyware__command={'robots_run': 'Echo'}),
        )

    def test_a_group_is_recognised_however_it_is_misspelt(self) -> None:
        formatters = 'phyware.formatters.list or phyware.formatters.show'
        for group, meant in (
            ('phyware_commands', COMMANDS), ('Phyware.Commands', COMMANDS),
            ('phywar.commands', COMMANDS), ('phyware.formatters', formatters),
            ('phyware.command.auth_login', f'{COMMANDS}.auth_login'),
            ('phyware.auth.provider', PROVIDERS),
        ):
            with self.subTest(group), self.another_site():
                [found] = self.found(0, **{group: {'audit': 'Hook', 'other': 'Hook'}})
                self.assertEqual((f"group '{group}'", f'Did you mean {meant}?'),
                                 (found[1], found[3]))

    def test_a_hook_or_fast_function_of_a_name_that_is_almost_a_command(self) -> None:
        for group, name in ((f'{COMMANDS}.auth-login', 'audit'), ('phyware.fast', 'Auth_Login')):
            with self.subTest(group), self.another_site():
                [found] = self.found(0, **{group: {name: 'Hook'}})
                self.assertEqual('Write auth_login, which is a command', found[3])

    def test_a_command_that_nobody_would_type_as_it_is_named(self) -> None:
        for name, problem, advice in (
            ('Bots_List', 'it has to be typed with its capitals: Bots List', 'Name it bots_list'),
            ('bots__list', 'it has an empty word, that nobody types',
             'Name it bots_list in its entry point'),
            ('bots-list', 'it is one word, as a - is no space',
             "Name it bots_list if 'bots list' is meant: an _ is a space"),
        ):
            with self.subTest(name), self.another_site():
                [found] = self.found(0, **{COMMANDS: {name: 'Echo'}})
                self.assertEqual((problem, advice), found[2:])

    def test_a_dash_that_is_meant_is_no_problem(self) -> None:
        names = dict.fromkeys(('self-update', 'robots_hand-over', 'robots_reset-all'), 'Echo')
        self.assertEqual([], self.found(0, **{COMMANDS: names}))

    def test_a_group_like_none_of_ours_may_be_the_packages_own(self) -> None:
        self.assertEqual([], self.found(0, phyware__acme__drivers={'robots': 'Echo'}))

    def test_a_hook_with_a_space_is_never_read(self) -> None:
        [found] = self.found(0, **{'phyware__commands__auth login': {'audit': 'Hook'}})

        self.assertEqual("group 'phyware.commands.auth login'", found[1])
        self.assertEqual('Write phyware.commands.auth_login', found[3])

    def test_a_fast_function_of_no_command_is_never_called(self) -> None:
        [found] = self.found(0, phyware__fast={'robots_run': 'make'})

        self.assertEqual(
            ("fast function 'robots run'", 'no such command is installed'), found[1:3]
        )

    def test_what_is_built_in_cannot_be_replaced(self) -> None:
        found = self.found(
            1, phyware__formatters__list={'json': 'Xml'}, phyware__auth__providers={
                'stored': 'make'},
        )

        self.assertEqual([
            ("auth provider 'stored'", "it is phyware's own: this one is never used"),
            ("formatter 'json'", "it is phyware's own: this one is never used"),
        ], [(item, problem) for _, item, problem, _ in found])

    def test_a_name_of_two_packages_is_for_neither(self) -> None:
        self.site.install('other', SOURCE, {PROVIDERS: {'vault': 'make'}})

        found = self.found(1, phyware__auth__providers={'vault': 'make'})

        self.assertEqual([
            ('acme', "auth provider 'vault'", 'other has it as well: it is for nobody'),
            ('other', "auth provider 'vault'", 'acme has it as well: it is for nobody'),
        ], sorted(entry[:3] for entry in found))


class CommandNamesTest(DoctorCase):
    def problems(self, entry_points: str) -> dict[str, tuple[str, str]]:
        self.site.install('acme', PLAIN_COMMAND)
        (self.site.path / 'acme-1.0.dist-info' / 'entry_points.txt').write_text(entry_points)
        return {p['item']: (p['problem'], p['remediation']) for p in self.examine(1)}

    def test_one_package_that_names_a_command_twice_hears_so(self) -> None:
        twice = f'[{COMMANDS}]\nrobots_run = acme:Echo\nrobots run = acme:Echo\n'

        self.assertEqual(
            {"command 'robots run'": ('it is named twice: it runs for nobody',
                                      'Leave one out, or upgrade or uninstall acme')},
            self.problems(twice),
        )
        self.assertEqual(
            "ERROR: the command 'robots run' is named twice by acme\n"
            'Upgrade or uninstall acme, and tell its authors\n',
            self.cli.run('robots', 'run').stderr,
        )

    def test_what_goes_on_after_a_command_of_core_or_is_a_group_of_it(self) -> None:
        found = self.problems(f'[{COMMANDS}]\nauth_token_all = acme:Echo\nplugin = acme:Echo\n')

        self.assertEqual(
            {"command 'auth token all'": "'auth token' takes what follows it: core keeps it",
             "command 'plugin'": 'it is a group of commands: core keeps it'},
            {item: problem for item, (problem, _) in found.items()},
        )
