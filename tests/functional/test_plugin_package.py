"""Plugins as their authors ship them: built, installed, used, and beside hostile ones.

Layer: functional test.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from tests.functional.cli import CloudTestCase
from tests.functional.plugin_venv import PluginVenv, PluginVenvCase
from tests.functional.site_file import customize

COMMANDS = 'phyware.commands'
# The doctor waits for what hangs a second, and for all else as long as it was told.
IMPATIENT = '''
from phyware.plugins import doctor

real = doctor.answers

def answers(entries, environ, seconds):
    return real(entries, environ, 1.0 if entries[0].name == 'h-hang_run' else seconds)

doctor.answers = answers
'''
PROVIDERS = 'phyware.auth.providers'


def errors(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those that are no warnings: on a busy machine every import is slow."""
    return [problem for problem in problems if problem['severity'] == 'error']


class NewPackageTest(PluginVenvCase):
    """``phyware plugin new demo && cd demo && pip install -e . && python -m unittest``."""

    def test_it_installs_and_passes_its_own_tests_unchanged(self) -> None:
        self.venv = self.enterContext(PluginVenv())
        self.phyware('plugin', 'new', 'demo')
        package = self.home / 'demo'
        self.venv.install('-e', '.', cwd=package)

        tested = self.python('-m', 'unittest', cwd=package)

        self.assertEqual(tested.exit_code, 0, tested.stderr)
        self.assertRegex(tested.stderr, r'Ran 1\d tests')
        self.assertEqual(errors(self.rows('plugin', 'doctor')), [])
        self.assertEqual(self.phyware('demo', 'list', status=2).stdout, '')


class ExampleTest(PluginVenvCase, CloudTestCase):
    """The packages of ``doc/examples``, on a running devcloud."""

    shared: ClassVar[PluginVenv]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.shared = cls.enterClassContext(PluginVenv())
        cls.copies = [cls.shared.copy_of(name) for name in ('robots', 'client-credentials')]
        cls.shared.install(*map(str, cls.copies))

    copies: ClassVar[list[Path]]

    def setUp(self) -> None:
        super().setUp()
        self.venv = self.shared
        self.environ['PHYCLOUD_URL'] = self.url

    def test_they_pass_their_own_tests(self) -> None:
        for copy in self.copies:
            with self.subTest(copy.name):
                tested = self.python('-m', 'unittest', cwd=copy)
                self.assertEqual(tested.exit_code, 0, tested.stderr)

    def test_the_commands_use_the_login_and_never_see_it(self) -> None:
        self.login_pat()
        robots = self.rows('robots', 'list')
        self.assertEqual([robot['id'] for robot in robots][:2], ['rob_0atlas', 'rob_1birch'])
        self.assertEqual(self.rows('robots', 'show', 'rob_0atlas'), robots[0])
        self.assertEqual(len(self.rows('robots', 'list', '--limit', '2')), 2)

    def test_without_a_login_they_say_how_to_log_in(self) -> None:
        result = self.phyware('robots', 'list', status=2)
        self.assert_error(result, 'UNAUTHORIZED', 'Invalid credentials', 'Re-run auth login')

    def test_they_are_listed_and_sound(self) -> None:
        shown = {row['name']: row for row in self.rows('plugin', 'list')}
        self.assertEqual(shown['acme-robots'], {
            'name': 'acme-robots', 'version': '0.1.0', 'commands': ['robots list', 'robots show'],
            'state': 'ok',
        })
        provider = self.rows('plugin', 'show', 'acme-client-credentials')
        self.assertEqual(provider['providers'], ['client-credentials'])
        self.assertEqual(errors(self.rows('plugin', 'doctor')), [])

    def test_they_are_in_the_catalog(self) -> None:
        catalog = self.rows('commands', 'catalog')
        found = {entry['name']: entry for entry in catalog['commands']}
        self.assertEqual(found['phyware robots list']['plugin'], 'acme-robots')
        self.assertEqual(found['phyware robots list']['scopes'], ['robots:read'])

    def test_they_are_completed(self) -> None:
        # As the script of zsh and fish asks: each word before the cursor, then what is typed.
        typed = 'robots\0\0'
        asked = self.phyware('completion', 'zsh', '--candidates', stdin=typed)
        self.assertEqual(asked.stdout.split(), ['words', 'list', 'show'])

    def test_a_script_of_the_shell_runs_them(self) -> None:
        self.login_pat()
        result = self.phyware('shell', '--script', '-', stdin='robots show rob_0atlas -o json\n')
        self.assertEqual(result.json()['id'], 'rob_0atlas')

    def test_a_provider_of_another_package_presents_its_credential(self) -> None:
        self.environ |= {
            'PHYWARE_AUTH_PROVIDER': 'client-credentials',
            'PHYCLOUD_SERVICE_HOST': self.url,
            'PHYCLOUD_SERVICE_ID': self.cloud.client_id,
            'PHYCLOUD_SERVICE_SECRET': self.cloud.client_secret,
            'PHYCLOUD_SERVICE_SCOPE': 'robots:read',
        }
        self.assertEqual(len(self.rows('robots', 'list')), 6)
        token = self.phyware('auth', 'token').stdout
        self.assertNotIn(token.strip(), ('', self.cloud.pat, self.cloud.client_secret))

    def test_the_provider_sends_its_secret_to_no_other_host(self) -> None:
        self.login_pat()
        self.environ |= {
            'PHYWARE_AUTH_PROVIDER': 'client-credentials',
            'PHYCLOUD_SERVICE_HOST': 'https://elsewhere.example',
            'PHYCLOUD_SERVICE_ID': 'nightly',
            'PHYCLOUD_SERVICE_SECRET': 'canary-secret',
        }
        result = self.phyware('-vvv', '--debug', 'robots', 'list', status=2)
        self.assert_error(result, 'UNAUTHORIZED', 'Invalid credentials')
        self.assertNotIn('canary-secret', result.stdout + result.stderr)


# Each is a package; what it does happens when it is imported, or used.
HOSTILE: dict[str, tuple[str, dict[str, dict[str, str]]]] = {
    'h-import': ('import no_such_module', {COMMANDS: {'h-import_run': 'Run'}}),
    'h-syntax': ('def', {COMMANDS: {'h-syntax_run': 'Run'}}),
    'h-exit': ('raise SystemExit(7)', {COMMANDS: {'h-exit_run': 'Run'}}),
    'h-kill': ('import os; os._exit(7)', {COMMANDS: {'h-kill_run': 'Run'}}),
    'h-hang': (
        'import threading; threading.Event().wait()', {COMMANDS: {'h-hang_run': 'Run'}},
    ),
    'h-thief': (
        'print("stolen")', {COMMANDS: {'auth_login': 'Run', 'auth': 'Run', 'help': 'Run',
                                       'auth_token_all': 'Run', 'plugin_list': 'Run'}},
    ),
    'h-one': ('Run = 1', {COMMANDS: {'h-both_run': 'Run'}}),
    'h-two': ('Run = 1', {COMMANDS: {'h-both_run': 'Run'}}),
    'h-no-class': ('Run = 1', {COMMANDS: {'h-no-class_run': 'Run'}}),
    'h-provider': (
        'def make(request): raise RuntimeError(vars(request))',
        {PROVIDERS: {'stored': 'make', 'api-key': 'make', 'h-provider': 'make'}},
    ),
    'h-formatter': (
        'raise SystemExit(7)',
        {'phyware.formatters.list': {'json': 'F', 'table': 'F'},
         'phyware.formatters.show': {'json': 'F', 'table': 'F'}},
    ),
    'h-cliff': (
        'raise SystemExit(7)',
        {'cliff.formatter.list': {'h-cliff': 'F'}, 'cliff.formatter.show': {'h-cliff': 'F'}},
    ),
}


class HostileTest(PluginVenvCase, CloudTestCase):
    """Hostile packages beside a good one change nothing for anybody else."""

    shared: ClassVar[PluginVenv]
    hostile: ClassVar[PluginVenv]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.shared = cls.enterClassContext(PluginVenv())
        cls.hostile = cls.enterClassContext(PluginVenv())
        for name, (source, groups) in HOSTILE.items():
            cls.hostile.add(name, source, groups)
        for place in (cls.shared, cls.hostile):
            place.add('good', GOOD, {COMMANDS: {'good_run': 'Run'}})

    def setUp(self) -> None:
        super().setUp()
        self.venv = self.shared
        self.environ |= {'PHYCLOUD_URL': self.url}
        self.login_pat()

    def both(self, *words: str, status: int = 0) -> None:
        """Check that ``words`` do the same without and with hostile packages."""
        self.venv = self.shared
        alone = self.phyware(*words, status=status)
        self.venv = self.hostile
        beside = self.phyware(*words, status=status)
        self.assertEqual(beside.stdout, alone.stdout)
        self.assertNotIn('Traceback', beside.stderr)

    def test_case_82_other_commands_do_the_same(self) -> None:
        self.both('--version')
        self.both('good', 'run')
        self.both('auth', 'token', '-o', 'json')
        self.both('auth', 'status', '--offline')
        self.both('auth', '--help')
        self.both('auth', 'token', '--help')
        self.both('good', 'wrong', status=4)

    def test_case_81_a_core_command_stays_core_and_the_thief_is_named(self) -> None:
        self.venv = self.hostile
        result = self.phyware('auth', 'login', '--with-token', stdin=self.cloud.pat)
        self.assertIn('h-thief', result.stderr)
        self.assertNotIn('stolen', result.stdout + result.stderr)

    def test_case_82_each_harms_its_own_command_only_and_is_named(self) -> None:
        self.venv = self.hostile
        for name in ('h-import', 'h-syntax', 'h-exit', 'h-no-class'):
            with self.subTest(name):
                result = self.phyware(name, 'run', status=1)
                self.assertIn(name, result.stderr)
                advice = 'or reinstall' if name == 'h-import' else 'Upgrade or uninstall'
                self.assertIn(f'{advice} {name}', result.stderr)
        refused = self.phyware('h-both', 'run', status=1)
        self.assertIn('is claimed by h-one, h-two', refused.stderr)

    def test_case_83_a_provider_of_a_core_name_is_never_used(self) -> None:
        self.venv = self.hostile
        self.assertEqual(self.phyware('auth', 'token').stdout.strip(), self.cloud.pat)
        result = self.phyware('--auth-provider', 'h-provider', 'auth', 'token', status=1)
        self.assertIn('h-provider', result.stderr)
        self.assertEqual(result.stdout, '')

    def test_what_lists_everything_lists_the_good_and_says_what_is_broken(self) -> None:
        self.venv = self.hostile
        states = {row['name']: row['state'] for row in self.rows('plugin', 'list')}
        self.assertEqual(states['good'], 'ok')
        self.assertEqual({states[name] for name in ('h-one', 'h-two', 'h-thief')}, {'conflict'})
        self.assertIn('good', self.phyware('--help').stdout)
        self.assertIn('Run well', self.phyware('good', '--help').stdout)

    def test_the_doctor_finds_every_one_of_them_and_survives(self) -> None:
        self.venv = self.hostile
        customize(self, IMPATIENT)
        problems = self.rows('plugin', 'doctor', '--import-timeout', '60', status=1)
        found = {problem['plugin'] for problem in errors(problems)}
        # h-provider raises when it is used, but takes names of core; h-cliff is in nobody's way.
        self.assertEqual(found, set(HOSTILE) - {'h-cliff'})


GOOD = '''
from phyware.command import Command

class Run(Command):
    """Run well"""
    def take_action(self, parsed_args):
        self.app.stdout.write('well\\n')
'''
