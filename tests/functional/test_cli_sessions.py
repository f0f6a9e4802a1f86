"""``auth sessions list`` and ``revoke``: pages, limits, users and odd ids.

Layer: functional test.
"""

from __future__ import annotations

import pyte

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


class TerminalTest(LoggedInTestCase):
    """Nine columns are more than a terminal of 80 cells has room for."""

    options = SessionsTest.options

    def lines(self, *words: str, width: int) -> list[str]:
        """Return the screen's lines, of a terminal that breaks what is longer than one."""
        child = self.terminal('auth', 'sessions', 'list', '--limit', '2', *words, width=width)
        status, shown = self.shown(child)
        self.assertEqual(0, status, shown)
        screen = pyte.Screen(width, 500)
        pyte.Stream(screen).feed(shown.replace('\n', '\r\n'))
        return [line.rstrip() for line in screen.display if line.strip()]

    def test_each_session_is_a_block_of_all_fields(self) -> None:
        rows = self.auth('sessions', 'list', '--limit', '2', '-o', 'json').json()

        lines = self.lines(width=80)

        self.assertEqual(1, len(set(map(len, lines))), lines)
        cells = [line.strip('| ').split(' | ') for line in lines if line.startswith('| ')][1:]
        shown = [(field.strip(), ''.join(rest).strip()) for field, *rest in cells]
        self.assertEqual([name for row in rows for name in row], [name for name, _ in shown])
        self.assertEqual([row['id'] for row in rows], [v for name, v in shown if name == 'id'])

    def test_a_wide_terminal_and_who_asks_for_it_get_columns(self) -> None:
        wide, fitted = self.lines(width=250), self.lines('--fit-width', width=150)
        unlimited = self.lines('--max-width', '999', width=80)

        for lines in (wide, fitted):
            self.assertRegex(lines[1], r'^\| id +\| user_id +\| user +\|')
            self.assertEqual(1, len(set(map(len, lines))), lines)
        self.assertRegex(unlimited[0], r'^[+-]{80}$')

    def test_a_pipe_gets_the_columns_of_before(self) -> None:
        lines = self.auth('sessions', 'list', '--limit', '2').stdout.splitlines()

        self.assertEqual((6, 1), (len(lines), len(set(map(len, lines)))))
        self.assertGreater(len(lines[0]), 150)
