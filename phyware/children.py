"""How other programs are started: with a clean environment, without a shell.

Layer: framework.  The one place that knows what a child may not inherit
(security case 67); browser, clipboard, pager and plugin helpers use it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

_OURS = ('PHYCLOUD_', 'PHYWARE_')


def child_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """Return ``environ`` without the variables that are phyware's own.

    ``PHYCLOUD_API_KEY`` is the reason; nothing a child needs has such a name.
    """
    return {name: value for name, value in environ.items() if not name.upper().startswith(_OURS)}


def keep_key_from_children() -> None:
    """Take the API key out of this process's own environment, which was read before.

    A plugin that starts a program by itself would hand it on (security case 67).
    """
    os.environ.pop('PHYCLOUD_API_KEY', None)


def start_detached(
    command: Sequence[str], environ: Mapping[str, str]
) -> subprocess.Popen[bytes] | None:
    """Start a program that may outlive us, and do not wait for it.

    It has its own session (Ctrl-C doesn't reach it), /dev/null as its streams
    and no other descriptor (a lock would stay held, security case 19).  A
    thread takes its exit status, so no zombie is left.

    :param command: program and arguments; never seen by a shell
    :param environ: what ``child_environ`` is applied to
    :returns: the process; None if it could not be started
    """
    import subprocess  # here, because every run imports this module
    import threading

    try:
        process = subprocess.Popen(
            list(command),
            env=child_environ(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            start_new_session=True,
        )
    except (OSError, ValueError):
        return None
    threading.Thread(target=process.wait, name='phyware-reaper', daemon=True).start()
    return process
