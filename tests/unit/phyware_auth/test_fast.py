"""What the fast functions say is what the commands say, in every case that they answer.

Layer: unit test.  Both run over a matrix of what is stored, the environment and
the arguments; where the fast function declines there is nothing to compare.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from phyware.secret import Secret
from phyware_auth import fast
from phyware_auth.store import record as records
from phyware_auth.store.codec import encode
from tests.unit.phyware_auth.authcase import HOST, OTHER, full_record
from tests.unit.phyware_auth.commands.commandcase import CommandCase

LOCAL = 'http://localhost:8000'
NOW = 1_800_000_000
TOKEN = ('token',)
STATUS = ('status', '--offline', '-o', 'json')

Prepare = Callable[['FastCase'], None]


class FastCase(CommandCase):
    """A store, the function, and the command."""

    def setUp(self) -> None:
        super().setUp()
        del self.cli.environ['PHYCLOUD_URL']

    def answers(self, *words: str) -> str | None:
        """Return what the fast function writes, None if it declines."""
        written: list[str] = []
        function = {'token': fast.token, 'status': fast.status}[words[0]]
        environ = mock.patch.dict(os.environ, self.cli.environ, clear=True)
        clock = mock.patch('time.time', self.clock.now)
        out = mock.patch.object(fast, 'write_out', lambda text: written.append(text) or True)
        with environ, clock, out:
            status = function(list(words[1:]))
        self.assertEqual(status, 0 if written else None)
        return written[0] if written else None

    def assert_same(self, *words: str) -> bool:
        """Compare the function with the command; return False where it declines."""
        answer = self.answers(*words)
        if answer is None:
            return False
        result = self.cli.run('auth', *words)
        self.assertEqual((result.exit_code, result.stdout, result.stderr), (0, answer, ''), words)
        return True

    def record_path(self, host: str = HOST) -> Path:
        """Return where the record of ``host`` is."""
        return Path(self.directory, 'hosts', fast.host_slug(host))

    def rewrite(self, **fields: str | None) -> None:
        """Change fields of the record as an editor would, with a good checksum."""
        known = records.decode(self.record_path().read_bytes(), 'test') | fields
        kept = {name: value for name, value in known.items() if value is not None}
        self.record_path().write_bytes(encode(kept))


def saved(**changes: Any) -> Prepare:
    """Return what stores a login with ``changes`` and makes it the active one."""

    def prepare(case: FastCase) -> None:
        record = full_record(**changes)
        case.store.save_login(record)
        case.store.set_active(record.host)

    return prepare


def file_changed(change: Callable[[Path], object]) -> Prepare:
    """Return what stores a login and then does something to its file."""

    def prepare(case: FastCase) -> None:
        saved()(case)
        change(case.record_path())

    return prepare


def rewritten(**fields: str | None) -> Prepare:
    """Return what stores a login and then edits it."""

    def prepare(case: FastCase) -> None:
        saved()(case)
        case.rewrite(**fields)

    return prepare


def active_is(text: bytes) -> Prepare:
    """Return what stores a login and puts ``text`` into the file of the active host."""

    def prepare(case: FastCase) -> None:
        saved()(case)
        Path(case.directory, 'active').write_bytes(text)

    return prepare


def _link(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name('elsewhere')))


# What is stored, with the words that must be answered fast.
FAST_STATES: dict[str, tuple[Prepare, tuple[tuple[str, ...], ...]]] = {
    'a login': (saved(), (TOKEN, STATUS)),
    'a login that never ends': (saved(expiry=None), (TOKEN, STATUS)),
    'a login that has 61 seconds': (saved(expiry=NOW + 61), (TOKEN, STATUS)),
    'a login that has a minute': (saved(expiry=NOW + 60), (STATUS,)),
    'a login that has a second': (saved(expiry=NOW + 1), (STATUS,)),
    'a token of the user': (saved(kind='pat', refresh_token=None, expiry=None), (TOKEN, STATUS)),
    'no user and no scopes': (saved(user=None, scopes=None), (TOKEN, STATUS)),
    'empty scopes': (saved(scopes=()), (TOKEN, STATUS)),
    'a local host': (saved(host=LOCAL), (TOKEN, STATUS)),
    'an IPv6 host': (saved(host='http://[::1]:8000'), (TOKEN, STATUS)),
    'a host with a path': (saved(host='https://cloud.example/tenant'), (TOKEN, STATUS)),
    'a long host': (saved(host=f'https://{"a" * 60}.{"b" * 60}.{"c" * 60}.example'),
                    (TOKEN, STATUS)),
    'a fullname': (saved(user='Ada Lovelace <ada@example.org>'), (TOKEN, STATUS)),
    'the active host with spaces around': (active_is(f' {HOST} \r\n'.encode()), (TOKEN, STATUS)),
    'an unknown field': (rewritten(later_addition='x'), (TOKEN, STATUS)),
}
SLOW_STATES: dict[str, Prepare] = {
    'nothing': lambda case: None,
    'a login that is over': saved(expiry=NOW),
    'an access token that is lost': saved(expiry=0, access_token=None),
    'an insecure host': saved(host='http://cloud.example'),
    'a host that only begins like a local one': saved(host='http://localhost.evil.example'),
    'a quoted user': saved(user='a"b'),
    'a user of another script': saved(user='Адa'),
    'a user with escapes': saved(user='a\x1b[31m'),
    'a loose file': file_changed(lambda path: path.chmod(0o644)),
    'a file that others may write to': file_changed(lambda path: path.chmod(0o620)),
    'a linked file': file_changed(_link),
    'an empty file': file_changed(lambda path: path.write_bytes(b'')),
    'a changed byte': file_changed(
        lambda path: path.write_bytes(path.read_bytes().replace(b'access-1', b'access-2'))
    ),
    'a newer format': file_changed(lambda path: path.write_bytes(b'phyware-credential 99\n')),
    'the record of another host': rewritten(host=OTHER),
    'no generation': rewritten(generation=None),
    'an unknown kind': rewritten(kind='magic'),
    'an unknown storage': rewritten(storage='moon'),
    'a keyring without a backend': rewritten(storage='keyring'),
    'an odd expiry': rewritten(expiry='1e9'),
    'an expiry beyond all dates': rewritten(expiry='999999999999'),
    'an odd serial': rewritten(serial='x'),
    'no obtained': rewritten(obtained='-'),
    'an active host that is none': active_is(b'nonsense here'),
    'an active host in other letters': active_is(HOST.upper().encode()),
    'an active host without a record': active_is(OTHER.encode()),
    'bytes that are no text': active_is(b'\xff\xfe'),
    'no active host': lambda case: (saved()(case), Path(case.directory, 'active').unlink())[0],
}
ENVIRONMENTS: dict[str, dict[str, str | None]] = {
    'nothing more': {},
    'the host': {'PHYCLOUD_URL': HOST},
    'the host in capitals': {'PHYCLOUD_URL': HOST.upper()},
    'the host with a slash': {'PHYCLOUD_URL': f'{HOST}/'},
    'another host': {'PHYCLOUD_URL': OTHER},
    'no host': {'PHYCLOUD_URL': 'ftp://x'},
    'an empty host': {'PHYCLOUD_URL': ''},
    'a key': {'PHYCLOUD_API_KEY': 'phk_env'},
    'an empty key': {'PHYCLOUD_API_KEY': ''},
    'a provider': {'PHYWARE_AUTH_PROVIDER': 'absent'},
    'the provider of the store': {'PHYWARE_AUTH_PROVIDER': 'stored'},
    'insecure hosts allowed': {'PHYWARE_ALLOW_INSECURE_HTTP': '1'},
    'another client': {'PHYCLOUD_CLIENT_ID': 'other'},
    'a relative directory': {'PHYWARE_CONFIG_DIR': 'here'},
    'a nonsense store': {'PHYWARE_CREDENTIAL_STORE': 'moon'},
    'a width': {'PHYWARE_MAX_WIDTH': '20'},
    'no directory': {'PHYWARE_CONFIG_DIR': None, 'HOME': ''},
}
ARGUMENTS = (
    TOKEN, ('token', '-o', 'json'), ('token', '--host', OTHER), ('token', '-v'),
    ('token', '--help'), ('token', 'x'), ('token', ''), ('token', '--'),
    STATUS, ('status', '-o', 'json', '--offline'), ('status', '--offline', '-f', 'json'),
    ('status', '--offline', '--output', 'json'), ('status', '--format', 'json', '--offline'),
    ('status', '--offline'), ('status', '-o', 'json'), ('status',),
    ('status', '--offline', '--offline', '-o', 'json'), ('status', '-o', 'json', 'json'),
    ('status', '--offline', '-o', 'yaml'), ('status', '--offline', '-o', 'json', '--show-token'),
    ('status', '-o', '--offline', 'json'), ('status', '--offline', '-o', 'json', '-c', 'user'),
    ('status', '--offline', '-ojson'), ('status', '--offline', '-o', 'json', '--noindent'),
)


class MatrixTest(FastCase):
    """Each state of the store, in each environment, with each command line."""

    def setUp(self) -> None:
        super().setUp()
        # Nobody else refreshes here; tests/unit/phyware_auth/test_fastgate.py has who does.
        self.enterContext(mock.patch('phyware_auth.fastgate.others_token', return_value=None))

    def states(self) -> Iterator[str]:
        """Prepare one state after the other, each in a directory of its own."""
        every = {**{name: state for name, (state, _) in FAST_STATES.items()}, **SLOW_STATES}
        first = self.directory
        for number, (name, prepare) in enumerate(every.items()):
            self.use_directory(f'{first}{number}')
            prepare(self)
            yield name

    def use_directory(self, directory: str) -> None:
        """Go on in an empty configuration directory."""
        self.directory = directory
        self.cli.environ['PHYWARE_CONFIG_DIR'] = self.environ['PHYWARE_CONFIG_DIR'] = directory
        self.context = self.new_context()
        self.store = type(self.store)(self.context, warn=self.warnings.append)

    def test_what_is_usual_is_answered_and_what_is_not_is_left_to_the_command(self) -> None:
        for name in self.states():
            with self.subTest(name):
                answered = tuple(words for words in (TOKEN, STATUS) if self.assert_same(*words))
                expected = FAST_STATES[name][1] if name in FAST_STATES else self.token_only(name)
                self.assertEqual(answered, expected)

    @staticmethod
    def token_only(name: str) -> tuple[tuple[str, ...], ...]:
        """Return what is answered of a state that is unusual in JSON only."""
        only_token = ('a quoted user', 'a user of another script', 'a user with escapes')
        return (TOKEN,) if name in only_token else ()

    def test_in_every_environment_with_every_command_line(self) -> None:
        answered = 0
        for state in self.states():
            kept = dict(self.cli.environ)
            for name, environment in ENVIRONMENTS.items():
                changed = {**kept, **environment}
                self.cli.environ = {k: v for k, v in changed.items() if v is not None}
                with self.subTest(f'{state}, {name}'):
                    answered += sum(self.assert_same(*words) for words in ARGUMENTS)
            self.cli.environ = kept
        self.assertGreater(answered, 500)


class KeyringTest(FastCase):
    """The secrets are elsewhere; what is known of them is not."""

    def setUp(self) -> None:
        super().setUp()
        self.asked = self.enterContext(
            mock.patch('phyware_auth.fastkeyring.print_token', return_value=None)
        )

    def test_the_keyring_is_asked_for_the_token_and_not_for_the_status(self) -> None:
        saved()(self)
        self.rewrite(storage='keyring', backend='some.module.Keyring', access_token=None,
                     refresh_token=None)
        self.assertTrue(self.assert_same(*STATUS))
        self.asked.assert_not_called()
        self.assertIsNone(self.answers(*TOKEN))
        self.asked.assert_called_once_with(HOST, 60)

    def test_a_token_that_a_record_of_a_keyring_must_not_have_is_not_shown(self) -> None:
        saved(access_token=Secret('planted'))(self)
        self.rewrite(storage='keyring', backend='some.module.Keyring')
        self.assertIsNone(self.answers(*TOKEN))
