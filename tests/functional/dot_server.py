"""A real OAuth 2 / OpenID Connect server that is not ours, in its own process.

Layer: test fixture; it starts django-oauth-toolkit (``tests/functional/dot``)
and acts as the person at the browser.  It must not import Django: the settings
of Django are those of a whole process.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from tests.functional.devcloud_server import SECONDS

_ROOT = Path(__file__).parents[2]
_PACKAGES = {'oauth2_provider': 'django-oauth-toolkit', 'waitress': 'waitress'}
# After it the server is killed, which harms nothing.
_STOP_SECONDS = 10


def require(modules: Mapping[str, str]) -> None:
    """Skip the test whose packages are missing, or fail it where nothing may be skipped.

    :param modules: name of a module to name of the package that has it
    :raises AssertionError: one is missing and the environment says ``CI=true``
    :raises unittest.SkipTest: one is missing elsewhere
    """
    missing = [name for module, name in modules.items() if not importlib.util.find_spec(module)]
    if not missing:
        return
    reason = f'not installed: {", ".join(missing)}'
    if os.environ.get('CI') == 'true':
        raise AssertionError(reason)
    raise unittest.SkipTest(reason)


class DotServer:
    """One running server with one person and two public clients.

    An application of the toolkit has one grant only, hence two client ids.
    ``password`` is new for each server.

    :param metadata_at_root: also publish the RFC 8414 document where the RFC
        puts it; without, the toolkit has it below its mount path only
    """

    client_id = 'phyware-cli'
    password_client_id = 'phyware-password'
    username = 'ann@example.org'
    email = 'ann.lee@example.org'

    def __init__(self, metadata_at_root: bool = True) -> None:
        self.password = secrets.token_urlsafe(16)
        self._metadata_at_root = metadata_at_root
        self._stack = contextlib.ExitStack()
        self._data = Path()
        self.origin = ''

    @property
    def url(self) -> str:
        """Return the issuer, which is the host to give to the client."""
        return f'{self.origin}/o'

    @property
    def device_endpoint(self) -> str:
        """Return the device authorization endpoint, which no metadata names."""
        return f'{self.url}/device-authorization/'

    def __enter__(self) -> Self:
        """Start the server and wait until it answers.

        :raises RuntimeError: it did not start; its log is in the message
        """
        require(_PACKAGES)
        with self._stack as stack:
            self._data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            stack.callback(_stop, self._start())
            self._wait()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def approve(self, user_code: str) -> None:
        """Sign in, enter the code and accept, as a person does.

        :raises RuntimeError: a page was not the one expected
        """
        self._decide(user_code, 'accept', 'Device Authorized')

    def deny(self, user_code: str) -> None:
        """Sign in, enter the code and refuse.

        :raises RuntimeError: a page was not the one expected
        """
        self._decide(user_code, 'deny', 'Device Denied')

    def userinfo(self, access_token: str) -> requests.Response:
        """Return what the server says of a token that it may have issued."""
        with _browser() as client:
            client.headers['Authorization'] = f'Bearer {access_token}'
            return client.get(f'{self.url}/userinfo/', timeout=SECONDS)

    def end_sessions(self) -> None:
        """Sign in and take back every access given, on the server's own page.

        :raises RuntimeError: a page was not the one expected
        """
        with _browser() as browser:
            page = self._sign_in(browser, '/authorized_tokens/')
            for address in re.findall(r'/o(/authorized_tokens/\d+/delete/)', page.text):
                form = browser.get(f'{self.url}{address}', timeout=SECONDS)
                _submit(browser, form)
        if self.live_tokens() != (0, 0):
            raise RuntimeError(f'{page.status_code} from {page.url}: {page.text}')

    def live_tokens(self) -> tuple[int, int]:
        """Return how many access tokens and how many refresh tokens are good.

        The database is asked: to try a refresh token would use it up.
        """
        uri = f'file:{self._data / "db.sqlite3"}?mode=ro'
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=SECONDS)) as base:
            access, refresh = base.execute(
                'SELECT (SELECT count(*) FROM oauth2_provider_accesstoken),'
                ' (SELECT count(*) FROM oauth2_provider_refreshtoken WHERE revoked IS NULL)'
            ).fetchone()
        return int(access), int(refresh)

    def _environ(self) -> dict[str, str]:
        return os.environ | {
            'DOT_DATA': str(self._data),
            'DOT_URL': self.url,
            'DOT_METADATA_AT_ROOT': '1' if self._metadata_at_root else '0',
            'DOT_USERNAME': self.username,
            'DOT_EMAIL': self.email,
            'DOT_PASSWORD': self.password,
            'DOT_CLIENT_ID': self.client_id,
            'DOT_PASSWORD_CLIENT_ID': self.password_client_id,
        }

    def _start(self) -> subprocess.Popen[bytes]:
        # The parent's copy of the listener closes once the child has its own:
        # when the child dies, connections are refused instead of left waiting.
        with (
            socket.create_server(('127.0.0.1', 0), backlog=64) as listener,
            (self._data / 'log').open('w') as log,
        ):
            self.origin = f'http://127.0.0.1:{listener.getsockname()[1]}'
            return subprocess.Popen(
                [sys.executable, '-m', 'tests.functional.dot', str(listener.fileno())],
                cwd=_ROOT,
                env=self._environ(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[listener.fileno()],
            )

    def _wait(self) -> None:
        address = f'{self.url}/.well-known/openid-configuration'
        try:
            with _browser() as client:
                client.get(address, timeout=SECONDS).raise_for_status()
        except requests.RequestException as error:
            log = (self._data / 'log').read_text()
            raise RuntimeError(f'the server did not start: {log}') from error

    def _decide(self, user_code: str, action: str, expected: str) -> None:
        with _browser() as browser:
            page = self._sign_in(browser, '/device/')
            page = _submit(browser, page, user_code=user_code)
            page = _submit(browser, page, action=action)
        if expected not in page.text:
            raise RuntimeError(f'{page.status_code} from {page.url}: {page.text}')

    def _sign_in(self, browser: requests.Session, path: str) -> requests.Response:
        page = browser.get(f'{self.url}{path}', timeout=SECONDS)
        return _submit(browser, page, username=self.username, password=self.password)


def _browser() -> requests.Session:
    browser = requests.Session()
    browser.trust_env = False
    return browser


def _submit(browser: requests.Session, page: requests.Response, **fields: str) -> requests.Response:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    if found is None:
        raise RuntimeError(f'no form: {page.status_code} from {page.url}: {page.text}')
    form = {'csrfmiddlewaretoken': found[1], **fields}
    return browser.post(page.url, data=form, timeout=SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
