"""Login by device code: what is shown where, what is waited for, who decides.

Layer: functional test.
"""

from __future__ import annotations

import fcntl
import html
import re
import signal
import subprocess

import requests

from tests.functional.cli import (
    PHYWARE,
    SECONDS,
    USER_CODE,
    CliTestCase,
    CloudTestCase,
    Result,
    direct,
)
from tests.functional.devcloud_server import DevCloud
from tests.functional.site_file import customize

POLLS = 'grant urn:ietf:params:oauth:grant-type:device_code'


class ByHandTest(CloudTestCase):
    """Nobody approves unless the test does, as a person on the page."""

    approve = False

    def begin(self, *words: str) -> tuple[subprocess.Popen[str], str]:
        """Start a login; return it when it has shown all that it shows at once."""
        process = self.start('auth', 'login', '--host', self.url, *words)
        assert process.stderr is not None
        shown = ''
        for line in process.stderr:
            shown += line
            if line.startswith('Waiting'):
                break
        return process, shown

    def decide(self, user_code: str, decision: str) -> None:
        """Sign in on the pages as the demo user, and approve or deny."""
        browser = direct()
        browser.headers['Origin'] = self.url
        page = browser.get(f'{self.url}/device', params={'user_code': user_code}, timeout=SECONDS)
        page = _submit(
            browser, page, f'{self.url}/login',
            email=self.cloud.email, password=self.cloud.password,
        )
        page = browser.get(f'{self.url}/device', params={'user_code': user_code}, timeout=SECONDS)
        page = _submit(
            browser, page, f'{self.url}/device', user_code=user_code, decision=decision
        )
        self.assertEqual(200, page.status_code, page.text)

    def test_case_60_code_and_page_are_shown_before_the_first_poll(self) -> None:
        polls = self.counters().get(POLLS, 0)
        # The first poll would come after a second, which a busy machine needs to be asked.
        customize(self, 'import time\nsleep = time.sleep\ntime.sleep = lambda _: sleep(3600)\n')

        process, shown = self.begin('-q')

        code = re.findall(USER_CODE, shown)
        self.assertRegex(shown, rf'Open +{self.url}/device\n')
        self.assertIn(f'{self.url}/device?user_code={code[0]}\n', shown)
        self.assertIn('The code lives 15 minutes.', shown)
        self.assertIn('Only continue if you started this login yourself.', shown)
        self.assertEqual(polls, self.counters().get(POLLS, 0))
        self.assertIsNone(process.poll())

    def test_case_49_approved_on_the_page(self) -> None:
        process, shown = self.begin('-q', '-o', 'json')

        self.decide(USER_CODE.findall(shown)[0], 'approve')
        result = self.finish(process, shown)

        self.assertEqual(0, result.exit_code, result.stderr)
        self.assertEqual('demo@phyware.example', result.json()['user'])
        self.assertEqual(shown, result.stderr)
        self.assertNotIn('\r', result.stderr)

    def test_case_49_denied_on_the_page(self) -> None:
        process, shown = self.begin()
        in_json, also_shown = self.begin('-o', 'json')

        for each in (shown, also_shown):
            self.decide(USER_CODE.findall(each)[0], 'deny')
        result, error = self.finish(process, shown), self.finish(in_json).error()

        self.assertEqual((2, ''), (result.exit_code, result.stdout))
        message = 'Invalid credentials: the login was denied'
        self.assert_error(result, 'UNAUTHORIZED', message, 'Re-run auth login')
        self.assertEqual(('UNAUTHORIZED', 2), (error['code'], error['exit_code']))
        self.assertEqual({}, self.stored())

    def test_case_61_a_signal_ends_the_waiting_at_once(self) -> None:
        for number, status, said in (
            (signal.SIGINT, 130, 'Interrupted\n'), (signal.SIGTERM, -signal.SIGTERM, ''),
        ):
            with self.subTest(number):
                process, _shown = self.begin()

                process.send_signal(number)
                result = self.finish(process)

                self.assertEqual((status, ''), (result.exit_code, result.stdout))
                self.assertEqual(said, result.stderr)
                self.assertEqual({}, self.stored())
                self.assert_nothing_locked()

    def assert_nothing_locked(self) -> None:
        """Check that every lock of this home can be had."""
        locks = [path for path in self.home.rglob('*lock*') if path.is_file()]
        for path in locks:
            with path.open('r+b') as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.assertNotEqual([], locks)


class ShownTest(CloudTestCase):
    def test_polls_with_a_closed_stdin(self) -> None:
        closed = ['sh', '-c', 'exec "$@" <&-', 'sh', PHYWARE]

        done = subprocess.run(
            [*closed, 'auth', 'login', '--host', self.url, '--no-browser'], env=self.environ,
            cwd=self.home, capture_output=True, text=True, check=False, timeout=SECONDS,
        )

        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn('demo@phyware.example', done.stdout)

    def test_spinner_on_a_terminal_only(self) -> None:
        child = self.terminal('auth', 'login', '--host', self.url, '--no-browser')

        exit_code, shown = self.shown(child)

        self.assertEqual(0, exit_code, shown)
        self.assertRegex(shown, r'Ctrl-C gives up\.\n\r[|] \r/ \r- ')
        # The frame is wiped before anything else is written.
        self.assertRegex(shown, r'\r  \r\+-----')
        self.assertRegex(shown, r'\| user +\| demo@phyware.example +\|')

    def test_scopes_are_asked_for_exactly(self) -> None:
        self.auth('login', '--host', self.url, '--scopes', 'openid,robots:read')

        shown = self.auth('status', '-o', 'json').json()
        self.assertEqual(['openid', 'robots:read'], shown['scopes'])
        # Without the scope email it is the preferred_username.
        self.assertEqual('demo@phyware.example', shown['user'])
        forced = self.auth('refresh', '--force', status=1)
        self.assertIn('scope offline_access', forced.stderr)
        listed = self.auth('sessions', 'list', status=2)
        message = 'Not allowed with this credential: the scope admin:sessions is missing'
        self.assert_error(listed, 'FORBIDDEN', message, 'Log in again with the scope admin:')

    def test_scopes_without_any_are_refused(self) -> None:
        for scopes in ('', ' , ', 'a"b'):
            with self.subTest(scopes):
                result = self.auth('login', '--host', self.url, f'--scopes={scopes}', status=4)
                self.assertIn('--scopes', result.stderr)
                self.assertNotIn('Enter', result.stderr)


class NoDeviceEndpointTest(CloudTestCase):
    faults = ('no-device-endpoint', 'no-revocation')

    def test_device_endpoint_is_named_by_the_person(self) -> None:
        refused = self.auth('login', '--host', self.url, status=4)
        elsewhere = self.auth(
            'login', '--host', self.url, '--device-endpoint', 'http://elsewhere.example/device',
            status=4,
        )

        self.auth('login', '--host', self.url, '--device-endpoint', f'{self.url}/oauth/device')

        self.assert_error(refused, 'VALIDATION', 'the metadata of', 'Name it with --device-endpoi')
        self.assertNotIn('Enter', elsewhere.stderr)
        self.auth('status')


class TroubleTest(CliTestCase):
    """Faults that take seconds, all at the same time."""

    def cloud_with(self, *faults: str, approve: bool = False) -> DevCloud:
        """Return a devcloud with an interval of 1 s and these faults."""
        words = [f'--fault={fault}' for fault in ('interval=1', 'counters', *faults)]
        approval = ['--approve', 'demo@phyware.example'] if approve else []
        return self.enterContext(DevCloud(*approval, *words))

    def begin(self, cloud: DevCloud, config: str) -> subprocess.Popen[str]:
        """Start a login; logins that go on together must not share a home."""
        self.environ['PHYWARE_CONFIG_DIR'] = str(self.home / config)
        return self.start('auth', 'login', '--host', str(cloud.url), '-o', 'json')

    def test_case_49_50_52_goes_on_through_trouble_until_the_code_is_over(self) -> None:
        slow = self.cloud_with('slow-down=1', 'code-lifetime=12')
        slowed = self.begin(slow, 'slow')
        troubled = self.cloud_with('device-5xx=1', 'token-html=1', 'token-reset=1', approve=True)
        logins = [self.begin(troubled, f'troubled{number}') for number in range(3)]
        endless = self.begin(self.cloud_with('pending-for-ever', 'code-lifetime=2'), 'endless')

        for process in logins:
            self.assert_logged_in(self.finish(process))
        self.assert_over(self.finish(endless), '2 seconds')
        self.assert_over(self.finish(slowed), '12 seconds')

        # Each fault hit a poll of one of the three, and each went on to its end.
        self.assertEqual(6, polls_of(troubled))
        # At 1 s and, 5 s slower from then on, at 7 s, or once where that was too late
        # for a second one; without, it would be eleven.
        self.assertIn(polls_of(slow), (1, 2))

    def assert_logged_in(self, result: Result) -> None:
        """Check exit status, data and a stderr that shows no foreign page."""
        self.assertEqual(0, result.exit_code, result.stderr)
        self.assertEqual('demo@phyware.example', result.json()['user'])
        self.assertNotIn('<', result.stderr)

    def assert_over(self, result: Result, life: str) -> None:
        """Check what is said of a code that nobody approved."""
        self.assertEqual((2, ''), (result.exit_code, result.stdout))
        self.assertIn(f'The code lives {life}.', result.stderr)
        error = result.error()
        self.assertEqual(('EXPIRED', 2), (error['code'], error['exit_code']))
        self.assertTrue(error['message'].startswith('Token expired: the login code is over'))


def polls_of(cloud: DevCloud) -> int:
    """Return how often a device code was polled for."""
    answer = direct().get(f'{cloud.url}/api/v1/debug/counters', timeout=SECONDS)
    return int(answer.json()['counters'].get(POLLS, 0))


def _submit(
    browser: requests.Session, page: requests.Response, action: str, **fields: str
) -> requests.Response:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    form = {'csrf_token': html.unescape(token[1]), **fields}
    return browser.post(action, data=form, timeout=SECONDS)
