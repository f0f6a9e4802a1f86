"""``phyware auth sessions list`` and ``revoke``."""

from __future__ import annotations

from typing import Any

from phyware_auth.commands.sessions import SessionsList, SessionsRevoke
from tests.unit.phyware_auth.authcase import HOST, SESSIONS
from tests.unit.phyware_auth.commands.commandcase import CommandCase

FIELDS = [
    'id', 'user_id', 'user', 'client', 'ip', 'created_at', 'last_seen_at', 'expires_at', 'current',
]
SESSION: dict[str, Any] = {
    'id': 'ses_1', 'user_id': 'usr_1', 'user': 'ada@example.org', 'client': 'phyware-cli',
    'ip': '192.0.2.1', 'created_at': '2027-01-15T08:00:00Z', 'last_seen_at': '2027-01-15T08:00:00Z',
    'expires_at': None, 'current': True,
}


class SessionsCase(CommandCase):
    def setUp(self) -> None:
        super().setUp()
        self.saved()

    def serve_sessions(self, *sessions: object, following: str | None = None) -> None:
        answer = {'sessions': list(sessions), 'next_cursor': following}
        self.serve(SESSIONS, answer, {'sessions': []}, method='GET')


class ListTests(SessionsCase):
    def test_columns_and_types(self) -> None:
        self.serve_sessions({**SESSION, 'unknown': 1})

        shown = self.auth('sessions', 'list', '-o', 'json').json()

        self.assertEqual((list(shown[0]), shown), (FIELDS, [SESSION]))

    def test_missing_members_are_empty(self) -> None:
        self.serve_sessions({})

        shown = self.auth('sessions', 'list', '-o', 'json').json()

        self.assertEqual(shown, [dict.fromkeys(FIELDS)])

    def test_none(self) -> None:
        self.serve_sessions()

        self.assertEqual(self.auth('sessions', 'list', '-o', 'json').json(), [])

    def test_user_and_limit_are_passed_on(self) -> None:
        self.serve_sessions(SESSION, SESSION, SESSION)

        words = ('sessions', 'list', '--user-id', 'usr 1', '--limit', '2', '-o', 'json')
        shown = self.auth(*words).json()

        self.assertEqual(len(shown), 2)
        self.assertEqual(self.requests_to(SESSIONS), [{'user_id': 'usr 1', 'limit': '2'}])

    def test_limits_at_the_edge(self) -> None:
        for limit in ('1', '999999999'):
            with self.subTest(limit):
                self.serve_sessions(SESSION, SESSION)

                self.auth('sessions', 'list', '--limit', limit)

        self.assertEqual([query['limit'] for query in self.requests_to(SESSIONS)], ['1', '1000'])

    def test_what_the_catalog_says(self) -> None:
        for command in (SessionsList, SessionsRevoke):
            self.assertEqual(command.scopes, ('admin:sessions',))
        self.assertEqual(list(SessionsList.output_fields), FIELDS)
        self.assertEqual(list(SessionsRevoke.output_fields), ['id', 'state'])

    def test_limits_that_are_none(self) -> None:
        for limit in ('0', '-1', '1.5', 'x', '', '1_0', '\u0663', '9' * 10):
            with self.subTest(limit):
                self.refused('sessions', 'list', f'--limit={limit}', code='VALIDATION', status=4)
        self.assertEqual(self.http.call_count, 0)

    def test_failures(self) -> None:
        for status, code, exit_code in ((403, 'FORBIDDEN', 2), (404, 'NOT_FOUND', 3)):
            with self.subTest(status):
                self.serve(SESSIONS, {'status_code': status}, method='GET')

                self.refused('sessions', 'list', code=code, status=exit_code)

    def test_case_79_cells_that_command_the_terminal(self) -> None:
        for output in ('table', 'json', 'yaml'):
            with self.subTest(output):
                self.serve_sessions({**SESSION, 'client': '\x1b]0;x\x07', 'ip': {'\x1b': ['\x9b']}})

                shown = self.auth('sessions', 'list', '-o', output).stdout

                self.assertIn('ses_1', shown)
                self.assertTrue(shown.replace('\n', '').isprintable(), shown)

    def test_a_second_page_that_fails_is_an_error(self) -> None:
        page = {'sessions': [SESSION], 'next_cursor': 'c'}
        self.serve(SESSIONS, page, {'status_code': 403}, method='GET')

        result = self.auth('sessions', 'list', '-o', 'json', status=2)

        self.assertEqual(result.error()['code'], 'FORBIDDEN')

    def test_key_asks_its_host_where_the_sessions_are(self) -> None:
        self.serve_sessions(SESSION)
        self.cli.environ['PHYCLOUD_API_KEY'] = 'phk_x'

        self.auth('sessions', 'list')

        self.assertEqual(self.http.last_request.headers['Authorization'], 'Bearer phk_x')

    def test_not_logged_in(self) -> None:
        self.store.remove(HOST)

        self.refused('sessions', 'list', code='UNAUTHORIZED', status=2)


class RevokeTests(SessionsCase):
    def test_columns(self) -> None:
        self.serve(f'{SESSIONS}/ses_1', {'status_code': 204}, method='DELETE')

        shown = self.auth('sessions', 'revoke', 'ses_1', '-o', 'json').json()

        self.assertEqual(shown, {'id': 'ses_1', 'state': 'revoked'})

    def test_unknown(self) -> None:
        self.serve(f'{SESSIONS}/x', {'status_code': 404}, method='DELETE')

        error = self.refused('sessions', 'revoke', 'x', code='NOT_FOUND', status=3)

        self.assertEqual(error['message'], 'Session not found')
        self.assertEqual(error['remediation'], 'Check SESSION_ID')

    def test_ids_that_cannot_be(self) -> None:
        for session_id in ('', '.', '..', '../x', 'a\udcff'):
            with self.subTest(session_id):
                self.refused('sessions', 'revoke', session_id, code='VALIDATION', status=4)
        self.assertEqual(self.http.call_count, 0)

    def test_id_is_required(self) -> None:
        self.refused('sessions', 'revoke', code='VALIDATION', status=4)
