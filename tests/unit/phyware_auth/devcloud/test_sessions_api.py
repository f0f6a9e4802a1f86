"""The sessions API."""

from __future__ import annotations

import base64
import json

from sqlalchemy import delete, insert, text

from phyware_auth.devcloud import seeding, sessions
from phyware_auth.devcloud.models import LoginSession
from tests.unit.phyware_auth.devcloud.base import DEMO, OTHER, SEED, START, DevcloudTestCase

SESSIONS = '/api/v1/sessions'


class SessionsTestCase(DevcloudTestCase):
    def seed(self, count: int) -> None:
        with self.database.write() as session:
            user_id = self.seeded.users[DEMO.email]
            rows = [seeding._session_row(user_id, number, START) for number in range(count)]
            session.execute(insert(LoginSession), rows)

    def ids(self, limit: int) -> list[list[str]]:
        """Return the ids of every page."""
        pages, cursor = [], ''
        while cursor is not None:
            answer = self.get(f'{SESSIONS}?limit={limit}&cursor={cursor}', DEMO.pat).get_json()
            pages.append([row['id'] for row in answer['sessions']])
            cursor = answer['next_cursor']
        return pages


class ListTest(SessionsTestCase):
    def test_members(self) -> None:
        token = self.tokens()['access_token']

        row, = self.get(SESSIONS, token).get_json()['sessions']

        self.assertEqual(
            {
                'id': row['id'], 'user_id': self.seeded.users[DEMO.email], 'user': DEMO.email,
                'client': 'phyware-cli', 'ip': '127.0.0.1', 'current': True,
                'created_at': '2027-01-15T08:00:00Z', 'last_seen_at': '2027-01-15T08:00:00Z',
                'expires_at': '2027-02-14T08:00:00Z',
            },
            row,
        )

    def test_newest_first_and_one_is_current(self) -> None:
        self.tokens()
        self.clock.sleep(5)
        token = self.tokens()['access_token']

        rows = self.get(SESSIONS, token).get_json()['sessions']

        self.assertEqual([True, False], [row['current'] for row in rows])

    def test_pages(self) -> None:
        self.seed(7)

        pages = self.ids(3)

        self.assertEqual([3, 3, 1], [len(page) for page in pages])
        self.assertEqual(7, len({row for page in pages for row in page}))

    def test_pages_that_end_exactly(self) -> None:
        self.seed(6)

        self.assertEqual([3, 3], [len(page) for page in self.ids(3)])

    def test_rows_that_come_and_go_shift_nothing(self) -> None:
        self.seed(6)
        whole, = self.ids(1000)
        first = self.get(f'{SESSIONS}?limit=3', DEMO.pat).get_json()
        self.tokens()
        with self.database.write() as session:
            session.execute(delete(LoginSession).where(LoginSession.id.in_(whole[:3])))

        second = self.get(f'{SESSIONS}?limit=3&cursor={first["next_cursor"]}', DEMO.pat)

        self.assertEqual(whole[3:], [row['id'] for row in second.get_json()['sessions']])

    def test_a_page_reads_the_index_and_sorts_nothing(self) -> None:
        query = (
            'EXPLAIN QUERY PLAN SELECT * FROM sessions WHERE user_id = 1 AND revoked_at IS NULL '
            'AND expires_at > 1 AND (created_at, id) < (1, 1) ORDER BY created_at DESC, id DESC'
        )
        with self.database.read() as session:
            plan = ' '.join(str(row) for row in session.execute(text(query)))

        self.assertIn('ix_sessions_alive', plan)
        self.assertNotIn('B-TREE', plan)

    def test_ended_sessions_are_not_listed(self) -> None:
        self.tokens()
        self.clock.sleep(31 * 24 * 3600)

        self.assertEqual([], self.get(SESSIONS, DEMO.pat).get_json()['sessions'])

    def test_bad_limits_and_cursors(self) -> None:
        inf = base64.urlsafe_b64encode(b'[1e999, "x"]').decode()
        wrong = base64.urlsafe_b64encode(json.dumps(['1', 2]).encode()).decode()
        for query in (
            'limit=0', 'limit=1001', 'limit=-1', 'limit=x', 'limit=1.5', 'limit=000010000',
            'limit=%D9%A3', 'cursor=x', 'cursor=%FF', 'cursor=%E2%82%AC', f'cursor={inf}',
            f'cursor={wrong}',
        ):
            with self.subTest(query):
                response = self.get(f'{SESSIONS}?{query}', DEMO.pat)

                self.assertEqual(
                    (400, 'VALIDATION'), (response.status_code, response.get_json()['code'])
                )

    def test_empty_parameters_are_none(self) -> None:
        self.assertEqual(200, self.get(f'{SESSIONS}?user_id=&limit=&cursor=',
                                       DEMO.pat).status_code)

    def test_cursor_round_trip(self) -> None:
        place = (START + 0.123457, 'ses_x')

        self.assertEqual(place, sessions.parse_cursor(sessions.cursor_at(*place)))


class RightsTest(SessionsTestCase):
    def test_scope_is_needed(self) -> None:
        response = self.get(SESSIONS, self.tokens('openid')['access_token'])

        self.assertEqual((403, 'FORBIDDEN'),
                         (response.status_code, response.get_json()['code']))
        self.assertIn('error="insufficient_scope", scope="admin:sessions"',
                      response.headers['WWW-Authenticate'])

    def test_an_admin_lists_another_user(self) -> None:
        self.tokens(person=OTHER)
        other_id = self.seeded.users[OTHER.email]

        rows = self.get(f'{SESSIONS}?user_id={other_id}', DEMO.pat).get_json()['sessions']

        self.assertEqual([OTHER.email], [row['user'] for row in rows])

    def test_nobody_else_does(self) -> None:
        demo_id = self.seeded.users[DEMO.email]

        response = self.get(f'{SESSIONS}?user_id={demo_id}', OTHER.pat)

        self.assertEqual(403, response.status_code)
        self.assertNotIn('WWW-Authenticate', response.headers)

    def test_an_unknown_user_has_no_sessions(self) -> None:
        self.assertEqual([], self.get(f'{SESSIONS}?user_id=usr_x',
                                      DEMO.pat).get_json()['sessions'])


class DeleteTest(SessionsTestCase):
    def delete(self, session_id: str, credential: str) -> int:
        return self.http.delete(
            f'{SESSIONS}/{session_id}', base_url='http://127.0.0.1:8000',
            headers={'Authorization': f'Bearer {credential}'},
        ).status_code

    def session_of(self, token: str) -> str:
        sid: str = self.get('/oauth/userinfo', token).get_json()['sid']
        return sid

    def test_tokens_end_at_once(self) -> None:
        answer = self.tokens()

        status = self.delete(self.session_of(answer['access_token']), DEMO.pat)

        self.assertEqual(204, status)
        refused = self.get('/oauth/userinfo', answer['access_token'])
        self.assertIn('revoked"', refused.headers['WWW-Authenticate'])
        self.assertEqual(400, self.refresh(answer['refresh_token']).status_code)

    def test_its_own_session(self) -> None:
        token = self.tokens()['access_token']

        self.assertEqual(204, self.delete(self.session_of(token), token))

    def test_unknown_ended_or_strange(self) -> None:
        session_id = self.session_of(self.tokens()['access_token'])
        self.delete(session_id, DEMO.pat)

        for wanted in (session_id, 'ses_unknown', 'a%2Fb', '%20', '..%2F', 'x' * 500):
            with self.subTest(wanted):
                self.assertEqual(404, self.delete(wanted, DEMO.pat))

    def test_problem_of_a_404(self) -> None:
        response = self.http.delete(
            f'{SESSIONS}/ses_x', base_url='http://127.0.0.1:8000',
            headers={'Authorization': f'Bearer {DEMO.pat}'},
        )

        self.assertEqual(('NOT_FOUND', 'application/problem+json'),
                         (response.get_json()['code'], response.mimetype))

    def test_only_an_admin_ends_the_session_of_another(self) -> None:
        mine = self.session_of(self.tokens()['access_token'])
        theirs = self.session_of(self.tokens(person=OTHER)['access_token'])

        self.assertEqual(404, self.delete(mine, OTHER.pat))
        self.assertEqual(204, self.delete(theirs, DEMO.pat))

    def test_scope_is_needed(self) -> None:
        token = self.tokens('openid')['access_token']

        self.assertEqual(403, self.delete(self.session_of(token), token))


class SeedTest(DevcloudTestCase):
    def test_case_seed_sessions(self) -> None:
        with self.database.schema_change() as session:
            seeding._sessions(session, self.seeded.users[DEMO.email], 25_000, START)

        with self.database.read() as session:
            count = session.scalar(text('SELECT count(*) FROM sessions'))
        self.assertEqual((25_000, 0), (count, SEED.sessions))
