"""A devcloud as a process: its sockets, its limits, its end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

import requests

from tests.functional.devcloud_server import SECONDS, DevCloud

_LISTENING = '0A'
_LOOPBACK = {'0100007F', '00000000000000000000000001000000'}
DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'


def post(cloud: DevCloud, path: str, **fields: str) -> requests.Response:
    """Send a form of the public client."""
    return requests.post(
        f'{cloud.url}{path}', data={'client_id': 'phyware-cli', **fields}, timeout=SECONDS
    )


def log_in(cloud: DevCloud, scope: str = 'openid email offline_access') -> dict[str, str]:
    """Log in as the demo user by password."""
    answer: dict[str, str] = post(
        cloud, '/oauth/token', grant_type='password', username=cloud.email,
        password=cloud.password, scope=scope,
    ).json()
    return answer


def counters(cloud: DevCloud) -> dict[str, int]:
    """Return how often each thing was asked; needs ``--fault counters``."""
    answer = requests.get(f'{cloud.url}/api/v1/debug/counters', timeout=SECONDS).json()
    found: dict[str, int] = answer['counters']
    return found


class ProcessTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, *args: str) -> DevCloud:
        environ = {**os.environ, 'TMPDIR': str(self.folder)}
        cloud = DevCloud.start(*args, environ=environ)
        self.addCleanup(cloud.stop)
        return cloud

    def test_it_prints_what_the_ready_file_says(self) -> None:
        cloud = self.start()

        lines = cloud.output.splitlines()

        self.assertLessEqual(
            {
                f'export PHYCLOUD_URL={cloud.url}', f'Demo user: {cloud.email}',
                f'Demo password: {cloud.password}', f'Demo PAT: {cloud.pat}',
            },
            set(lines),
        )
        self.assertEqual(cloud.process.pid, cloud.pid)

    def test_sigterm_ends_it_and_nothing_stays(self) -> None:
        cloud = self.start()
        self.assertEqual(1, len(list(self.folder.iterdir())))

        self.assertEqual(0, cloud.stop())

        self.assertEqual([], list(self.folder.iterdir()))

    def test_ctrl_c_ends_it_and_nothing_stays(self) -> None:
        cloud = self.start()

        cloud.process.send_signal(signal.SIGINT)

        self.assertEqual(130, cloud.process.wait(SECONDS))
        self.assertEqual([], list(self.folder.iterdir()))

    def test_it_ends_while_a_request_hangs(self) -> None:
        cloud = self.start('--fault', 'token-hang', '--fault', 'counters')
        with _hanging(cloud, b'grant_type=refresh_token'):
            self.assertEqual(0, cloud.stop())

    def test_the_database_is_private(self) -> None:
        self.start()

        folder, = self.folder.iterdir()

        self.assertEqual(0o700, stat.S_IMODE(folder.stat().st_mode))

    def test_a_port_that_is_taken(self) -> None:
        port = self.start().url.rpartition(':')[2]

        done = subprocess.run(
            [sys.executable, '-m', 'phyware', 'devcloud', 'start', '--port', port],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=SECONDS,
        )

        self.assertEqual((1, ''), (done.returncode, done.stdout))
        self.assertIn(f'Port {port} cannot be used', done.stderr)
        self.assertIn('--port 0', done.stderr)

    def test_an_unknown_fault_is_an_error_with_the_menu(self) -> None:
        done = subprocess.run(
            [sys.executable, '-m', 'phyware', 'devcloud', 'start', '--fault', 'x', '-o', 'json'],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=SECONDS,
        )

        error = json.loads(done.stderr)['error']
        self.assertEqual((4, 'VALIDATION'), (done.returncode, error['code']))
        self.assertIn('rotation-without-answer', error['remediation'])


class FaultTest(unittest.TestCase):
    def test_case_41_rotation_without_answer(self) -> None:
        with DevCloud('--fault', 'rotation-without-answer') as cloud:
            token = log_in(cloud)['refresh_token']

            with self.assertRaises(requests.ConnectionError):
                post(cloud, '/oauth/token', grant_type='refresh_token', refresh_token=token)

            again = post(cloud, '/oauth/token', grant_type='refresh_token', refresh_token=token)
            self.assertEqual('invalid_grant', again.json()['error'])

    def test_case_40_grace_after_a_lost_answer(self) -> None:
        faults = ('--fault', 'rotation-without-answer', '--fault', 'reuse-grace')
        with DevCloud(*faults) as cloud:
            token = log_in(cloud)['refresh_token']
            with self.assertRaises(requests.ConnectionError):
                post(cloud, '/oauth/token', grant_type='refresh_token', refresh_token=token)

            again = post(cloud, '/oauth/token', grant_type='refresh_token', refresh_token=token)

            self.assertNotEqual(token, again.json()['refresh_token'])

    def test_case_42_a_hanging_request_ends_with_its_client(self) -> None:
        with DevCloud('--fault', 'token-hang=1', '--fault', 'counters') as cloud:
            with _hanging(cloud, b'grant_type=password') as hanging:
                hanging.setblocking(False)
                self.assertRaises(BlockingIOError, hanging.recv, 1)

            self.assertIn('access_token', log_in(cloud))

    def test_approve(self) -> None:
        with DevCloud('--approve', 'other@phyware.example') as cloud:
            code = post(cloud, '/oauth/device').json()['device_code']

            token = post(cloud, '/oauth/token', grant_type=DEVICE_GRANT, device_code=code).json()

            user = requests.get(
                f'{cloud.url}/oauth/userinfo', timeout=SECONDS,
                headers={'Authorization': f'Bearer {token["access_token"]}'},
            ).json()
            self.assertEqual('other@phyware.example', user['email'])


class LimitsTest(unittest.TestCase):
    cloud: DevCloud
    port: int

    @classmethod
    def setUpClass(cls) -> None:
        cls.cloud = DevCloud.start()
        cls.addClassCleanup(cls.cloud.stop)
        cls.port = int(cls.cloud.url.rpartition(':')[2])

    def connect(self) -> socket.socket:
        connection = socket.create_connection(('127.0.0.1', self.port), 30)
        self.addCleanup(connection.close)
        return connection

    def assert_up(self) -> None:
        answer = requests.get(f'{self.cloud.url}/api/v1/instance', timeout=SECONDS)
        self.assertEqual({'instance_id': self.cloud.instance_id}, answer.json())

    @unittest.skipUnless(sys.platform == 'linux', 'reads /proc/net')
    def test_case_93_it_listens_on_loopback_only(self) -> None:
        addresses = set()
        for table in ('/proc/net/tcp', '/proc/net/tcp6'):
            if not Path(table).exists():
                continue
            for line in Path(table).read_text().splitlines()[1:]:
                local, state = line.split()[1], line.split()[3]
                address, _, port = local.partition(':')
                if state == _LISTENING and int(port, 16) == self.port:
                    addresses.add(address)

        self.assertIn('0100007F', addresses)
        self.assertLessEqual(addresses, _LOOPBACK)

    def test_localhost_is_a_host_too(self) -> None:
        base = f'http://localhost:{self.port}'

        document = requests.get(f'{base}/.well-known/oauth-authorization-server', timeout=SECONDS)

        self.assertEqual(base, document.json()['issuer'])

    def test_case_94_a_gigabyte_is_refused_before_it_is_read(self) -> None:
        connection = self.connect()
        connection.sendall(
            f'POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n'
            f'Content-Length: {2**30}\r\n\r\n'.encode()
        )

        self.assertIn(b' 413 ', connection.recv(64))
        self.assert_up()

    def test_case_94_a_chunked_body_is_limited_too(self) -> None:
        connection = self.connect()
        connection.sendall(
            f'POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n'
            'Transfer-Encoding: chunked\r\n\r\n'.encode()
        )
        connection.sendall(b'20000\r\n' + b'x' * 0x20000 + b'\r\n0\r\n\r\n')

        self.assertIn(b' 413 ', connection.recv(64))

    def test_case_94_two_hundred_idle_connections(self) -> None:
        for _ in range(200):
            self.connect().sendall(b'POST /oauth/token HTTP/1.1\r\nHost: ')

        self.assert_up()

    def test_case_94_broken_requests(self) -> None:
        for junk in (b'\0' * 2000, b'GET / HTTP/9.9\r\n\r\n', b'\r\n\r\n', b'x' * 100_000):
            connection = self.connect()
            # The server may have hung up before all of it was sent: that is its right.
            with contextlib.suppress(OSError):
                connection.sendall(junk)
                connection.shutdown(socket.SHUT_WR)

            self.assert_up()


@contextlib.contextmanager
def _hanging(cloud: DevCloud, body: bytes) -> Iterator[socket.socket]:
    """Give the connection of a grant that the server has begun with; needs ``counters``."""
    port = int(cloud.url.rpartition(':')[2])
    with socket.create_connection(('127.0.0.1', port), 30) as connection:
        connection.sendall(_request(cloud, body))
        while not any(what.startswith('grant') for what in counters(cloud)):
            pass
        yield connection


def _request(cloud: DevCloud, body: bytes) -> bytes:
    head = (
        f'POST /oauth/token HTTP/1.1\r\nHost: {cloud.url.removeprefix("http://")}\r\n'
        f'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n'
    )
    return head.encode() + body
