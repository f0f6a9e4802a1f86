"""phyware.hooks: what an administrator puts before a command runs, or the command does not."""

from __future__ import annotations

from unittest import mock

from stevedore import _cache

from phyware.testing import CliResult
from tests.unit.phyware.plugins import COMMANDS, PLAIN_COMMAND, PluginCase

GROUP = 'phyware.commands.robots_run'

# Both kinds of command: plain cliff's and phyware's.
BOTH = PLAIN_COMMAND + '''
from cliff.command import Command as Plain
from phyware.command import Command as Own, Lister

class Mixin:
    def take_action(self, parsed_args):
        self.app.stdout.write('ran %s\\n' % getattr(parsed_args, 'level', None))
        return 3

class PlainRun(Mixin, Plain):
    """Run"""

class OwnRun(Mixin, Own):
    """Run"""

class Nameless(Mixin, Plain):
    """Run"""
    def __init__(self, app, app_args):
        super().__init__(app, app_args)

class List(Lister):
    """List"""
    def take_action(self, parsed_args):
        return ('name',), [('a',)]

class Odd(Own):
    """Return what is no status"""
    def take_action(self, parsed_args):
        return 'odd'

def function(app, app_args):
    return PlainRun(app, app_args)
'''
KINDS = ('PlainRun', 'OwnRun', 'Nameless', 'function')

HOOK = '''
from cliff.hooks import CommandHook

class Hook(CommandHook):
    def get_parser(self, parser):
        parser.add_argument('--level', default='low')
    def get_epilog(self):
        return 'said by the hook'
    def before(self, parsed_args):
        self.cmd.app.stdout.write('before %s\\n' % self.cmd.cmd_name)
        parsed_args.level += '!'
        return parsed_args
    def after(self, parsed_args, return_code):
        self.cmd.app.stdout.write('after %s\\n' % (return_code,))
        return return_code + 1
'''


class HookCase(PluginCase):
    def run_hooked(self, kind: str, hook: str, *argv: str, attribute: str = 'Hook') -> CliResult:
        """Run ``robots run`` of a kind of command with a hook of another package."""
        self.site.install('robots', BOTH, {COMMANDS: {'robots_run': kind}})
        self.site.install('policy', hook, {GROUP: {'policy': attribute}})
        return self.cli.run('robots', 'run', *argv)


class OrderTest(HookCase):
    def test_before_and_after_run_around_any_kind_of_command(self) -> None:
        for kind in KINDS:
            with self.subTest(kind), self.another_site():
                result = self.run_hooked(kind, HOOK)
                self.assertEqual('before robots run\nran low!\nafter 3\n', result.stdout)
                self.assertEqual(4, result.exit_code)

    def test_its_options_and_its_help_are_the_commands(self) -> None:
        for kind in KINDS:
            with self.subTest(kind), self.another_site():
                result = self.run_hooked(kind, HOOK, '--level', 'high')
                self.assertIn('ran high!\n', result.stdout)
                help_text = self.cli.run('robots', 'run', '--help').stdout
                self.assertIn('--level', help_text)
                self.assertIn('said by the hook', help_text)

    def test_several_run_in_one_order_whatever_the_order_of_installation(self) -> None:
        for order in (('a', 'b', 'c'), ('c', 'a', 'b')):
            with self.another_site():
                for package in order:
                    hook = HOOK.replace("'before %s\\n' % self.cmd.cmd_name", f"'{package}\\n'")
                    hook = hook.replace('--level', f'--{package}').replace('.level +=', '.b +=')
                    self.site.install(package, hook, {GROUP: {'hook': 'Hook'}})
                self.install('robots', BOTH, robots_run='OwnRun')
                said = self.cli.run('robots', 'run').stdout.split('ran')[0]
            self.assertEqual('a\nb\nc\n', said)

    def test_trap_7_a_hook_belongs_to_the_canonical_name(self) -> None:
        self.site.install('policy', HOOK, {'phyware.commands.auth_status': {'policy': 'Hook'}})

        self.assertIn('--level', self.cli.run('auth', 'status', '--help').stdout)
        self.assertNotIn('--level', self.cli.run('auth', 'token', '--help').stdout)
        refused = self.cli.run('auth', 'stat')
        self.assertEqual((4, ''), (refused.exit_code, refused.stdout))

    def test_trap_19_the_cache_of_stevedore_is_never_asked(self) -> None:
        for kind in KINDS:
            with (
                self.subTest(kind), self.another_site(),
                mock.patch.object(_cache, 'get_group_all', side_effect=AssertionError) as asked,
            ):
                self.assertEqual(4, self.run_hooked(kind, HOOK).exit_code)
                asked.assert_not_called()


class BrokenHookTest(HookCase):
    """A command whose hook is broken does not run (cliff-traps 7)."""

    def refused(self, kind: str, hook: str) -> str:
        result = self.run_hooked(kind, hook)
        self.assertEqual((1, ''), (result.exit_code, result.stdout), result.stderr)
        self.assertNotIn('Traceback', result.stderr)
        self.assertIn('package policy', result.stderr)
        self.assertNotIn('robots', result.stderr)
        return result.stderr

    def test_one_that_cannot_be_loaded(self) -> None:
        for kind in KINDS:
            for source in ('raise SystemExit(0)', 'import absent_module', 'Other = 1', 'Hook = 5'):
                with self.subTest(source, kind=kind), self.another_site():
                    self.refused(kind, source)

    def test_one_that_is_no_hook(self) -> None:
        for kind in KINDS:
            with self.subTest(kind), self.another_site():
                source = 'class Hook:\n    def __init__(self, command): pass'
                self.assertIn('the hook policy', self.refused(kind, source))

    def test_one_that_fails_while_it_is_asked_for_options(self) -> None:
        for kind in KINDS:
            for line in ("parser.add_argument('--level', default='low')",
                         "return 'said by the hook'"):
                source = HOOK.replace(line, 'raise ValueError("odd")')
                with self.subTest(line, kind=kind), self.another_site():
                    self.assertIn('ValueError: odd', self.refused(kind, source))

    def test_one_that_fails_before_the_command(self) -> None:
        for kind in KINDS:
            for failure in ('ValueError("odd")', 'BaseException("odd")'):
                source = HOOK.replace(
                    "self.cmd.app.stdout.write('before %s\\n' % self.cmd.cmd_name)",
                    f'raise {failure}',
                )
                with self.subTest(failure, kind=kind), self.another_site():
                    self.assertIn('It comes from the hook policy', self.refused(kind, source))

    def test_a_policy_says_no_in_its_own_words(self) -> None:
        source = 'from phyware.errors import Forbidden\n' + HOOK.replace(
            "self.cmd.app.stdout.write('before %s\\n' % self.cmd.cmd_name)",
            "raise Forbidden('not on a Friday', 'Wait until Monday')",
        )
        result = self.run_hooked('PlainRun', source)

        self.assertEqual((2, ''), (result.exit_code, result.stdout))
        self.assertEqual('FORBIDDEN: not on a Friday\nWait until Monday\n', result.stderr)

    def test_one_that_fails_as_it_runs_is_named_whatever_it_raises(self) -> None:
        for failure, said in (
            ('OSError("odd")', 'ERROR: OSError: odd'),
            ('FileNotFoundError(2, "No such file", "/etc/policy")', 'No such file: /etc/policy'),
            ('TimeoutError()', 'ERROR: TimeoutError'),
            ('SystemExit(0)', 'ERROR: SystemExit: 0'),
            ('SystemExit(3)', 'ERROR: SystemExit: 3'),
            ('SystemExit("not on a Friday")', 'ERROR: not on a Friday\n'),
        ):
            for place in ("parsed_args.level += '!'", 'return return_code + 1'):
                source = HOOK.replace(place, f'raise {failure}')
                with self.subTest(failure, place=place), self.another_site():
                    result = self.run_hooked('PlainRun', source)
                    self.assertEqual(1, result.exit_code)
                    self.assertEqual('return' not in place, 'ran' not in result.stdout)
                    self.assertIn(said, result.stderr)
                    self.assertIn('omes from the hook policy of the package policy', result.stderr)

    def test_one_that_returns_what_is_no_answer(self) -> None:
        for kind, line, said in (
            ('PlainRun', "return parsed_args#", 'before returned a str, not the parsed arguments'),
            ('PlainRun', 'return return_code#', 'after returned a str, not an exit status'),
            ('List', 'return return_code#', 'after returned a str, not (names, rows)'),
        ):
            source = HOOK.replace('return return_code + 1', 'return return_code#')
            source = source.replace('return parsed_args', 'return parsed_args#')
            with self.subTest(said), self.another_site():
                result = self.run_hooked(kind, source.replace(line, "return 'odd'#"))
                self.assertEqual(1, result.exit_code)
                self.assertIn(f'ERROR: {said}\n', result.stderr)
                self.assertIn('It comes from the hook policy of the package policy', result.stderr)

    def test_after_a_list_gets_and_may_give_names_and_rows(self) -> None:
        source = HOOK.replace(
            'return return_code + 1',
            "return return_code[0], [(name.upper(),) for (name,) in return_code[1]]",
        )
        result = self.run_hooked('List', source, '-o', 'json')

        self.assertIn('[\n  {\n    "name": "A"\n  }\n]\n', result.stdout)

    def test_what_the_command_gave_is_not_the_hooks_fault(self) -> None:
        source = HOOK.replace('return_code + 1', 'return_code')
        result = self.run_hooked('Odd', source)

        self.assertIn("It comes from the command 'robots run' of the package robots", result.stderr)
