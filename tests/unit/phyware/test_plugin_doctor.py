"""``plugin doctor``: each way a plugin can fail, found without harm.

Layer: unit test; each import is made in a child process.
"""

from __future__ import annotations

from typing import Any
from unittest import mock

from phyware.discovery import CommandManager
from phyware.plugins import doctor
from phyware.plugins.inventory import Plugin, State, inventory
from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND, PROVIDERS, PluginCase

SECONDS = '60'


class DoctorCase(PluginCase):
    """Runs the doctor on what a test installs; on a busy machine, too, nothing is slow."""

    slow_seconds = 1000.0
    seconds = SECONDS

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(mock.patch.object(doctor, 'SLOW_SECONDS', self.slow_seconds))

    def examine(self, status: int) -> list[dict[str, Any]]:
        """Return the problems; ``status`` is what the doctor must end with."""
        result = self.cli.run('plugin', 'doctor', '--import-timeout', self.seconds, '-o', 'json')
        self.assertEqual(result.exit_code, status, result)
        problems: list[dict[str, Any]] = result.json()
        return problems

    def only(self, problems: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the one problem there is."""
        self.assertEqual(len(problems), 1, problems)
        return problems[0]


class SoundTest(DoctorCase):
    """Nothing is wrong."""

    def test_a_sound_plugin_is_no_problem(self) -> None:
        self.install('acme', PLAIN_COMMAND, robots_run='Echo')
        result = self.cli.run('plugin', 'doctor')
        self.assertEqual((result.exit_code, result.stdout.strip()), (0, ''))
        self.assertEqual(result.stderr, '2 examined, nothing is wrong\n')

    def test_an_odd_deadline_is_refused(self) -> None:
        for odd in ('0', '-1', 'nan', 'inf', 'x'):
            with self.subTest(odd):
                result = self.cli.run('plugin', 'doctor', '--import-timeout', odd)
                self.assertEqual(result.exit_code, 4)


class SlowTest(DoctorCase):
    """A part that takes longer to be imported than it may is a warning."""

    slow_seconds = 0.0

    def test_what_is_slow_is_warned_of_and_is_no_error(self) -> None:
        self.install('acme', PLAIN_COMMAND, robots_run='Echo')
        [slow] = [problem for problem in self.examine(0) if problem['plugin'] == 'acme']
        self.assertEqual((slow['item'], slow['severity']), ("command 'robots run'", 'warning'))
        self.assertRegex(slow['problem'], r'^it takes \d+\.\d s to be imported')


class ImportTest(DoctorCase):
    """Security case 82: whatever happens at import."""

    def faulty(self, source: str) -> dict[str, Any]:
        self.install('faulty', source, robots_run='Run')
        problem = self.only(self.examine(1))
        self.assertEqual(problem['plugin'], 'faulty')
        self.assertEqual(problem['item'], "command 'robots run'")
        self.assertEqual(problem['severity'], 'error')
        self.assertIn('faulty', problem['remediation'])
        return problem

    def test_trap_15_and_case_82_an_import_error_is_quoted(self) -> None:
        self.assertIn("No module named 'no_such'", self.faulty('import no_such')['problem'])

    def test_case_82_an_exit_at_import_is_found(self) -> None:
        self.assertIn('SystemExit: 7', self.faulty('raise SystemExit(7)')['problem'])

    def test_case_82_the_end_of_the_process_is_found(self) -> None:
        problem = self.faulty('import os; print("x", flush=True); os._exit(7)')
        self.assertEqual(problem['problem'], 'importing it ended the process with status 7')

    def test_case_82_a_hanging_import_is_found(self) -> None:
        def without_core(manager: CommandManager) -> list[Plugin]:
            return [plugin for plugin in inventory(manager) if plugin.state != State.CORE]

        # What is sound has more time than that: it is not examined here.
        self.enterContext(mock.patch.object(doctor, 'inventory', without_core))
        self.seconds = '0.2'
        problem = self.faulty('import threading; threading.Event().wait()')
        self.assertEqual(problem['problem'], 'it was not imported after 0.2 s')

    def test_case_82_what_comes_after_the_end_of_a_process_is_examined_as_well(self) -> None:
        self.install('faulty', 'import os; os._exit(7)', a_run='Run')
        self.install('other', 'import no_such', b_run='Run', c_run='Run')
        problems = self.examine(1)
        found = [(problem['plugin'], problem['item']) for problem in problems]
        self.assertEqual(found, [
            ('faulty', "command 'a run'"),
            ('other', "command 'b run', command 'c run'"),
        ])

    def test_a_class_that_is_none_of_cliff_is_found(self) -> None:
        self.assertIn('not a command of cliff', self.faulty('class Run: \n  def __init__(*a): 0')
                      ['problem'])


class MetadataTest(DoctorCase):
    """What is seen without an import."""

    def test_a_conflict_names_both_and_core_keeps_its_own(self) -> None:
        self.install('one', PLAIN_COMMAND, robots_run='Echo')
        self.install('two', PLAIN_COMMAND, robots_run='Echo')
        self.install('thief', PLAIN_COMMAND, auth_login='Echo')
        problems = {(p['plugin'], p['problem']) for p in self.examine(1)}
        self.assertEqual(problems, {
            ('one', 'two has it as well: it runs for nobody'),
            ('two', 'one has it as well: it runs for nobody'),
            ('thief', 'phyware has it as well: core keeps it'),
        })

    def test_a_module_that_is_gone_is_one_problem(self) -> None:
        self.site.metadata(
            'gone', f'[{COMMANDS}]\na_go = no_such_module:A\nb_go = no_such_module:B\n'
        )
        problem = self.only(self.examine(1))
        self.assertEqual((problem['item'], problem['remediation']),
                         ('package no_such_module', 'Reinstall gone, or correct its entry points'))

    def test_a_hook_on_no_command_and_damaged_metadata_are_warnings(self) -> None:
        self.site.install('policy', 'from cliff.hooks import CommandHook as Hook',
                          {f'{COMMANDS}.robots_go': {'audit': 'Hook'}})
        self.site.metadata('damaged', b'[phyware.commands]\nx = \xff:y\n')
        problems = self.examine(0)
        self.assertEqual({p['severity'] for p in problems}, {'warning'})
        self.assertEqual({p['problem'].partition(':')[0] for p in problems},
                         {'no such command is installed', 'it cannot be read'})


class ContractTest(DoctorCase):
    """What is imported and yet not right."""

    COMMAND = '''
        from cliff.command import Command
        class Run(Command):
            """Run a robot"""
            def get_parser(self, prog_name):
                parser = super().get_parser(prog_name)
                parser.add_argument('--speed', help={help!r})
                {more}
                return parser
            def take_action(self, parsed_args): ...
    '''

    def faults(self, help: str = 'how fast', more: str = '') -> list[str]:
        self.install('acme', self.COMMAND.format(help=help, more=more), robots_run='Run')
        return [problem['problem'] for problem in self.examine(1)]

    def test_a_stray_percent_is_found(self) -> None:
        self.assertEqual(self.faults('100% sure'), ['the help of --speed has a stray %: write %%'])

    def test_two_options_of_one_name_are_found(self) -> None:
        faults = self.faults(more="parser.add_argument('--speed')")
        self.assertEqual(len(faults), 1)
        self.assertIn('argument speed: Cannot resolve conflicting option', faults[0])

    def test_percent_signs_that_argparse_knows_are_none(self) -> None:
        source = self.COMMAND.format(help='100%% of %(dest)s', more='')
        self.install('acme', source, robots_run='Run')
        self.assertEqual(self.examine(0), [])

    def test_a_provider_that_cannot_be_called_and_a_hook_that_is_none(self) -> None:
        self.site.install('acme', 'make = 1\nclass Hook: ...\nclass Xml: ...', {
            PROVIDERS: {'vault': 'make'},
            f'{COMMANDS}.auth_login': {'audit': 'Hook'},
            'phyware.formatters.list': {'xml': 'Xml'},
        })
        problems = self.examine(1)
        self.assertEqual({(p['item'], p['problem']) for p in problems}, {
            ("auth provider 'vault'", 'it cannot be called, so it makes no AuthProvider'),
            ("hook 'audit' on 'auth login'", 'it is no CommandHook of cliff'),
            ("formatter 'xml'", 'it is no ListFormatter of cliff'),
            # The command runs for nobody without its hook, and says whose fault that is.
            ("command 'auth login'",
             'the hook audit of the package acme failed: TypeError: Hook() takes no arguments'),
        })
        self.assertEqual({p['plugin'] for p in problems}, {'acme'})
