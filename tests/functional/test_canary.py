"""Every command, against every kind of failure, with a canary for each secret.

Layer: functional test.  A secret that is found anywhere but in the credential
file has leaked (security cases 63 to 67).
"""

from __future__ import annotations

import base64
import tempfile
import unittest
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import ClassVar

from tests.functional import canary_plugin
from tests.functional.canary_runs import (
    MODES,
    PROXY_USER,
    SECRETS,
    Row,
    Run,
    common_environ,
    leaks,
)
from tests.functional.canary_server import CanaryHosts
from tests.functional.cli import CliTestCase

# Runs that wait for a host that hangs take no processor; the others share it.
_AT_ONCE = 28

OFFLINE = (0, None, None, None, None, None, None, 1)
PLAIN = (0, None, None, None, None, None, None, None)
# By entry point; exits for ok, 401, 500, timeout, tls, json, reset, crash.
ROWS: dict[str, tuple[Row, ...]] = {
    'auth_login': (
        Row('auth login --host {host} --trust-origin https://bad-tls.example', 'device',
            (0, 2, 2, 2, 2, 2, 2, 1)),
        Row('auth login --with-token --host {host} --trust-origin https://bad-tls.example', 'pat',
            (0, 2, 5, 1, 1, 1, 1, 1), stdin='{pat}'),
        Row('auth login --password --email me --host {host}'
            ' --trust-origin https://bad-tls.example', 'password',
            (0, 2, 5, 1, 1, 1, 1, 1), typed='password'),
    ),
    'auth_logout': (
        Row('auth logout --host {host}', 'access', (0, 0, 0, 0, 0, 0, 0, 1), login='good'),
    ),
    'auth_status': (
        Row('auth status --host {host}', 'access', (0, 2, 1, 1, 1, 1, 1, 1), login='good'),
        Row('auth status', 'key', (0, 2, 1, 1, None, 1, 1, 1), key_host=True),
        Row('auth status --offline --host {host}', None, PLAIN, login='good', plain=True),
    ),
    'auth_token': (
        Row('auth token --host {host}', 'refresh', (0, 2, 1, 1, 1, 1, 1, 1), login='stale',
            shows='access'),
        Row('auth token --api-key {key} --host {host}', None, OFFLINE, shows='key'),
        Row('auth token --host {host}', None, PLAIN, login='good', shows='access', plain=True),
        Row('auth token', None, PLAIN, key_host=True, shows='key', plain=True),
    ),
    'auth_refresh': (
        Row('auth refresh --force --host {host}', 'refresh', (0, 2, 5, 1, 1, 1, 1, 1),
            login='good'),
    ),
    'auth_switch': (Row('auth switch --host {host}', None, OFFLINE, login='good'),),
    'auth_sessions_list': (
        Row('auth sessions list --host {host}', 'access', (0, 2, 5, 1, 1, 1, 1, 1), login='good'),
        Row('auth sessions list --host {host} --api-key {key}', 'key',
            (0, 2, 5, 1, None, 1, 1, 1)),
    ),
    'auth_sessions_revoke': (
        Row('auth sessions revoke ses_1 --host {host}', 'access', (0, 2, 5, 1, 1, 0, 1, 1),
            login='good'),
    ),
    'devcloud_demo': (Row('devcloud demo', None, OFFLINE, login='good'),),
    'devcloud_start': (
        Row('devcloud start --port 0 --ready-file {home}/ready', None, OFFLINE, login='good'),
    ),
    'shell': (
        Row('shell --script -', 'access', (0, 2, 5, 1, 1, 1, 1, 1), login='good',
            stdin='auth sessions list --host {host}\n'),
    ),
    'plugin_list': (Row('plugin list', None, OFFLINE, login='good'),),
    'plugin_show': (Row('plugin show phyware', None, OFFLINE, login='good'),),
    'plugin_doctor': (Row('plugin doctor', None, OFFLINE, login='good'),),
    'plugin_new': (Row('plugin new acme --directory {home}', None, OFFLINE, login='good'),),
    'commands_catalog': (Row('commands catalog', None, OFFLINE, login='good'),),
    'completion': (Row('completion bash', None, OFFLINE, login='good'),),
}
_INSTALLED = frozenset(
    entry.name for entry in entry_points(group='phyware.commands')
    if entry.dist is not None and entry.dist.name == 'phyware'
)
_OFFLINE_COMMANDS = tuple(
    name for name, rows in ROWS.items() if all(row.carries is None for row in rows)
)


class CanaryTest(unittest.TestCase):
    """The runs are made once, all at the same time."""

    runs: ClassVar[list[Run]]
    hosts: ClassVar[CanaryHosts]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.hosts = cls.enterClassContext(running_hosts())
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix='phyware-canary-')))
        site = folder / 'site'
        site.mkdir()
        canary_plugin.install(site, ROWS, _OFFLINE_COMMANDS)
        cls.runs = _runs(folder, site, cls.hosts)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(Run.start, cls.runs))

    def test_case_63_every_command_has_a_row(self) -> None:
        self.assertIn('auth_login', _INSTALLED)
        self.assertEqual(set(), _INSTALLED - set(ROWS))

    def test_case_63_each_failure_happened(self) -> None:
        for run in self.runs:
            with self.subTest(run.name, mode=run.mode):
                expected = run.row.exits[MODES.index(run.mode)]
                self.assertEqual(expected, run.exit_code, run.output)
                said = b''.join(run.output.values())
                self.assertEqual(run.mode == 'crash', b"RuntimeError: ('CRASHED'" in said, said)

    def test_case_63_each_secret_was_in_play(self) -> None:
        basic = base64.b64encode(f'{PROXY_USER}:{SECRETS["proxy"]}'.encode()).decode()
        tunnels = set(self.hosts.tunnels)
        for run in self.runs:
            with self.subTest(run.name, mode=run.mode):
                if run.row.carries is None or run.mode == 'crash':
                    continue
                name = 'bad-tls' if run.mode == 'tls' else run.mode
                self.assertIn(f'{name}.example Basic {basic}', tunnels)
                sent = '\n'.join(self.hosts.seen.get(run.name, []))
                carried = leaks(sent.encode())
                self.assertEqual(run.mode != 'tls', run.row.carries in carried, sent)

    def test_case_63_64_65_no_secret_is_anywhere(self) -> None:
        for run in self.runs:
            for place, text in run.places():
                with self.subTest(run.name, mode=run.mode, place=place):
                    found = set(leaks(text)) - _meant_for(run, place)
                    self.assertEqual(set(), found, text.decode(errors='replace'))


    def test_case_64_requests_are_logged_without_queries_and_headers(self) -> None:
        [run] = [run for run in self.runs if run.name == 'auth_sessions_list-0-ok']
        for text in (run.home.joinpath('run.log').read_text(), run.output['stderr'].decode()):
            self.assertIn('/sessions?limit=*** HTTP/1.1" 200', text)
            self.assertNotRegex(text, '(?i)limit=1|send: |header: |cookie|authorization')

    def test_case_66_67_children_get_no_secret(self) -> None:
        started = {run.mode: run for run in self.runs if run.name.startswith('auth_login-0')}
        for mode, dump in (('ok', 'opened'), ('crash', 'child')):
            with self.subTest(mode):
                text = started[mode].home.joinpath(dump).read_text()
                self.assertIn(f'HOME={started[mode].home}\n', text)
                self.assertNotIn('PHYCLOUD_API_KEY', text)


class ProviderTest(CliTestCase):
    """A provider's own secret, which the redactor has never been told."""

    def test_case_63_65_a_provider_that_crashes_is_not_quoted(self) -> None:
        site = self.home / 'site'
        site.mkdir()
        canary_plugin.install_vault(site)
        hosts = self.enterContext(running_hosts())
        self.environ |= common_environ(hosts.proxy, hosts.bundle, site)
        del self.environ['PHYCLOUD_API_KEY']
        for provider, error in (
            ('raising', 'RuntimeError'), ('refused', 'ValueError'), ('unmade', 'LookupError')
        ):
            with self.subTest(provider):
                result = self.auth(
                    'sessions', 'list', '--host', 'https://401.example/run', '-vvv', '--debug',
                    '--auth-provider', provider, status=1,
                )
                self.assertIn(f'of the package canary-vault failed: {error}\n', result.stderr)
                self.assertIn('Traceback', result.stderr)
                self.assertEqual([], leaks(result.stderr.encode()), result.stderr)


@contextmanager
def running_hosts() -> Iterator[CanaryHosts]:
    """Run the hosts while the block runs."""
    hosts = CanaryHosts(SECRETS, (PROXY_USER, SECRETS['proxy']))
    try:
        yield hosts
    finally:
        hosts.end()


def _runs(folder: Path, site: Path, hosts: CanaryHosts) -> list[Run]:
    """Return all runs; those that wait first."""
    made = []
    for command in sorted(_INSTALLED & set(ROWS)):
        for number, row in enumerate(ROWS[command]):
            for mode, exit_code in zip(MODES, row.exits, strict=True):
                if exit_code is not None:
                    name = f'{command}-{number}-{mode}'
                    packages = site if mode == 'crash' else folder
                    environ = common_environ(hosts.proxy, hosts.bundle, packages)
                    made.append(Run(name, row, mode, folder / name, environ))
    return sorted(made, key=lambda run: run.mode != 'timeout')


def _meant_for(run: Run, place: str) -> set[str]:
    if place in ('opened', 'child'):
        # A child may need the proxy, and gets the person's own variable.
        return {'proxy'}
    shown = run.row.shows if place == 'stdout' and run.exit_code == 0 else None
    return {shown} if shown else set()
