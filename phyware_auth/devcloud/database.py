"""Connections and transactions, the same on SQLite and PostgreSQL.

Layer: devcloud, SQLAlchemy.  Several processes may share one database, so
nothing here or above keeps state of codes, attempts or tokens in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable

from phyware.errors import Validation

_BUSY_SECONDS = 20
_SCHEMA_LOCK = 7_495_201  # any constant will do: the advisory lock of schema changes


class Database:
    """One engine with a door for reading and a door for writing."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._writer = self.engine.execution_options(devcloud_writes=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session whose changes are never stored."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session in one transaction, stored at the end unless it raises."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def schema_change(self) -> Iterator[Session]:
        """Give a writing session that excludes every other schema change."""
        with self.write() as session:
            if self.engine.dialect.name == 'postgresql':
                session.execute(text(f'SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})'))
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def changed(session: Session, statement: Executable) -> int:
    """Run an UPDATE or DELETE and return how many rows it met.

    With the expected state in its WHERE this is the compare-and-set that two
    server processes rely on.
    """
    result = session.execute(statement, execution_options={'synchronize_session': False})
    return cast(CursorResult[Any], result).rowcount


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername == 'postgresql':
            parsed = parsed.set(drivername='postgresql+psycopg')
        engine = create_engine(parsed, pool_size=20, max_overflow=40, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise Validation(
            'The database URL cannot be used',
            'Give one such as sqlite:////tmp/devcloud.db or postgresql://user@host/name '
            "(PostgreSQL needs pip install 'phyware[postgresql]')",
        ) from error
    return _prepared(engine)


def _prepared(engine: Engine) -> Engine:
    if engine.dialect.name == 'sqlite':
        event.listen(engine, 'connect', _configure_sqlite)
        event.listen(engine, 'begin', _begin_sqlite)
    elif engine.dialect.name != 'postgresql':
        raise Validation(
            f'A devcloud cannot use {engine.dialect.name}', 'Use SQLite or PostgreSQL'
        )
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late and is of the wrong kind.
    connection.isolation_level = None
    connection.execute(f'PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}')
    connection.execute('PRAGMA journal_mode = WAL')
    connection.execute('PRAGMA synchronous = NORMAL')
    connection.execute('PRAGMA foreign_keys = ON')


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns into a writer fails at once, whatever the busy timeout.
    writes = connection.get_execution_options().get('devcloud_writes')
    connection.exec_driver_sql('BEGIN IMMEDIATE' if writes else 'BEGIN')
