"""``plugin list`` and ``plugin show``: all from metadata, nothing imported.

Layer: unit test.
"""

from __future__ import annotations

import importlib.metadata
import sys
from typing import Any
from unittest import mock

from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND, PROVIDERS, PluginCase

NEVER_IMPORTED = 'raise SystemExit(7)'


class PluginListTest(PluginCase):
    """What a person sees of what is installed."""

    def rows(self) -> dict[str, dict[str, Any]]:
        result = self.cli.run('plugin', 'list', '-o', 'json')
        self.assertEqual((result.exit_code, result.stderr), (0, ''))
        return {row['name']: row for row in result.json()}

    def test_trap_20_core_is_first_and_a_plugin_has_its_version_and_commands(self) -> None:
        self.install('acme-robots', PLAIN_COMMAND, robots_list='Echo', robots_show='Echo')
        rows = self.rows()
        self.assertEqual(next(iter(rows)), 'phyware')
        self.assertEqual(rows['phyware']['state'], 'core')
        self.assertIn('auth login', rows['phyware']['commands'])
        self.assertEqual(
            rows['acme-robots'],
            {'name': 'acme-robots', 'version': '1.0', 'commands': ['robots list', 'robots show'],
             'state': 'ok'},
        )

    def test_case_82_nothing_is_imported(self) -> None:
        module = self.install('exiting', NEVER_IMPORTED, robots_list='Echo')
        self.assertEqual(self.rows()['exiting']['state'], 'ok')
        self.assertNotIn(module, sys.modules)

    def test_two_claimants_are_both_in_conflict_and_so_is_one_of_a_core_name(self) -> None:
        self.install('one', PLAIN_COMMAND, robots_run='Echo')
        self.install('two', PLAIN_COMMAND, robots_run='Echo')
        self.install('thief', PLAIN_COMMAND, auth_login='Echo')
        self.install('innocent', PLAIN_COMMAND, robots_walk='Echo')
        states = {name: row['state'] for name, row in self.rows().items()}
        self.assertEqual(
            states,
            {'phyware': 'core', 'one': 'conflict', 'two': 'conflict', 'thief': 'conflict',
             'innocent': 'ok'},
        )

    def test_a_module_that_is_gone_is_broken(self) -> None:
        self.site.metadata('gone', f'[{COMMANDS}]\nrobots_go = no_such_module_here:Go\n')
        self.site.metadata('junk', f'[{COMMANDS}]\nrobots_junk = !!\n')
        rows = self.rows()
        self.assertEqual(rows['gone']['state'], 'broken')
        self.assertEqual(rows['junk']['state'], 'broken')

    def test_a_package_that_adds_only_a_provider_or_a_hook_is_listed(self) -> None:
        self.site.install('vault', NEVER_IMPORTED, {PROVIDERS: {'vault': 'make'}})
        self.site.install('policy', NEVER_IMPORTED, {f'{COMMANDS}.auth_login': {'audit': 'Hook'}})
        rows = self.rows()
        self.assertEqual((rows['vault']['commands'], rows['policy']['commands']), ([], []))


class PluginShowTest(PluginCase):
    """One package, whatever it adds."""

    def test_all_kinds_of_additions_are_shown(self) -> None:
        self.site.install('acme', NEVER_IMPORTED, {
            COMMANDS: {'robots_list': 'List'},
            PROVIDERS: {'vault': 'make'},
            f'{COMMANDS}.auth_login': {'audit': 'Hook'},
            'phyware.formatters.list': {'xml': 'Xml'},
            'phyware.formatters.show': {'xml': 'Xml'},
            'phyware.fast': {'robots_list': 'fast'},
        })
        shown = self.cli.run('plugin', 'show', 'Acme', '-o', 'json').json()
        self.assertEqual(shown['commands'], ['robots list'])
        self.assertEqual(shown['providers'], ['vault'])
        self.assertEqual(shown['hooks'], ['audit on auth login'])
        self.assertEqual(shown['formatters'], ['xml'])
        self.assertEqual(shown['fast_commands'], ['robots list'])
        self.assertEqual(shown['location'], str(self.site.path))

    def test_the_name_is_compared_as_pip_does(self) -> None:
        self.install('acme-robots', PLAIN_COMMAND, robots_list='Echo')
        shown = self.cli.run('plugin', 'show', 'ACME_Robots', '-o', 'json').json()
        self.assertEqual(shown['name'], 'acme-robots')

    def test_an_unknown_name_is_not_found(self) -> None:
        result = self.cli.run('plugin', 'show', 'nobody\x1b[31m')
        self.assertEqual(result.exit_code, 3)
        self.assertIn(r'no plugin is named nobody\x1b[31m', result.stderr)
        self.assertIn('Installed: phyware', result.stderr)

    def refused(self, name: str) -> str:
        result = self.cli.run('plugin', 'show', name)
        self.assertEqual((3, ''), (result.exit_code, result.stdout))
        return result.stderr

    def test_a_misspelt_name_is_not_found_with_close_ones(self) -> None:
        self.install('acme-robots', PLAIN_COMMAND, robots_run='Echo')

        self.assertEqual(
            'NOT_FOUND: no plugin is named acme-robot\nDid you mean acme-robots?\n',
            self.refused('acme-robot'),
        )

    def test_a_package_that_adds_nothing_is_told_from_one_that_is_not_installed(self) -> None:
        self.site.install('acme-lib', 'x = 1')

        self.assertEqual(
            'NOT_FOUND: acme-lib is installed, but adds nothing to phyware\n'
            "Name what it adds in entry points, as phyware.commands, and install it again; "
            'see phyware plugin doctor\n',
            self.refused('acme_lib'),
        )

    def test_a_package_whose_entry_points_cannot_be_read_is_installed_as_well(self) -> None:
        self.site.metadata('acme-odd', b'[phyware.commands]\nx = \xff:y\n')
        self.site.metadata('acme-bare', f'[{COMMANDS}]\nx = y:z\n', metadata=None)

        for name in ('acme-odd', 'acme-bare'):
            self.assertRegex(self.refused(name), f'{name} is installed, but')
        gone = mock.PropertyMock(side_effect=FileNotFoundError)
        with mock.patch.object(importlib.metadata.PathDistribution, 'metadata', gone):
            self.assertIn('acme-bare is installed, but', self.refused('acme-bare'))

    def test_what_can_be_no_name_is_not_found(self) -> None:
        for odd in ('', '..', '../x', 'a' * 5000, '\0'):
            with self.subTest(odd[:5]):
                self.assertIn('no plugin is named', self.refused(odd))
