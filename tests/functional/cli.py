"""The installed command as a process: started, fed, and known by what it says.

Layer: test fixture; imports nothing of the product.
"""

from __future__ import annotations

import atexit
import functools
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import requests

from tests.functional.devcloud_server import DevCloud

T = TypeVar('T')
SECONDS = 180
FIELDS = ['user', 'scopes', 'expiry', 'host', 'state', 'source', 'token_kind', 'storage']
SCOPES = ['openid', 'email', 'offline_access', 'admin:sessions']
USER_CODE = re.compile(r'Enter  (\S+)\n')
RFC_3339_UTC = r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ'
# The console script as pip installed it, beside the interpreter of the tests.
PHYWARE = str(Path(sys.executable).with_name('phyware'))
_KEPT = ('PATH', 'PYTHONPATH', 'TMPDIR', 'COVERAGE_PROCESS_START', 'COVERAGE_PROCESS_CONFIG')
_LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Result:
    """What one process did."""

    exit_code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """Return stdout parsed as JSON."""
        return json.loads(self.stdout)

    def error(self) -> dict[str, Any]:
        """Return the error object of ``-o json``, the last line of stderr."""
        document = json.loads(self.stderr.splitlines()[-1])
        assert list(document) == ['error'], document
        return dict(document['error'])


class CliTestCase(unittest.TestCase):
    """A home of its own for each test, without keyring, display and browser.

    A process that is started has no terminal, not even a controlling one.
    """

    def setUp(self) -> None:
        super().setUp()
        self.home = Path(self.enterContext(tempfile.TemporaryDirectory(prefix='phyware-cli-')))
        self.config = self.home / 'config'
        self.environ = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            'HOME': str(self.home),
            'LC_ALL': 'C.UTF-8',
            'TERM': 'dumb',
            'PAGER': 'cat',
            'PHYWARE_CONFIG_DIR': str(self.config),
            'PHYWARE_CREDENTIAL_STORE': 'file',
        }

    def start(self, *words: str, stdin: Any = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Start ``phyware WORDS`` away from the repository."""
        process = subprocess.Popen(
            [PHYWARE, *words], env=self.environ, cwd=self.home, start_new_session=True,
            stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self.addCleanup(_end, process)
        return process

    def finish(self, process: subprocess.Popen[str], before: str = '') -> Result:
        """Return what ``process`` did, ``before`` being read of stderr already."""
        stdout, stderr = process.communicate(timeout=SECONDS)
        return Result(process.returncode, stdout, before + stderr)

    def run_cli(self, *words: str, status: int = 0, stdin: str | None = None) -> Result:
        """Run ``phyware WORDS`` to its end and check its exit status."""
        process = self.start(*words, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE)
        stdout, stderr = process.communicate(stdin, timeout=SECONDS)
        self.assertEqual(status, process.returncode, f'{words}\n{stdout}\n{stderr}')
        return Result(process.returncode, stdout, stderr)

    def auth(self, *words: str, status: int = 0, stdin: str | None = None) -> Result:
        """Run ``phyware auth WORDS``."""
        return self.run_cli('auth', *words, status=status, stdin=stdin)

    def table(self, result: Result) -> dict[str, str]:
        """Return the fields of a table of one thing, in their order."""
        lines = [line for line in result.stdout.splitlines() if line.startswith('|')]
        rows = [[cell.strip() for cell in line.strip('|').split('|')] for line in lines]
        self.assertEqual(['Field', 'Value'], rows[0])
        return dict(rows[1:])

    def terminal(self, *words: str, width: int = 200) -> Any:
        """Start ``phyware WORDS`` on a terminal of 24 lines; its text is in ``logfile_read``."""
        import pexpect  # type: ignore[import-untyped]

        child = pexpect.spawn(
            PHYWARE, list(words), env=self.environ, cwd=str(self.home),
            timeout=SECONDS, encoding='utf-8', dimensions=(24, width),
        )
        child.logfile_read = io.StringIO()
        child.delaybeforesend = None
        child.delayafterclose = child.ptyproc.delayafterclose = 0.0
        self.addCleanup(child.close, force=True)
        return child

    def shown(self, child: Any) -> tuple[int, str]:
        """Return exit status and all that a terminal showed, at its end."""
        import pexpect

        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus, child.logfile_read.getvalue().replace('\r\n', '\n')

    def eventually(self, look: Callable[[], T]) -> T:
        """Return the first true value of ``look``; fails after a while without."""
        deadline = time.monotonic() + SECONDS
        while not (found := look()):
            self.assertLess(time.monotonic(), deadline, 'it never happened')
            time.sleep(_LOOK_EVERY)
        return found

    def program(self, name: str, script: str, folder: str = 'bin') -> Path:
        """Make ``name`` an executable shell script, first on PATH."""
        directory = self.home / folder
        directory.mkdir(exist_ok=True)
        path = directory / name
        path.write_text(f'#!{shutil.which("sh")}\n{script}\n')
        path.chmod(0o755)
        if not self.environ['PATH'].startswith(f'{directory}:'):
            self.environ['PATH'] = f'{directory}:{self.environ["PATH"]}'
        return path

    def stored_text(self) -> str:
        """Return all that is in the configuration directory."""
        files = [path for path in self.config.rglob('*') if path.is_file()]
        return ''.join(path.read_text(errors='replace') for path in files)

    def assert_error(self, result: Result, code: str, message: str, remediation: str = '') -> None:
        """Check the two lines of an error in text; both are beginnings."""
        lines = result.stderr.splitlines()
        said = f'{code}: {message}'
        found = [number for number, line in enumerate(lines) if line.startswith(said)]
        self.assertEqual([len(lines) - 2], found, result.stderr)
        self.assertTrue(lines[-1].startswith(remediation), result.stderr)


class CloudTestCase(CliTestCase):
    """A devcloud, shared by the classes whose ``faults`` are the same.

    It approves every device login at once, as the demo user.
    """

    cloud: DevCloud
    approve = True
    faults: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        approve = ('--approve', 'demo@phyware.example') if cls.approve else ()
        faults = [f'--fault={fault}' for fault in ('interval=1', 'counters', *cls.faults)]
        cls.cloud = _running(*approve, *faults, *cls.options)

    @property
    def url(self) -> str:
        """Return the host as its metadata has it."""
        return str(self.cloud.url)

    @property
    def other_url(self) -> str:
        """Return a second host: the same server by another name."""
        return self.url.replace('127.0.0.1', 'localhost')

    def device_login(self, host: str | None = None) -> str:
        """Log in by device code; return the access token."""
        self.auth('login', '--host', host or self.url, '--no-browser')
        return self.stored(host).get('access_token', '')

    def login(self, *words: str, host: str | None = None) -> str:
        """Log in with the password, which costs no polling; return the access token of a file."""
        child = self.terminal(
            'auth', 'login', '--password', '--email', self.cloud.email,
            '--host', host or self.url, *words,
        )
        child.expect('Password: ')
        self.assertTrue(child.waitnoecho(SECONDS))
        child.sendline(self.cloud.password)
        exit_code, shown = self.shown(child)
        self.assertEqual(0, exit_code, shown)
        return self.stored(host).get('access_token', '')

    def login_pat(self, host: str | None = None) -> str:
        """Log in with the demo user's PAT, which costs no waiting."""
        self.auth('login', '--with-token', '--host', host or self.url, stdin=self.cloud.pat)
        return str(self.cloud.pat)

    def stored(self, host: str | None = None) -> dict[str, str]:
        """Return the stored record of a host: what no command shows is in it."""
        for path in self.config.rglob('*'):
            lines = path.read_text(errors='replace').splitlines() if path.is_file() else []
            record = dict(line.split(' ', 1) for line in lines if ' ' in line)
            if record.get('host') == (host or self.url):
                return record
        return {}

    def userinfo(self, token: str) -> int:
        """Return the status with which the server answers to ``token``."""
        headers = {'Authorization': f'Bearer {token}'}
        answer = direct().get(f'{self.url}/oauth/userinfo', headers=headers, timeout=SECONDS)
        return answer.status_code

    def grant(self, **form: str) -> requests.Response:
        """Ask the token endpoint as the public client, without phyware."""
        form = {'client_id': 'phyware-cli', **form}
        return direct().post(f'{self.url}/oauth/token', data=form, timeout=SECONDS)

    def token_of_other(self, scope: str = 'openid admin:sessions') -> str:
        """Return an access token of a new session of the other user."""
        email = 'other@phyware.example'
        password = self.cloud.users[email]['password']
        answer = self.grant(grant_type='password', username=email, password=password, scope=scope)
        return str(answer.json()['access_token'])

    def revoke(self, token: str) -> None:
        """Revoke a token on the server, behind phyware's back."""
        form = {'client_id': 'phyware-cli', 'token': token}
        direct().post(f'{self.url}/oauth/revoke', data=form, timeout=SECONDS).raise_for_status()

    def counters(self) -> dict[str, int]:
        """Return how often what was asked (fault ``counters``)."""
        answer = direct().get(f'{self.url}/api/v1/debug/counters', timeout=SECONDS)
        return dict(answer.json()['counters'])


class LoggedInTestCase(CloudTestCase):
    """Each test begins with the same login, in ``access``; none may end it."""

    access: str
    _template: ClassVar[Path | None] = None

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls._template = None

    def setUp(self) -> None:
        super().setUp()
        cls = type(self)
        if cls._template is None:
            cls.access = self.login()
            kept = cls.enterClassContext(tempfile.TemporaryDirectory(prefix='phyware-cli-'))
            cls._template = Path(shutil.copytree(self.config, Path(kept, 'config')))
        else:
            shutil.copytree(cls._template, self.config)


@functools.cache
def _running(*options: str) -> DevCloud:
    """Return a devcloud with ``options`` that runs until the tests end."""
    cloud = DevCloud.start(*options)
    atexit.register(cloud.stop)
    return cloud


def direct() -> requests.Session:
    """Return a session that takes nothing from the environment."""
    session = requests.Session()
    session.trust_env = False
    return session


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
