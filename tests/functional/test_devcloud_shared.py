"""Two devclouds on one database, SQLite and PostgreSQL: each step has one winner."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import unittest
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from glob import glob
from pathlib import Path
from threading import Barrier
from typing import ClassVar

import requests

from tests.functional.devcloud_server import SECONDS, DevCloud, require_program
from tests.functional.test_devcloud import DEVICE_GRANT, post

_ROUNDS = 8
_GRACE = ('--fault', 'reuse-grace=60')


def at_once(*tasks: Callable[[], requests.Response]) -> list[requests.Response]:
    """Run the tasks as much at the same time as threads can; return their answers."""
    barrier = Barrier(len(tasks))

    def run(task: Callable[[], requests.Response]) -> requests.Response:
        barrier.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def log_in(cloud: DevCloud) -> dict[str, str]:
    """Log in with a device code: of two runs only the last one's password counts."""
    code = post(cloud, '/oauth/device', scope='openid offline_access').json()['device_code']
    answer: dict[str, str] = post(
        cloud, '/oauth/token', grant_type=DEVICE_GRANT, device_code=code
    ).json()
    return answer


def start_two(database: str, *args: str) -> list[DevCloud]:
    """Start two devclouds at the same time."""
    command = ('--database', database, '--approve', 'demo@phyware.example', *args)
    with ThreadPoolExecutor(2) as pool:
        started = [pool.submit(DevCloud.start, *command) for _ in range(2)]
    return [future.result() for future in started]


class SharedDatabase:
    """The contract; a subclass says where the database is."""

    class Contract(unittest.TestCase):
        database: ClassVar[str]
        clouds: ClassVar[list[DevCloud]]

        @classmethod
        def start(cls) -> None:
            """Start both on the still empty database."""
            cls.clouds = start_two(cls.database)
            for cloud in cls.clouds:
                cls.addClassCleanup(cloud.stop)

        def refresh_at_both(self, token: str) -> list[requests.Response]:
            def refresh(cloud: DevCloud) -> Callable[[], requests.Response]:
                return lambda: post(
                    cloud, '/oauth/token', grant_type='refresh_token', refresh_token=token
                )

            return at_once(*(refresh(cloud) for cloud in self.clouds))

        def user_status(self, cloud: DevCloud, credential: str) -> int:
            return requests.get(
                f'{cloud.url}/oauth/userinfo', timeout=SECONDS,
                headers={'Authorization': f'Bearer {credential}'},
            ).status_code

        def test_they_are_one_cloud(self) -> None:
            first, second = self.clouds

            self.assertEqual(first.instance_id, second.instance_id)
            self.assertEqual(first.users.keys(), second.users.keys())
            self.assertEqual(first.user_id, second.user_id)
            for cloud in self.clouds:
                self.assertEqual([200, 200], [self.user_status(cloud, one.pat)
                                              for one in self.clouds])

        def test_case_34_rotation_has_one_winner(self) -> None:
            for _ in range(_ROUNDS):
                token = log_in(self.clouds[0])['refresh_token']

                answers = self.refresh_at_both(token)

                self.assertEqual([200, 400], sorted(one.status_code for one in answers))
                winner = next(one for one in answers if one.status_code == 200).json()
                self.assertEqual(401, self.user_status(self.clouds[0], winner['access_token']))

        def test_a_device_code_gives_tokens_once(self) -> None:
            for _ in range(_ROUNDS):
                code = post(self.clouds[0], '/oauth/device').json()['device_code']

                def poll(one: DevCloud, code: str = code) -> requests.Response:
                    return post(one, '/oauth/token', grant_type=DEVICE_GRANT, device_code=code)

                answers = at_once(*(lambda one=one: poll(one) for one in self.clouds))

                self.assertEqual([200, 400], sorted(one.status_code for one in answers))

        def test_case_93_attempts_are_counted_together(self) -> None:
            def guess(cloud: DevCloud) -> int:
                return post(
                    cloud, '/oauth/token', grant_type='password', username='eve', password='x'
                ).status_code

            statuses = [guess(cloud) for cloud in self.clouds * 6]

            self.assertEqual([400] * 10 + [429] * 2, statuses)

        def test_a_crowd_is_served(self) -> None:
            tokens = [log_in(self.clouds[0])['refresh_token'] for _ in range(10)]

            answers = at_once(*(
                lambda token=token, cloud=self.clouds[number % 2]: post(
                    cloud, '/oauth/token', grant_type='refresh_token', refresh_token=token
                )
                for number, token in enumerate(tokens)
            ))

            self.assertEqual([200] * 10, [answer.status_code for answer in answers])

        def test_sessions_end_everywhere_at_once(self) -> None:
            token = log_in(self.clouds[0])['access_token']
            first, second = self.clouds
            userinfo = requests.get(
                f'{first.url}/oauth/userinfo', timeout=SECONDS,
                headers={'Authorization': f'Bearer {token}'},
            ).json()

            requests.delete(
                f'{first.url}/api/v1/sessions/{userinfo["sid"]}', timeout=SECONDS,
                headers={'Authorization': f'Bearer {first.pat}'},
            ).raise_for_status()

            self.assertEqual(401, self.user_status(second, token))

        def test_sessions_are_listed_page_by_page(self) -> None:
            tokens = [log_in(self.clouds[0]) for _ in range(3)]
            headers = {'Authorization': f'Bearer {self.clouds[0].pat}'}
            seen: set[str] = set()
            cursor = ''
            while cursor is not None:
                page = requests.get(
                    f'{self.clouds[1].url}/api/v1/sessions', headers=headers, timeout=SECONDS,
                    params={'limit': '2', 'cursor': cursor},
                ).json()
                self.assertFalse(seen & {row['id'] for row in page['sessions']})
                seen |= {row['id'] for row in page['sessions']}
                cursor = page['next_cursor']

            self.assertGreaterEqual(len(seen), len(tokens))

        def test_case_40_grace_gives_both_the_same_successor(self) -> None:
            clouds = start_two(self.database, *_GRACE)
            for cloud in clouds:
                self.addCleanup(cloud.stop)
            for _ in range(_ROUNDS):
                token = log_in(clouds[0])['refresh_token']

                found = at_once(*(
                    lambda cloud=cloud, token=token: post(
                        cloud, '/oauth/token', grant_type='refresh_token', refresh_token=token
                    )
                    for cloud in clouds
                ))

                self.assertEqual([200, 200], [one.status_code for one in found])
                self.assertEqual(1, len({one.json()['refresh_token'] for one in found}))
                self.assertEqual(1, len({one.json()['access_token'] for one in found}))


class SqliteTest(SharedDatabase.Contract):
    """Two processes on one SQLite file."""

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.database = f'sqlite:///{folder.name}/shared.sqlite'
        cls.start()


class PostgresqlTest(SharedDatabase.Contract):
    """Two processes on a private PostgreSQL."""

    @classmethod
    def setUpClass(cls) -> None:
        cluster = Cluster()
        cls.addClassCleanup(cluster.stop)
        cluster.start()
        cls.database = cluster.url
        cls.start()


class Cluster:
    """A private PostgreSQL on a Unix socket; it refuses to run as root, so it gets a user."""

    def __init__(self) -> None:
        folders = os.pathsep.join(sorted(glob('/usr/lib/postgresql/*/bin'), reverse=True))
        self._initdb = os.path.realpath(require_program('initdb', folders=folders))
        self._pg_ctl = str(Path(self._initdb).with_name('pg_ctl'))
        self._user = 'postgres' if os.geteuid() == 0 else getpass.getuser()
        self._folder = tempfile.mkdtemp(prefix='phyware-pg-')
        if os.geteuid() == 0:
            owner = pwd.getpwnam(self._user)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)

    @property
    def url(self) -> str:
        """Return its SQLAlchemy URL."""
        return f'postgresql://postgres@/postgres?host={self._folder}'

    def start(self) -> None:
        """Create the cluster and start it."""
        data = f'{self._folder}/data'
        self._run(self._initdb, '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync')
        options = f"-c listen_addresses='' -c unix_socket_directories={self._folder} -F"
        self._run(self._pg_ctl, '-D', data, '-w', '-l', f'{self._folder}/log', '-o', options,
                  'start')

    def stop(self) -> None:
        """Stop it and remove it."""
        if Path(self._folder, 'data', 'postmaster.pid').exists():
            self._run(self._pg_ctl, '-D', f'{self._folder}/data', '-m', 'immediate', 'stop')
        shutil.rmtree(self._folder)

    def _run(self, *command: str) -> None:
        user = self._user if os.geteuid() == 0 else None
        groups: list[str] | None = [] if user else None
        done = subprocess.run(
            command, cwd=self._folder, user=user, group=user, extra_groups=groups,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, timeout=SECONDS,
        )
        if done.returncode != 0:
            raise AssertionError(f'{command[0]} failed: {done.stderr}')
