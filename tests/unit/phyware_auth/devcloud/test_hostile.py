"""Any form, query and header at all: no failure of the server, and nothing approved (case 94)."""

from __future__ import annotations

import base64
from urllib.parse import quote, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.phyware_auth.devcloud.base import ORIGIN, DevcloudTestCase
from tests.unit.phyware_auth.hostile import FEW

FEWER = settings(FEW, max_examples=40)
NAMES = ('grant_type', 'device_code', 'refresh_token', 'username', 'password', 'scope', 'client_id',
         'client_secret', 'token', 'token_type_hint', 'user_code', 'decision', 'csrf_token', 'name',
         'lifetime', 'next', 'email', 'limit', 'cursor', 'user_id')  # fmt: skip
GRANTS = ('urn:ietf:params:oauth:grant-type:device_code', 'refresh_token', 'password',
          'client_credentials', 'authorization_code')  # fmt: skip
ODD = (
    '', '\0', '\xff', '\u202e', '9' * 400, '-1', 'nan', '1e999', 'x' * 5000, '../..', '"', '%',
    '//evil.example', '/\\evil.example', 'http://evil.example', 'phyware-cli', '{"a":',
    'demo@phyware.example', 'openid  email', "' OR 1=1 --", *GRANTS,
    base64.urlsafe_b64encode(b'nan inf').decode(), base64.urlsafe_b64encode(b'1e400 x').decode(),
)  # fmt: skip
VALUES = st.sampled_from(ODD) | st.text(max_size=20) | st.binary(max_size=20)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6).map(urlencode)
TOKENS = st.sampled_from(ODD) | st.binary(max_size=20).map(base64.b64encode).map(bytes.decode)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        'Authorization': st.builds(
            '{} {}'.format, st.sampled_from(('Basic', 'Bearer', 'bearer', 'DPoP', '')),
            TOKENS.map(lambda text: quote(text, safe='=+/ ')),
        ),
        'Content-Type': st.sampled_from(('application/json', 'multipart/form-data', 'x')),
        'Origin': st.sampled_from((ORIGIN, 'null', 'http://evil.example', '')),
        'Cookie': TOKENS.map(lambda text: f'phycloud_8000={quote(text)}'),
    },
)  # fmt: skip
FORMS = ('/oauth/token', '/oauth/device', '/oauth/revoke', '/oauth/userinfo', '/login', '/device',
         '/keys', '/logout')  # fmt: skip
READ = ('/api/v1/sessions', '/api/v1/robots', '/api/v1/instance', '/oauth/userinfo', '/device',
        '/login', '/keys', '/sessions', '/static/../app.py')  # fmt: skip


class HostileRequestTests(DevcloudTestCase):
    def sent(self, method: str, path: str, headers: dict[str, str], body: bytes = b'') -> int:
        """Send a request; return the status, which is never a failure of the server."""
        sent = {'Content-Type': 'application/x-www-form-urlencoded', **headers}
        answer = self.http.open(path, method=method, base_url=ORIGIN, headers=sent, data=body)
        answer.close()
        self.assertLess(answer.status_code, 500)
        location = answer.headers.get('Location', '/')
        self.assertRegex(location.removeprefix(ORIGIN), r'\A/(?![/\\])')
        return answer.status_code

    @FEWER
    @given(st.sampled_from(FORMS), PAIRS.map(str.encode) | st.binary(max_size=100), HEADERS)
    def test_case_94_forms(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        self.sent('POST', path, headers, body)

    def test_case_94_a_client_that_cannot_be_read(self) -> None:
        for credentials in ('Basic ', 'Basic =', 'Basic eA', 'Basic /w==', 'Basic eA== x'):
            for path in ('/oauth/token', '/oauth/device', '/oauth/revoke'):
                with self.subTest(credentials=credentials, path=path):
                    status = self.sent('POST', path, {'Authorization': credentials}, b'token=x')

                    self.assertIn(status, (400, 401))

    @FEWER
    @given(st.sampled_from(READ), PAIRS | st.binary(max_size=30).map(quote), st.booleans())
    def test_case_94_queries(self, path: str, query: str, known: bool) -> None:
        headers = {'Authorization': 'Bearer phk_demo'} if known else {}

        self.sent('GET', f'{path}?{query}', headers)

    @FEWER
    @given(st.text(max_size=30).map(lambda text: quote(text, safe='')) | st.just('%00'))
    def test_case_94_identifiers(self, name: str) -> None:
        headers = {'Authorization': 'Bearer phk_demo'}

        self.sent('DELETE', f'/api/v1/sessions/{name}', headers)
        self.sent('GET', f'/api/v1/robots/{name}', headers)

    @FEWER
    @given(PAIRS, HEADERS)
    def test_case_92_93_nothing_but_the_right_form_approves(
        self, body: str, headers: dict[str, str]
    ) -> None:
        if not hasattr(self, 'codes'):
            self.codes = self.device_codes()
        code = urlencode({'user_code': self.codes['user_code'], 'decision': 'approve'})

        self.assertNotEqual(200, self.sent('POST', '/device', headers, f'{code}&{body}'.encode()))

        self.assertEqual('pending', self.status_of_code())

    def status_of_code(self) -> str:
        """Return what the database says of the code."""
        with self.database.engine.connect() as connection:
            return str(connection.exec_driver_sql('select status from device_codes').scalar_one())
