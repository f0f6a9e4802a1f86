"""Pages, cursors and ids of the sessions API."""

from __future__ import annotations

import re
from typing import Any

from phyware.cloud import CloudSession
from phyware.errors import (
    ConnectionFailed,
    ExitStatus,
    Forbidden,
    NotFound,
    PhywareError,
    ServerFailed,
    Validation,
)
from phyware.testing import FakeProvider
from phyware_auth.service.sessions import SessionsService
from tests.unit.phyware_auth.authcase import HOST, OTHER, SESSIONS, AuthCase


def page(*ids: str, following: object = None) -> dict[str, Any]:
    return {'sessions': [{'id': name} for name in ids], 'next_cursor': following}


class SessionsCase(AuthCase):
    def sessions(self, endpoint: str | None = None, host: str = HOST) -> SessionsService:
        cloud = CloudSession(host, self.transport, self.context, FakeProvider())
        return SessionsService(cloud, endpoint)

    def ids(self, user_id: str | None = None, limit: int | None = None) -> list[object]:
        return [row.get('id') for row in self.sessions().iterate(user_id, limit)]

    def queries(self) -> list[dict[str, str]]:
        return self.requests_to(SESSIONS)

    def error(self) -> PhywareError:
        with self.assertRaises(PhywareError) as caught:
            self.ids()
        return caught.exception


class ListTests(SessionsCase):
    def test_one_page(self) -> None:
        self.serve(SESSIONS, page('a', 'b'), method='GET')

        self.assertEqual(self.ids(), ['a', 'b'])
        self.assertEqual(self.queries(), [{'limit': '1000'}])

    def test_all_pages_in_their_order(self) -> None:
        self.serve(
            SESSIONS, page('a', following='c1'), page(following='c/2&x='), page('b'), method='GET'
        )

        self.assertEqual(self.ids('usr 1&limit=5'), ['a', 'b'])
        self.assertEqual(
            self.queries(),
            [
                {'user_id': 'usr 1&limit=5', 'limit': '1000'},
                {'user_id': 'usr 1&limit=5', 'limit': '1000', 'cursor': 'c1'},
                {'user_id': 'usr 1&limit=5', 'limit': '1000', 'cursor': 'c/2&x='},
            ],
        )

    def test_one_page_more_than_was_read_is_asked_for_at_most(self) -> None:
        pages = (page('a', following='c1'), page('b', following='c2'), page('c'))
        self.serve(SESSIONS, *pages, method='GET')
        rows = self.sessions().iterate(None, None)

        next(rows)
        self.assertIn(self.http.call_count, (1, 2))
        next(rows)
        self.assertIn(self.http.call_count, (2, 3))
        self.assertEqual(['c'], [row['id'] for row in rows])

    def test_limit(self) -> None:
        self.serve(SESSIONS, page('a', 'b', following='c1'), page('c', 'd'), method='GET')

        self.assertEqual(self.ids(limit=3), ['a', 'b', 'c'])
        self.assertEqual([query['limit'] for query in self.queries()], ['3', '1'])

    def test_limit_that_one_page_fills(self) -> None:
        self.serve(SESSIONS, page('a', 'b', 'more than asked for', following='c1'), method='GET')

        self.assertEqual(self.ids(limit=2), ['a', 'b'])
        self.assertEqual(self.http.call_count, 1)

    def test_limit_beyond_the_largest_page(self) -> None:
        self.serve(SESSIONS, page('a', following='c1'), page('b'), method='GET')

        self.assertEqual(self.ids(limit=1001), ['a', 'b'])
        self.assertEqual([query['limit'] for query in self.queries()], ['1000', '1000'])

    def test_an_empty_cursor_is_none(self) -> None:
        self.serve(SESSIONS, page('a', following=''), method='GET')

        self.assertEqual(self.ids(), ['a'])

    def test_cursors_that_go_round_end_in_an_error(self) -> None:
        for cursors in (['x'] * 9, ['x', 'y'] * 9, ['x', 'y', 'z'] * 9):
            with self.subTest(cursors[:3]):
                self.http.reset_mock()
                self.serve(SESSIONS, *(page(following=c) for c in cursors), method='GET')

                error = self.error()

                self.assertIs(type(error), ConnectionFailed)
                self.assertIn('does not end', error.message)
                self.assertEqual(self.http.call_count, len(set(cursors)) + 1)

    def test_members_that_are_missing_or_unknown(self) -> None:
        rows = [{}, {'id': 5, 'odd': [1]}, {'id': None}]
        self.serve(SESSIONS, {'sessions': rows, 'extra': 1}, method='GET')

        self.assertEqual(self.ids(), [None, 5, None])


class OddPagesTests(SessionsCase):
    def test_pages_that_are_none(self) -> None:
        bodies: tuple[Any, ...] = (
            {}, {'sessions': None}, {'sessions': {}}, {'sessions': 'canary'}, {'sessions': [1]},
            {'sessions': [None]}, {'sessions': [], 'next_cursor': 5},
            {'sessions': [], 'next_cursor': ['x']}, {'sessions': [], 'next_cursor': True},
        )
        for body in bodies:
            with self.subTest(body):
                self.serve(SESSIONS, {'json': body}, method='GET')

                error = self.error()

                self.assertIs(type(error), ConnectionFailed)
                self.assertNotIn('canary', error.message)

    def test_case_54_bodies_that_are_no_object(self) -> None:
        for content in (b'', b'<html>', b'[]', b'null', b'[' * 200_000, b'\xff'):
            with self.subTest(content[:9]):
                self.serve(SESSIONS, {'content': content}, method='GET')

                self.assertEqual(self.error().exit_code, ExitStatus.ERROR)

    def test_refusals_are_those_of_the_api(self) -> None:
        challenge = {'WWW-Authenticate': 'Bearer scope="admin:sessions"'}
        for status, kind in ((403, Forbidden), (404, NotFound), (500, ServerFailed)):
            with self.subTest(status):
                self.serve(SESSIONS, {'status_code': status, 'headers': challenge}, method='GET')

                self.assertIs(type(self.error()), kind)

    def test_missing_scope_is_named(self) -> None:
        challenge = {'WWW-Authenticate': 'Bearer scope="admin:sessions"'}
        self.serve(SESSIONS, {'status_code': 403, 'headers': challenge}, method='GET')

        self.assertIn('admin:sessions', self.error().message)


class EndpointTests(SessionsCase):
    def listed(self, endpoint: str | None, url: str, host: str = HOST) -> None:
        self.serve(url, page('a'), method='GET')
        rows = self.sessions(endpoint, host).iterate(None, None)

        self.assertEqual([row['id'] for row in rows], ['a'])

    def test_default_path_is_below_the_host(self) -> None:
        self.listed(None, SESSIONS)
        self.listed(None, f'{HOST}/tenant/api/v1/sessions', f'{HOST}/tenant')

    def test_as_the_host_names_it(self) -> None:
        self.listed(f'{HOST}/s', f'{HOST}/s')
        self.listed(f'{HOST}/s/', f'{HOST}/s')
        self.listed(f'{HOST}/s/?version=2', f'{HOST}/s')

    def test_case_72_never_on_another_origin(self) -> None:
        for url in (f'{OTHER}/s', f'{HOST}:8443/s', 'http://cloud.example/s'):
            with self.subTest(url), self.assertRaises(Validation):
                list(self.sessions(url).iterate(None, None))
        self.assertEqual(self.http.call_count, 0)

    def test_an_endpoint_with_a_query(self) -> None:
        endpoint = f'{HOST}/s?version=2'
        self.serve(f'{HOST}/s', page('a'), method='GET')
        self.serve(f'{HOST}/s/ses_1', {'status_code': 204}, method='DELETE')

        list(self.sessions(endpoint).iterate('u1', None))
        self.sessions(endpoint).revoke('ses_1')

        sent = [request.url for request in self.http.request_history]
        self.assertEqual(
            sent, [f'{HOST}/s?version=2&user_id=u1&limit=1000', f'{HOST}/s/ses_1?version=2']
        )


class RevokeTests(SessionsCase):
    def revoked(self, session_id: str) -> str:
        """Return the URL that was sent for an id."""
        self.http.delete(f'{SESSIONS}/', status_code=204)
        below = re.compile(re.escape(SESSIONS) + '/.+')
        self.http.register_uri('DELETE', below, status_code=204)
        self.sessions().revoke(session_id)
        return str(self.http.last_request.url)

    def refused(self, session_id: str) -> PhywareError:
        with self.assertRaises(PhywareError) as caught:
            self.revoked(session_id)
        return caught.exception

    def test_one_path_segment_percent_encoded(self) -> None:
        for session_id, sent in (
            ('ses_1', 'ses_1'), ('a/b', 'a%2Fb'), ('a?b=c', 'a%3Fb%3Dc'), ('a#b', 'a%23b'),
            ('a b', 'a%20b'), ('é', '%C3%A9'), ('a%2Fb', 'a%252Fb'), ('...', '...'),
            ('a..b', 'a..b'), ('-x', '-x'), ('a\nb', 'a%0Ab'), ('a:b@c', 'a%3Ab%40c'),
        ):
            with self.subTest(session_id):
                self.assertEqual(self.revoked(session_id), f'{SESSIONS}/{sent}')

    def test_what_cannot_be_an_id_is_never_sent(self) -> None:
        for session_id in (
            '', '.', '..', '../users', 'a/../b', '%2e%2e', '..%2fusers', '%2e%2e%2fusers', 'a\\..',
            'a\ud800', '%2e',
        ):
            with self.subTest(session_id):
                error = self.refused(session_id)

                self.assertIs(type(error), Validation)
                self.assertIn('Check SESSION_ID', error.remediation)
                self.assertTrue(error.message.isascii())
        self.assertEqual(self.http.call_count, 0)

    def test_unknown_id(self) -> None:
        for status in (404, 410):
            with self.subTest(status):
                self.serve(f'{SESSIONS}/x', {'status_code': status}, method='DELETE')

                with self.assertRaises(NotFound) as caught:
                    self.sessions().revoke('x')

                self.assertEqual(caught.exception.message, 'Session not found')
                self.assertEqual(caught.exception.remediation, 'Check SESSION_ID')

    def test_other_refusals(self) -> None:
        self.serve(f'{SESSIONS}/x', {'status_code': 403}, method='DELETE')

        with self.assertRaises(Forbidden):
            self.sessions().revoke('x')
