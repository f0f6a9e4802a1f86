"""``phyware auth switch``: a default for every shell, and who wins over it."""

from __future__ import annotations

from tests.unit.phyware_auth.authcase import HOST, OTHER, full_record
from tests.unit.phyware_auth.commands.commandcase import FIELDS, CommandCase


class SwitchTests(CommandCase):
    def setUp(self) -> None:
        super().setUp()
        del self.cli.environ['PHYCLOUD_URL']
        self.saved()
        self.store.save_login(full_record(OTHER))
        self.store.set_active(OTHER)

    def test_columns_and_the_new_active_host(self) -> None:
        result = self.auth('switch', '--host', HOST, '-o', 'json')

        shown = result.json()
        self.assertEqual((list(shown), shown['host'], shown['state']), (FIELDS, HOST, 'valid'))
        self.assertEqual(result.stderr, '')
        self.assertEqual(self.fresh_store().active(), HOST)
        self.assertEqual(self.auth('status', '--offline', '-o', 'json').json()['host'], HOST)
        self.assertEqual(self.http.call_count, 0)

    def test_any_spelling_of_the_host(self) -> None:
        self.auth('switch', '--host', 'https://CLOUD.example:443/')

        self.assertEqual(self.fresh_store().active(), HOST)

    def test_an_expired_credential_does_not_fail_the_switch(self) -> None:
        self.saved(expiry=0)

        shown = self.auth('switch', '--host', HOST, '-o', 'json').json()

        self.assertEqual((shown['state'], self.fresh_store().active()), ('expired', HOST))

    def test_unknown_host(self) -> None:
        error = self.refused(
            'switch', '--host', 'https://third.example', code='NOT_FOUND', status=3
        )

        self.assertIn(f'{HOST}, {OTHER}', error['message'])
        self.assertEqual(self.fresh_store().active(), OTHER)

    def test_host_is_required_and_must_be_one(self) -> None:
        self.refused('switch', code='VALIDATION', status=4)
        self.refused('switch', '--host', 'https://u@x.io', code='VALIDATION', status=4)

    def test_a_variable_that_says_the_same_is_not_in_the_way(self) -> None:
        self.cli.environ['PHYCLOUD_URL'] = f'{HOST}/'
        self.assertEqual('', self.auth('switch', '--host', HOST).stderr)

        self.cli.environ['PHYCLOUD_URL'] = 'https://u@x.io'
        self.assertIn('PHYCLOUD_URL is set', self.auth('switch', '--host', HOST).stderr)

    def test_variables_that_win_are_said(self) -> None:
        for name, value in (('PHYCLOUD_URL', OTHER), ('PHYCLOUD_API_KEY', 'phk_canary')):
            with self.subTest(name):
                self.cli.environ[name] = value

                stderr = self.auth('switch', '--host', HOST).stderr

                self.assertIn(f'{name} is set and wins over the active host {HOST}', stderr)
                self.assertNotIn('canary', stderr)
