"""What plugins do that crash with a secret in hand: installed for the canary test.

Layer: test fixture.  ``CRASHER`` is the text of a hook of every command; it
lets the transport crash where a request carries a secret, in each way a secret
can hang on an exception, and tells libraries' channels of it as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

CRASHER = '''
import faulthandler
import logging
import os
import subprocess
import threading
import warnings

from cliff.hooks import CommandHook
from phyware.auth import AuthProvider
from phyware.secret import Secret
from phyware.transport import Transport

OFFLINE = {offline!r}


class Holder:
    """An argument of a log call that is formatted late."""

    def __init__(self, held):
        self.held = held

    def __repr__(self):
        return f'<Holder {{self.held}}>'


def fail(held):
    header = f'Authorization: Bearer {{held[0]}}'
    log = logging.getLogger('urllib3.connectionpool')
    log.warning('%s:%s "%s %s" %r', 'host', 443, 'GET', '/x?code=' + held[0], Holder(held))
    log.debug('sent %(header)r', {{'header': header}})
    logging.getLogger('asyncio').error('task %r', Holder(held), stack_info=True)
    warnings.warn(f'ignored {{held}}', UserWarning)
    faulthandler.dump_traceback()
    thread = threading.Thread(target=in_thread, args=(held,))
    thread.start()
    thread.join()
    try:
        header.encode('ascii') and (header + '\\u2028').encode('ascii')
    except UnicodeEncodeError as cause:
        error = RuntimeError('CRASHED', *held, 'y' * 90, header)
        error.add_note(f'sent {{header}} {{held!r}}')
        error.headers = {{'Authorization': header}}
        raise error from ExceptionGroup('more', [cause, KeyError(held[-1])])


def in_thread(held):
    raise LookupError('IN THREAD', held)


class Crash(CommandHook):
    def get_parser(self, parser):
        return parser

    def get_epilog(self):
        return ''

    def before(self, parsed_args):
        app = self.cmd.app
        with open(os.path.join(os.environ['HOME'], 'child'), 'wb') as dump:
            subprocess.run(['env'], stdout=dump, check=True)
        key = app.context.environ.get('PHYCLOUD_API_KEY')
        proxy = app.context.environ['HTTPS_PROXY']
        if self.cmd.cmd_name.replace(' ', '_') in OFFLINE:
            credential = app.auth.credential(os.environ['CANARY_HOST'])
            fail([credential.token.reveal(), *([key] if key else []), proxy])
        send = Transport.request

        def request(transport, asked):
            secrets = (asked.bearer, *(asked.form or {{}}).values())
            held = [one.reveal() for one in secrets if isinstance(one, Secret)]
            if held:
                fail([*held, *([key] if key else []), proxy])
            return send(transport, asked)

        Transport.request = request
        return parsed_args

    def after(self, parsed_args, return_code):
        fail([self.cmd.app.auth.credential(os.environ['CANARY_HOST']).token.reveal()])
'''


# A provider whose own secret nobody else knows: only its text can give it away.
VAULT = '''
import logging
from phyware.auth import AuthProvider, Credential
from phyware.secret import Secret

OWN = 'KzVaultOwn1a2b'


class Vault(AuthProvider):
    def __init__(self, how):
        self._how = how

    def credential(self, host):
        if self._how == 'raise':
            answer = {'token': OWN}
            raise RuntimeError('CRASHED', answer) from KeyError(OWN)
        return Credential(host, Secret(OWN), 'pat', 'vault')

    def reject(self, credential):
        raise ValueError('CRASHED', credential.token.reveal())

    def identity(self, host):
        return None


def raising(request):
    return Vault('raise')


def refused(request):
    return Vault('refuse')


def unmade(request):
    raise LookupError('CRASHED', OWN)
'''


def install_vault(site: Path) -> None:
    """Write the package of the provider, which has a name for each way to fail."""
    site.joinpath('canary_vault.py').write_text(VAULT)
    groups = [f'{name} = canary_vault:{name}' for name in ('raising', 'refused', 'unmade')]
    _metadata(site, 'canary-vault', ['[phyware.auth.providers]', *groups])


def install(site: Path, commands: Iterable[str], offline: Iterable[str]) -> None:
    """Write the package, with a hook for each of ``commands``.

    :param commands: names of entry points
    :param offline: those that send no secret anywhere, and crash at once
    """
    site.joinpath('canary_crasher.py').write_text(CRASHER.format(offline=sorted(offline)))
    _metadata(site, 'canary-crasher', [
        line for name in sorted(commands)
        for line in (f'[phyware.commands.{name}]', 'crash = canary_crasher:Crash')
    ])


def _metadata(site: Path, name: str, entry_points: Iterable[str]) -> None:
    directory = site / f'{name.replace("-", "_")}-1.0.dist-info'
    directory.mkdir()
    directory.joinpath('entry_points.txt').write_text('\n'.join(entry_points) + '\n')
    directory.joinpath('METADATA').write_text(
        f'Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n'
    )
