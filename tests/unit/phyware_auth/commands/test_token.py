"""``phyware auth token``: the bare token, for a pipe."""

from __future__ import annotations

from tests.unit.phyware_auth.authcase import HOST, TOKEN
from tests.unit.phyware_auth.commands.commandcase import CommandCase


class TokenTests(CommandCase):
    def test_bare_token_and_one_line_end(self) -> None:
        self.saved()

        result = self.auth('token')

        self.assertEqual((result.stdout, result.stderr), ('access-1\n', ''))

    def test_json_has_end_and_host(self) -> None:
        self.saved()

        shown = self.auth('token', '-o', 'json').json()

        self.assertEqual(
            shown, {'token': 'access-1', 'expiry': '2027-01-15T09:00:00Z', 'host': HOST}
        )

    def test_one_column(self) -> None:
        self.saved()

        self.assertEqual(self.auth('token', '-o', 'value', '-c', 'host').stdout, f'{HOST}\n')

    def test_never_ending_token(self) -> None:
        self.saved(expiry=None)

        self.assertIsNone(self.auth('token', '-o', 'json').json()['expiry'])

    def test_key_is_printed_as_it_was_given(self) -> None:
        self.cli.environ['PHYCLOUD_API_KEY'] = 'phk_x'

        self.assertEqual(self.auth('token').stdout, 'phk_x\n')
        self.assertEqual(self.http.call_count, 0)

    def test_refreshed_first_where_needed(self) -> None:
        self.saved(expiry=int(self.clock.now()))

        self.assertEqual(self.auth('token').stdout, 'access-new\n')

    def test_failures_print_nothing_on_stdout(self) -> None:
        self.refused('token', code='UNAUTHORIZED', status=2)
        self.saved(expiry=0, refresh_token=None)
        self.refused('token', code='EXPIRED', status=2)
        self.saved(expiry=0)
        self.serve(TOKEN, {'status_code': 503})
        self.refused('token', code='CONNECTION', status=1)

    def test_case_38_the_end_of_a_session_names_the_command(self) -> None:
        self.saved(expiry=0)
        self.serve(TOKEN, {'status_code': 400, 'json': {'error': 'invalid_grant'}})

        error = self.refused('token', code='UNAUTHORIZED', status=2)

        self.assertIn(f'phyware auth login --host {HOST}', error['remediation'])
        self.assertEqual(self.fresh_store().hosts(), [HOST])
