"""A D-Bus session with a GNOME keyring of its own, and buses that are none.

Layer: test fixture.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any
from unittest import mock

from tests.functional.store_case import end, need

BACKEND = 'keyring.backends.SecretService.Keyring'
_KEPT = ('PATH', 'TMPDIR')
_READY = 'GNOME_KEYRING_CONTROL'
_NAME = 'org.freedesktop.secrets'
_SERVICE = '/org/freedesktop/secrets'
_PATIENCE = 120
# As that of a desktop's session, but for services that the bus would start by itself.
_BUS = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="auth_timeout">240000</limit>
  <limit name="max_completed_connections">100000</limit>
  <limit name="max_incomplete_connections">10000</limit>
  <limit name="max_connections_per_user">100000</limit>
</busconfig>
'''


class KeyringSession:
    """A bus and an unlocked keyring, until ``stop``.

    ``environ`` is what a process needs to use it.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix='phyware-test-')
        self.home = Path(self._folder.name)
        self.environ = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            'HOME': str(self.home),
            'XDG_RUNTIME_DIR': str(self.home),
            'XDG_DATA_HOME': str(self.home / 'data'),
            'XDG_CONFIG_HOME': str(self.home / 'config'),
            'XDG_CACHE_HOME': str(self.home / 'cache'),
        }
        self._processes: list[subprocess.Popen[str]] = []
        self._errors = self.home / 'errors'
        config = self.home / 'bus.conf'
        config.write_text(_BUS)
        self.bus = self._start(
            'dbus-daemon', f'--config-file={config}', '--nofork', '--print-address=1'
        )
        assert self.bus.stdout
        self.environ['DBUS_SESSION_BUS_ADDRESS'] = self.bus.stdout.readline().strip()
        self.daemon = self.start_daemon('password')

    def start_daemon(self, password: str | None) -> subprocess.Popen[str]:
        """Start the keyring and unlock it, as a desktop does at login; None leaves it locked.

        A former one has ended.
        """
        self._wait_for_owner(None)
        unlock = () if password is None else ('--unlock',)
        daemon = self._start(
            'gnome-keyring-daemon', '--foreground', *unlock, '--components=secrets'
        )
        assert daemon.stdin and daemon.stdout
        daemon.stdin.write(password or '')
        daemon.stdin.close()
        while line := daemon.stdout.readline():
            if _READY in line:
                break
        self._wait_for_owner(daemon.pid)
        self._wait_for_an_answer()
        self.daemon = daemon
        return daemon

    def owner(self) -> int | None:
        """Return the process that clients reach as the keyring, None if there is none."""
        from jeepney import DBusErrorResponse, MessageType, message_bus

        with self.connection() as bus:
            answer = bus.send_and_get_reply(message_bus.GetConnectionUnixProcessID(_NAME))
        if answer.header.message_type is MessageType.method_return:
            return int(answer.body[0])
        assert DBusErrorResponse(answer).name.endswith('.NameHasNoOwner'), answer.body
        return None

    def crashed(self) -> bool:
        """Return whether the daemon ended by a signal that no test sends."""
        status = self.daemon.poll()
        return status is not None and status < 0 and status != -signal.SIGKILL

    def said(self) -> str:
        """Return what both processes wrote on stderr."""
        return self._errors.read_text(errors='replace')

    def connection(self) -> AbstractContextManager[Any]:
        """Return a new connection to the bus."""
        from jeepney.io.blocking import open_dbus_connection

        return closing(open_dbus_connection(self.environ['DBUS_SESSION_BUS_ADDRESS']))

    def ask(self) -> Any:
        """Return the keyring's answer to what costs it nothing."""
        from jeepney import DBusAddress, new_method_call

        service = DBusAddress(_SERVICE, _NAME, 'org.freedesktop.Secret.Service')
        with self.connection() as bus:
            default = new_method_call(service, 'ReadAlias', 's', ('default',))
            return bus.send_and_get_reply(default, timeout=_PATIENCE)

    def _wait_for_owner(self, pid: int | None) -> None:
        end_of_patience = time.monotonic() + _PATIENCE
        while (owner := self.owner()) != pid:
            assert time.monotonic() < end_of_patience, f'{owner}, not {pid}, is {_NAME}'
            time.sleep(0.01)

    def _wait_for_an_answer(self) -> None:
        """Wait for the first one of a daemon that has just made its collection.

        It takes long while 200 processes of another test start.
        """
        from jeepney import MessageType

        answer = self.ask()
        assert answer.header.message_type is MessageType.method_return, answer.body

    def lock(self) -> None:
        """Lock the default collection."""
        import secretstorage

        with mock.patch.dict(os.environ, self.environ), closing(secretstorage.dbus_init()) as bus:
            secretstorage.get_default_collection(bus).lock()

    def stop(self) -> None:
        """End both processes."""
        for process in reversed(self._processes):
            end(process)
        self._folder.cleanup()

    def _start(self, *words: str) -> subprocess.Popen[str]:
        with self._errors.open('a') as errors:
            process = subprocess.Popen(
                words,
                env=self.environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._processes.append(process)
        return process


def keyring_session(test: type[unittest.TestCase] | unittest.TestCase) -> KeyringSession:
    """Return a session that ends with ``test``."""
    for program in ('dbus-daemon', 'gnome-keyring-daemon'):
        need(program, '--version')
    session = KeyringSession()
    if isinstance(test, type):
        test.addClassCleanup(session.stop)
    else:
        test.addCleanup(session.stop)
    return session


class SilentBus:
    """A socket that accepts, and answers to nothing but perhaps the greeting.

    :param path: of the socket
    :param greets: let clients authenticate, then never answer
    """

    def __init__(self, path: Path, greets: bool) -> None:
        self.address = f'unix:path={path}'
        self._greets = greets
        self.greeted = 0
        self._clients: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop accepting."""
        self._listener.close()
        for client in self._clients:
            client.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._clients.append(client)
            if self._greets:
                threading.Thread(target=self._greet, args=(client,), daemon=True).start()

    def _greet(self, client: socket.socket) -> None:
        # AUTH EXTERNAL is answered by OK; all after it meets silence.
        try:
            while b'AUTH' not in client.recv(1024):
                pass
            client.sendall(b'OK 0123456789abcdef0123456789abcdef\r\n')
            self.greeted += 1
        except OSError:
            return
