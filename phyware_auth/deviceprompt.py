"""Show a person the device code, and pass the time until it is approved.

Layer: commands; writes on stderr, never through logging, so ``-q`` hides nothing.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

from phyware.browser import safe_to_open
from phyware.clipboard import copy_to_clipboard
from phyware.context import Context
from phyware.errors import GenericError, PhywareError
from phyware.hosts import origin
from phyware.text import clean
from phyware_auth.oauth.device import DeviceAuthorization

_FRAMES = '|/-\\'
_FRAME_SECONDS = 0.1
_LONGEST_ADDRESS = 2048


@dataclass(frozen=True)
class DeviceOptions:
    """What the person asked of the way the code is shown."""

    no_browser: bool = False
    clipboard: bool = False
    qr: bool = False


class TerminalPrompt:
    """The prompt of a person at a terminal, or of a log.

    :param context: streams, browser and clock
    """

    def __init__(self, context: Context, options: DeviceOptions) -> None:
        self._context = context
        self._options = options
        self._frames = itertools.cycle(_FRAMES)

    def show(self, authorization: DeviceAuthorization, host: str) -> None:
        """Write code, URL and life; then copy and open what was asked for.

        The code is always shown, whatever else works (security case 60); what
        a browser must not get is shown only (cases 58 and 59).
        """
        self._explain(authorization, host)
        given = (authorization.verification_uri_complete, authorization.verification_uri)
        pages = [page for page in given if page]
        safe = next((page for page in pages if safe_to_open(page)), None)
        if self._options.qr:
            self._show_qr(safe)
        if self._options.clipboard:
            self._copy(clean(authorization.user_code))
        if not all(_same_origin(page, host) for page in pages):
            self._write(
                f'warning: that page is not on {host}, so it is not opened by itself; '
                'check that you trust it\n'
            )
        elif safe is not None:
            self._open(safe)
        self._write('Waiting for the approval; Ctrl-C gives up.\n')

    def wait(self, seconds: float) -> None:
        """Wait; show that something goes on where a person watches."""
        if not self._context.stderr.isatty():
            self._context.clock.sleep(seconds)
            return
        end = self._context.clock.monotonic() + seconds
        try:
            while (left := end - self._context.clock.monotonic()) > 0:
                self._write(f'\r{next(self._frames)} ')
                self._context.clock.sleep(min(_FRAME_SECONDS, left))
        finally:
            self._write('\r  \r')

    def _explain(self, authorization: DeviceAuthorization, host: str) -> None:
        self._write(f'Log in to {host}\n\n')
        self._write(f'  1. Open   {_address(authorization.verification_uri)}\n')
        self._write(f'  2. Enter  {clean(authorization.user_code)}\n\n')
        complete = authorization.verification_uri_complete
        if complete is not None:
            self._write(f'Or open, with the code filled in:\n  {_address(complete)}\n\n')
        self._write(
            f'The code lives {_duration(authorization.expires_in)}. '
            'Only continue if you started this login yourself.\n'
        )

    def _open(self, url: str) -> None:
        browser = self._context.browser
        if not self._options.no_browser and browser.available() and browser.open(url):
            self._write('The page was opened in your browser.\n')

    def _copy(self, code: str) -> None:
        if copy_to_clipboard(code, self._context):
            self._write('The code was copied to the clipboard.\n')
        else:
            self._write('warning: the code could not be copied to the clipboard\n')

    def _show_qr(self, url: str | None) -> None:
        if url is None:
            self._write('warning: no QR code is shown: that is no address of a page\n')
            return
        code = qr_library().QRCode(border=2)
        code.add_data(url)
        code.print_ascii(out=self._context.stderr, invert=True)

    def _write(self, text: str) -> None:
        self._context.stderr.write(text)
        self._context.stderr.flush()


def qr_library() -> Any:
    """Return the ``qrcode`` package.

    :raises GenericError: it is not installed
    """
    try:
        import qrcode
    except ImportError:
        raise GenericError(
            '--qr needs the extra qr', "Install it: pip install 'phyware[qr]'"
        ) from None
    return qrcode


def _address(url: str) -> str:
    return clean(url, limit=_LONGEST_ADDRESS)


def _same_origin(url: str, host: str) -> bool:
    try:
        return origin(url) == origin(host)
    except PhywareError:
        return False


def _duration(seconds: int) -> str:
    if seconds < 120:
        return f'{seconds} seconds'
    return f'{math.ceil(seconds / 60)} minutes'
