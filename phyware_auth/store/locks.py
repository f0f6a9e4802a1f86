"""One process at a time, host by host.

Layer: store; file system only.

There are two kinds.  ``refresh`` is held through a token grant, so that only
one process sends it.  ``record`` is held for a short read, change and write;
login and logout take only this one, so that a token endpoint that hangs never
delays them.

A lock is a pair of files, each locked with ``flock``: one in ``locks``, its
twin in ``hosts``.  ``flock`` is bound to the file and not to its name, so
that after ``rm`` of a lock file in use a newcomer would make and lock another
(security case 17); here it still meets the twin.  A file that was removed
while it was waited for is noticed by its inode.  Nobody here removes one.
Somebody who removes both while a grant is under way gets two grants at once;
the store's compare-and-set then keeps the first that saves.

``flock`` is asked without blocking, until a deadline, and from a thread that
can be left behind if the file system does not answer (case 18).  Its files
are closed on exec, so that a browser never keeps the lock (case 19).  Threads
that share a ``HostLocks`` exclude each other also where the kernel emulates
``flock`` by locks that belong to the process, as on NFS (case 20).
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from phyware.context import Clock, Context
from phyware.deadline import call_within
from phyware.hosts import host_slug
from phyware_auth.store.directories import Warn, ensure_private
from phyware_auth.store.errors import LockUnavailable, StorageFailed, reason_of

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_SHORTEST_WAIT = 0.02
# What a file system says that has no locks, or not now.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EIO, errno.ESTALE, errno.EINTR)
_GRACE = 1.0


class HostLocks:
    """The locks of one configuration directory.

    :param context: where the directory is, and the clock of the waits
    :param warn: receives sentences about permissions that were loose
    """

    def __init__(self, context: Context, warn: Warn) -> None:
        self._directory = str(context.paths.config_dir)
        self._clock: Clock = context.clock
        self._warn = warn
        self._threads: dict[str, threading.Lock] = {}

    def refresh(self, host: str, timeout: float) -> AbstractContextManager[None]:
        """Return the lock to hold through a token grant; see ``named``."""
        return self.named(host_slug(host), 'refresh', timeout)

    def record(self, host: str, timeout: float) -> AbstractContextManager[None]:
        """Return the lock to hold while the record changes; see ``named``."""
        return self.named(host_slug(host), 'record', timeout)

    @contextmanager
    def named(self, name: str, kind: str, timeout: float) -> Iterator[None]:
        """Hold a lock; not reentrant.

        :param timeout: seconds to wait at most; 0 tries once
        :raises LockUnavailable: somebody holds it, or there are no locks here
        :raises StorageFailed: the lock file can't be made
        """
        deadline = self._clock.monotonic() + timeout
        with ExitStack() as held:
            self._enter_thread(held, name, kind, timeout)
            for path in self._pair(name, kind):
                held.callback(_release, self._wait(path, deadline))
            yield

    def _pair(self, name: str, kind: str) -> tuple[str, str]:
        locks, hosts = (os.path.join(self._directory, part) for part in ('locks', 'hosts'))
        ensure_private(self._directory, self._warn)
        ensure_private(locks, self._warn)
        ensure_private(hosts, self._warn)
        return os.path.join(locks, f'{name}.{kind}.lock'), os.path.join(
            hosts, f'.lock-{name}.{kind}'
        )

    def _enter_thread(self, held: ExitStack, name: str, kind: str, timeout: float) -> None:
        lock = self._threads.setdefault(f'{name}.{kind}', threading.Lock())
        if not lock.acquire(timeout=max(timeout, 0)):
            path = os.path.join(self._directory, 'locks', f'{name}.{kind}.lock')
            raise LockUnavailable(path, 'another thread holds it')
        held.callback(lock.release)

    def _wait(self, path: str, deadline: float) -> int:
        while (descriptor := self._try(path, deadline)) is None:
            left = deadline - self._clock.monotonic()
            if left <= 0:
                raise LockUnavailable(path, 'another process holds it')
            self._clock.sleep(min(left, _SHORTEST_WAIT * (1 + os.urandom(1)[0] / 128)))
        return descriptor

    def _try(self, path: str, deadline: float) -> int | None:
        left = max(deadline - self._clock.monotonic(), 0)
        try:
            return call_within(lambda: _attempt(path), left + _GRACE, _close)
        except TimeoutError:
            raise LockUnavailable(path, 'the file system does not answer') from None


def _attempt(path: str) -> int | None:
    """Return a descriptor of the locked file, None if somebody else has it."""
    from filelock import lock_descriptor

    try:
        with ExitStack() as undo:
            descriptor = os.open(path, _FLAGS, 0o600)
            undo.callback(os.close, descriptor)
            if os.fstat(descriptor).st_mode & 0o600 != 0o600:
                os.fchmod(descriptor, 0o600)
            if not lock_descriptor(descriptor, blocking=False) or not _is_named(descriptor, path):
                return None
            undo.pop_all()
            return descriptor
    except OSError as error:
        raise _no_lock(path, error) from None


def _release(descriptor: int) -> None:
    from filelock import unlock_descriptor

    try:
        # A child that was forked has the descriptor too; closing ours is not enough.
        unlock_descriptor(descriptor)
    finally:
        os.close(descriptor)


def _close(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)


def _is_named(descriptor: int, path: str) -> bool:
    try:
        named = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), named)


def _no_lock(path: str, error: OSError) -> LockUnavailable | StorageFailed:
    if error.errno in _NO_LOCKS:
        return LockUnavailable(path, reason_of(error))
    return StorageFailed(path, reason_of(error))
