"""What a person sees of a device login, and what is opened for them."""

from __future__ import annotations

import base64
import io
import unittest
from typing import Any
from unittest import mock

from phyware.context import Context
from phyware.errors import GenericError
from phyware.testing import FakeBrowser, FakeClock, Terminal
from phyware_auth.deviceprompt import DeviceOptions, TerminalPrompt, qr_library
from phyware_auth.oauth.device import parse_device_authorization
from tests.unit.phyware_auth.authcase import DEVICE_ANSWER, HOST, OTHER

COMPLETE = f'{HOST}/device?user_code=WDJB-MJHT'
UNSAFE = (
    'file:///etc/passwd', 'javascript:alert(1)', '--flag', '\\\\unc\\share', '/device', 'device',
    f'{HOST}/\x1b]8;;x', f'{HOST}/a b', f'https://user@{HOST[8:]}/', f'{HOST}\\@evil.example/',
    'http://cloud.example/device', f'{HOST}/{"x" * 65536}', f'{HOST}/$(id)', f'{HOST}/"x"', 'x:y',
    f'{HOST}/\u202e', f'{HOST}/é', f'{HOST}/\ud800',
)


def drawing(text: str) -> list[str]:
    """Return the lines of the QR code."""
    return [line for line in text.splitlines() if '█' in line]


class PromptCase(unittest.TestCase):
    def setUp(self) -> None:
        self.environ: dict[str, str] = {'PATH': ''}
        self.stderr = io.StringIO()
        self.clock = FakeClock()
        self.browser = FakeBrowser()

    def prompt(self, **options: bool) -> TerminalPrompt:
        context = Context(
            io.StringIO(), io.StringIO(), self.stderr, self.environ, self.clock, self.browser
        )
        return TerminalPrompt(context, DeviceOptions(**options))

    def shown(self, options: dict[str, bool] | None = None, **changes: Any) -> str:
        authorization = parse_device_authorization({**DEVICE_ANSWER, **changes})
        self.prompt(**options or {}).show(authorization, HOST)
        return self.stderr.getvalue()


class TextTests(PromptCase):
    def test_case_60_code_host_and_page_are_shown_and_what_they_mean(self) -> None:
        text = self.shown()

        self.assertIn(f'Log in to {HOST}\n', text)
        self.assertIn(f'1. Open   {HOST}/device\n', text)
        self.assertIn('2. Enter  WDJB-MJHT\n', text)
        self.assertIn(f'{COMPLETE}\n', text)
        self.assertIn('Only continue if you started this login yourself.', text)
        self.assertTrue(text.endswith('Waiting for the approval; Ctrl-C gives up.\n'))

    def test_case_60_code_is_shown_although_the_complete_page_was_opened(self) -> None:
        text = self.shown()

        self.assertEqual(self.browser.opened, [COMPLETE])
        self.assertIn('WDJB-MJHT', text)

    def test_life_of_the_code(self) -> None:
        for seconds, words in ((90, '90 seconds'), (120, '2 minutes'), (901, '16 minutes')):
            with self.subTest(seconds):
                self.assertIn(f'The code lives {words}.', self.shown(expires_in=seconds))

    def test_without_a_complete_address(self) -> None:
        text = self.shown(verification_uri_complete=None)

        self.assertEqual(self.browser.opened, [f'{HOST}/device'])
        self.assertNotIn('Or open', text)

    def test_case_79_everything_of_the_server_is_harmless(self) -> None:
        evil = '\x1b]52;c;eA==\x07\x1b[2J\r\b\x9b\u202e\u200b\nEnter  FAKE'

        text = self.shown(
            user_code=evil, verification_uri=f'{HOST}/{evil}',
            verification_uri_complete=f'{HOST}/c/{evil}',
        )

        self.assertEqual(text.count('\\x1b]52;c;eA==\\x07\\x1b[2J\\r\\x08\\x9b\\u202e'), 3)
        self.assertTrue(text.replace('\n', '').isprintable())
        self.assertNotIn('\nEnter  FAKE', text)
        self.assertEqual(self.browser.opened, [])

    def test_case_58_a_64_kb_address_does_not_flood_the_terminal(self) -> None:
        text = self.shown(verification_uri='x' * 65536, verification_uri_complete=None)

        self.assertLess(len(text), 5000)
        self.assertIn('WDJB-MJHT', text)


class BrowserTests(PromptCase):
    def test_opened_page_is_said(self) -> None:
        self.assertIn('The page was opened in your browser.\n', self.shown())

    def test_no_browser_wanted_or_there(self) -> None:
        for wanted, available in ((False, True), (True, False)):
            with self.subTest(wanted):
                self.setUp()
                self.browser = FakeBrowser(available)

                text = self.shown({'no_browser': not wanted})

                self.assertEqual(self.browser.opened, [])
                self.assertNotIn('opened in your browser', text)
                self.assertNotIn('warning', text)

    def test_a_browser_that_does_not_start_is_not_said_to_have(self) -> None:
        with mock.patch.object(self.browser, 'open', return_value=False):
            text = self.shown()

        self.assertNotIn('opened in your browser', text)

    def test_case_58_unsafe_pages_are_never_opened(self) -> None:
        for url in UNSAFE:
            cases: tuple[dict[str, Any], ...] = (
                {'verification_uri_complete': url, 'verification_uri': f'{HOST}/device'},
                {'verification_uri_complete': None, 'verification_uri': url},
            )
            for changes in cases:
                with self.subTest(url[:40]):
                    self.setUp()

                    text = self.shown(**changes)

                    self.assertLessEqual(set(self.browser.opened), {f'{HOST}/device'})
                    self.assertIn('WDJB-MJHT', text)
                    self.assertTrue(text.replace('\n', '').isprintable())

    def test_case_59_another_origin_is_shown_and_warned_of_but_not_opened(self) -> None:
        for url in (f'{OTHER}/d', f'{HOST}:8443/d', f'{HOST}.evil.example/', 'https://localhost/d'):
            for name in ('verification_uri', 'verification_uri_complete'):
                with self.subTest(f'{name} {url}'):
                    self.setUp()

                    changes: dict[str, Any] = {name: url}
                    text = self.shown(**changes)

                    self.assertIn(f'{url}\n', text)
                    self.assertIn(f'warning: that page is not on {HOST}', text)
                    self.assertEqual(self.browser.opened, [])

    def test_case_59_warned_of_where_nothing_would_be_opened_anyway(self) -> None:
        for options, available in (({'no_browser': True}, True), ({}, False)):
            with self.subTest(options):
                self.setUp()
                self.browser = FakeBrowser(available)

                text = self.shown(options, verification_uri=f'{OTHER}/d')

                self.assertIn(f'warning: that page is not on {HOST}', text)


class ClipboardTests(PromptCase):
    def over_ssh(self) -> None:
        self.environ.update(SSH_TTY='/dev/pts/1', TERM='xterm')
        self.stderr = Terminal()

    def test_code_is_copied(self) -> None:
        self.over_ssh()

        text = self.shown({'clipboard': True})

        code = base64.b64encode(b'WDJB-MJHT').decode()
        self.assertIn(f'\x1b]52;c;{code}\x07', text)
        self.assertIn('The code was copied to the clipboard.\n', text)

    def test_no_clipboard_is_said_and_no_end(self) -> None:
        text = self.shown({'clipboard': True})

        self.assertIn('warning: the code could not be copied to the clipboard\n', text)
        self.assertEqual(self.browser.opened, [COMPLETE])

    def test_not_unless_wanted(self) -> None:
        self.over_ssh()

        self.assertNotIn('\x1b]52', self.shown())

    def test_case_79_only_what_is_shown_is_copied(self) -> None:
        self.over_ssh()

        text = self.shown({'clipboard': True}, user_code='rm -rf /\n')

        self.assertIn(base64.b64encode(b'rm -rf /\\n').decode(), text)


class QrTests(PromptCase):
    def test_the_page_is_drawn(self) -> None:
        text = self.shown({'qr': True})

        self.assertGreater(text.count('█'), 100)
        self.setUp()
        other = self.shown({'qr': True}, verification_uri_complete=f'{HOST}/another')
        self.assertNotEqual(drawing(text), drawing(other))

    def test_not_unless_wanted(self) -> None:
        self.assertNotIn('█', self.shown())

    def test_case_58_pages_that_are_not_opened_are_not_drawn(self) -> None:
        for url in UNSAFE:
            with self.subTest(url[:40]):
                self.setUp()

                text = self.shown(
                    {'qr': True}, verification_uri=url, verification_uri_complete=None
                )

                self.assertNotIn('█', text)
                self.assertIn('warning: no QR code is shown', text)
                self.assertIn('WDJB-MJHT', text)

    def test_longest_address_that_can_be_opened(self) -> None:
        url = f'{HOST}/'.ljust(2048, 'x')

        self.assertIn('█', self.shown({'qr': True}, verification_uri_complete=url))

    def test_without_the_library(self) -> None:
        with (
            mock.patch.dict('sys.modules', qrcode=None),
            self.assertRaises(GenericError) as caught,
        ):
            qr_library()

        self.assertIn('phyware[qr]', caught.exception.remediation)


class WaitTests(PromptCase):
    def test_a_log_gets_no_spinner(self) -> None:
        self.prompt().wait(5)

        self.assertEqual((self.clock.slept, self.stderr.getvalue()), ([5], ''))

    def test_a_terminal_sees_that_something_goes_on(self) -> None:
        self.stderr = Terminal()

        self.prompt().wait(0.95)

        self.assertAlmostEqual(self.clock.monotonic(), 0.95)
        self.assertEqual(self.stderr.getvalue()[:8], '\r| \r/ \r-')
        self.assertTrue(self.stderr.getvalue().endswith('\r  \r'))

    def test_no_time_at_all(self) -> None:
        for stream in (io.StringIO(), Terminal()):
            self.stderr = stream
            self.prompt().wait(0)

        self.assertEqual(self.clock.monotonic(), 0)

    def test_case_61_ctrl_c_leaves_a_clean_line(self) -> None:
        self.stderr = Terminal()
        with (
            mock.patch.object(self.clock, 'sleep', side_effect=KeyboardInterrupt),
            self.assertRaises(KeyboardInterrupt),
        ):
            self.prompt().wait(5)

        self.assertTrue(self.stderr.getvalue().endswith('\r  \r'))
