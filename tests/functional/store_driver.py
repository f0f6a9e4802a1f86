"""A process that uses the store once: started, killed and starved by the tests.

Layer: test fixture.  ``python -m tests.functional.store_driver ACTION ARGS``;
it prints ``OK`` and what it found, or the code, the class and the message of
the error.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

from phyware.context import Context
from phyware.errors import PhywareError
from phyware.secret import Secret
from phyware_auth.store.record import OAUTH, HostRecord
from phyware_auth.store.store import CredentialStore

STORE: list[CredentialStore] = []


def record(host: str, suffix: str) -> HostRecord:
    """Return a login for where the environment wants it stored."""
    choice = store().choose(False)
    return HostRecord(
        host=host,
        kind=OAUTH,
        storage=choice.storage,
        backend=choice.backend,
        client_id='phyware-cli',
        issuer=host,
        obtained=1_800_000_000,
        expiry=1_800_003_600,
        access_token=Secret(f'access-{suffix}'),
        refresh_token=Secret(f'refresh-{suffix}'),
    )


def store() -> CredentialStore:
    """Return this process's store."""
    if not STORE:
        warn = lambda text: print('WARNING', text, file=sys.stderr)  # noqa: E731
        STORE.append(CredentialStore(Context.from_system(), warn=warn))
    return STORE[0]


def save(host: str, suffix: str) -> str:
    """Log in."""
    store().save_login(record(host, suffix))
    return suffix


def load(host: str) -> str:
    """Return the access token without its first word, ``None`` without a record."""
    found = store().load(host)
    return 'None' if found is None or found.access_token is None else _suffix(found.access_token)


def remove(host: str) -> str:
    """Log out; return what could not be removed."""
    return ' '.join(reason for _, reason in store().remove(host).failed) or 'removed'


def hosts() -> str:
    """Return all hosts."""
    return ' '.join(store().hosts())


def refresh(host: str, counter: str) -> str:
    """Refresh once, as N processes with one expired token do (security case 34)."""
    seen = store().load(host)
    with store().refresh_lock(host, 60):
        old = store().load(host)
        assert seen and old
        if old.access_token != seen.access_token or load(host) != 'expired':
            return 'adopted'
        with open(counter, 'a') as stream:
            stream.write('grant\n')
        new = old._replace(access_token=Secret('access-new'), refresh_token=Secret('refresh-new'))
        return 'granted' if store().save_refresh(old, new) else 'lost'


def refresh_in_threads(host: str, counter: str) -> str:
    """Refresh in 16 threads of one process (security case 20)."""
    threads = [threading.Thread(target=refresh, args=(host, counter)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return load(host)


def hold(host: str, kind: str, seconds: str) -> str:
    """Hold a lock, waited for that long, until the input ends."""
    from phyware_auth.store.locks import HostLocks

    locks = HostLocks(Context.from_system(), print)
    with getattr(locks, kind)(host, float(seconds)):
        print('HELD', flush=True)
        sys.stdin.read()
    return 'released'


def hold_and_leave_a_child(host: str) -> str:
    """End in the middle of a refresh, the browser that was opened living on."""
    import subprocess

    with store().refresh_lock(host, 60):
        child = subprocess.Popen(['cat'], close_fds=False, stdin=0, stdout=2)
        os.write(1, f'OK {child.pid}\n'.encode())
        os._exit(0)


def write_often(host: str, count: str) -> str:
    """Log in again and again."""
    for number in range(int(count)):
        save(host, str(number))
    return count


def read_until(host: str, path: str) -> str:
    """Load again and again until ``path`` is there; return how often."""
    count = 0
    while not os.path.exists(path):
        load(host)
        count += 1
    return 'often' if count > 1 else 'seldom'


def recover(host: str, address: str) -> str:
    """Load while the bus is down, and again with the bus at ``address`` (case 29)."""
    first = told(lambda: load(host))
    os.environ['DBUS_SESSION_BUS_ADDRESS'] = address
    return f'{first.split()[0]} then {load(host)}'


def told(action: Callable[[], str]) -> str:
    """Return what an action gave or raised, on one line."""
    try:
        return f'OK {action()}'
    except PhywareError as error:
        return f'{error.code} {type(error).__name__} {error.message}'


def _suffix(token: Secret) -> str:
    return token.reveal().removeprefix('access-')


def main(name: str, *args: str) -> None:
    """Run one action."""
    print(told(lambda: globals()[name](*args)), flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
