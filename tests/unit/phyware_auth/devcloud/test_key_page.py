"""The page of API keys."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from phyware_auth.devcloud.models import ApiKey
from tests.unit.phyware_auth.devcloud.base import DEMO, OTHER, DevcloudTestCase


class KeyPageTest(DevcloudTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sign_in()

    def create(self, **fields: Any) -> TestResponse:
        form = {'name': 'CI', 'scope': ['openid', 'email'], 'lifetime': '30', **fields}
        return self.page('/keys', **form)

    def key_in(self, response: TestResponse) -> str:
        found = re.search(r'phk_[\w-]{43}', response.text)
        assert found is not None
        return found.group()

    def test_a_key_works_and_is_shown_once(self) -> None:
        key = self.key_in(self.create())

        claims = self.get('/oauth/userinfo', key).get_json()

        self.assertEqual((DEMO.email, 'openid email'), (claims['email'], claims['scope']))
        self.assertEqual(int(self.clock.time) + 30 * 24 * 3600, claims['exp'])
        self.assertNotIn(key, self.get('/keys').text)

    def test_only_a_digest_is_stored(self) -> None:
        key = self.key_in(self.create())

        with self.database.read() as session:
            row = session.scalars(select(ApiKey).where(ApiKey.name == 'CI')).one()
        self.assertEqual((64, key[:8]), (len(row.key_hash), row.hint))
        self.assertNotIn(row.key_hash, key)

    def test_a_key_without_expiry(self) -> None:
        key = self.key_in(self.create(lifetime='never'))

        self.assertNotIn('exp', self.get('/oauth/userinfo', key).get_json())

    def test_use_is_noted(self) -> None:
        self.get('/oauth/userinfo', self.key_in(self.create()))

        self.assertIn('<time datetime="2027-01-15T08:00:00Z">', self.get('/keys').text)

    def test_mistakes_are_told_and_nothing_is_created(self) -> None:
        for fields, field in (
            ({'name': ' '}, 'name'), ({'name': 'x' * 81}, 'name'), ({'name': 'a\x1bb'}, 'name'),
            ({'scope': []}, 'scope'), ({'scope': ['root', 'email']}, 'scope'),
            ({'lifetime': '7'}, 'lifetime'),
        ):
            with self.subTest(str(fields)):
                response = self.create(**fields)

                self.assertEqual(400, response.status_code)
                self.assertIn(f'id="{field}-error"', response.text)
        with self.database.read() as session:
            self.assertEqual(2, len(session.scalars(select(ApiKey)).all()))

    def test_a_mistake_keeps_what_was_typed(self) -> None:
        page = self.create(name='Nightly', scope=[], lifetime='365').text

        self.assertIn('value="Nightly"', page)
        self.assertIn('<option value="365" selected>', page)

    def test_names_are_escaped(self) -> None:
        self.create(name='<b>bold</b>')

        self.assertNotIn('<b>', self.get('/keys').text)

    def test_revoke(self) -> None:
        self.clock.sleep(1)
        key = self.key_in(self.create())
        key_id = self.ids()[0]

        response = self.page(f'/keys/{key_id}/revoke')

        self.assertEqual((303, '/keys'), (response.status_code, response.location))
        self.assertEqual(401, self.get('/oauth/userinfo', key).status_code)
        self.assertNotIn(key_id, self.get('/keys').text)
        self.assertEqual(404, self.page(f'/keys/{key_id}/revoke').status_code)

    def test_nobody_revokes_the_key_of_another(self) -> None:
        key_id = self.ids()[0]
        self.page('/logout')
        self.sign_in(OTHER)

        response = self.page(f'/keys/{key_id}/revoke')

        self.assertEqual(404, response.status_code)
        self.assertEqual(200, self.get('/oauth/userinfo', DEMO.pat).status_code)

    def ids(self) -> list[str]:
        return re.findall(r'/keys/(key_\w+)/revoke', self.get('/keys').text)
