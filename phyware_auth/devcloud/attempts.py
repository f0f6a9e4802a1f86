"""The limit on guessing: sign-ins and user codes (RFC 8628 section 5.1).

Layer: devcloud, one upsert.  The count is a row, so that it holds for every
process and survives a restart (security case 93).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from phyware_auth.devcloud.codes import digest
from phyware_auth.devcloud.database import Database, changed
from phyware_auth.devcloud.models import Attempt


@dataclass(frozen=True)
class Limit:
    """At most ``one`` failed tries of one subject and ``all`` of everybody in ``seconds``."""

    name: str
    one: int
    all: int
    seconds: int


SIGN_IN = Limit('sign-in', 10, 100, 300)
USER_CODE = Limit('user-code', 10, 100, 900)


class Attempts:
    """Counts tries before they are made, and takes the successful ones back."""

    def __init__(self, database: Database, limit: Limit) -> None:
        self._database = database
        self._limit = limit

    def begin(self, subject: str, now: float) -> int:
        """Count one try of ``subject``.

        :return: 0 if it may be made, else the seconds to wait
        """
        counts = [self._add(bucket, now) for bucket in self._buckets(subject, now)]
        allowed = counts[0] <= self._limit.one and counts[1] <= self._limit.all
        return 0 if allowed else int(self._limit.seconds - now % self._limit.seconds) + 1

    def succeeded(self, subject: str, now: float) -> None:
        """Take back the try that :meth:`begin` counted."""
        buckets = self._buckets(subject, now)
        statement = update(Attempt).where(Attempt.bucket.in_(buckets), Attempt.count > 0)
        with self._database.write() as session:
            changed(session, statement.values(count=Attempt.count - 1))

    def _buckets(self, subject: str, now: float) -> tuple[str, str]:
        window = int(now // self._limit.seconds)
        return (
            f'{self._limit.name}/one/{digest(subject)}/{window}',
            f'{self._limit.name}/all/{window}',
        )

    def _add(self, bucket: str, now: float) -> int:
        row = {'bucket': bucket, 'count': 1, 'expires_at': now + self._limit.seconds}
        with self._database.write() as session:
            postgres = self._database.engine.dialect.name == 'postgresql'
            insert = (postgresql.insert if postgres else sqlite.insert)(Attempt)
            statement = insert.values(row).on_conflict_do_update(
                index_elements=[Attempt.bucket], set_={'count': Attempt.count + 1}
            )
            count = session.execute(statement.returning(Attempt.count)).scalar_one()
            if count == 1:
                changed(session, delete(Attempt).where(Attempt.expires_at < now))
        return count
