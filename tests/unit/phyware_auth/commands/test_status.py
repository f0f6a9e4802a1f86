"""``phyware auth status``: the data first, then the exit status of the state."""

from __future__ import annotations

from typing import Any

from tests.unit.phyware_auth.authcase import HOST, OTHER, USERINFO, full_record
from tests.unit.phyware_auth.commands.commandcase import FIELDS, CommandCase


class StatusTests(CommandCase):
    def status(self, *words: str, status: int = 0) -> dict[str, Any]:
        """Return the data that is shown, whatever the state."""
        shown: dict[str, Any] = self.auth('status', '-o', 'json', *words, status=status).json()
        return shown

    def test_columns_and_types(self) -> None:
        self.saved()

        shown = self.status()

        self.assertEqual(list(shown), FIELDS)
        self.assertEqual(shown['scopes'], ['openid', 'email'])
        self.assertEqual((shown['expiry'], shown['state']), ('2027-01-15T09:00:00Z', 'valid'))

    def test_each_state_shows_its_data_and_ends_with_its_status(self) -> None:
        now = int(self.clock.now())
        cases: tuple[tuple[str, int, str, dict[str, Any], dict[str, Any]], ...] = (
            ('expired', 2, 'EXPIRED', {'expiry': now}, {}),
            ('invalid', 2, 'UNAUTHORIZED', {}, {'status_code': 401}),
            ('unreachable', 1, 'CONNECTION', {}, {'status_code': 503}),
        )
        for state, status, code, changes, answer in cases:
            with self.subTest(state):
                self.saved(**changes)
                self.serve(USERINFO, answer or {'sub': 'u1'}, method='GET')

                result = self.auth('status', '-o', 'json', status=status)

                self.assertEqual((result.json()['state'], result.json()['host']), (state, HOST))
                self.assertEqual(result.error()['code'], code)

    def test_nobody_is_logged_in(self) -> None:
        result = self.auth('status', '-o', 'json', status=2)

        self.assertEqual(result.json()['state'], 'none')
        self.assertEqual(result.error()['code'], 'UNAUTHORIZED')
        self.assertIn(f'phyware auth login --host {HOST}', result.error()['remediation'])

    def test_one_host_does_not_fail_for_another(self) -> None:
        self.saved()
        self.store.save_login(full_record(OTHER, expiry=0))

        self.assertEqual(self.status()['state'], 'valid')
        self.assertEqual(self.status('--host', OTHER, status=2)['state'], 'expired')

    def test_offline(self) -> None:
        self.saved()

        self.assertEqual(self.status('--offline')['state'], 'valid')
        self.assertEqual(self.http.call_count, 0)

    def test_token_is_shown_only_if_asked_for(self) -> None:
        self.saved()

        self.assertNotIn('access-1', self.auth('status', '-o', 'json').stdout)
        self.assertEqual(self.status('--show-token')['token'], 'access-1')
        self.assertEqual(list(self.status('--show-token')), [*FIELDS, 'token'])

    def test_show_token_without_one(self) -> None:
        self.assertIsNone(self.status('--show-token', status=2)['token'])

    def test_key_of_the_option(self) -> None:
        result = self.auth('status', '-o', 'json', '--api-key', 'phk_canary')

        self.assertEqual((result.json()['source'], result.json()['storage']), ('option', None))
        self.assertNotIn('canary', result.stdout + result.stderr)

    def test_case_79_a_name_that_commands_the_terminal(self) -> None:
        self.saved()
        self.serve(USERINFO, {'sub': 'a\x1b[2J\x9b\u202e'}, method='GET')

        for output in ('table', 'json', 'value', 'csv', 'yaml'):
            with self.subTest(output):
                shown = self.auth('status', '-o', output).stdout

                self.assertTrue(shown.replace('\n', '').replace('\r', '').isprintable())

    def test_each_answer_about_a_token_is_one_of_the_five_states(self) -> None:
        self.saved()
        for status in (204, 302, 400, 404, 405, 410, 429, 500):
            with self.subTest(status):
                self.serve(USERINFO, {'status_code': status}, method='GET')

                result = self.auth('status', '-o', 'json', status=1)

                self.assertEqual('unreachable', result.json()['state'])
                self.assertEqual('CONNECTION', result.error()['code'])
