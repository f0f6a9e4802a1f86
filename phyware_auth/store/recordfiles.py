"""The files of the host records: names, reading, writing, setting aside.

Layer: store; file system only; knows no keyring.  Whoever changes a record
holds the host's ``record`` lock.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from typing import NamedTuple

from phyware.errors import PhywareError
from phyware.hosts import host_slug
from phyware.secret import Secret
from phyware_auth.store import reading, writing
from phyware_auth.store.directories import Warn, ensure_private, refuse_foreign_link
from phyware_auth.store.errors import CorruptRecord, StorageFailed, Unreadable, reason_of
from phyware_auth.store.record import HostRecord, dumps, loads

LONGEST = 256 * 1024
# As long as a record with two tokens of the longest kind, and the rest of it.
_PROBE = b'probe\n' * (8 * 1024)
_HASHED = '_sha256-'
# A slug has no capital letter, so that no host's record looks like one.
_ASIDE = '.corrupt-'
_SCHEMES = ('https://', 'http://')
_ESCAPE = rb'_([0-9a-f]{2})'


class Found(NamedTuple):
    """A record and the bytes it was read from.

    :param data: may hold tokens; hidden from ``repr``
    """

    record: HostRecord
    data: Secret


class RecordFiles:
    """The directory ``hosts`` of one configuration directory.

    :param directory: the absolute configuration directory
    :param warn: receives sentences about permissions that were loose
    """

    def __init__(self, directory: str, warn: Warn) -> None:
        self._root = directory
        self._hosts = os.path.join(directory, 'hosts')
        self._warn = warn

    def path(self, host: str) -> str:
        """Return the path of the record of ``host``."""
        return os.path.join(self._hosts, host_slug(host))

    def hosts(self) -> list[str]:
        """Return the hosts that have a record, sorted, by the names alone.

        A link to nothing, which a logout leaves of a linked record, is none.

        :raises Unreadable: the directory can't be listed, or is elsewhere and not there
        """
        try:
            with os.scandir(self._hosts) as entries:
                names = [entry.name for entry in entries if not _leads_nowhere(entry)]
        except (FileNotFoundError, NotADirectoryError):
            _refuse_lost_directory(self._hosts)
            return []
        except OSError as error:
            raise Unreadable(self._hosts, reason_of(error)) from None
        return sorted(host for host in map(self._host, names) if host)

    def read(self, host: str) -> Found | None:
        """Return the record of ``host``, None if there is no file.

        :raises NewerFormat: a later phyware wrote it
        :raises CorruptRecord: it is no record, or that of another host
        :raises Unreadable: the system refused, or the directory is elsewhere and not there
        :raises StorageFailed: it belongs to another user
        """
        path = self.path(host)
        data = reading.read_private(path, LONGEST, self._warn)
        if data is None:
            _refuse_lost_directory(self._hosts)
            return None
        record = loads(data, path)
        if record.host != host:
            # A copied file would send one host's token to another.
            raise CorruptRecord(path)
        return Found(record, Secret(data.decode('ascii')))

    def write(self, record: HostRecord) -> None:
        """Replace the record of its host.

        :raises StorageFailed: with the old one as it was; also for a record that
            would be too long to be read again
        """
        data = dumps(record)
        if len(data) > LONGEST:
            raise StorageFailed(
                self.path(record.host),
                f'a record of {len(data)} bytes is too long',
                'Tell the operator of the host: its answers are far too long',
            )
        self.write_bytes(record.host, data)

    def write_bytes(self, host: str, data: bytes) -> None:
        """Replace the record of ``host`` by bytes that ``read`` gave before."""
        ensure_private(self._root, self._warn)
        ensure_private(self._hosts, self._warn)
        writing.replace_file(self.path(host), data, host_slug(host), self._warn)

    def delete(self, host: str) -> bool:
        """Remove the record of ``host``; False if there was none.

        :raises StorageFailed: the system refused
        """
        return writing.remove_file(self.path(host))

    def probe(self, host: str) -> None:
        """Write, read and remove a file beside the record of ``host`` (rule 9).

        It is as long as a record can be expected to get: a full disk often has
        room for a few bytes.

        :raises StorageFailed: a record could not be kept here
        """
        ensure_private(self._root, self._warn)
        ensure_private(self._hosts, self._warn)
        directory = os.path.dirname(os.path.realpath(self.path(host)))
        slug = host_slug(host)
        # Not to be foretold: a link that was planted there would be followed (case 12).
        path = writing.temporary_name(directory, slug)
        try:
            writing.replace_file(path, _PROBE, slug, self._warn)
            if reading.read_private(path, LONGEST, self._warn) != _PROBE:
                raise StorageFailed(path, 'it does not keep what is written')
        finally:
            writing.sweep([path])

    def set_aside(self, host: str, now: float) -> str:
        """Rename what is at the record's path, and return its new path (case 7).

        :param now: seconds since 1970, for the name
        :raises StorageFailed: the system refused
        """
        path = self.path(host)
        refuse_foreign_link(path)
        source = os.path.realpath(path)
        if not os.path.isfile(source):
            source = path
        try:
            target = _free_name(source, now)
            os.rename(source, target)
        except OSError as error:
            raise StorageFailed(path, reason_of(error)) from None
        if os.path.isfile(target) and not os.path.islink(target):
            with suppress(OSError):
                os.chmod(target, 0o600)
        return target

    def kept_aside(self, host: str) -> list[str]:
        """Return the damaged files of ``host`` that were set aside."""
        target = os.path.realpath(self.path(host))
        prefix = os.path.basename(target) + _ASIDE
        return [path for path in _listing(os.path.dirname(target)) if _starts(path, prefix)]

    def leftovers(self, host: str) -> dict[str, str]:
        """Return the temporary files where the record is: path and slug."""
        directory = os.path.dirname(os.path.realpath(self.path(host)))
        return writing.leftovers(directory)

    def _host(self, name: str) -> str | None:
        if name.startswith('.') or name != name.lower():
            return None
        if _HASHED in name:
            return self._host_inside(name)
        raw = re.sub(_ESCAPE, lambda match: bytes([int(match[1], 16)]), os.fsencode(name))
        host = raw.decode('utf-8', 'replace')
        return host if host.startswith(_SCHEMES) and host_slug(host) == name else None

    def _host_inside(self, name: str) -> str | None:
        # A long name is a digest: the host is only known from the inside.
        path = os.path.join(self._hosts, name)
        try:
            data = reading.read_private(path, LONGEST, self._warn)
            host = loads(data, path).host if data is not None else ''
        except PhywareError as error:
            self._warn(error.message)
            return None
        return host if host_slug(host) == name else None


def _refuse_lost_directory(path: str) -> None:
    """Refuse to take a directory that is linked to a volume which is not mounted for none.

    :raises Unreadable: ``path``, or one that it is in, is a link to nothing
    """
    while not os.path.lexists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    if not os.path.exists(path):
        raise Unreadable(path, 'the link leads nowhere')


def _leads_nowhere(entry: os.DirEntry[str]) -> bool:
    if not entry.is_symlink():
        return False
    try:
        os.stat(entry.path)
    except FileNotFoundError:
        return True
    except OSError:
        # What can't be read is there: whoever reads it says so.
        return False
    return False


def _free_name(path: str, now: float) -> str:
    stamp = time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(now))
    target = f'{path}{_ASIDE}{stamp}'
    while os.path.lexists(target):
        target += 'Z'
    return target


def _listing(directory: str) -> list[str]:
    try:
        return [os.path.join(directory, name) for name in sorted(os.listdir(directory))]
    except OSError:
        return []


def _starts(path: str, prefix: str) -> bool:
    name = os.path.basename(path)
    return name.startswith(prefix) and name != name.lower()
