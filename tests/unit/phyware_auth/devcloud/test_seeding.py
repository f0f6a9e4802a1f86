"""What a database holds after one start and after the next."""

from __future__ import annotations

from sqlalchemy import func, select

from phyware_auth.devcloud import codes, people, seeding
from phyware_auth.devcloud.models import Client, Robot, User
from phyware_auth.devcloud.settings import Person, Seed
from tests.unit.phyware_auth.devcloud.base import DEMO, OTHER, SEED, DevcloudTestCase


class SeedingTest(DevcloudTestCase):
    def test_secrets_are_random_and_not_in_a_repr(self) -> None:
        first, second = Seed(), Seed()

        self.assertNotEqual(first.demo.password, second.demo.password)
        self.assertNotEqual(first.demo.pat, second.demo.pat)
        self.assertNotIn(first.demo.pat, repr(first))
        self.assertNotIn(first.demo.password, repr(first))
        self.assertNotIn(first.client_secret, repr(first))

    def test_a_second_run_changes_the_password_and_keeps_the_keys(self) -> None:
        again = Seed(Person(DEMO.email, True, 'new password', 'phk_new'), OTHER, 'service', 'new')

        seeded = seeding.prepare(self.database, again, self.clock.time)

        self.assertEqual(self.seeded, seeded)
        for key in ('phk_new', DEMO.pat):
            self.assertEqual(200, self.get('/oauth/userinfo', key).status_code)
        with self.database.read() as session:
            self.assertIsNone(people.user_with_password(session, DEMO.email, DEMO.password))
            self.assertIsNotNone(people.user_with_password(session, DEMO.email, 'new password'))

    def test_nothing_is_there_twice(self) -> None:
        seeding.prepare(self.database, SEED, self.clock.time)

        with self.database.read() as session:
            counts = [
                session.scalar(select(func.count()).select_from(table))
                for table in (User, Client, Robot)
            ]
        self.assertEqual([3, 2, 6], counts)

    def test_of_passwords_the_digest_is_stored(self) -> None:
        with self.database.read() as session:
            stored = session.scalars(select(User.password_hash)).all()

        digests = {codes.digest(person.password) for person in SEED.people}
        self.assertEqual({None, *digests}, set(stored))

    def test_find_user(self) -> None:
        user_id = self.seeded.users[DEMO.email]
        with self.database.read() as session:
            found = [people.find_user(session, name) for name in (' DEMO@phyware.example', user_id)]
            nobody = people.find_user(session, 'x')

        self.assertEqual([user_id, user_id], [user.id for user in found if user])
        self.assertIsNone(nobody)
