"""``phyware auth logout``: a row for each host, and what is left."""

from __future__ import annotations

from typing import Any
from unittest import mock

from phyware_auth.store.errors import CorruptRecord
from phyware_auth.store.removal import RemovalReport
from phyware_auth.store.store import CredentialStore
from tests.unit.phyware_auth.authcase import HOST, OTHER, REVOKE, full_record
from tests.unit.phyware_auth.commands.commandcase import CommandCase

REVOKED = {
    'host': HOST, 'user': 'ada@example.org', 'refresh_token': 'revoked',
    'access_token': 'revoked', 'local': 'removed',
}


class LogoutTests(CommandCase):
    def setUp(self) -> None:
        super().setUp()
        self.saved()

    def test_columns_and_outcomes(self) -> None:
        result = self.auth('logout', '-o', 'json')

        self.assertEqual((result.json(), result.stderr), ([REVOKED], ''))
        self.assertEqual(self.fresh_store().hosts(), [])

    def test_all_hosts(self) -> None:
        self.store.save_login(full_record(OTHER, revocation_endpoint=None))

        shown = self.auth('logout', '--all', '-o', 'json').json()

        self.assertEqual([row['host'] for row in shown], [HOST, OTHER])
        self.assertEqual([row['access_token'] for row in shown], ['revoked', 'not offered'])
        self.assertEqual(self.fresh_store().hosts(), [])

    def test_all_of_no_hosts(self) -> None:
        self.auth('logout')

        self.assertEqual(self.auth('logout', '--all', '-o', 'json').json(), [])

    def test_all_and_host_exclude_each_other(self) -> None:
        self.refused('logout', '--all', '--host', HOST, code='VALIDATION', status=4)

        self.assertEqual(self.fresh_store().hosts(), [HOST])

    def test_local(self) -> None:
        shown = self.auth('logout', '--local', '-o', 'json').json()

        self.assertEqual((shown[0]['refresh_token'], shown[0]['local']), ('kept', 'removed'))
        self.assertEqual(self.http.call_count, 0)

    def test_not_logged_in(self) -> None:
        self.auth('logout')

        self.refused('logout', code='NOT_FOUND', status=3)

    def test_case_33_host_that_is_down_is_a_warning(self) -> None:
        self.serve(REVOKE, {'status_code': 503})

        result = self.auth('logout', '-o', 'json')

        self.assertEqual(result.json()[0]['refresh_token'], 'failed')
        self.assertIn('warning: the refresh_token was not revoked', result.stderr)

    def test_case_33_what_is_left_is_named_once_and_fails(self) -> None:
        report = RemovalReport(failed=(('/a/file', 'No space'),))
        with mock.patch.object(CredentialStore, 'remove', return_value=report):
            result = self.auth('logout', '-o', 'json', status=1)

        self.assertEqual(result.json()[0]['local'], 'failed')
        self.assertEqual(result.stderr.count('/a/file: No space'), 1)
        self.assertEqual(result.error()['code'], 'ERROR')

    def test_case_33_one_host_that_fails_does_not_keep_the_others(self) -> None:
        self.store.save_login(full_record(OTHER))
        remove = CredentialStore.remove

        def refuse(store: CredentialStore, host: str, *more: Any, **named: Any) -> RemovalReport:
            if host == HOST:
                raise CorruptRecord('/hosts/x')
            return remove(store, host, *more, **named)

        with mock.patch.object(CredentialStore, 'remove', refuse):
            result = self.auth('logout', '--all', '-o', 'json', status=1)

        self.assertEqual([row['local'] for row in result.json()], ['failed', 'removed'])
        self.assertEqual(result.error()['message'], '/hosts/x is damaged')

    def test_case_33_every_failure_is_said(self) -> None:
        self.store.save_login(full_record(OTHER))
        errors = [CorruptRecord('/hosts/x'), CorruptRecord('/hosts/y')]
        with mock.patch.object(CredentialStore, 'remove', side_effect=errors):
            result = self.auth('logout', '--all', status=1)

        for path in ('/hosts/x', '/hosts/y'):
            self.assertEqual(result.stderr.count(path), 1, result.stderr)

    def test_hosts_that_can_be_made_active_are_named_where_none_is(self) -> None:
        del self.cli.environ['PHYCLOUD_URL']
        self.store.save_login(full_record(OTHER))
        self.store.set_active(HOST)
        said = (
            f'Still logged in to {OTHER}; to make one active: phyware auth switch --host {OTHER}\n'
        )
        self.assertEqual(said, self.auth('logout', '--local').stderr)

    def test_none_are_named_where_one_is_active_or_none_is_left(self) -> None:
        del self.cli.environ['PHYCLOUD_URL']
        self.store.save_login(full_record(OTHER))
        self.store.set_active(OTHER)
        self.assertEqual('', self.auth('logout', '--local', '--host', HOST).stderr)
        self.assertEqual('', self.auth('logout', '--local').stderr)

    def test_variable_that_stays_is_said(self) -> None:
        self.cli.environ['PHYCLOUD_API_KEY'] = 'phk_canary'

        stderr = self.auth('logout').stderr

        self.assertIn('PHYCLOUD_API_KEY is still set and will be used', stderr)
        self.assertEqual(self.fresh_store().hosts(), [])
