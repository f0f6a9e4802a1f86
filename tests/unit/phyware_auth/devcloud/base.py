"""A devcloud in this process: Flask's test client, a temporary database, a fake clock.

Layer: test fixture.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import unittest
from pathlib import Path
from typing import Any, ClassVar

from flask.testing import FlaskClient
from waitress.channel import ClientDisconnected
from werkzeug.test import Client, TestResponse

from phyware_auth.devcloud import seeding
from phyware_auth.devcloud.app import create_app
from phyware_auth.devcloud.cloud import Devcloud
from phyware_auth.devcloud.connection import closing_unanswered
from phyware_auth.devcloud.database import Database
from phyware_auth.devcloud.faults import Faults
from phyware_auth.devcloud.oauth_views import DEVICE_GRANT
from phyware_auth.devcloud.settings import Person, Seed

PORT = 8000
ORIGIN = f'http://127.0.0.1:{PORT}'
DEMO = Person('demo@phyware.example', True, 'demo password', 'phk_demo')
OTHER = Person('other@phyware.example', False, 'other password', 'phk_other')
SEED = Seed(DEMO, OTHER, 'service', 'service secret')
FULL_SCOPE = 'openid email offline_access admin:sessions'
START = 1_800_000_000.0


class FakeClock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


class DevcloudTestCase(unittest.TestCase):
    """One fresh devcloud a test; ``restart`` gives it faults or an approver."""

    _template: ClassVar[tempfile.TemporaryDirectory[str]]
    seeded: ClassVar[seeding.Seeded]

    @classmethod
    def setUpClass(cls) -> None:
        """Seed once a class: password hashes take their time on purpose."""
        cls._template = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls._template.cleanup)
        database = Database(f'sqlite:///{cls._template.name}/seeded')
        cls.seeded = seeding.prepare(database, SEED, START)
        database.close()

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name, 'database')
        shutil.copy(Path(self._template.name, 'seeded'), path)
        self.database = Database(f'sqlite:///{path}')
        self.addCleanup(self.database.close)
        self.clock = FakeClock()
        self.restart()

    def restart(self, *faults: str, approver: Person | None = None, port: int = PORT) -> None:
        """Put another server on the same database."""
        self.devcloud = Devcloud(
            self.database, self.seeded, port, Faults.parse(faults), self.clock,
            None if approver is None else self.seeded.users[approver.email],
        )
        self.app = create_app(self.devcloud)
        self.http = self.new_client()

    def new_client(self) -> FlaskClient:
        """Return a browser with no cookies."""
        return self.app.test_client()

    def get(self, path: str, bearer: str | None = None, **kwargs: Any) -> TestResponse:
        """GET, with a bearer credential if one is given."""
        headers = {'Authorization': f'Bearer {bearer}'} if bearer else {}
        return self.http.get(path, base_url=ORIGIN, headers=headers, **kwargs)

    def form(self, path: str, **fields: str) -> TestResponse:
        """POST a form as the command line does: public client, no origin."""
        return self.http.post(path, base_url=ORIGIN, data={'client_id': 'phyware-cli', **fields})

    def page(self, path: str, client: FlaskClient | None = None, **fields: Any) -> TestResponse:
        """POST a form of a page, as a browser does: with its origin and its CSRF token."""
        client = client or self.http
        form = client.get('/login', base_url=ORIGIN, follow_redirects=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
        token = found.group(1) if found else ''
        return client.post(
            path, base_url=ORIGIN, data={'csrf_token': token, **fields},
            headers={'Origin': ORIGIN},
        )

    def sign_in(self, person: Person = DEMO, client: FlaskClient | None = None) -> TestResponse:
        """Sign in at the page."""
        return self.page('/login', client, email=person.email, password=person.password)

    def device_codes(self, scope: str = FULL_SCOPE) -> dict[str, Any]:
        """Ask for a device code."""
        answer: dict[str, Any] = self.form('/oauth/device', scope=scope).get_json()
        return answer

    def poll(self, codes: dict[str, Any]) -> TestResponse:
        """Poll once."""
        return self.form(
            '/oauth/token', grant_type=DEVICE_GRANT, device_code=codes['device_code']
        )

    def tokens(self, scope: str = FULL_SCOPE, person: Person = DEMO) -> dict[str, Any]:
        """Log in by password and return the answer."""
        answer: dict[str, Any] = self.form(
            '/oauth/token', grant_type='password', username=person.email,
            password=person.password, scope=scope,
        ).get_json()
        return answer

    def refresh(self, refresh_token: str, **fields: str) -> TestResponse:
        """Send one refresh grant."""
        return self.form(
            '/oauth/token', grant_type='refresh_token', refresh_token=refresh_token, **fields
        )

    def assert_unanswered(self, **fields: str) -> None:
        """Send a token request whose connection must be closed without a byte."""
        client = Client(closing_unanswered(self.app))
        with self.assertRaises(ClientDisconnected):
            client.post(
                '/oauth/token', base_url=ORIGIN, data={'client_id': 'phyware-cli', **fields}
            )
