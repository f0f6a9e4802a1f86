"""One devcloud process from its start to its end.

Layer: devcloud; puts database, application, server and announcement together.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sqlalchemy.exc import DBAPIError

from phyware.context import Clock
from phyware.errors import GenericError, Validation
from phyware_auth.devcloud import announce, people, seeding, server
from phyware_auth.devcloud.app import create_app
from phyware_auth.devcloud.cloud import Devcloud
from phyware_auth.devcloud.database import Database
from phyware_auth.devcloud.options import Options
from phyware_auth.devcloud.settings import Seed


def serve(options: Options, stdout: TextIO, clock: Clock, seed: Seed | None = None) -> int:
    """Run a devcloud until a signal ends it.

    :param seed: users and secrets; random ones when None
    :return: the number of the signal
    :raises PhywareError: the options, the database or the port cannot be used
    """
    seed = seed or Seed(sessions=options.seed_sessions)
    with _database(options.database) as database, _sockets(options.port) as sockets:
        port = sockets[0].getsockname()[1]
        devcloud = _devcloud(options, database, seed, (port, clock))
        waitress = server.build(create_app(devcloud), sockets)
        facts = announce.Facts(f'http://127.0.0.1:{port}', seed, devcloud.seeded, options.approve)
        return server.run(
            waitress, devcloud.stopping, lambda: announce.say(facts, stdout, options.ready_file)
        )


def _devcloud(
    options: Options, database: Database, seed: Seed, at: tuple[int, Clock]
) -> Devcloud:
    port, clock = at
    try:
        seeded = seeding.prepare(database, seed, clock.now())
    except DBAPIError as error:
        # Not the driver's text: it can repeat the URL and its password.
        raise GenericError(
            f'The database cannot be used ({type(error.orig).__name__})',
            'Check the URL, and that the server runs and lets you create tables',
        ) from None
    approver = _approver(database, options.approve)
    return Devcloud(database, seeded, port, options.faults, clock, approver)


def _approver(database: Database, name: str | None) -> str | None:
    if name is None:
        return None
    with database.read() as session:
        user = people.find_user(session, name)
    if user is None:
        raise Validation(f'There is no user {name!r} to approve as', 'Use demo@phyware.example')
    return user.id


@contextmanager
def _database(url: str | None) -> Iterator[Database]:
    """Give the database; a temporary one goes at the end."""
    folder = None if url else tempfile.mkdtemp(prefix='phyware-devcloud-')
    database = Database(url or f'sqlite:///{Path(str(folder)) / "devcloud.sqlite"}')
    try:
        yield database
    finally:
        database.close()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _sockets(port: int) -> Iterator[list[socket.socket]]:
    sockets = server.listen(port)
    try:
        yield sockets
    finally:
        for bound in sockets:
            bound.close()
