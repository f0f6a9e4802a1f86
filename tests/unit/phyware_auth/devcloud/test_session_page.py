"""The page of sessions."""

from __future__ import annotations

import re

from phyware_auth.devcloud import seeding
from tests.unit.phyware_auth.devcloud.base import DEMO, OTHER, START, DevcloudTestCase


class SessionPageTest(DevcloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sign_in()

    def ids(self, path: str = '/sessions') -> list[str]:
        return re.findall(r'/sessions/(ses_\w+)/revoke', self.get(path).text)

    def test_this_browser_is_marked(self) -> None:
        self.tokens()

        page = self.get('/sessions').text

        self.assertEqual(1, page.count('This browser'))
        self.assertIn('phyware command line', page)
        self.assertEqual(2, len(self.ids()))

    def test_revoke_a_terminal(self) -> None:
        self.clock.sleep(1)
        answer = self.tokens()

        response = self.page(f'/sessions/{self.ids()[0]}/revoke')

        self.assertEqual((303, '/sessions'), (response.status_code, response.location))
        self.assertEqual(401, self.get('/oauth/userinfo', answer['access_token']).status_code)
        self.assertEqual(1, len(self.ids()))

    def test_revoke_this_browser(self) -> None:
        response = self.page(f'/sessions/{self.ids()[0]}/revoke')

        self.assertEqual((303, '/login'), (response.status_code, response.location))
        self.assertEqual(303, self.get('/sessions').status_code)

    def test_the_api_can_revoke_a_browser(self) -> None:
        session_id = self.ids()[0]

        self.http.delete(
            f'/api/v1/sessions/{session_id}', base_url='http://127.0.0.1:8000',
            headers={'Authorization': f'Bearer {DEMO.pat}'},
        )

        self.assertEqual(303, self.get('/sessions').status_code)

    def test_nobody_revokes_the_session_of_another(self) -> None:
        theirs = self.tokens(person=OTHER)['access_token']
        session_id = self.get('/oauth/userinfo', theirs).get_json()['sid']

        response = self.page(f'/sessions/{session_id}/revoke')

        self.assertEqual(404, response.status_code)
        self.assertEqual(200, self.get('/oauth/userinfo', theirs).status_code)

    def test_pages(self) -> None:
        with self.database.write() as session:
            seeding._sessions(session, self.seeded.users[DEMO.email], 30, START)
        first = self.get('/sessions').text
        more = re.search(r'/sessions\?cursor=[\w-]+', first)
        assert more is not None

        found = [*self.ids(), *self.ids(more.group())]

        self.assertEqual((31, 31), (len(found), len(set(found))))

    def test_a_bad_cursor_is_an_error_page(self) -> None:
        response = self.get('/sessions?cursor=x')

        self.assertEqual((400, 'text/html'), (response.status_code, response.mimetype))
