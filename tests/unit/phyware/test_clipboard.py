"""phyware.clipboard: the tools are real scripts that tell what they were given."""

from __future__ import annotations

import base64
import io
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from phyware.clipboard import copy_to_clipboard
from phyware.context import Context

_CODE = 'ABCD-EFGH'
_SSH = {'SSH_CONNECTION': '10.0.0.1 1 10.0.0.2 22'}


class Terminal(io.StringIO):
    flushed = ''

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.flushed = self.getvalue()


class ClosedTerminal(Terminal):
    def write(self, text: str) -> int:
        raise OSError(5, 'gone')


class ClipboardTest(unittest.TestCase):
    def setUp(self) -> None:
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.environ = {'PATH': str(self.directory), 'DISPLAY': ':0', 'TERM': 'xterm'}

    def tool(self, name: str, status: int = 0) -> None:
        path = self.directory / name
        path.write_text(
            f'#!/bin/sh\n/bin/cat > "{path}.in"\n'
            f'echo "$* ${{PHYCLOUD_API_KEY-unset}}" > "{path}.args"\nexit {status}\n'
        )
        path.chmod(0o755)

    def given(self, name: str) -> bytes:
        return (self.directory / f'{name}.in').read_bytes()

    def copy(
        self, text: str = _CODE, *, platform: str = 'linux', stderr: io.StringIO | None = None
    ) -> bool:
        self.stderr = stderr or Terminal()
        context = Context(io.StringIO(), io.StringIO(), self.stderr, self.environ)
        return copy_to_clipboard(text, context, platform=platform)

    def test_case_66_and_67_the_text_goes_by_stdin_and_the_key_nowhere(self) -> None:
        self.environ |= {'PHYCLOUD_API_KEY': 'phk_c4nary'}
        self.tool('xclip')

        self.assertTrue(self.copy())
        self.assertEqual('', self.stderr.getvalue())
        self.assertEqual(_CODE.encode(), self.given('xclip'))
        arguments = (self.directory / 'xclip.args').read_text()
        self.assertEqual('-selection clipboard unset\n', arguments)

    def test_each_surrounding_has_its_tool(self) -> None:
        for name, platform, environ, data in (
            ('wl-copy', 'linux', {'WAYLAND_DISPLAY': 'w'}, _CODE.encode()),
            ('xsel', 'freebsd14', {'DISPLAY': ':0'}, _CODE.encode()),
            ('pbcopy', 'darwin', {}, _CODE.encode()),
            ('clip.exe', 'linux', {'WSL_DISTRO_NAME': 'Debian'}, _CODE.encode('utf-16-le')),
        ):
            with self.subTest(name):
                self.environ = {'PATH': str(self.directory)} | environ
                self.tool(name)
                self.assertTrue(self.copy(platform=platform))
                self.assertEqual(data, self.given(name))

    def test_a_tool_that_fails_is_not_believed(self) -> None:
        self.tool('xclip', status=1)
        self.assertFalse(self.copy())

        (self.directory / 'xclip').write_text('#!/nowhere\n')
        self.tool('xsel')
        self.assertTrue(self.copy())
        self.assertEqual(_CODE.encode(), self.given('xsel'))

    def test_a_tool_that_hangs_is_given_up_after_two_seconds(self) -> None:
        self.tool('xclip')
        expired = subprocess.TimeoutExpired('xclip', 2)
        with mock.patch('subprocess.run', side_effect=expired) as run:
            self.assertFalse(self.copy())

        self.assertEqual(2.0, run.call_args.kwargs['timeout'])

    def test_without_a_display_or_a_tool_nothing_is_done(self) -> None:
        self.assertFalse(self.copy())
        self.tool('xclip')
        del self.environ['DISPLAY']
        self.assertFalse(self.copy())
        self.assertEqual('', self.stderr.getvalue())

    def test_over_ssh_the_terminal_is_asked(self) -> None:
        self.environ |= _SSH
        self.tool('xclip')

        self.assertTrue(self.copy())
        encoded = base64.b64encode(_CODE.encode()).decode()
        assert isinstance(self.stderr, Terminal)
        self.assertEqual(f'\x1b]52;c;{encoded}\x07', self.stderr.flushed)
        self.assertFalse((self.directory / 'xclip.in').exists())

    def test_codes_of_any_ordinary_length_are_copied(self) -> None:
        self.tool('xclip')

        self.assertTrue(self.copy('A'))
        self.assertTrue(self.copy('x' * 1024))

    def test_over_ssh_without_a_terminal_no_sequence_is_written(self) -> None:
        self.environ |= _SSH
        self.assertFalse(self.copy(stderr=io.StringIO()))
        self.assertEqual('', self.stderr.getvalue())

        self.environ |= {'TERM': 'dumb'}
        self.assertFalse(self.copy())
        self.assertEqual('', self.stderr.getvalue())

    def test_a_terminal_that_is_gone_is_a_failure(self) -> None:
        self.environ |= _SSH

        self.assertFalse(self.copy(stderr=ClosedTerminal()))
        closed = Terminal()
        closed.close()
        self.assertFalse(self.copy(stderr=closed))

    def test_case_79_what_would_run_when_pasted_is_refused(self) -> None:
        self.tool('xclip')

        for text in ('', 'rm -rf /\n', 'a\rb', '\x1b[201~', 'a\u202eb', '\ud800', 'x' * 1025):
            self.assertFalse(self.copy(text), repr(text))
        self.assertFalse((self.directory / 'xclip.in').exists())
