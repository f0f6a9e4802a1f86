"""phyware.browser: a page is opened where a person sees it, and safely."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from subprocess import Popen
from unittest import mock

from phyware.browser import SystemBrowser, over_ssh, safe_to_open
from phyware.children import start_detached

_URL = 'https://x.io/device?user_code=ABCD-EFGH'
_DESKTOP = {'DISPLAY': ':0'}
_PROGRAMS = frozenset(
    ['xdg-open', 'wslview', 'open', 'firefox', 'lynx', 'w3m', 'www-browser', 'x-www-browser']
    + ['/opt/My Browser/run', '/usr/bin/elinks']
)


class Machine:
    """A platform with programs that records what would be started."""

    def __init__(
        self,
        environ: dict[str, str],
        *,
        platform: str = 'linux',
        programs: frozenset[str] = _PROGRAMS,
        broken: tuple[str, ...] = (),
    ) -> None:
        self.commands: list[list[str]] = []
        self.environ: dict[str, str] = {}
        self._programs, self._broken = programs, broken
        self.browser = SystemBrowser(
            environ, platform=platform, opener=self._open, which=self._which
        )

    def _open(self, command: list[str], environ: dict[str, str]) -> bool:
        self.commands.append(command)
        self.environ = environ
        return command[0] not in self._broken

    def _which(self, program: str) -> str | None:
        return program if program in self._programs else None


class SafeToOpenTest(unittest.TestCase):
    """Security case 58, rule 19."""

    def test_pages_of_a_login_are_safe(self) -> None:
        for url in (
            _URL, 'HTTPS://X.io:8443/a/b~c', 'http://localhost:8000/device', 'http://[::1]:80/',
            'http://127.0.0.1', 'https://x.io/d?user_code=AB+CD&x=%20y#frag',
            'https://xn--bcher-kva.de/@me', 'https://x.io/' + 'a' * 2035,
        ):  # fmt: skip
            with self.subTest(url):
                self.assertTrue(safe_to_open(url))

    def test_case_58_everything_else_is_not(self) -> None:
        for url in (
            '', 'file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', '--new-window',
            '-https://x.io', '\\\\unc\\share', 'https:\\\\x.io', 'https://x.io\\@evil',
            'https://x.io/' + 'a' * 65536, 'https://x.io/' + 'a' * 2036, 'https://x.io/\x1b[2J',
            'https://x.io/\n', ' https://x.io', 'https://x.io/ y', 'https://user:pw@x.io',
            'https://user@x.io', 'http://x.io', 'http://localhost.evil', 'http://127.1',
            'ftp://x.io', 'https://', 'https:///x', 'x.io', 'https://bücher.de', 'https://x.io/é',
            'https://x.io/"', "https://x.io/'&calc'", 'https://x.io/$(id)', 'https://x.io/`id`',
            'https://x.io/|id', 'https://x.io/;id', 'https://x.io/%PATH%', 'https://x.io/%',
            'https://x.io:0/', 'https://x.io/<b>', 'http://0.0.0.0/',
        ):  # fmt: skip
            with self.subTest(url):
                self.assertFalse(safe_to_open(url))


class AvailableTest(unittest.TestCase):
    """What users complain about, item 1: no browser on the wrong side of SSH."""

    def available(self, environ: dict[str, str], platform: str = 'linux') -> bool:
        return Machine(environ, platform=platform).browser.available()

    def test_a_desktop_has_one(self) -> None:
        self.assertTrue(self.available({'DISPLAY': ':0'}))
        self.assertTrue(self.available({'WAYLAND_DISPLAY': 'wayland-0'}, 'freebsd14'))
        self.assertTrue(self.available({}, 'darwin'))

    def test_no_display_is_no_browser(self) -> None:
        self.assertFalse(self.available({}))
        self.assertFalse(self.available({'DISPLAY': '', 'WAYLAND_DISPLAY': ''}))
        self.assertFalse(self.available({}, 'openbsd7'))
        self.assertFalse(self.available(_DESKTOP, 'win32'))
        self.assertFalse(self.available(_DESKTOP, 'cygwin'))

    def test_ssh_is_no_browser_whatever_else_is_set(self) -> None:
        for name in ('SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'):
            environ = {name: '10.0.0.1 22', 'DISPLAY': 'localhost:10.0', 'BROWSER': 'firefox'}
            self.assertFalse(self.available(environ), name)
            self.assertFalse(self.available(environ, 'darwin'), name)
        self.assertFalse(over_ssh({'SSH_CONNECTION': ''}))

    def test_ci_is_no_browser_unless_it_says_false(self) -> None:
        for value in ('true', '1', 'yes'):
            self.assertFalse(self.available(_DESKTOP | {'CI': value}), value)
        for value in ('false', 'False', '0', 'no', ''):
            self.assertTrue(self.available(_DESKTOP | {'CI': value}), value)

    def test_browser_may_say_that_none_is_wanted(self) -> None:
        for value in ('none', 'None', 'false', '', ' ', ':', 'none:firefox', 'firefox:none'):
            self.assertFalse(self.available(_DESKTOP | {'BROWSER': value}), value)

    def test_text_browsers_do_not_count(self) -> None:
        names = ['lynx', 'w3m', 'links', 'links2', 'elinks', 'www-browser', 'browsh', 'netrik', 'retawq']  # noqa: E501
        for value in (*names, 'w3m %s', '/usr/bin/elinks', 'lynx:w3m'):
            machine = Machine(_DESKTOP | {'BROWSER': value}, programs=_PROGRAMS | {*names})
            self.assertFalse(machine.browser.available(), value)
        self.assertTrue(self.available(_DESKTOP | {'BROWSER': 'lynx:firefox'}))

    def test_browser_and_wslview_need_no_display(self) -> None:
        self.assertTrue(self.available({'BROWSER': 'firefox'}))
        self.assertTrue(self.available({'WSL_DISTRO_NAME': 'Debian'}))
        self.assertFalse(self.available({'BROWSER': 'absent'}))

    def test_no_program_is_no_browser(self) -> None:
        machine = Machine(_DESKTOP, programs=frozenset({'lynx', 'www-browser'}))

        self.assertFalse(machine.browser.available())


class OpenTest(unittest.TestCase):
    def opened(self, environ: dict[str, str], platform: str = 'linux') -> list[list[str]]:
        machine = Machine(environ, platform=platform)
        self.assertTrue(machine.browser.open(_URL))
        return machine.commands

    def test_each_platform_has_its_own_starter(self) -> None:
        self.assertEqual([['xdg-open', _URL]], self.opened(_DESKTOP))
        self.assertEqual([['open', _URL]], self.opened({}, 'darwin'))
        self.assertEqual([['wslview', _URL]], self.opened(_DESKTOP | {'WSL_INTEROP': '/run/x'}))

    def test_browser_comes_first_with_its_arguments(self) -> None:
        for value, command in {
            'firefox': ['firefox', _URL],
            'firefox --new-tab': ['firefox', '--new-tab', _URL],
            'firefox --url=%s -x': ['firefox', f'--url={_URL}', '-x'],
            "firefox '%s' -x &": ['firefox', _URL, '-x'],
            '/opt/My Browser/run': ['/opt/My Browser/run', _URL],
            'absent:lynx:firefox': ['firefox', _URL],
            "fire'fox:absent": ['xdg-open', _URL],
        }.items():
            with self.subTest(value):
                self.assertEqual([command], self.opened(_DESKTOP | {'BROWSER': value}))

    def test_the_next_is_tried_when_one_cannot_be_started(self) -> None:
        machine = Machine(_DESKTOP | {'BROWSER': 'firefox'}, broken=('firefox', 'xdg-open'))

        self.assertTrue(machine.browser.open(_URL))
        started = [command[0] for command in machine.commands]
        self.assertEqual(['firefox', 'xdg-open', 'x-www-browser'], started)

    def test_false_when_none_could_be_started(self) -> None:
        machine = Machine(_DESKTOP, broken=('xdg-open', 'x-www-browser'))

        self.assertFalse(machine.browser.open(_URL))

    def test_case_67_the_browser_never_sees_the_api_key(self) -> None:
        machine = Machine(_DESKTOP | {'PHYCLOUD_API_KEY': 'phk_c4nary', 'PHYWARE_X': 'y'})
        machine.browser.open(_URL)

        self.assertEqual(_DESKTOP, machine.environ)

    def test_case_58_an_unsafe_url_starts_nothing(self) -> None:
        machine = Machine(_DESKTOP)

        for url in ('--flag', 'file:///x', 'http://x.io', 'https://x.io/%s', 'https://u:p@x.io'):
            self.assertFalse(machine.browser.open(url))
        self.assertEqual([], machine.commands)

    def test_nothing_is_started_where_none_is_available(self) -> None:
        machine = Machine(_DESKTOP | {'SSH_TTY': '/dev/pts/1'})

        self.assertFalse(machine.browser.open(_URL))
        self.assertEqual([], machine.commands)


class RealProgramTest(unittest.TestCase):
    """With programs along a PATH of the environment given, not of this process."""

    def setUp(self) -> None:
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.environ = {'PATH': str(self.directory)}

    def start(self, command: list[str], environ: dict[str, str]) -> Popen[bytes] | None:
        self.process = start_detached(command, environ)
        return self.process

    def program(self, name: str, script: str) -> Path:
        path = self.directory / name
        path.write_text(f'#!/bin/sh\n{script}\n')
        path.chmod(0o755)
        return path

    def test_a_program_of_the_path_gets_the_url_and_no_key(self) -> None:
        self.program('mine', f'echo "$1 ${{PHYCLOUD_API_KEY-unset}}" > {self.directory}/report')
        environ = self.environ | {'BROWSER': 'mine', 'PHYCLOUD_API_KEY': 'phk_c4nary'}
        with mock.patch('phyware.browser.start_detached', side_effect=self.start):
            self.assertTrue(SystemBrowser(environ).open(_URL))

        assert self.process is not None
        self.assertEqual(0, self.process.wait(180))
        self.assertEqual(f'{_URL} unset\n', (self.directory / 'report').read_text())

    def test_a_link_to_or_from_a_text_browser_is_one(self) -> None:
        self.program('lynx.cur', 'exit 0')
        os.symlink('lynx.cur', self.directory / 'lynx')
        self.program('w3m', 'exit 0')
        os.symlink('w3m', self.directory / 'x-www-browser')
        environ = self.environ | {'DISPLAY': ':0'}

        self.assertFalse(SystemBrowser(environ, platform='linux').available())
        environ |= {'BROWSER': str(self.directory / 'lynx')}
        self.assertFalse(SystemBrowser(environ, platform='linux').available())

    def test_a_program_that_is_not_executable_is_none(self) -> None:
        self.program('mine', 'exit 0').chmod(0o644)

        self.assertFalse(SystemBrowser(self.environ | {'BROWSER': 'mine'}).available())
