"""What the installed command imports to answer: no more than is written here (P4, P5).

Layer: functional test.  A module that a start needs anew is to be added here,
knowingly: each costs every command.
"""

from __future__ import annotations

import sys

from tests.functional.cli import PHYWARE
from tests.functional.test_fast import FastCase

# Whose packages the start is made of, besides Python's own.
LIBRARIES = {'cliff', 'stevedore', 'autopage'}
# Of Python's own, what others take for granted and no start needs.
UNWANTED = {'ssl', 'asyncio', 'difflib', 'concurrent', 'multiprocessing', 'http', 'unittest'}
FAST = {'phyware', 'launcher', 'fast', 'fast.files', 'fast.index', 'fast.run', 'places', 'slugs'}
CORE = FAST | {
    'app', 'blame', 'browser', 'channels', 'children', 'command', 'commandnames', 'commands',
    'commands.help', 'commandwords', 'context', 'declared', 'described', 'discovery',
    'distributions', 'entryfiles', 'errors', 'extensions', 'formatters', 'formatters.keys',
    'helptext', 'hooks', 'kept', 'keptentries', 'logs', 'options', 'outcome', 'pager',
    'parsing', 'paths', 'plain', 'redaction', 'reserved', 'secret', 'text',
}
DISPLAY = {'formatters.options', 'formatters.plugins'}
TABLE = {'answers'} | {f'formatters.{name}' for name in (
    'base', 'columns', 'rows', 'shown', 'stream', 'table_text', 'table_width', 'values', 'table',
)}
HOST = {'active', 'hostnames', 'hosts', 'session'}
# The fast function is asked first, and declines.
AUTH = {'phyware_auth', 'fast', 'store', 'store.codec', 'commands', 'commands.base'}
STATUS = {
    'due', 'guarded', 'service', 'service.deps', 'service.failures', 'service.status',
    'service.views', 'commands.status',
} | {f'store.{name}' for name in (
    'directories', 'errors', 'parts', 'reading', 'record', 'recordfiles', 'store', 'tokencache',
    'writing',
)}
# The words of a command, and what it may import of phyware and of phyware_auth.
STARTS: tuple[tuple[tuple[str, ...], set[str], set[str]], ...] = (
    (('--version',), FAST, set()),
    (('--help',), CORE, set()),
    (('auth', '--help'), CORE | {'argtypes'}, AUTH | {f'commands.{name}' for name in (
        'login', 'logout', 'refresh', 'sessions', 'status', 'switch', 'token',
    )}),
    (('auth', 'token', '--help'), CORE | DISPLAY, AUTH | {'commands.token'}),
    (('plugin', 'list'), CORE | DISPLAY | TABLE | {
        'commands.plugin', 'plugins', 'plugins.inventory', 'plugins.modules',
    }, set()),
    (('auth', 'status', '--offline'), CORE | DISPLAY | TABLE | HOST, AUTH | STATUS),
)


class StartTest(FastCase):
    """Logged in, with an index; the start of each command is looked at once."""

    def test_each_command_imports_only_what_it_is_made_of(self) -> None:
        before = self.imported(sys.executable, '-c', 'import re')
        for words, core, auth in STARTS:
            with self.subTest(words):
                found = self.imported(PHYWARE, *words) - before
                self.assertIn('phyware.launcher', found)
                allowed = _names('phyware', core) | _names('phyware_auth', auth)
                ours = {name for name in found if name.startswith('phyware')}
                self.assertEqual(set(), ours - allowed)

    def test_no_library_and_no_costly_module_comes_along(self) -> None:
        before = self.imported(sys.executable, '-c', 'import re')
        for words, *_ in STARTS:
            with self.subTest(words):
                found = {name.partition('.')[0] for name in self.imported(PHYWARE, *words) - before}
                foreign = found - sys.stdlib_module_names - {'phyware', 'phyware_auth'}
                # What Jython has is tried by Python's own pickle and copy.
                self.assertEqual(set(), foreign - LIBRARIES - {'org'})
                self.assertEqual(set(), found & UNWANTED)


def _names(package: str, modules: set[str]) -> set[str]:
    return {name if name == package else f'{package}.{name}' for name in modules}
