"""What the environment says of client and network."""

from __future__ import annotations

from tests.unit.phyware_auth.authcase import AuthCase


class DepsTests(AuthCase):
    def test_client_id(self) -> None:
        for value, expected in ((None, 'phyware-cli'), ('', 'phyware-cli'), ('mine', 'mine')):
            with self.subTest(value):
                self.environ.pop('PHYCLOUD_CLIENT_ID', None)
                if value is not None:
                    self.environ['PHYCLOUD_CLIENT_ID'] = value

                self.assertEqual(self.deps.client().client_id, expected)
                self.assertEqual(self.deps.client('stored').client_id, 'stored')

    def test_case_76_plain_http_is_allowed_by_one_word_only(self) -> None:
        for value, allowed in (('1', True), ('', False), ('0', False), ('true', False)):
            with self.subTest(value):
                self.environ['PHYWARE_ALLOW_INSECURE_HTTP'] = value

                self.assertIs(self.deps.allow_insecure_http, allowed)
        self.environ.clear()
        self.assertIs(self.deps.allow_insecure_http, False)

    def test_whole_seconds(self) -> None:
        self.clock.advance(0.9)

        self.assertEqual(self.deps.now(), 1_800_000_000)
