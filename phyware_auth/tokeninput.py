"""Read a personal access token from stdin.

Layer: commands; never repeats what it read (security case 86).
"""

from __future__ import annotations

from typing import BinaryIO

from phyware.context import Context
from phyware.errors import Validation
from phyware.secret import Secret
from phyware.session import is_token
from phyware_auth.prompts import ask_hidden, is_terminal

LONGEST = 16 * 1024
_HINT = 'Pipe the token alone, for example: echo "$PAT" | phyware auth login --with-token'
_BYTE_ORDER_MARK = b'\xef\xbb\xbf'


def read_token(context: Context) -> Secret:
    """Return the token on stdin, or ask for it where stdin is a terminal.

    One byte order mark and one line end are taken off; at most 16 KiB is read.

    :raises Validation: it is empty, or has characters that no token has
    """
    if is_terminal(context):
        return _checked(ask_hidden(context, 'Token').reveal())
    try:
        data = _read(context)
    except (OSError, ValueError):
        # A closed file is a ValueError.
        raise Validation('stdin is closed or cannot be read', _HINT) from None
    if len(data) > LONGEST:
        raise Validation('what came on stdin is longer than a token can be', _HINT)
    return _checked(_without_frame(data).decode('latin-1'))


def _read(context: Context) -> bytes:
    # Bytes, because a locale such as C would fail on text that is only wrong.
    buffer: BinaryIO | None = getattr(context.stdin, 'buffer', None)
    if buffer is not None:
        return buffer.read(LONGEST + 1)
    return context.stdin.read(LONGEST + 1).encode('utf-8', 'surrogatepass')


def _without_frame(data: bytes) -> bytes:
    data = data.removeprefix(_BYTE_ORDER_MARK)
    data = data.removesuffix(b'\n')
    return data.removesuffix(b'\r')


def _checked(text: str) -> Secret:
    if not text:
        raise Validation('no token came on stdin', _HINT)
    if not is_token(text):
        raise Validation(
            'what came on stdin is not a token: letters, digits and -._~+/ are allowed', _HINT
        )
    return Secret(text)
