"""Remember for a few seconds that a refresh failed.

Layer: store; file system only.  Processes that waited for the same refresh
token fail fast instead of asking in a row (rule 5, security case 42).  The
stamp is a hint: whatever is wrong with it means that there is none.
"""

from __future__ import annotations

import os
from contextlib import suppress

from phyware.context import Clock
from phyware.hosts import host_slug
from phyware.secret import Secret

LIFETIME = 5.0
_LONGEST = 256
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class FailureStamps:
    """The stamps of one configuration directory, beside its locks.

    :param directory: the absolute configuration directory
    """

    def __init__(self, directory: str, clock: Clock) -> None:
        self._locks = os.path.join(directory, 'locks')
        self._clock = clock

    def note(self, host: str, refresh_token: Secret, kind: str) -> None:
        """Write that refreshing with ``refresh_token`` failed now.

        The caller holds the host's ``refresh`` lock.

        :param kind: a word of the caller's, without spaces
        """
        line = f'{self._clock.now():.3f} {_fingerprint(refresh_token)} {kind}\n'
        with suppress(OSError):
            descriptor = os.open(self._path(host), _WRITE, 0o600)
            try:
                os.write(descriptor, line.encode('ascii', 'replace'))
            finally:
                os.close(descriptor)

    def recent(self, host: str, refresh_token: Secret) -> str | None:
        """Return the kind of a failure of the last 5 seconds, else None."""
        words = self._read(host).split()
        if len(words) != 3 or words[1] != _fingerprint(refresh_token):
            return None
        try:
            age = self._clock.now() - float(words[0])
        except ValueError:
            return None
        # A clock that was set back must not make a stamp last.
        return words[2] if abs(age) < LIFETIME else None

    def forget(self, host: str) -> None:
        """Remove the stamp: a refresh succeeded."""
        with suppress(OSError):
            os.unlink(self._path(host))

    def _path(self, host: str) -> str:
        return os.path.join(self._locks, f'{host_slug(host)}.failed')

    def _read(self, host: str) -> str:
        try:
            descriptor = os.open(self._path(host), _READ)
        except OSError:
            return ''
        try:
            return os.read(descriptor, _LONGEST).decode('ascii', 'replace')
        except OSError:
            return ''
        finally:
            os.close(descriptor)


def _fingerprint(refresh_token: Secret) -> str:
    import hashlib

    # No secret: the token has far too much entropy to be guessed from it.
    return hashlib.sha256(b'phyware refresh\0' + refresh_token.reveal().encode()).hexdigest()[:32]
