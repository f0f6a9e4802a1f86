"""A file name for each host.

Layer: framework, pure; imports nothing, since the fast path needs it
(performance.md, P2).
"""


def host_slug(host: str) -> str:
    """Return a file name for ``host``: two hosts never share one.

    ``[a-z0-9.-]`` stay; every other byte of the UTF-8 form, a leading dot and
    hyphen too, becomes ``_xx`` (hexadecimal).  Beyond 200 characters the end
    is ``_sha256-`` and the digest of the whole, which no escape looks like.

    :param host: normal form; any text gives a safe name
    """
    raw = host.encode('utf-8', 'surrogatepass')
    slug = ''.join([_slug_byte(byte) for byte in raw])
    if slug[:1] in ('.', '-'):
        slug = f'_{raw[0]:02x}{slug[1:]}'
    if len(slug) <= 200:
        return slug or '_'
    import hashlib

    tail = f'_sha256-{hashlib.sha256(raw).hexdigest()}'
    return slug[: 200 - len(tail)] + tail


def _slug_byte(byte: int) -> str:
    kept = byte in b'abcdefghijklmnopqrstuvwxyz0123456789.-'
    return chr(byte) if kept else f'_{byte:02x}'
