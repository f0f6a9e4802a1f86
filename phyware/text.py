"""Text of others, made fit for a terminal and a log.

Layer: framework, no I/O.  Everything a server, a plugin or a file says goes
through ``clean`` before a person sees it (rule 18, security case 79); it is
for showing only, never for comparing or storing.
"""

from __future__ import annotations

import unicodedata


def clean(text: object, limit: int | None = 200) -> str:
    """Return ``text`` as one line that can't command a terminal.

    Characters of the categories Cc, Cf, Cs, Co, Cn, Zl and Zp are shown as
    escapes (``\\x1b``, ``\\n``, ``\\u202e``, ``\\U000e0001``), spaces of any
    kind and everything else stay.  A backslash stays too, so the result can't
    be turned back.

    :param text: anything; ``str()`` of it is shown
    :param limit: most characters of the result, of which the last is ``…``
        if anything was left out; None for no limit
    """
    raw = str(text)
    if raw.isprintable() and (limit is None or len(raw) <= limit):
        return raw
    # An escape is never shorter than its character, so what lies beyond the
    # limit now lies beyond it afterwards: 1 GB of text costs no more than 1 KB.
    shown = ''.join(_visible(char) for char in (raw if limit is None else raw[: limit + 1]))
    if limit is None or len(shown) <= limit:
        return shown
    return shown[: max(limit - 1, 0)] + '…'


def clean_each(texts: list[str], limit: int | None = 200) -> list[str]:
    """Return ``clean`` of each; many of which none needs it are looked at once.

    :param limit: as in ``clean``
    """
    short = limit is None or len(max(texts, key=len, default='')) <= limit
    if short and ''.join(texts).isprintable():
        return texts
    return [clean(text, limit) for text in texts]


def kind_of(value: object) -> str:
    """Return what type a value is of, for a message about it."""
    return clean(type(value).__name__)


def _visible(char: str) -> str:
    if char.isprintable() or unicodedata.category(char) == 'Zs':
        return char
    return char.encode('unicode_escape').decode('ascii')
