"""``auth sessions list`` and ``revoke``: pages, limits, users and odd ids.

Layer: functional test.
"""

from __future__ import annotations

from tests.functional.cli import LoggedInTestCase

SEEDED = 2500
PAGES = 'GET /api/v1/sessions'


class SessionsTest(LoggedInTestCase):
    options = ('--seed-sessions', str(SEEDED))

    def pages(self) -> int:
        """Return how many pages of sessions were asked for until now."""
        return self.counters().get(PAGES, 0)

    def ids(self, *words: str) -> list[str]:
        """Return the ids that ``sessions list`` shows."""
        return self.auth('sessions', 'list', '-f', 'value', '-c', 'id', *words).stdout.split()

    def test_follows_the_pages_to_the_end(self) -> None:
        before = self.pages()

        found = self.ids()

        self.assertGreater(len(found), SEEDED)
        self.assertEqual(len(found), len(set(found)))
        self.assertEqual(3, self.pages() - before)

    def test_limit(self) -> None:
        before = self.pages()

        few, many = self.ids('--limit', '3'), self.ids('--limit', '1500')

        self.assertEqual((3, 1500), (len(few), len(set(many))))
        self.assertEqual(few, many[:3])
        self.assertEqual(3, self.pages() - before)

    def test_limit_that_is_none(self) -> None:
        for limit in ('0', '-1', '9' * 30):
            with self.subTest(limit):
                result = self.auth('sessions', 'list', f'--limit={limit}', status=4)
                self.assertIn('it must be a whole number above 0', result.stderr)

    def test_of_another_user(self) -> None:
        token = self.token_of_other()
        user_id = self.cloud.users['other@phyware.example']['id']

        rows = self.auth('sessions', 'list', '--user-id', user_id, '-o', 'json').json()

        self.assertEqual({user_id}, {row['user_id'] for row in rows})
        self.assertEqual({'other@phyware.example'}, {row['user'] for row in rows})
        self.assertEqual([False] * len(rows), [row['current'] for row in rows])
        refused = self.auth(
            'sessions', 'list', '--user-id', self.cloud.user_id, '--api-key', token,
            '--url', self.url, '-o', 'json', status=2,
        )
        self.assertEqual('FORBIDDEN', refused.error()['code'])

    def test_user_id_is_data_not_a_query(self) -> None:
        rows = self.auth('sessions', 'list', '--user-id', 'a&limit=1#', '-o', 'json').json()

        self.assertEqual([], rows)

    def test_unknown_id(self) -> None:
        text = self.auth('sessions', 'revoke', 'ses_unknown', status=3)
        error = self.auth('sessions', 'revoke', 'ses_unknown', '-o', 'json', status=3).error()

        self.assertEqual('NOT_FOUND: Session not found\nCheck SESSION_ID\n', text.stderr)
        self.assertEqual(
            {'code': 'NOT_FOUND', 'message': 'Session not found',
             'remediation': 'Check SESSION_ID', 'exit_code': 3}, error,
        )

    def test_odd_ids_revoke_nothing(self) -> None:
        before = len(self.ids())
        unknown = ('a/b', 'a b', '%2F', 'é', '?a#b', '-x')
        impossible = ('', '..', '%2e%2e', '../../userinfo')

        for status, ids in ((3, unknown), (4, impossible)):
            for session_id in ids:
                with self.subTest(session_id):
                    result = self.auth('sessions', 'revoke', '--', session_id, status=status)
                    self.assertIn('Check SESSION_ID', result.stderr)
        self.assertEqual(before, len(self.ids()))

    def test_id_is_required(self) -> None:
        result = self.auth('sessions', 'revoke', status=4)

        self.assert_error(result, 'VALIDATION', 'the following arguments are required: SESSION_ID')
