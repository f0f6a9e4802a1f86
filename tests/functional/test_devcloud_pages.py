"""The pages in a real Chromium, as a person uses them, at phone and desktop width."""

from __future__ import annotations

import contextlib
import tempfile
import unittest
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import requests

from tests.functional.devcloud_server import SECONDS, DevCloud, require_program
from tests.functional.test_devcloud import DEVICE_GRANT, log_in, post

if TYPE_CHECKING:
    from selenium.webdriver.chrome.webdriver import WebDriver
    from selenium.webdriver.remote.webelement import WebElement

_FLAGS = (
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-dev-shm-usage',
)
_PATHS = ('/', '/device', '/device?user_code=BBBB-BBBB', '/keys', '/sessions', '/nothing')
# Relative luminance and contrast as WCAG 2.1 defines them; 4.5 is its level AA.
_LOW_CONTRAST = """
const lum = c => { const [r, g, b] = c.map(v => { v /= 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const parse = s => (s.match(/[\\d.]+/g) || []).map(Number);
const ground = e => { for (; e; e = e.parentElement) {
  const c = parse(getComputedStyle(e).backgroundColor);
  if (c.length === 3 || c[3] === 1) return c.slice(0, 3); } return [255, 255, 255]; };
return [...document.querySelectorAll('body *')].filter(e => e.offsetParent !== null &&
  [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).filter(e => {
    const a = lum(parse(getComputedStyle(e).color)), b = lum(ground(e));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
  }).map(e => e.outerHTML);
"""
_UNLABELLED = """
return [...document.querySelectorAll('input:not([type=hidden]), select, button, a')].filter(e =>
  !(e.labels && e.labels.length) && !e.textContent.trim() && !e.getAttribute('aria-label')
).map(e => e.outerHTML);
"""
_HEADINGS = 'return [...document.querySelectorAll("h1,h2,h3")].map(e => +e.tagName[1]);'
_WIDTHS = 'return [document.documentElement.scrollWidth, window.innerWidth];'


@contextlib.contextmanager
def chromium(size: tuple[int, int], scheme: str = 'light') -> Iterator[WebDriver]:
    """Give a fresh headless browser whose page is ``size`` CSS pixels large.

    The size is set in the page: a headless window cannot be as narrow as a phone.
    """
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = require_program('chromium', 'chromium-browser', 'google-chrome')
    service = webdriver.ChromeService(require_program('chromedriver'))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in (*_FLAGS, f'--user-data-dir={profile}'):
            options.add_argument(flag)
        driver = webdriver.Chrome(options, service)
        try:
            _emulate(driver, size, scheme)
            yield driver
        finally:
            driver.quit()


def _emulate(driver: WebDriver, size: tuple[int, int], scheme: str) -> None:
    width, height = size
    driver.execute_cdp_cmd(
        'Emulation.setDeviceMetricsOverride',
        {'width': width, 'height': height, 'deviceScaleFactor': 1, 'mobile': width < 500},
    )
    features = [{'name': 'prefers-color-scheme', 'value': scheme}]
    driver.execute_cdp_cmd('Emulation.setEmulatedMedia', {'features': features})


class PageTestCase(unittest.TestCase):
    """One devcloud a class, one browser a test."""

    size: ClassVar[tuple[int, int]] = (1280, 800)
    cloud: ClassVar[DevCloud]
    driver: WebDriver

    @classmethod
    def setUpClass(cls) -> None:
        cls.cloud = DevCloud.start()
        cls.addClassCleanup(cls.cloud.stop)

    def setUp(self) -> None:
        self.driver = self.enterContext(chromium(self.size))

    def find(self, selector: str) -> WebElement:
        """Return the element, waiting for it."""
        from selenium.webdriver.common.by import By
        from selenium.webdriver.support.wait import WebDriverWait

        def look(driver: Any) -> WebElement:
            found: WebElement = driver.find_element(By.CSS_SELECTOR, selector)
            return found

        return WebDriverWait(self.driver, SECONDS).until(look)

    def wait_for_heading(self, text: str) -> None:
        """Wait until the page's main heading says ``text``, whatever page it is."""
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.support.wait import WebDriverWait

        # Between two pages an element may be of neither, for which Chromium has many names.
        waiting = WebDriverWait(
            self.driver, SECONDS, ignored_exceptions=[WebDriverException]
        )
        waiting.until(lambda _driver: text in self.find('h1').text, f'no heading {text!r}')

    def submit(self, selector: str, heading: str) -> None:
        """Click, and wait for the page with this heading."""
        self.find(selector).click()
        self.wait_for_heading(heading)

    def sign_in(self, path: str, heading: str) -> None:
        """Open a page signed out, sign in, and arrive at that page."""
        self.driver.get(f'{self.cloud.url}{path}')
        self.wait_for_heading('Sign in')
        self.find('#email').send_keys(self.cloud.email)
        self.find('#password').send_keys(self.cloud.password)
        self.submit('main button', heading)

    def assert_fits(self) -> None:
        """Check that nothing sticks out of the page to the side."""
        content, window = self.driver.execute_script(_WIDTHS)
        self.assertEqual(self.size[0], window)
        self.assertLessEqual(content, window, self.driver.current_url)

    def user_status(self, credential: str) -> int:
        """Return what userinfo answers to a credential."""
        return requests.get(
            f'{self.cloud.url}/oauth/userinfo', timeout=SECONDS,
            headers={'Authorization': f'Bearer {credential}'},
        ).status_code

    def poll(self, codes: dict[str, Any]) -> dict[str, Any]:
        """Poll once."""
        answer: dict[str, Any] = post(
            self.cloud, '/oauth/token', grant_type=DEVICE_GRANT, device_code=codes['device_code']
        ).json()
        return answer


class Flows:
    """What a person does; a subclass says how large the screen is."""

    class Contract(PageTestCase):
        def test_sign_in_and_approve_from_the_complete_address(self) -> None:
            codes = post(self.cloud, '/oauth/device').json()
            path = codes['verification_uri_complete'].removeprefix(self.cloud.url)

            self.sign_in(path, 'Allow phyware command line')
            self.assert_fits()
            self.assert_accessible()
            self.assertEqual(codes['user_code'], self.find('.code').text)
            self.assertIn('Only continue if you started this', self.find('main').text)
            self.submit('button[value=approve]', 'Approved')

            self.assert_fits()
            self.assert_accessible()
            self.assertEqual(200, self.user_status(self.poll(codes)['access_token']))

        def test_deny_a_code_that_was_typed(self) -> None:
            codes = post(self.cloud, '/oauth/device').json()
            self.sign_in('/device', 'Approve a device')

            self.find('#user_code').send_keys(codes['user_code'].lower().replace('-', ''))
            self.submit('main button', 'Allow phyware command line')
            self.submit('button[value=deny]', 'Denied')

            self.assertEqual('access_denied', self.poll(codes)['error'])

        def test_create_a_key_and_revoke_it(self) -> None:
            self.sign_in('/keys', 'API keys')
            self.find('#name').send_keys('A name that is long enough to need a second line here')
            self.find('input[value="robots:read"]').click()
            self.submit('.actions button', 'Key created')
            self.assert_fits()
            self.assert_accessible()
            key = self.find('.secret').text
            self.assertEqual(200, self.user_status(key))

            self.submit('main a.button', 'API keys')
            self.assert_fits()
            self.assertNotIn(key, self.driver.page_source)
            self.find('[aria-label^="Revoke the key A name"]').click()
            self.wait_until_gone('[aria-label^="Revoke the key A name"]')

            self.assertEqual(401, self.user_status(key))

        def test_revoke_a_terminal_then_this_browser(self) -> None:
            token = log_in(self.cloud)['access_token']
            self.sign_in('/sessions', 'Sessions')
            self.assert_fits()
            session_id = requests.get(
                f'{self.cloud.url}/oauth/userinfo', timeout=SECONDS,
                headers={'Authorization': f'Bearer {token}'},
            ).json()['sid']

            self.find(f'[aria-label$="{session_id}"]').click()
            self.wait_until_gone(f'[aria-label$="{session_id}"]')

            self.assertEqual(401, self.user_status(token))
            self.submit('.card.current button', 'Sign in')

        def test_sign_out(self) -> None:
            self.sign_in('/keys', 'API keys')

            self.submit('.account button', 'A PhyCloud on your own machine')

            self.driver.get(f'{self.cloud.url}/keys')
            self.wait_for_heading('Sign in')

        def test_every_page_fits_and_is_accessible(self) -> None:
            self.driver.get(self.cloud.url)
            self.assert_accessible()
            self.sign_in('/keys', 'API keys')
            for scheme in ('light', 'dark'):
                _emulate(self.driver, self.size, scheme)
                for path in _PATHS:
                    with self.subTest(path=path, scheme=scheme):
                        self.driver.get(f'{self.cloud.url}{path}')

                        self.assert_fits()
                        self.assert_accessible()

        def test_a_hidden_focus_is_shown(self) -> None:
            from selenium.webdriver.common.keys import Keys

            self.driver.get(f'{self.cloud.url}/')
            self.find('body').send_keys(Keys.TAB)

            focused = self.driver.switch_to.active_element

            self.assertEqual('Skip to the content', focused.text)
            self.assertGreaterEqual(focused.rect['x'], 0)
            self.assertEqual('3px', focused.value_of_css_property('outline-width'))

        def assert_accessible(self) -> None:
            script = self.driver.execute_script
            levels = script(_HEADINGS)
            self.assertEqual(1, levels.count(1), levels)
            self.assertTrue(all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False)))
            self.assertEqual([], script(_UNLABELLED))
            self.assertEqual([], script(_LOW_CONTRAST))
            self.assertEqual('en', script('return document.documentElement.lang'))

        def wait_until_gone(self, selector: str) -> None:
            from selenium.webdriver.common.by import By
            from selenium.webdriver.support.wait import WebDriverWait

            WebDriverWait(self.driver, SECONDS).until_not(
                lambda driver: driver.find_element(By.CSS_SELECTOR, selector)
            )


class PhoneTest(Flows.Contract):
    size = (360, 740)


class DesktopTest(Flows.Contract):
    size = (1280, 800)
