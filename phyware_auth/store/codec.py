"""The text form of a credential: sealed ``key value`` lines.

Layer: store, no I/O; imports nothing but ``zlib``, since the fast path of
``auth token`` reads it (performance.md, P2).

    phyware-credential 1
    crc32 0a1b2c3d
    host https://cloud.phyware.io
    access_token phk_...

Line 2 is the CRC-32 of all that follows.  A value is printable ASCII, every
other character and ``%`` being ``%`` and six hexadecimal digits, so that no
value can ever begin a line of its own (security case 80).
"""

import zlib

MAGIC = b'phyware-credential '
VERSION = 1


class Malformed(ValueError):
    """The bytes are not a whole record of a version known here."""


class TooNew(ValueError):
    """A later phyware wrote this; nothing else in it may be relied upon."""


def encode(fields: dict[str, str]) -> bytes:
    """Return the sealed bytes of ``fields``, in their order."""
    body = ''.join(f'{key} {_escape(value)}\n' for key, value in fields.items()).encode('ascii')
    return b'%s%d\n%s\n%s' % (MAGIC, VERSION, _seal(body), body)


def decode(data: bytes) -> dict[str, str]:
    """Return the fields of ``data``; linear in its length.

    :raises TooNew: the version is later than 1
    :raises Malformed: anything that ``encode`` would not have written
        (security cases 4 and 7)
    """
    head, _, rest = data.partition(b'\n')
    _check_version(head)
    seal, end, body = rest.partition(b'\n')
    if not end or seal != _seal(body):
        raise Malformed('the checksum differs')
    *lines, last = body.split(b'\n')
    if last:
        raise Malformed('the last line is not ended')
    fields: dict[str, str] = {}
    for line in lines:
        key, space, value = line.partition(b' ')
        name = _text(key)
        if not space or not name.isidentifier() or name in fields:
            raise Malformed('a line is not a new key and its value')
        fields[name] = _unescape(_text(value))
    return fields


def _check_version(head: bytes) -> None:
    digits = head[len(MAGIC) :]
    if not head.startswith(MAGIC) or not digits.isdigit() or digits[:1] == b'0':
        raise Malformed('the first line is not that of a credential')
    if digits != b'%d' % VERSION:
        raise TooNew('the version is later than this one')


def _seal(body: bytes) -> bytes:
    return b'crc32 %08x' % zlib.crc32(body)


def _text(raw: bytes) -> str:
    try:
        return raw.decode('ascii')
    except UnicodeDecodeError:
        # ``from None``: the exception holds the bytes (security case 65).
        raise Malformed('a character is not ASCII') from None


def _escape(value: str) -> str:
    if _is_plain(value) and '%' not in value:
        return value
    return ''.join(
        char if _is_plain(char) and char != '%' else f'%{ord(char):06x}' for char in value
    )


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _unescape(text: str) -> str:
    if '%' not in text:
        if not _is_plain(text):
            raise Malformed('a character is not printable')
        return text
    head, *tails = text.split('%')
    value = head + ''.join(_char(tail[:6]) + tail[6:] for tail in tails)
    # Only the one way to write a value is read: no sign, no short escape.
    if _escape(value) != text:
        raise Malformed('an escape is not the usual one')
    return value


def _char(digits: str) -> str:
    try:
        return chr(int(digits, 16))
    except (ValueError, OverflowError):
        raise Malformed('an escape is not valid') from None
