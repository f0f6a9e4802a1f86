"""Putting a one-time code on the person's clipboard.

Layer: framework.  Never for tokens or passwords: every program can read a
clipboard.

``pyperclip`` is not used.  It ignores the exit status of the tools, so that a
failure passes for success; it waits for them without a limit; it gives them
our environment with the API key in it (security case 67); it passes the text
to ``qdbus`` as an argument, for every user to see (security case 66); it looks
at the process's environment instead of the invocation's; and it can't reach
the clipboard of the machine at the other end of SSH.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import TextIO

from phyware.browser import over_ssh, under_wsl
from phyware.children import child_environ
from phyware.context import Context
from phyware.text import clean

_LONGEST = 1024
_TIME_LIMIT = 2.0


def copy_to_clipboard(text: str, context: Context, *, platform: str = sys.platform) -> bool:
    """Put ``text`` on the clipboard of the machine the person sits at.

    Over SSH with a terminal as stderr: the escape sequence OSC 52, which the
    terminal obeys or ignores without an answer.  Else the first that works of
    wl-copy, xclip, xsel, pbcopy and clip.exe.

    :param text: one line, at most 1024 characters; control characters are
        refused, because what is pasted into a terminal is run
    :param platform: as ``sys.platform``
    :returns: True if it was done, or sent to the terminal; False if the text
        is refused or nothing worked
    """
    if not 0 < len(text) <= _LONGEST or clean(text, None) != text:
        return False
    if over_ssh(context.environ) and _is_terminal(context):
        return _write(context.stderr, _osc52(text))
    environ = child_environ(context.environ)
    return any(_run(command, data, environ) for command, data in _ways(text, environ, platform))


def _is_terminal(context: Context) -> bool:
    stream = context.stderr
    obeys = context.environ.get('TERM', 'dumb') != 'dumb'
    return obeys and not stream.closed and stream.isatty()


def _osc52(text: str) -> str:
    return f'\x1b]52;c;{base64.b64encode(text.encode()).decode("ascii")}\x07'


def _write(stream: TextIO, sequence: str) -> bool:
    try:
        stream.write(sequence)
        stream.flush()
    except OSError:
        return False
    return True


def _ways(
    text: str, environ: Mapping[str, str], platform: str
) -> Iterator[tuple[list[str], bytes]]:
    if platform == 'darwin':
        yield ['pbcopy'], text.encode()
    if environ.get('WAYLAND_DISPLAY'):
        yield ['wl-copy'], text.encode()
    if environ.get('DISPLAY'):
        yield ['xclip', '-selection', 'clipboard'], text.encode()
        yield ['xsel', '--clipboard', '--input'], text.encode()
    if under_wsl(environ):
        yield ['clip.exe'], text.encode('utf-16-le')


def _run(command: list[str], data: bytes, environ: dict[str, str]) -> bool:
    program = shutil.which(command[0], path=environ.get('PATH', os.defpath))
    if program is None:
        return False
    try:
        # A session of its own: xclip and its like stay to serve what was
        # copied, and Ctrl-C in our terminal would take it away again.
        done = subprocess.run(
            [program, *command[1:]],
            input=data,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TIME_LIMIT,
            start_new_session=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
