"""The person's graphical browser: whether there is one, and opening a page.

Layer: framework.  Knows nothing of logins; the address and the code are
always printed as well by whoever asks for a page (rule 19).

The standard library's ``webbrowser`` is not used: it gives the child our whole
environment with the API key in it (security case 67), falls back to text
browsers in our own terminal, waits for some browsers, and passed addresses
with a leading hyphen on as options (CVE-2026-4519).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping

from phyware.children import child_environ, start_detached

# Less than RFC 3986 allows: what a URL of a login needs, and nothing that
# means something to the shell and PowerShell scripts that browsers' starters are.
_SAFE_URL = r'https?://(?:[A-Za-z0-9._~:/?#\[\]@+,&=-]|%[0-9A-Fa-f]{2})+'
_TEXT_BROWSERS = frozenset(
    ('browsh', 'elinks', 'links', 'links2', 'lynx', 'netrik', 'retawq', 'w3m', 'www-browser')
)
_NO = ('', '0', 'false', 'no', 'none')

Which = Callable[[str], str | None]
Opener = Callable[[list[str], dict[str, str]], bool]


def safe_to_open(url: str) -> bool:
    """Tell whether a URL that a server gave may be handed to a browser.

    https, or http to this machine; at most 2048 characters, ASCII without
    spaces, control characters, quotes or backslashes; no user info, a host
    that ``phyware.hosts`` accepts (security case 58, rule 19).
    """
    from phyware.hosts import is_insecure

    return re.fullmatch(_SAFE_URL, url, re.IGNORECASE) is not None and not is_insecure(url)


def over_ssh(environ: Mapping[str, str]) -> bool:
    """Tell whether the person sits at another machine."""
    return any(environ.get(name) for name in ('SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'))


def under_wsl(environ: Mapping[str, str]) -> bool:
    """Tell whether this is Linux inside of Windows."""
    return any(environ.get(name) for name in ('WSL_DISTRO_NAME', 'WSL_INTEROP'))


class SystemBrowser:
    """A graphical browser of this machine (``phyware.context.Browser``).

    ``BROWSER`` is honoured as the standard library documents it: commands
    separated by ``os.pathsep``, ``%s`` standing for the address, tried before
    the platform's own.  ``none``, ``false`` or nothing in it means that no
    browser is wanted, and so does a list of text browsers alone.

    Not supported: Windows outside of WSL.

    :param environ: the environment to read, and to clean for the browser
    :param platform: as ``sys.platform``
    :param opener: starts a command with an environment and tells whether it
        could; detached processes if None
    :param which: finds a program; along ``PATH`` of ``environ`` if None
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        platform: str = sys.platform,
        opener: Opener | None = None,
        which: Which | None = None,
    ) -> None:
        self._environ = environ
        self._platform = platform
        self._opener = opener or _start
        self._which = which or self._along_path

    def available(self) -> bool:
        """Tell whether a page would be seen by the person.

        Not over SSH or in CI, not without a display, not in a text browser.
        """
        return next(self._commands(), None) is not None

    def open(self, url: str) -> bool:
        """Start a browser on ``url`` without waiting for it.

        :returns: False if the URL isn't ``safe_to_open``, no browser is
            ``available`` or none could be started; True says that one was
            started, not that it showed anything
        """
        if not safe_to_open(url):
            return False
        environ = child_environ(self._environ)
        return any(self._opener(_with_url(command, url), environ) for command in self._commands())

    def _commands(self) -> Iterator[list[str]]:
        if over_ssh(self._environ) or self._environ.get('CI', '').lower() not in _NO:
            return
        wanted = self._wanted()
        if wanted is None:
            return
        for command in (*wanted, *self._usual()):
            program = self._which(command[0])
            if program is not None and not _is_text_browser(program):
                yield [program, *command[1:]]

    def _wanted(self) -> list[list[str]] | None:
        """Return the commands of ``BROWSER``; None if no browser is wanted."""
        value = self._environ.get('BROWSER')
        if value is None:
            return []
        parts = [part.strip() for part in value.split(os.pathsep) if part.strip()]
        commands = [command for part in parts if (command := self._split(part))]
        graphical = [command for command in commands if not _is_text_browser(command[0])]
        refused = any(part.lower() in _NO for part in parts)
        return None if refused or not graphical else graphical

    def _along_path(self, program: str) -> str | None:
        import shutil

        return shutil.which(program, path=self._environ.get('PATH', os.defpath))

    def _split(self, part: str) -> list[str]:
        import shlex

        if self._which(part):
            return [part]
        try:
            words = shlex.split(part)
        except ValueError:
            return []
        # "firefox %s &" is how the variable was written for shells.
        return words[:-1] if words[-1:] == ['&'] else words

    def _usual(self) -> list[list[str]]:
        if self._platform == 'darwin':
            return [['open']]
        if under_wsl(self._environ):
            return [['wslview'], *self._xdg()]
        return self._xdg() if self._platform not in ('win32', 'cygwin') else []

    def _xdg(self) -> list[list[str]]:
        has_display = self._environ.get('DISPLAY') or self._environ.get('WAYLAND_DISPLAY')
        return [['xdg-open'], ['x-www-browser']] if has_display else []


def _is_text_browser(program: str) -> bool:
    # Debian's alternatives are links: x-www-browser may lead to lynx.
    names = {os.path.basename(program), os.path.basename(os.path.realpath(program))}
    return not names.isdisjoint(_TEXT_BROWSERS)


def _with_url(command: list[str], url: str) -> list[str]:
    if any('%s' in word for word in command[1:]):
        return [command[0], *(word.replace('%s', url) for word in command[1:])]
    return [*command, url]


def _start(command: list[str], environ: dict[str, str]) -> bool:
    return start_detached(command, environ) is not None
