"""Create the tables and what a new devcloud holds.

Layer: devcloud, between the database and the command.  Several processes may
seed one database: each statement bears being run again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from phyware_auth.devcloud import codes
from phyware_auth.devcloud.database import Database
from phyware_auth.devcloud.models import (
    ApiKey,
    Base,
    Client,
    Instance,
    LoginSession,
    Robot,
    User,
)
from phyware_auth.devcloud.settings import PUBLIC_CLIENT, REFRESH_SECONDS, SCOPES, Person, Seed

_PUBLIC_GRANTS = 'urn:ietf:params:oauth:grant-type:device_code refresh_token password'
_BATCH = 10_000
_ROBOTS = (
    ('rob_0atlas', 'atlas', 'Carrier 3', 'idle', 'Warehouse North', 92),
    ('rob_1birch', 'birch', 'Carrier 3', 'moving', 'Warehouse North', 61),
    ('rob_2cedar', 'cedar', 'Carrier 2', 'charging', 'Warehouse South', 18),
    ('rob_3delta', 'delta', 'Arm 7', 'working', 'Assembly 1', 100),
    ('rob_4ember', 'ember', 'Arm 7', 'fault', 'Assembly 1', 100),
    ('rob_5flint', 'flint', 'Scout', 'offline', 'Yard', 0),
)


@dataclass(frozen=True)
class Seeded:
    """Ids of what a run can use: user ids by e-mail address."""

    instance_id: str
    secret: str
    users: dict[str, str]


def prepare(database: Database, seed: Seed, now: float) -> Seeded:
    """Create the tables and the rows of ``seed``, whatever is there already.

    The passwords and keys of this run are added to what earlier runs left: of
    the passwords the last one counts, of the keys every one.
    """
    with database.schema_change() as session:
        Base.metadata.create_all(session.connection())
        instance = _instance(session)
        users = {person.email: _person(session, person, now) for person in seed.people}
        _clients(session, seed)
        if session.scalar(select(Robot.id).limit(1)) is None:
            session.add_all(Robot(**row) for row in _robot_rows())
        _sessions(session, users[seed.demo.email], seed.sessions, now)
    return Seeded(instance.id, instance.secret, users)


def _instance(session: Session) -> Instance:
    found = session.scalar(select(Instance))
    if found is None:
        found = Instance(id=codes.new_id('ins'), secret=secrets.token_hex(32))
        session.add(found)
    return found


def _person(session: Session, person: Person, now: float) -> str:
    user = session.scalar(select(User).where(User.email == person.email))
    if user is None:
        user = User(id=codes.new_id('usr'), email=person.email, username=person.email)
        session.add(user)
    user.password_hash = codes.digest(person.password)
    user.is_admin = person.admin
    session.flush()
    _demo_key(session, user.id, person.pat, now)
    return user.id


def _demo_key(session: Session, user_id: str, key: str, now: float) -> None:
    if session.scalar(select(ApiKey).where(ApiKey.key_hash == codes.digest(key))) is None:
        session.add(new_key(user_id, 'Shown at the start', key, ' '.join(SCOPES), now))


def new_key(user_id: str, name: str, key: str, scope: str, now: float) -> ApiKey:
    """Return the row of an API key without an expiry."""
    return ApiKey(
        id=codes.new_id('key'), user_id=user_id, name=name, hint=key[:8],
        key_hash=codes.digest(key), scope=scope, created_at=now,
    )


def _clients(session: Session, seed: Seed) -> None:
    if session.get(Client, PUBLIC_CLIENT) is None:
        session.add(
            Client(id=PUBLIC_CLIENT, name='phyware command line', grant_types=_PUBLIC_GRANTS)
        )
    service = session.get(Client, seed.client_id)
    if service is None:
        account = User(id=codes.new_id('usr'), username=seed.client_id, is_admin=False)
        session.add(account)
        session.flush()
        service = Client(
            id=seed.client_id, name='Service account', grant_types='client_credentials',
            user_id=account.id,
        )
        session.add(service)
    service.secret_hash = codes.digest(seed.client_secret)
    # The flush is here because a later bulk insert bypasses the unit of work.
    session.flush()


def _robot_rows() -> list[dict[str, object]]:
    names = ('id', 'name', 'model', 'status', 'site', 'battery_percent')
    return [dict(zip(names, row, strict=True)) for row in _ROBOTS]


def _sessions(session: Session, user_id: str, count: int, now: float) -> None:
    for start in range(0, count, _BATCH):
        numbers = range(start, min(start + _BATCH, count))
        rows = [_session_row(user_id, number, now) for number in numbers]
        session.execute(insert(LoginSession), rows)


def _session_row(user_id: str, number: int, now: float) -> dict[str, object]:
    # A distinct past second each, so that their order is known to a test.
    return {
        'id': codes.new_id('ses'), 'user_id': user_id, 'client': PUBLIC_CLIENT,
        'ip': '127.0.0.1', 'created_at': now - 1 - number, 'last_seen_at': now - 1 - number,
        'expires_at': now + REFRESH_SECONDS,
    }
