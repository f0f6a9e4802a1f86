"""phyware.completion.tab and cache: a Tab, its cost and what is kept of it."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

from phyware.completion import tab
from phyware.completion.cache import KeptFile, SlotCache
from phyware.completion.slots import Slot
from phyware.context import Context
from phyware.fast.build import write_index
from phyware.testing import isolated_environment
from tests.unit.phyware.plugins import COMMANDS, PluginCase

SOURCE = '''
from phyware.command import Command

class Do(Command):
    """Do it"""
    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('--colour', choices=['red', 'e\\x1bvil', 'two\\nlines'])
        return parser
    def take_action(self, parsed_args):
        pass
'''


class TabCase(PluginCase):
    def setUp(self) -> None:
        super().setUp()
        self.module = self.install('acme', SOURCE, acme_do='Do')
        self.cache = Path(self.home, '.cache', 'phyware', 'completion')

    def tab(self, *line: str) -> list[str]:
        stdout = io.StringIO()
        stdin = io.StringIO(''.join(f'{word}\0' for word in line))
        context = Context(stdin, stdout, io.StringIO(), self.cli.environ)
        self.assertEqual(0, tab.main('zsh', context))
        return stdout.getvalue().splitlines()


class TabTest(TabCase):
    def test_the_first_line_says_what_follows(self) -> None:
        self.assertEqual(['words', 'login', 'logout'], self.tab('auth', 'lo'))
        self.assertEqual(['files'], self.tab('--log-file', ''))
        self.assertEqual(['words'], self.tab('nosuch', ''))

    def test_case_79_a_candidate_with_controls_is_left_out(self) -> None:
        self.site.metadata('evil', f'[{COMMANDS}]\nauthx_ev\x1b[2Jil = x:Y\n')

        self.assertEqual(['words', 'red'], self.tab('acme', 'do', '--colour', ''))
        self.assertEqual(['words'], self.tab('authx', ''))

    def test_the_command_answers_as_the_launcher_does(self) -> None:
        result = self.cli.run('completion', 'zsh', '--candidates', stdin='auth\0lo\0')

        self.assertEqual('words\nlogin\nlogout\n', result.stdout)
        self.assertNotIn('--candidates', self.cli.run('completion', '--help').stdout)

    def test_a_name_that_two_claim_is_no_candidate(self) -> None:
        self.install('other', SOURCE, acme_do='Do')

        self.assertEqual(['words'], self.tab('acme', ''))

    def test_the_script_comes_without_any_plugin(self) -> None:
        self.install('bad', 'raise SystemExit', bad_one='A')
        result = self.cli.run('completion', 'bash')

        self.assertEqual((0, ''), (result.exit_code, result.stderr))
        self.assertIn('complete -F _phyware phyware', result.stdout)
        self.assertTrue({'bad', 'acme'}.isdisjoint(sys.modules))
        self.assertEqual(4, self.cli.run('completion', 'tcsh').exit_code)

    def test_p5_what_a_tab_imports(self) -> None:
        script = (
            'import sys; from phyware import launcher; '
            "sys.argv = ['phyware', 'completion', 'zsh', '--candidates']; launcher.main(); "
            "print([m for m in ('cliff', 'requests', 'keyring', 'yaml', 'cmd2', 'phyware.app',"
            "'phyware_auth') if m in sys.modules])"
        )
        environ = {**os.environ, **isolated_environment(self.home)}
        for _ in range(3):
            done = subprocess.run([sys.executable, '-c', script], input='auth\0login\0--wi\0',
                                  env=environ, capture_output=True, text=True, check=True)
        self.assertEqual('words\n--with-token\n[]\n', done.stdout)


class CacheTest(TabCase):
    def kept(self) -> Path:
        [path] = self.cache.iterdir()
        return path

    def test_a_command_is_loaded_once(self) -> None:
        first = self.tab('acme', 'do', '--co')
        del sys.modules[self.module]

        self.assertEqual(['words', '--colour'], first)
        self.assertEqual(first, self.tab('acme', 'do', '--co'))
        self.assertNotIn(self.module, sys.modules)

    def test_it_is_private(self) -> None:
        self.tab('acme', 'do', '--co')

        self.assertEqual(0o600, stat.S_IMODE(self.kept().stat().st_mode))
        self.assertEqual(0o700, stat.S_IMODE(self.cache.stat().st_mode))
        self.assertEqual(0o700, stat.S_IMODE(self.cache.parent.stat().st_mode))

    def test_a_plugin_that_changed_is_loaded_again(self) -> None:
        self.tab('acme', 'do', '--co')
        del sys.modules[self.module]
        (self.site.path / 'acme.py').write_text(SOURCE.replace('--colour', '--colours-of-it'))

        self.assertEqual(['words', '--colours-of-it'], self.tab('acme', 'do', '--co'))

    def test_a_format_that_was_added_is_there(self) -> None:
        self.assertNotIn('shout', self.tab('auth', 'status', '-o', 'sho'))
        self.site.install('shouts', '', {'phyware.formatters.show': {'shout': 'Shout'}})

        self.assertEqual(['words', 'shout'], self.tab('auth', 'status', '-o', 'sho'))

    def test_what_is_not_as_it_should_be_is_none(self) -> None:
        expected = self.tab('acme', 'do', '--co')
        good = self.kept().read_text()
        changed = json.loads(good)
        changed[1][1][0].pop('flags')
        for text in ('', '{}', '[]', 'null', '[1, 2]', good[:-9], '[' * 100_000,
                     json.dumps(changed), good.replace('acme do', 'other do')):
            self.kept().write_text(text)
            self.assertEqual(expected, self.tab('acme', 'do', '--co'))

    def test_a_file_that_others_may_write_is_none(self) -> None:
        cache = self.slot_cache({'HOME': self.home})
        cache.write([Slot('evil', ('--evil',))])
        self.assertEqual((Slot('evil', ('--evil',)),), cache.read())

        self.kept().chmod(0o666)
        self.assertIsNone(cache.read())
        target = self.kept().rename(Path(self.home, 'elsewhere'))
        target.chmod(0o600)
        (self.cache / 'link').symlink_to(target)
        self.assertIsNone(cache.read())

    def test_code_of_another_package_is_not_run(self) -> None:
        cache = self.slot_cache({'HOME': self.home})
        for completer, good in (('os:system', False), ('acme.values:x', True), ('phyware:x', True)):
            cache.write([Slot('x', ('--x',), completer=completer)])
            self.assertEqual(good, cache.read() is not None)

    def test_no_directory_is_no_cache(self) -> None:
        for environ in ({'HOME': ''}, {'HOME': 'relative'}, {'XDG_CACHE_HOME': '/dev/null'},
                        {'XDG_CACHE_HOME': '/proc/nosuch'}):
            cache = self.slot_cache(environ)
            cache.write([Slot('x', ('--x',))])
            self.assertIsNone(cache.read())

    def test_a_disk_that_is_full_is_no_error(self) -> None:
        with mock.patch('os.replace', side_effect=OSError(28, 'full')):
            self.assertEqual(['words', '--colour'], self.tab('acme', 'do', '--co'))
        self.assertEqual([], list(self.cache.iterdir()))

    def slot_cache(self, environ: dict[str, str]) -> SlotCache:
        return SlotCache(KeptFile(environ, 'acme do', ['key']), 'acme')


class IndexTest(TabCase):
    """With a sound index of the launcher, the names come from an earlier Tab."""

    def setUp(self) -> None:
        super().setUp()
        self.cli.environ = dict(self.cli.environ)
        self.assertTrue(write_index(self.cli.environ, now=time.time() + 60))

    def test_metadata_is_read_once(self) -> None:
        first = self.tab('acme', 'do', '--co')
        with mock.patch('phyware.completion.metadata.Metadata', side_effect=AssertionError):
            self.assertEqual(first, self.tab('acme', 'do', '--co'))
            self.assertEqual(['words', 'do'], self.tab('acme', ''))

    def test_what_comes_and_goes_is_seen_at_once(self) -> None:
        self.assertEqual(['words', 'do'], self.tab('acme', ''))
        self.install('other', SOURCE, acme_other='Do')
        self.assertEqual(['words', 'do', 'other'], self.tab('acme', ''))

        write_index(self.cli.environ, now=time.time() + 60)
        self.assertEqual(['words', 'do', 'other'], self.tab('acme', ''))
        shutil.rmtree(self.site.path / 'other-1.0.dist-info')
        self.assertEqual(['words', 'do'], self.tab('acme', ''))

    def test_names_that_are_no_names_are_read_again(self) -> None:
        self.tab('acme', '')
        [path] = self.cache.iterdir()
        head = json.loads(path.read_text())[0]
        value: object
        for value in ([], {'acme do': 7}, None):
            path.write_text(json.dumps([head, value]))
            self.assertEqual(['words', 'do'], self.tab('acme', ''))
