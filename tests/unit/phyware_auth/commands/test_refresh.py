"""``phyware auth refresh``: columns, and the exit status of what it found."""

from __future__ import annotations

from tests.unit.phyware_auth.authcase import HOST, TOKEN, USERINFO
from tests.unit.phyware_auth.commands.commandcase import FIELDS, CommandCase


class RefreshTests(CommandCase):
    def test_columns_and_types(self) -> None:
        self.saved()

        shown = self.auth('refresh', '-o', 'json').json()

        self.assertEqual(list(shown), [*FIELDS, 'refreshed'])
        self.assertEqual((shown['refreshed'], shown['state']), (False, 'valid'))
        self.assertEqual(shown['expiry'], '2027-01-15T09:00:00Z')

    def test_host(self) -> None:
        del self.cli.environ['PHYCLOUD_URL']
        self.saved()

        self.assertEqual(self.auth('refresh', '--host', HOST, '-o', 'json').json()['host'], HOST)

    def test_forced(self) -> None:
        self.saved()

        self.assertIs(self.auth('refresh', '--force', '-o', 'json').json()['refreshed'], True)
        self.assertEqual(self.auth('token').stdout, 'access-new\n')

    def test_below_five_minutes(self) -> None:
        self.saved(expiry=int(self.clock.now()) + 299)

        self.assertIs(self.auth('refresh', '-o', 'json').json()['refreshed'], True)

    def test_states_that_are_not_valid_show_data_and_fail(self) -> None:
        self.saved(refresh_token=None)
        self.serve(USERINFO, {'status_code': 401}, method='GET')

        result = self.auth('refresh', '-o', 'json', status=2)

        self.assertEqual(result.json()['state'], 'invalid')
        self.assertEqual(result.error()['code'], 'UNAUTHORIZED')

    def test_failures_without_data(self) -> None:
        self.refused('refresh', code='UNAUTHORIZED', status=2)
        self.saved(refresh_token=None)
        self.refused('refresh', '--force', code='ERROR', status=1)
        self.saved()
        self.serve(TOKEN, {'status_code': 503})
        self.refused('refresh', '--force', code='SERVER', status=5)

    def test_case_38_session_has_ended(self) -> None:
        self.saved()
        self.serve(TOKEN, {'status_code': 400, 'json': {'error': 'invalid_grant'}})

        error = self.refused('refresh', '--force', code='UNAUTHORIZED', status=2)

        self.assertIn(f'phyware auth login --host {HOST}', error['remediation'])
