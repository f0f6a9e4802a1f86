"""Login by device code: browser, clipboard and QR code.

Layer: functional test.  The devcloud denies every code, so nothing is stored
and a login ends after its first poll.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from tests.functional.cli import USER_CODE, CloudTestCase, Result

KEY = 'phk_canary0123456789'
OPENED = 'The page was opened in your browser.'


class BrowserTest(CloudTestCase):
    approve = False
    faults = ('deny',)

    def setUp(self) -> None:
        super().setUp()
        self.record = self.home / 'opened'
        self.browser = self.recorder('graphical')
        self.recorder('xdg-open')
        self.environ |= {'DISPLAY': ':99', 'PHYCLOUD_API_KEY': KEY}

    def recorder(self, name: str) -> Path:
        """Make a browser that writes its arguments and environment."""
        return self.program(
            name,
            f'{{ echo "{name} $#" "$@"; env; }} > "{self.record}.$$"\n'
            f'mv "{self.record}.$$" "{self.record}-{name}-$$"',
        )

    def opened(self) -> list[str]:
        """Return what each browser that was started has written."""
        return [path.read_text() for path in self.home.glob('opened-*')]

    def logins(self, *variants: tuple[dict[str, str], tuple[str, ...]]) -> list[Result]:
        """Run logins side by side, each with a change to the environment and options."""
        usual, started = self.environ, []
        for number, (changes, words) in enumerate(variants):
            self.environ = {**usual, 'PHYWARE_CONFIG_DIR': f'{self.home}/{number}', **changes}
            started.append(self.start('auth', 'login', '--host', self.url, *words))
        self.environ = usual
        return [self.finish(process) for process in started]

    def test_case_60_67_browser_of_the_variable_is_opened(self) -> None:
        [result] = self.logins(({'BROWSER': str(self.browser)}, ()))

        [opened] = self.eventually(self.opened)
        command, *environ = opened.splitlines()
        code = USER_CODE.findall(result.stderr)[0]
        self.assertEqual(f'graphical 1 {self.url}/device?user_code={code}', command)
        self.assertIn(OPENED, result.stderr)
        self.assertIn('DISPLAY=:99', environ)
        self.assertNotIn(KEY, opened)
        self.assertEqual([], [line for line in environ if line.startswith('PHYCLOUD_')])

    def test_no_browser_where_there_is_none(self) -> None:
        none: tuple[tuple[dict[str, str], tuple[str, ...]], ...] = (
            ({'SSH_CONNECTION': '1 2 3 4'}, ()),
            ({'SSH_TTY': '/dev/pts/9', 'BROWSER': str(self.browser)}, ()),
            ({'CI': 'true'}, ()),
            ({'DISPLAY': ''}, ()),
            ({'BROWSER': 'none'}, ()),
            ({'BROWSER': 'lynx'}, ()),
            ({}, ('--no-browser',)),
        )
        results = self.logins(*none)

        for (changes, words), result in zip(none, results, strict=True):
            with self.subTest(changes=changes, words=words):
                self.assertEqual(2, result.exit_code, result.stderr)
                self.assertNotIn(OPENED, result.stderr)
                self.assertEqual(1, len(USER_CODE.findall(result.stderr)))
        # Last, and so after any that the logins before might have started.
        [result] = self.logins(({}, ()))
        self.assertIn(OPENED, result.stderr)
        [opened] = self.eventually(self.opened)
        self.assertTrue(opened.startswith('xdg-open 1 '), opened)

    def test_clipboard_and_qr(self) -> None:
        self.assertIsNotNone(importlib.util.find_spec('qrcode'), "the extra 'qr' is needed")
        copied = self.home / 'copied'
        for name in ('xclip', 'xsel'):
            self.program(name, 'exit 1', folder='broken')
        self.program('xclip', f'cat > "{copied}"')
        broken = {'PATH': f'{self.home}/broken:{self.environ["PATH"]}'}

        result, failed = self.logins(
            ({}, ('--no-browser', '--clipboard', '--qr')), (broken, ('--clipboard',))
        )

        self.assertEqual(USER_CODE.findall(result.stderr), [copied.read_text()])
        self.assertIn('The code was copied to the clipboard.', result.stderr)
        blocks = [line for line in result.stderr.splitlines() if '█' in line or '▀' in line]
        self.assertGreater(len(blocks), 10)
        self.assertEqual(1, len({len(line) for line in blocks}), 'it is a square')
        self.assertIn('warning: the code could not be copied', failed.stderr)
        self.assertIn('Waiting for the approval', failed.stderr)

    def test_qr_without_the_library(self) -> None:
        shadow = self.home / 'shadow'
        shadow.mkdir()
        shadow.joinpath('qrcode.py').write_text('raise ImportError\n')

        [result] = self.logins(({'PYTHONPATH': str(shadow)}, ('--qr',)))

        self.assertEqual(1, result.exit_code)
        self.assert_error(result, 'ERROR', '--qr needs the extra qr', 'Install it: pip install')
        self.assertNotIn('Enter', result.stderr)
