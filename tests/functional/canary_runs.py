"""One run of phyware with every secret in play, and the search for them afterwards.

Layer: test fixture.
"""

from __future__ import annotations

import base64
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from phyware.context import Context
from phyware.secret import Secret
from phyware_auth.store.record import OAUTH, HostRecord
from phyware_auth.store.store import CredentialStore
from tests.functional.cli import PHYWARE, SECONDS

# Between two parts that no escaping changes, each has characters that some does.
SECRETS = {
    'access': 'KzAccess7f3aQ~.x+/-KzAccessEnd9',
    'refresh': 'KzRefresh5d1bW~.y+/-KzRefreshEnd8',
    'device': 'KzDevice2c9eX&="z%KzDeviceEnd7',
    'pat': 'KzPersonal8a4dR._~+/KzPersonalEnd6==',
    'key': 'KzApiKey1e6fT._~+/KzApiKeyEnd5=',
    'password': 'KzPassword3b7c \'"é\\%&+/KzPasswordEnd4',
    'proxy': 'KzProxyPw6d2a:/@"é%&+KzProxyPwEnd3',
    'vault': 'KzVaultOwn1a2b',
}
PROXY_USER = 'proxy-user'
# No other word has these letters, so a piece of a secret is a leak as well.
_PIECE_LETTERS = 6
MODES = ('ok', '401', '500', 'timeout', 'tls', 'json', 'reset', 'crash')


@dataclass(frozen=True)
class Row:
    """A command line, and how it ends.

    :param words: the words; ``{host}`` and ``{home}`` are filled in
    :param carries: the secret that a request of it carries, None if none does
    :param exits: status by mode, in the order of ``MODES``; None: not run
    :param login: ``good``, ``stale`` or empty: what is stored before
    :param stdin: what is piped in; ``{pat}`` and the like are secrets
    :param typed: the secret that is typed on a terminal
    :param key_host: True if the host is the one the key in the environment is for
    :param shows: the secret that stdout is for
    :param plain: without what asks for debug output, and twice: the second time may
        take a shorter way
    """

    words: str
    carries: str | None
    exits: tuple[int | None, ...]
    login: str = ''
    stdin: str = ''
    typed: str | None = None
    key_host: bool = False
    shows: str | None = None
    plain: bool = False


@dataclass
class Run:
    """A row in a mode, in a home of its own.

    :param name: of the row, fit for a path
    :param environ: what all runs have in common
    """

    name: str
    row: Row
    mode: str
    home: Path
    environ: dict[str, str]
    exit_code: int = -1
    output: dict[str, bytes] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Return the host's URL."""
        return f'https://{self.mode}.example/{self.name}'

    def start(self) -> Run:
        """Run it to its end; for an executor."""
        self.home.mkdir()
        own = self.host if self.row.key_host else 'https://key.example'
        self.environ = {
            **self.environ, 'HOME': str(self.home), 'PHYWARE_CONFIG_DIR': f'{self.home}/config',
            'PHYCLOUD_URL': own, 'CANARY_HOST': self.host,
            'BROWSER': str(self._browser()),
        }
        if self.row.login:
            self._store()
        for _ in range(2 if self.row.plain else 1):
            (self._type if self.row.typed else self._pipe)()
        return self

    def places(self) -> Iterator[tuple[str, bytes]]:
        """Yield what was written anywhere, but the credential itself."""
        yield from self.output.items()
        for path in self.home.rglob('*'):
            name = str(path.relative_to(self.home))
            yield f'the name {name}', name.encode()
            if path.is_file() and not name.startswith('config/hosts/https'):
                yield name, path.read_bytes()

    def _arguments(self) -> list[str]:
        words = self._filled(self.row.words).split()
        if self.row.plain:
            return words
        return [*words, '-vvv', '--debug', '--log-file', f'{self.home}/run.log']

    def _filled(self, text: str) -> str:
        return text.format(host=self.host, home=self.home, **SECRETS)

    def _browser(self) -> Path:
        """Make a browser that writes down what it was given."""
        path = self.home / 'browser'
        path.write_text(f'#!/bin/sh\n{{ echo "$@"; env; }} > "{self.home}/opened"\n')
        path.chmod(0o700)
        return path

    def _store(self) -> None:
        now = int(time.time())
        environ = {**self.environ, 'PHYWARE_CREDENTIAL_STORE': 'file'}
        store = CredentialStore(Context(StringIO(), StringIO(), StringIO(), environ))
        base = self.host.replace('//tls.', '//bad-tls.')
        choice = store.choose(True)
        store.save_login(HostRecord(
            host=self.host, kind=OAUTH, storage=choice.storage, client_id='phyware-cli',
            issuer=self.host, obtained=now - 60, user='demo@phyware.example',
            expiry=now + (3600 if self.row.login == 'good' else -30),
            token_endpoint=f'{base}/token', revocation_endpoint=f'{base}/revoke',
            userinfo_endpoint=f'{base}/userinfo', sessions_endpoint=f'{base}/sessions',
            access_token=Secret(SECRETS['access']),
            # With both, a logout at a host that hangs would take twice as long.
            refresh_token=None if 'logout' in self.row.words else Secret(SECRETS['refresh']),
        ))

    def _pipe(self) -> None:
        process = subprocess.Popen(
            [PHYWARE, *self._arguments()], env=self.environ, cwd=self.home,
            start_new_session=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if 'devcloud start' in self.row.words:
            self._end_when_ready(process)
        given = self._filled(self.row.stdin).encode()
        stdout, stderr = process.communicate(given, SECONDS)
        self.exit_code, self.output = process.returncode, {'stdout': stdout, 'stderr': stderr}

    def _end_when_ready(self, process: subprocess.Popen[bytes]) -> None:
        while not self.home.joinpath('ready').exists() and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)

    def _type(self) -> None:
        import pexpect  # type: ignore[import-untyped]

        assert self.row.typed is not None
        child = pexpect.spawn(
            PHYWARE, self._arguments(), env=self.environ, cwd=str(self.home), timeout=SECONDS
        )
        child.delaybeforesend = None
        if child.expect([b'Password: ', pexpect.EOF]) == 0 and child.waitnoecho(SECONDS):
            child.sendline(SECRETS[self.row.typed].encode())
            child.expect(pexpect.EOF)
        child.close()
        self.exit_code, self.output = child.exitstatus, {'terminal': child.before}


def leaks(text: bytes) -> list[str]:
    """Return the names of the secrets of which there is anything in ``text``."""
    return [name for name, form in _FORMS if form in text]


def _forms() -> Iterator[tuple[str, bytes]]:
    for name, value in SECRETS.items():
        yield name, value.encode()
        for part in re.findall('Kz[A-Za-z0-9]+', value):
            yield name, part[:_PIECE_LETTERS].encode()
            yield name, part.encode().hex().encode()
            yield from ((name, form) for form in _base64(part.encode()))


def _base64(raw: bytes) -> Iterator[bytes]:
    """Yield what stands for ``raw`` inside of a longer base64 text, at each offset."""
    for before, skipped in ((0, 0), (1, 2), (2, 3)):
        encoded = base64.b64encode(b'\0' * before + raw)
        whole = encoded[skipped : (before + len(raw)) * 8 // 6]
        yield whole
        yield whole.replace(b'+', b'-').replace(b'/', b'_')


_FORMS = tuple(_forms())


def common_environ(proxy: str, bundle: str, site: Path) -> dict[str, str]:
    """Return the environment of every run, with the key and the proxy's password in it."""
    names = ('PATH', 'TMPDIR', 'COVERAGE_PROCESS_START', 'COVERAGE_PROCESS_CONFIG')
    kept = {name: os.environ[name] for name in names if name in os.environ}
    packages = [str(site), *filter(None, [os.environ.get('PYTHONPATH')])]
    return kept | {
        'LC_ALL': 'C.UTF-8', 'TERM': 'dumb', 'DISPLAY': ':99',
        'PYTHONPATH': os.pathsep.join(packages),
        'PHYWARE_CREDENTIAL_STORE': 'file', 'PHYCLOUD_API_KEY': SECRETS['key'],
        'HTTPS_PROXY': proxy, 'REQUESTS_CA_BUNDLE': bundle,
    }
